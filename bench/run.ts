import { fork } from 'node:child_process';
import { once } from 'node:events';

/** Each part as a process of its own, so that none finds the memory of another: `npm run bench`, `npm run bench reading`. */
const PARTS = ['mail-relay', 'reminders', 'reading', 'overload'];
const [first = '', ...rest] = process.argv.slice(2);
const [parts, options] = PARTS.includes(first) ? [[first], rest] : [PARTS, process.argv.slice(2)];

for (const part of parts) {
  console.log(`\n== ${part}`);
  const execArgv = ['--expose-gc', '--import', './test/support/typescript-loader.js'];
  const [code] = (await once(fork(`bench/${part}.ts`, options, { execArgv }), 'exit')) as [number | null];
  if (code !== 0) process.exitCode = 1;
}
