import { isTaken, takesMail, type Matter } from './matter.js';
import { nameOfOccurrence, occurrences, type Facts, type Plan } from './reminder.planning.js';

/** Why an agency that is asked for check-ins now gets no reminder at this moment. */
export type SilenceReason =
  'NOTHING_MISSING' | 'NO_ADDRESS' | 'UNDELIVERABLE' | 'STOPPED' | 'REMINDED_ALREADY' | 'NO_RULE_DUE';

export interface Silence {
  readonly matter: Matter;
  readonly reason: SilenceReason;
  /** The rule that spoke last, of those that were due. */
  readonly rule: string | null;
}

/** Of every matter of check-ins that are taken at `now` and that the plan reminds nobody of: why. */
export function silences(facts: Facts, { digests }: Plan, now: Date): Silence[] {
  const spoken = new Set(digests.flatMap(({ said }) => said.map(({ speaks }) => speaks.matter)));
  return facts.matters
    .filter((matter) => matter.topic === 'CHECK_INS' && isTaken(matter, now) && !spoken.has(matter))
    .map((matter) => ({ matter, ...reasonOf(facts, matter, now) }));
}

function reasonOf(facts: Facts, matter: Matter, now: Date): Pick<Silence, 'reason' | 'rule'> {
  if (matter.isSettled) return { reason: 'NOTHING_MISSING', rule: null };
  const focalPoints = facts.directory.of('FOCAL_POINT', matter);
  if (!focalPoints.some(takesMail))
    return { reason: focalPoints.some(({ address }) => address !== null) ? 'UNDELIVERABLE' : 'NO_ADDRESS', rule: null };
  const due = occurrences(facts, matter, now).sort((a, b) => a.plannedAt.getTime() - b.plannedAt.getTime());
  const sent = due.filter((one) => facts.recorded.get(nameOfOccurrence(one))?.reason === null);
  const last = sent.at(-1);
  if (last) return { reason: 'REMINDED_ALREADY', rule: last.rule.key };
  return { reason: due.some(({ endsAt }) => now < endsAt) ? 'STOPPED' : 'NO_RULE_DUE', rule: null };
}
