import { Injectable } from '@nestjs/common';
import sql, { raw, type Sql } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { isInstitution } from '../action-plans/action-plans.queries.js';
import { publicActions } from '../audit/audit-entries.queries.js';
import { firstNumberSince } from '../audit/audit-numbers.js';
import { rangeOf, type Range } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { Columns, type AskedColumns } from '../platform/database/columns.js';
import { snakeCase } from '../platform/database/naming.js';
import type { Ordering, RowList } from '../platform/database/pages.js';
import { firstOfEach, keysOf, ownWords, rows } from '../platform/database/rows.js';
import type { CheckInFilter, CheckInOrder } from './check-in.inputs.js';
import { CheckInRevisionType, CheckInType, EvidenceType, MilestoneUpdateType } from './check-in.type.js';
import { CLAIMED } from './check-in.workflow.js';

const byPeriod = { by: sql`k.period_starts_on`, type: 'date' } as const;
const ORDERS: Record<CheckInOrder, Ordering> = {
  PERIOD_ASC: { name: 'period', ...byPeriod },
  PERIOD_DESC: { name: 'period-desc', ...byPeriod, descending: true },
  SUBMITTED_DESC: {
    name: 'submitted-desc',
    by: sql`coalesce(k.submitted_at, 'infinity'::timestamptz)`,
    type: 'timestamptz',
    descending: true,
  },
};

/** Where a list of check-ins hangs. */
export type CheckInParent = 'plan' | 'commitment' | 'period';
const PARENTS: Record<CheckInParent, Sql> = {
  plan: sql`k.plan_id`,
  commitment: sql`k.commitment_id`,
  period: sql`k.period_id`,
};
/**
 * A check-in is of the plan of its period. PostgreSQL is told so once, where it helps: told of both, it takes them for
 * two conditions that have nothing to do with each other, expects next to no rows, and goes through the whole plan.
 */
function planIn({ period, institution, commitment }: CheckInFilter): Sql {
  const leadsToFew = period || institution || commitment != null;
  return leadsToFew ? sql`r.plan_id` : PARENTS.plan;
}

/**
 * Check-ins with what their agencies are writing, where the viewer may see that. The database hides it from everybody
 * else as well: the condition here says so where it is read. Each has its period, yet by a left join: PostgreSQL leaves
 * that out where nothing of the period is asked for.
 */
function fromFor(viewer: Viewer): Sql {
  const known = fromOf.get(viewer);
  if (known) return known;
  const from = sql`check_in k
  left join reporting_period r on r.id = k.period_id
  left join period_extension x on x.period_id = k.period_id and x.institution_id = k.institution_id
  left join check_in_draft d on d.check_in_id = k.id and ${inRange(rangeOf(viewer, 'readDrafts'))}`;
  fromOf.set(viewer, from);
  return from;
}
/** A viewer never changes, and every row of a list asks for theirs. */
const fromOf = new WeakMap<Viewer, Sql>();

/** Whether the check-in `k` is in the range. Of one with nothing in it PostgreSQL is told so, and looks for nothing. */
export const inRange = (range: Range): Sql => (isEmpty(range) ? sql`false` : within(range));
const isEmpty = ({ everywhere, plans, institutions }: Range): boolean =>
  !everywhere && plans.length === 0 && institutions.length === 0;
const within = ({ everywhere, plans, institutions }: Range): Sql =>
  sql`(${everywhere}::boolean or k.plan_id = any(${[...plans]}::uuid[]) or (k.plan_id, k.institution_id) in
    (select * from unnest(${institutions.map(({ planId }) => planId)}::uuid[], ${institutions.map(({ institutionId }) => institutionId)}::uuid[])))`;

const TEXTS = ['movement', 'progress', 'achievements', 'obstacles', 'nextSteps', 'supportNeeded', 'language'];

const COMMON = {
  id: sql`k.id`,
  planId: sql`k.plan_id`,
  commitmentId: sql`k.commitment_id`,
  institutionId: sql`k.institution_id`,
  periodId: sql`k.period_id`,
  punctuality: sql`k.punctuality`,
  submittedAt: sql`k.submitted_at`,
  dueOn: sql`greatest(r.due_on, x.due_on)`,
  closesOn: sql`greatest(r.closes_on, x.closes_on)`,
};
const columnOf = (text: string): Sql => raw(`k.${snakeCase(text)}`);
/** As whoever sees no drafts has it. */
const handedIn = {
  ...COMMON,
  status: sql`k.status`,
  version: sql`k.version`,
  nothingToReport: sql`k.nothing_to_report`,
  ...Object.fromEntries(TEXTS.map((text) => [text, columnOf(text)])),
};
/** What is being written takes the place of what was handed in. */
const written = {
  ...COMMON,
  status: sql`case when d.check_in_id is not null and k.status = 'EXPECTED' then 'DRAFT' else k.status end`,
  version: sql`coalesce(d.version, k.version)`,
  nothingToReport: sql`coalesce((d.report->>'nothingToReport')::boolean, k.nothing_to_report)`,
  ...Object.fromEntries(
    TEXTS.map((text) => [
      text,
      sql`case when d.check_in_id is null then ${columnOf(text)} else d.report->>${raw(`'${text}'`)} end`,
    ]),
  ),
};
const [columnsHandedIn, columnsWritten] = [new Columns(handedIn), new Columns(written)];
const seesDrafts = (viewer: Viewer): boolean => !isEmpty(rangeOf(viewer, 'readDrafts'));
const columnsFor = (viewer: Viewer): Columns => (seesDrafts(viewer) ? columnsWritten : columnsHandedIn);
const statusFor = (viewer: Viewer): Sql => (seesDrafts(viewer) ? written : handedIn).status;

/** For `any()`: statuses in which the agency's claim counts. */
export const claimed = ownWords(CLAIMED);

/** The columns of a piece of evidence `e`, the same for both kinds. */
const link = sql`e.id, e.kind, e.url, e.title, e.milestone_id as "milestoneId", null as name, null as "mediaType", null::integer as size, null as sha256`;
const file = sql`e.id, 'FILE', null, e.title, e.milestone_id as "milestoneId", e.name, e.media_type as "mediaType", e.size, e.sha256`;
const FILES_LAST = 1000;
/** Whether the file `e` belongs to what the check-in `k` claims: one taken out since then still does. */
const claimedFile = sql`e.claimed_at is not null and (e.removed_at is null or e.removed_at > k.submitted_at)`;

@Injectable()
export class CheckInsQueries {
  constructor(private readonly db: DataSource) {}

  list(
    viewer: Viewer,
    order: CheckInOrder,
    filter: CheckInFilter,
    parent: CheckInParent,
    now: Date,
  ): RowList<CheckInType> {
    return {
      name: `check-ins of ${parent}`,
      alias: 'k',
      columns: columnsFor(viewer),
      from: fromFor(viewer),
      where: conditions(viewer, filter, planIn(filter), now),
      order: ORDERS[order],
      parent: parent === 'plan' ? planIn(filter) : PARENTS[parent],
    };
  }

  byIds(ids: readonly string[], viewer: Viewer): Promise<CheckInType[]> {
    return rows(
      this.db,
      sql`select ${columnsFor(viewer).all} from ${fromFor(viewer)} where k.id = any(${keysOf(ids)})`,
    );
  }

  /**
   * The newest check-in that was handed in, of each commitment or each period.
   *
   * @param asked what has to be read of it
   */
  latestOf(
    parent: 'commitment' | 'period',
    ids: readonly string[],
    viewer: Viewer,
    asked?: AskedColumns,
  ): Promise<Array<CheckInType & { readonly parentId: string }>> {
    return rows(
      this.db,
      sql`select parent.id as "parentId", own.* from unnest(${keysOf(ids)}) parent (id) cross join lateral (
            select ${columnsFor(viewer).of(asked)} from ${fromFor(viewer)}
             where ${PARENTS[parent]} = parent.id and k.status = any(${claimed})
             order by k.period_starts_on desc, k.submitted_at desc limit 1) own`,
    );
  }

  milestoneUpdatesOf(
    checkInIds: readonly string[],
    viewer: Viewer,
  ): Promise<Array<MilestoneUpdateType & { checkInId: string }>> {
    return rows(
      this.db,
      sql`select k.id as "checkInId", u.milestone_id as "milestoneId", u.status, u.percent, u.forecast_on as "forecastOn", u.note
            from ${fromFor(viewer)}
            cross join lateral (
              select milestone_id, status, percent, forecast_on, note from milestone_update where check_in_id = k.id and d.check_in_id is null
              union all
              select (w->>'milestone')::uuid, w->>'status', (w->>'percent')::integer, (w->>'forecastDate')::date, w->>'note'
                from jsonb_array_elements(d.report->'milestones') w) u
            join milestone m on m.id = u.milestone_id
           where k.id = any(${keysOf(checkInIds)}) order by k.id, m.number`,
    );
  }

  evidenceOfCheckIns(ids: readonly string[], viewer: Viewer): Promise<Array<EvidenceType & { parentId: string }>> {
    return rows(
      this.db,
      sql`select k.id as "parentId", e.* from ${fromFor(viewer)}
            cross join lateral (
              select ${link}, position from evidence e where check_in_id = k.id and d.check_in_id is null
              union all
              select (w->>'id')::uuid, 'LINK', w->>'url', w->>'title', (w->>'milestone')::uuid, null, null, null, null, at::integer
                from jsonb_array_elements(d.report->'evidence') with ordinality v (w, at)
              union all
              select ${file}, ${FILES_LAST} + row_number() over (order by e.uploaded_at, e.id)::integer from evidence_file e
               where e.check_in_id = k.id and case when ${inRange(rangeOf(viewer, 'readDrafts'))} then e.removed_at is null else ${claimedFile} end) e
           where k.id = any(${keysOf(ids)}) order by k.id, e.position`,
    );
  }

  /** What was shown for milestones in check-ins that count. */
  evidenceOfMilestones(ids: readonly string[]): Promise<Array<EvidenceType & { parentId: string }>> {
    return rows(
      this.db,
      sql`select k.id as "checkInId", e.milestone_id as "parentId", ${link}, position
            from evidence e join check_in k on k.id = e.check_in_id
           where e.milestone_id = any(${keysOf(ids)}) and k.status = any(${claimed})
          union all
          select k.id, e.milestone_id, ${file}, ${FILES_LAST} + row_number() over (order by e.uploaded_at, e.id)::integer
            from evidence_file e join check_in k on k.id = e.check_in_id
           where e.milestone_id = any(${keysOf(ids)}) and k.status = any(${claimed}) and ${claimedFile}
          order by "parentId", "checkInId", position`,
    );
  }

  /** One piece of evidence: a link that was handed in, or a file that the viewer may see. */
  async evidenceById(id: string): Promise<EvidenceType | null> {
    const [found] = await rows<EvidenceType>(
      this.db,
      sql`select ${link} from evidence e where e.id = ${id}
          union all
          select ${file} from evidence_file e where e.id = ${id} and (e.removed_at is null or e.claimed_at is not null)`,
    );
    return found ?? null;
  }

  /** Saves of many check-ins, newest first, at most 50 each. The public sees those that were handed in. */
  revisionsOf(
    checkInIds: readonly string[],
    viewer: Viewer,
  ): Promise<Array<CheckInRevisionType & { parentId: string }>> {
    const ofCheckIn = (id: Sql) => sql`
      select v.version, v.status, v.saved_at as "savedAt", v.report->>'progress' as progress, v.report->>'obstacles' as obstacles
        from check_in_revision v join check_in k on k.id = v.check_in_id
       where v.check_in_id = ${id} and (v.status = 'SUBMITTED' or ${inRange(rangeOf(viewer, 'readDrafts'))})
       order by v.version desc`;
    return rows(this.db, firstOfEach(checkInIds, 50, ofCheckIn));
  }

  /** When something last happened to check-ins of each plan that everybody may know of. */
  changedAt(planIds: readonly string[]): Promise<Array<{ planId: string; at: Date }>> {
    return rows(
      this.db,
      sql`select distinct on (plan_id) plan_id as "planId", at from audit_entry
           where plan_id = any(${keysOf(planIds)}) and action = any(${publicActions})
           order by plan_id, number desc`,
    );
  }
}

/**
 * Whether the record tells of a change to the check-in `k` since the instant. Entries are numbered in the order in which
 * they were committed, which is not always that of their instants: so every entry counts from the first one of that
 * instant on, and what was committed late is not left out. That a period opens is no change and leaves no entry. Each
 * kind is looked up by itself (`offset 0` keeps it so): together, every check-in would go through all entries of the plan.
 */
function changedSince(viewer: Viewer, since: Date): Sql {
  const told = (of: Sql): Sql =>
    sql`exists (select from audit_entry e where e.number >= ${firstNumberSince(since)} and ${of} offset 0)`;
  return sql`(exists (select from reporting_period o where o.id = k.period_id and o.opens_at >= ${since}::timestamptz - interval '1 day' offset 0)
    or ${told(sql`e.plan_id = k.plan_id and e.action = 'plan.imported'`)}
    or ${told(sql`e.subject_id = k.period_id and e.action = 'period.extended'`)}
    or ${told(sql`e.subject_id = k.id and e.action = any(${publicActions})`)}
    or (${inRange(rangeOf(viewer, 'readDrafts'))} and (${told(sql`e.subject_id = k.id`)}
      or ${told(sql`e.subject_id in (select id from evidence_file where check_in_id = k.id)`)})))`;
}

function conditions(viewer: Viewer, filter: CheckInFilter, planId: Sql, now: Date): Sql[] {
  return [
    ...(filter.updatedSince ? [changedSince(viewer, filter.updatedSince)] : []),
    ...(filter.period ? [sql`r.key = ${filter.period}`] : []),
    ...(filter.institution ? [isInstitution(sql`k.institution_id`, planId, filter.institution)] : []),
    ...(filter.commitment == null
      ? []
      : [
          sql`exists (select from commitment c where c.id = k.commitment_id and c.plan_id = ${planId} and c.number = ${filter.commitment})`,
        ]),
    ...(filter.statuses ? [sql`${statusFor(viewer)} = any(${[...filter.statuses]}::text[])`] : []),
    ...(filter.punctuality ? [sql`k.punctuality = ${filter.punctuality}`] : []),
    ...(filter.overdue == null
      ? []
      : [
          // The period is looked up for each: joined, PostgreSQL would go through the periods of all plans.
          sql`(k.status <> all(${claimed}) and greatest((select due_before from reporting_period where id = k.period_id), x.due_before) <= ${now}) = ${filter.overdue}::boolean`,
        ]),
  ];
}
