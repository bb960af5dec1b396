import { createRequire } from 'node:module';

const { default: TestSequencer } = createRequire(import.meta.url)('@jest/test-sequencer');

/** What starts whole processes, again and again: begun last, it would be waited for alone. */
const SLOW = [
  'e2e/commands',
  'e2e/process',
  'contract/migrations',
  'reminders-crashes',
  'reminders-processes',
  'embedded-postgres',
  'browser/',
];

/** Where no earlier run is known, as on a fresh machine, Jest goes by the size of the files. */
export default class SlowestFirst extends TestSequencer {
  sort(tests) {
    const place = ({ path }) => {
      const found = SLOW.findIndex((part) => path.includes(part));
      return found < 0 ? SLOW.length : found;
    };
    return super.sort(tests).sort((one, other) => place(one) - place(other));
  }
}
