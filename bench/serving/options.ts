import { parseArgs } from 'node:util';
import { USUAL, type Size } from '../reading/fill.js';
import type { Load } from './rounds.js';

/** How much there is to read. */
export const SIZE = {
  plans: USUAL.plans,
  commitments: USUAL.commitmentsOfPlan,
  milestones: USUAL.milestonesOfCommitment,
  quarters: USUAL.quarters,
  institutions: USUAL.institutionsOfPlan,
} as const;

/** For how long it is asked for. */
export const LOAD = { rounds: 7, seconds: 3 } as const;

type Given<Usual> = { readonly [Name in keyof Usual]: Usual[Name] extends number ? number : string };

/** What is given as `--name value`, else what is usual. */
export function optionsGiven<const Usual extends Readonly<Record<string, number | string>>>(
  usual: Usual,
): Given<Usual> {
  const options = Object.fromEntries(
    Object.entries(usual).map(([name, value]) => [name, { type: 'string' as const, default: String(value) }]),
  );
  const { values } = parseArgs({ options });
  return Object.fromEntries(
    Object.entries(usual).map(([name, value]) => [
      name,
      typeof value === 'number' ? positive(name, values[name]) : values[name],
    ]),
  ) as Given<Usual>;
}

function positive(name: string, value: unknown): number {
  const number = Number(value);
  if (!(number > 0)) throw new Error(`--${name} must be a number.`);
  return number;
}

export const sizeOf = (given: Given<typeof SIZE>): Size => ({
  plans: given.plans,
  commitmentsOfPlan: given.commitments,
  milestonesOfCommitment: given.milestones,
  quarters: given.quarters,
  institutionsOfPlan: given.institutions,
});

/** As many ask at the same time as nearly fill the connections to the database that everybody has. */
export const loadOf = ({ rounds, seconds }: Given<typeof LOAD>): Load => ({ rounds, seconds, atOnce: 8 });
