import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { proveBySimulation } from './simulation.js';

/**
 * Proves that reminders can be trusted: `npm run prove:reminders -- --seed 7 --histories 2000`, or one of the proofs alone
 * with `--only`. Whatever chance decides comes from the seed, which is printed.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    histories: { type: 'string', default: '1000' },
    only: { type: 'string' },
  },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const histories = Number(values.histories);

/** A proof that is a program of its own, because it starts databases and mail servers that end with it. */
async function program(file: string): Promise<boolean> {
  const child = spawn(
    process.execPath,
    ['--import', './test/support/typescript-loader.js', file, '--seed', String(seed)],
    { stdio: 'inherit' },
  );
  const [code] = (await once(child, 'exit')) as [number | null];
  return code === 0;
}

/** One after the other; each prints what it found and answers whether all is well. */
const PROOFS: Readonly<Record<string, () => boolean | Promise<boolean>>> = {
  simulation: () => proveBySimulation({ seed, histories }),
  crashes: () => program('prove/crashes.ts'),
  delivery: () => program('prove/delivery.ts'),
};

let isProven = true;
for (const [name, prove] of Object.entries(PROOFS)) {
  if (values.only && values.only !== name) continue;
  console.log(`\n== ${name}, seed ${seed}`);
  isProven = (await prove()) && isProven;
}
console.log(isProven ? '\nProven.' : '\nNot proven.');
process.exitCode = isProven ? 0 : 1;
