import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import type { WorkingWeek } from '../action-plans/reporting-calendar.js';
import { workingWeekOf, type ReportedPlan } from '../action-plans/working-week.js';
import { columnsOf } from '../platform/database/columns.js';
import { rows } from '../platform/database/rows.js';
import type { LetterPlan } from './reminder.letter.js';
import { rulesInForce, type ReminderRule } from './reminder-rule.js';
import { ReminderRuleRow } from './reminder-rule.entity.js';

/** A plan with everything that its reminders are made by. */
export interface PlanInPlay extends LetterPlan {
  readonly memberId: string;
  readonly week: WorkingWeek;
  readonly rules: readonly ReminderRule[];
}

@Injectable()
export class PlansInPlayQueries {
  constructor(private readonly db: DataSource) {}

  /** All plans, or those with the ids; the plans of one member stand together. */
  async plans(ids: readonly string[] | null = null): Promise<PlanInPlay[]> {
    const [plans, own] = await Promise.all([this.found(ids), this.ownRules(ids)]);
    return plans.map(({ submittedOn, startsOn, endsOn, reporting, ...plan }) => ({
      ...plan,
      week: workingWeekOf({ submittedOn, startsOn, endsOn, reporting }),
      rules: rulesInForce(own.get(plan.id) ?? []),
    }));
  }

  private found(ids: readonly string[] | null): Promise<Array<LetterPlan & ReportedPlan & { memberId: string }>> {
    return rows(
      this.db,
      sql`select p.id, p.key, p.title, p.language, p.time_zone as "timeZone", p.submitted_on as "submittedOn", p.starts_on as "startsOn", p.ends_on as "endsOn", p.reporting, p.member_id as "memberId", b.country,
                 (select n.address from plan_recipient n where n.plan_id = p.id and n.audience = 'MEL_OFFICER' and n.address is not null
                    and not exists (select from undeliverable_address u where u.address = n.address)
                   order by n.position nulls first, n.address limit 1) as "replyTo"
            from action_plan p join member b on b.id = p.member_id
           where ${ids === null}::boolean or p.id = any(${[...(ids ?? [])]}::uuid[])
           order by p.member_id, p.key`,
    );
  }

  private async ownRules(ids: readonly string[] | null): Promise<Map<string, ReminderRule[]>> {
    const found = await rows<ReminderRuleRow>(
      this.db,
      sql`select ${columnsOf(ReminderRuleRow, 'u')} from reminder_rule u
           where ${ids === null}::boolean or u.plan_id = any(${[...(ids ?? [])]}::uuid[]) order by u.plan_id, u.key`,
    );
    const byPlan = new Map<string, ReminderRule[]>();
    for (const { planId, ...rule } of found) byPlan.set(planId, [...(byPlan.get(planId) ?? []), rule]);
    return byPlan;
  }
}

export const zonesOf = (plans: readonly PlanInPlay[]): Map<string, string> =>
  new Map(plans.map(({ id, timeZone }) => [id, timeZone]));
