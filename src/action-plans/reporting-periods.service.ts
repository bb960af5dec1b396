import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import type { Viewer } from '../platform/access/viewer.js';
import { assertMay } from '../platform/access/access.js';
import { Changes } from '../platform/audit/changes.js';
import { rows } from '../platform/database/rows.js';
import { ExtensionShortens } from './action-plan.errors.js';
import type { PeriodExtendInput } from './action-plan.inputs.js';
import { ActionPlansQueries } from './action-plans.queries.js';
import { addDays, startOfDay, type Day } from './reporting-calendar.js';
import { ReportingPeriodsQueries, type ReportingPeriodRow } from './reporting-periods.queries.js';

@Injectable()
export class ReportingPeriodsService {
  constructor(
    private readonly changes: Changes,
    private readonly plans: ActionPlansQueries,
    private readonly periods: ReportingPeriodsQueries,
  ) {}

  /** More time for one institution; a second extension takes the place of the first. */
  async extend(viewer: Viewer, input: PeriodExtendInput): Promise<ReportingPeriodRow> {
    const plan = await this.plans.byKey(input.plan, 'input.plan');
    assertMay(viewer, 'periodExtend', { planId: plan.id });
    const period = await this.periods.byKey(plan.id, input.period, 'input.period');
    const institutionId = await this.plans.implementingId(plan, input.institution, 'input.institution');
    const days = extensionOf(period, input);
    await this.changes.by(viewer, 'periodExtend', async (change) => {
      change.allow({ planId: plan.id });
      await rows(
        change.tx,
        sql`insert into period_extension (period_id, institution_id, due_on, closes_on, due_before, closes_before, reason, granted_by, granted_at)
          values (${period.id}, ${institutionId}, ${days.dueOn}, ${days.closesOn}, ${firstInstantAfter(days.dueOn, plan.timeZone)},
                  ${firstInstantAfter(days.closesOn, plan.timeZone)}, ${input.reason}, ${viewer.name}, ${change.at})
          on conflict (period_id, institution_id) do update set due_on = excluded.due_on, closes_on = excluded.closes_on, due_before = excluded.due_before,
            closes_before = excluded.closes_before, reason = excluded.reason, granted_by = excluded.granted_by, granted_at = excluded.granted_at`,
      );
      change.record(
        'period.extended',
        { type: 'ReportingPeriod', id: period.id, planId: plan.id },
        { before: null, after: { ...days, institution: input.institution }, reason: input.reason },
      );
    });
    return period;
  }
}

/** @throws ExtensionShortens when it would take time away */
function extensionOf(
  period: ReportingPeriodRow,
  wanted: { dueDate: Day; closeDate?: Day | null },
): { dueOn: Day; closesOn: Day } {
  const dueOn = wanted.dueDate;
  if (dueOn < period.dueOn) throw new ExtensionShortens({ day: period.dueOn }, 'input.dueDate');
  const earliestClose = dueOn > period.closesOn ? dueOn : period.closesOn;
  const closesOn = wanted.closeDate ?? earliestClose;
  if (closesOn < earliestClose) throw new ExtensionShortens({ day: earliestClose }, 'input.closeDate');
  return { dueOn, closesOn };
}

const firstInstantAfter = (day: Day, timeZone: string): Date => startOfDay(addDays(day, 1), timeZone);
