import { parseArgs } from 'node:util';
import { proveBySimulation } from './simulation.js';

/**
 * Proves that reminders can be trusted: `npm run prove:reminders -- --seed 7 --histories 2000`. Whatever chance decides
 * comes from the seed, which is printed.
 */
const { values } = parseArgs({
  options: { seed: { type: 'string' }, histories: { type: 'string', default: '1000' } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000_000));
const histories = Number(values.histories);

/** One after the other; each prints what it found and answers whether all is well. */
const PROVERS: ReadonlyArray<() => boolean | Promise<boolean>> = [() => proveBySimulation({ seed, histories })];

let isProven = true;
for (const prove of PROVERS) isProven = (await prove()) && isProven;
console.log(isProven ? 'Proven.' : 'Not proven.');
process.exitCode = isProven ? 0 : 1;
