import { createRequire } from 'node:module';

const { default: TestSequencer } = createRequire(import.meta.url)('@jest/test-sequencer');

/** What takes long, first of all what starts whole processes again and again: begun last, it would be waited for alone. */
const SLOW = [
  'e2e/commands',
  'e2e/process',
  'reminders-crashes',
  'integration/query-plans',
  'integration/as-of',
  'table-import-late',
  'contract/migrations',
  'browser/',
  'reminders-database-away',
  'e2e/table-import',
  'mail-troubles',
  'mail-servers',
  'embedded-postgres',
  'integration/replicas',
  'access-matrix',
  'e2e/hardening',
  'reminders-processes',
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
