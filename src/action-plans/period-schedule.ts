import sql from 'sql-template-tag';
import type { EntityManager } from 'typeorm';
import { columnsOf } from '../platform/database/columns.js';
import { rows } from '../platform/database/rows.js';
import type { ActionPlan } from './action-plan.entity.js';
import { reconcilePeriods, type ExistingPeriod, type PeriodReconciliation } from './period-reconciliation.js';
import { addDays, type Day } from './reporting-calendar.js';
import { reportingPeriods, type ReportingPeriodDates } from './reporting-periods.js';
import { ReportingPeriod } from './reporting-period.entity.js';
import { reportingDays, workingWeekOf, type ReportedPlan } from './working-week.js';

/** The days that a plan's periods cover, half-open; null while a start or an end is missing. */
export function reportingSpan(plan: ReportedPlan): { startsOn: Day; endsBefore: Day } | null {
  const { first, last } = reportingDays(plan);
  return first && last ? { startsOn: first, endsBefore: addDays(last, 1) } : null;
}

/** The periods that a plan's dates and rules make. @throws RangeError when the rules contradict each other */
export function periodsOfPlan(plan: ReportedPlan & Pick<ActionPlan, 'timeZone'>): ReportingPeriodDates[] {
  const span = reportingSpan(plan);
  return span && plan.reporting
    ? reportingPeriods(span, { ...plan.reporting, ...workingWeekOf(plan), timeZone: plan.timeZone })
    : [];
}

/** Brings the stored periods of a plan in line with its dates. A period that anything was filed in is never removed. */
export async function reschedulePeriods(tx: EntityManager, plan: ActionPlan): Promise<PeriodReconciliation> {
  const existing = await rows<ExistingPeriod>(
    tx,
    sql`select ${columnsOf(ReportingPeriod, 'r')},
          (exists (select from check_in k join begun_check_in b on b.check_in_id = k.id where k.period_id = r.id)
            or exists (select from period_extension x where x.period_id = r.id)
            or exists (select from reminder m where m.period_id = r.id)
            or exists (select from publication q where q.period_id = r.id)) as filed
        from reporting_period r where r.plan_id = ${plan.id} order by r.starts_on`,
  );
  const reconciliation = reconcilePeriods(existing, periodsOfPlan(plan));
  // In this order no key is taken while another period still holds it.
  for (const { id } of reconciliation.keep) await tx.update(ReportingPeriod, id, { withdrawn: true });
  await rows(tx, sql`delete from check_in where period_id = any(${reconciliation.remove}::uuid[])`);
  await rows(tx, sql`delete from reporting_period where id = any(${reconciliation.remove}::uuid[])`);
  for (const { id, to } of reconciliation.change) await tx.update(ReportingPeriod, id, { ...to, withdrawn: false });
  await tx.insert(
    ReportingPeriod,
    reconciliation.add.map((period) => ({ ...period, planId: plan.id, withdrawn: false })),
  );
  return reconciliation;
}
