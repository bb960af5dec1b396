import { Injectable } from '@nestjs/common';
import sql, { raw } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import type { Day } from '../action-plans/reporting-calendar.js';
import { columnsOf } from '../platform/database/columns.js';
import type { RowList } from '../platform/database/pages.js';
import { rows } from '../platform/database/rows.js';
import type { LocalizedText } from '../platform/i18n/text.js';
import { endOfCommitmentDueOn, inceptionDueOn } from './assessment-deadline.js';
import { Assessment } from './assessment.entity.js';
import type { AssessmentFilter } from './assessment.inputs.js';
import type { AssessmentKind } from './assessment.vocabulary.js';

/** An assessment as everybody may see it. */
export type AssessmentRow = Omit<Assessment, 'filedBy'> & { readonly isSuperseded: boolean };

/** An assessment that is owed, or was and is filed. */
export interface AssessmentDue {
  readonly planId: string;
  readonly timeZone: string;
  /** The language that the title falls back to. */
  readonly ownLanguage: string;
  readonly kind: AssessmentKind;
  /** The commitment is null for the assessment at the inception of the plan. */
  readonly commitmentId: string | null;
  readonly commitmentNumber: number | null;
  readonly commitmentTitle: LocalizedText | null;
  /** Counts whole, in the plan's time zone. */
  readonly dueOn: Day;
  /** When it was filed first: what takes its place later does not make it late. */
  readonly filedOn: Day | null;
}

const later = sql`n.kind = a.kind and (n.filed_at, n.id) > (a.filed_at, a.id)`;
/** Whether another one took the place of the assessment `a`: of the same commitment, or of the plan as a whole. Each way has an index. */
export const superseded = sql`(case when a.commitment_id is null
  then exists (select from assessment n where n.plan_id = a.plan_id and n.commitment_id is null and ${later})
  else exists (select from assessment n where n.commitment_id = a.commitment_id and ${later}) end)`;
const columns = sql`${columnsOf(Assessment, 'a', ['filedBy'])}, ${superseded} as "isSuperseded"`;

@Injectable()
export class AssessmentsQueries {
  constructor(private readonly db: DataSource) {}

  /** Newest first, those of a plan's commitments with those of the plan. */
  list(filter: AssessmentFilter, parent: 'plan' | 'commitment'): RowList<AssessmentRow> {
    return {
      name: `assessments of ${parent}`,
      alias: 'a',
      columns,
      from: sql`assessment a`,
      where: [
        ...(filter.kind ? [sql`a.kind = ${filter.kind}`] : []),
        ...(filter.superseded == null ? [] : [sql`${superseded} = ${filter.superseded}::boolean`]),
      ],
      order: { name: 'filed', by: sql`a.filed_at`, type: 'timestamptz', descending: true },
      parent: raw(`a.${parent}_id`),
    };
  }

  byIds(ids: readonly string[]): Promise<AssessmentRow[]> {
    return rows(this.db, sql`select ${columns} from assessment a where a.id = any(${[...ids]}::uuid[])`);
  }

  /**
   * What the monitoring bodies of the plans owe, those not filed first and then by the day. At most one a plan and one a
   * commitment. A plan without a day of submission, and a commitment that was never claimed to be complete, owe nothing.
   */
  async due(planIds: readonly string[]): Promise<AssessmentDue[]> {
    const [inceptions, ends] = await Promise.all([this.inceptions(planIds), this.endsOfCommitments(planIds)]);
    return [
      ...inceptions.map(({ since, ...row }) => ({ ...row, dueOn: inceptionDueOn(since) })),
      ...ends.map(({ since, ...row }) => ({ ...row, dueOn: endOfCommitmentDueOn(since) })),
    ].sort(byUrgency);
  }

  /** Filed with one assessment of the plan as a whole, or with one of each of its commitments. */
  private inceptions(planIds: readonly string[]): Promise<Owed[]> {
    return rows(
      this.db,
      sql`select p.id as "planId", p.time_zone as "timeZone", p.language as "ownLanguage", 'INCEPTION' as kind,
                 null as "commitmentId", null as "commitmentNumber", null as "commitmentTitle", p.submitted_on as since,
                 least(
                   (select min(a.filed_on) from assessment a where a.plan_id = p.id and a.kind = 'INCEPTION' and a.commitment_id is null),
                   (select case when bool_and(first.filed_on is not null) then max(first.filed_on) end
                      from commitment c
                      left join lateral (select min(a.filed_on) as filed_on from assessment a where a.commitment_id = c.id and a.kind = 'INCEPTION') first on true
                     where c.plan_id = p.id)) as "filedOn"
            from action_plan p
           where p.id = any(${[...planIds]}::uuid[]) and p.submitted_on is not null`,
    );
  }

  /**
   * A commitment is complete when all of its milestones are settled, completed or cancelled, and at least one is completed.
   * It is so since the day on which the last of them was claimed to be: the first claim of those that said so ever since,
   * for an agency that says it again every quarter does not move the deadline. What only the plan itself calls completed
   * has no such day.
   */
  private endsOfCommitments(planIds: readonly string[]): Promise<Owed[]> {
    return rows(
      this.db,
      sql`with claim as (
            select u.milestone_id, u.status in ('COMPLETED', 'CANCELLED') as settled, k.submitted_at,
                   row_number() over (partition by u.milestone_id order by r.starts_on, k.submitted_at) as place
              from commitment c
              join milestone m on m.commitment_id = c.id
              join milestone_update u on u.milestone_id = m.id
              join check_in k on k.id = u.check_in_id and k.status in ('SUBMITTED', 'VERIFIED', 'PUBLISHED')
              join reporting_period r on r.id = k.period_id
             where c.plan_id = any(${[...planIds]}::uuid[])
          ), dated_claim as (
            select *, max(case when settled then 0 else place end) over (partition by milestone_id) as last_unsettled from claim
          ), settled as (
            select milestone_id, min(submitted_at) as at from dated_claim where place > last_unsettled group by 1
          ), complete as (
            select m.commitment_id, max(s.at) as at
              from milestone_now m
              join commitment c on c.id = m.commitment_id
              left join settled s on s.milestone_id = m.id
             where c.plan_id = any(${[...planIds]}::uuid[])
             group by 1
            having bool_and(coalesce(m.status in ('COMPLETED', 'CANCELLED'), false)) and bool_or(m.status = 'COMPLETED') and max(s.at) is not null
          )
          select p.id as "planId", p.time_zone as "timeZone", p.language as "ownLanguage", 'END_OF_COMMITMENT' as kind,
                 c.id as "commitmentId", c.number as "commitmentNumber", c.title as "commitmentTitle",
                 (complete.at at time zone p.time_zone)::date as since,
                 (select min(a.filed_on) from assessment a where a.commitment_id = c.id and a.kind = 'END_OF_COMMITMENT') as "filedOn"
            from complete join commitment c on c.id = complete.commitment_id join action_plan p on p.id = c.plan_id`,
    );
  }
}

type Owed = Omit<AssessmentDue, 'dueOn'> & { readonly since: Day };

const byUrgency = (one: AssessmentDue, other: AssessmentDue): number => {
  const place = ({ filedOn, dueOn, commitmentNumber }: AssessmentDue) =>
    `${filedOn === null ? 0 : 1} ${dueOn} ${String(commitmentNumber ?? 0).padStart(10, '0')}`;
  return place(one) < place(other) ? -1 : 1;
};
