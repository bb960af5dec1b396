import { Injectable } from '@nestjs/common';
import sql, { type Sql } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { Institution } from '../institutions/institution.entity.js';
import { InstitutionsQueries } from '../institutions/institutions.queries.js';
import { Columns, columnsByName, columnsOf, type AskedColumns } from '../platform/database/columns.js';
import type { Ordering, RowList } from '../platform/database/pages.js';
import { keysOf, rows } from '../platform/database/rows.js';
import { Commitment } from './commitment.entity.js';
import { CommitmentNotFound } from './commitment.errors.js';
import type { CommitmentFilter, CommitmentOrder } from './commitment.inputs.js';
import type { CommitmentProgress } from './commitment.type.js';
import type { CommitmentRole } from './commitment.vocabulary.js';

const byNumber = { by: sql`c.number`, type: 'integer' } as const;
const byEnd = { by: sql`coalesce(c.ends_on, 'infinity'::date)`, type: 'date' } as const;
const ORDERS: Record<CommitmentOrder, Ordering> = {
  NUMBER_ASC: { name: 'number', ...byNumber },
  NUMBER_DESC: { name: 'number-desc', ...byNumber, descending: true },
  END_DATE_ASC: { name: 'end', ...byEnd },
  END_DATE_DESC: { name: 'end-desc', ...byEnd, descending: true },
};

/** A commitment's row, with the language that its texts fall back to and the first institution that leads it. */
export type CommitmentRow = Commitment & { readonly ownLanguage: string; readonly leadInstitution: Institution | null };

/** With its commitment, as nearly everybody asks for both: a statement of its own costs as much as the commitment. */
const leadInstitution = sql`(select row_to_json(lead) from (
  select ${columnsOf(Institution, 'i')} from commitment_institution n join institution i on i.id = n.institution_id
   where n.role = 'LEAD' and n.commitment_id = c.id order by n.position limit 1) lead)`;
const columns = new Columns({
  ...columnsByName(Commitment, 'c'),
  ownLanguage: sql`p.language`,
  leadInstitution,
});
const PARENTS = { plan: sql`c.plan_id`, workingGroup: sql`c.working_group_id` };
const from = sql`commitment c join action_plan p on p.id = c.plan_id`;

@Injectable()
export class CommitmentsQueries {
  constructor(
    private readonly db: DataSource,
    private readonly institutions: InstitutionsQueries,
    private readonly plans: ActionPlansQueries,
  ) {}

  /** Commitments of a plan, or of a working group. */
  list(
    order: CommitmentOrder,
    filter: CommitmentFilter,
    now: Date,
    parent: keyof typeof PARENTS = 'plan',
  ): RowList<CommitmentRow> {
    return {
      name: `commitments of ${parent}`,
      alias: 'c',
      columns,
      from,
      where: conditions(filter, now),
      order: ORDERS[order],
      parent: PARENTS[parent],
    };
  }

  byIds(ids: readonly string[]): Promise<CommitmentRow[]> {
    return rows(this.db, sql`select ${columns.all} from ${from} where c.id = any(${keysOf(ids)})`);
  }

  /**
   * @param asked what has to be read of it
   * @throws PlanNotFound, CommitmentNotFound
   */
  async byNumber(planKey: string, number: number, asked?: AskedColumns): Promise<CommitmentRow> {
    const [found] = await rows<CommitmentRow>(
      this.db,
      sql`select ${columns.of(asked)} from ${from} where p.key = ${planKey} and c.number = ${number}`,
    );
    if (found) return found;
    await this.plans.byKey(planKey);
    throw new CommitmentNotFound({ number }, 'number');
  }

  /** Institutions that the commitment itself names, in its order. */
  institutionsNamed(role: CommitmentRole): RowList<Institution> {
    return this.institutions.list({
      name: `commitment ${role}`,
      join: sql`join commitment_institution n on n.institution_id = i.id`,
      where: [sql`n.role = ${role}`],
      parent: sql`n.commitment_id`,
      order: { name: 'position', by: sql`n.position`, type: 'integer' },
    });
  }

  /** Who owes check-ins: whom the commitment names, else who leads the plan. */
  implementing(
    commitmentIds: readonly string[],
  ): Promise<Array<{ commitmentId: string; institutionId: string; role: CommitmentRole; namedByCommitment: boolean }>> {
    return rows(
      this.db,
      sql`select commitment_id as "commitmentId", institution_id as "institutionId", role, named_by_commitment as "namedByCommitment" from implementing_institution
        where commitment_id = any(${keysOf(commitmentIds)}) order by commitment_id, role, position`,
    );
  }

  progressOf(
    commitmentIds: readonly string[],
    now: Date,
  ): Promise<Array<CommitmentProgress & { commitmentId: string }>> {
    const overdue = sql`${overdueMilestone(now)}`;
    return rows(
      this.db,
      sql`select c.id as "commitmentId", count(m.id)::int as milestones,
                 count(*) filter (where m.status = 'COMPLETED')::int as completed,
                 count(*) filter (where m.status = 'IN_PROGRESS')::int as "inProgress",
                 count(*) filter (where m.status = 'NOT_STARTED')::int as "notStarted",
                 count(*) filter (where m.status = 'CANCELLED')::int as cancelled,
                 count(m.id) filter (where m.status is null)::int as unknown,
                 count(*) filter (where ${overdue})::int as overdue,
                 min(m.due_on) filter (where ${overdue}) as "overdueSince"
            from commitment c join action_plan p on p.id = c.plan_id left join milestone_now m on m.commitment_id = c.id
           where c.id = any(${keysOf(commitmentIds)}) group by c.id`,
    );
  }
}

/** The same rule as `isOverdue`, for filters and counts over `milestone_now m` and `action_plan p`. */
export function overdueMilestone(now: Date): Sql {
  return sql`(m.due_on < (${now}::timestamptz at time zone p.time_zone)::date and coalesce(m.status, '') not in ('COMPLETED', 'CANCELLED'))`;
}

/** What a commitment must be. Each is looked at by itself (`offset 0` keeps it so): else PostgreSQL would look at all there are first. */
function conditions(filter: CommitmentFilter, now: Date): Sql[] {
  return [
    ...(filter.institution
      ? [
          sql`exists (select from implementing_institution n join institution i on i.id = n.institution_id where n.commitment_id = c.id and i.key = ${filter.institution} offset 0)`,
        ]
      : []),
    ...(filter.policyArea ? [sql`c.policy_areas @> array[${filter.policyArea}]::text[]`] : []),
    ...(filter.ogpValue ? [sql`c.ogp_values @> array[${filter.ogpValue}]::text[]`] : []),
    ...(filter.overdue == null
      ? []
      : [
          sql`exists (select from milestone_now m where m.commitment_id = c.id and ${overdueMilestone(now)} offset 0) = ${filter.overdue}::boolean`,
        ]),
    ...(filter.missingIn
      ? [
          sql`exists (select from owed_check_in o join reporting_period r on r.id = o.period_id
              where o.commitment_id = c.id and r.key = ${filter.missingIn} and o.plan_id = c.plan_id and r.plan_id = c.plan_id and o.opens_at <= ${now} and o.status in ('EXPECTED', 'DRAFT', 'RETURNED') offset 0)`,
        ]
      : []),
    ...(filter.search?.trim() ? [sql`c.search @@ public.search_query(${filter.search})`] : []),
  ];
}
