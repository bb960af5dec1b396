import { isDeepStrictEqual } from 'node:util';
import sql from 'sql-template-tag';
import type { EntityManager } from 'typeorm';
import { rows } from '../platform/database/rows.js';
import type { PlanFile } from './plan-file.js';
import type { Problem } from './plan-file.problems.js';

/**
 * Who owes check-ins is read from the plan as it stands, for periods that are closed as well: a lead that changes is
 * expected to have reported then, and the one before is not any more. Says of which commitments and how many periods.
 */
export async function closedPeriodsChanged(
  tx: EntityManager,
  planId: string,
  { before, wanted, now }: { before: PlanFile; wanted: PlanFile; now: Date },
): Promise<Problem[]> {
  const numbers = commitmentsOwedByOthers(before, wanted);
  if (numbers.length === 0) return [];
  const [found] = await rows<{ count: number }>(
    tx,
    sql`select count(*)::int as count from reporting_period where plan_id = ${planId} and not withdrawn and closes_before <= ${now}`,
  );
  const count = found?.count ?? 0;
  if (count === 0) return [];
  return numbers.map((number) => ({
    path: `$.commitments[number=${number}].institutions`,
    key: 'planImport.closedPeriods',
    args: { number, count },
  }));
}

function commitmentsOwedByOthers(before: PlanFile, wanted: PlanFile): number[] {
  const [then, now] = [owersOf(before), owersOf(wanted)];
  const numbers = [...new Set([...then.keys(), ...now.keys()])].sort((one, other) => one - other);
  return numbers.filter((number) => !isDeepStrictEqual(then.get(number), now.get(number)));
}

/** By the numbers of commitments; one that names nobody is owed by those who lead the plan. */
function owersOf({ plan, commitments }: PlanFile): ReadonlyMap<number, ReadonlySet<string>> {
  const leads = (plan.participations ?? []).filter(({ role }) => role === 'LEAD');
  return new Map(
    commitments.map(({ number, institutions = [] }) => [
      number,
      new Set((institutions.length > 0 ? institutions : leads).map(({ institution }) => institution)),
    ]),
  );
}
