import { fork } from 'node:child_process';
import { once } from 'node:events';

/**
 * Each part as a process of its own, so that none finds the memory of another: all of them, or one with its options, as in
 * `npm run bench reading -- --peers raw,mercurius`.
 */
const PARTS = [
  'mail-relay',
  'reminders',
  'reading',
  'rest',
  'growth',
  'start',
  'submit',
  'export',
  'soak',
  'overload',
  'scale',
];
const [first = '', ...rest] = process.argv.slice(2);
const [parts, options] = PARTS.includes(first) ? [[first], rest] : [PARTS, process.argv.slice(2)];

for (const part of parts) {
  console.log(`\n== ${part}`);
  const execArgv = ['--expose-gc', '--import', './test/support/typescript-loader.js'];
  const [code] = (await once(fork(`bench/${part}.ts`, options, { execArgv }), 'exit')) as [number | null];
  if (code !== 0) process.exitCode = 1;
}
