import { Injectable } from '@nestjs/common';
import sql, { join, raw, type Sql } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import type { Viewer } from '../platform/access/viewer.js';
import type { Ordering, RowList } from '../platform/database/pages.js';
import { rows } from '../platform/database/rows.js';
import type { CheckInFilter, CheckInOrder } from './check-in.inputs.js';
import { CheckInRevisionType, CheckInType, EvidenceType, MilestoneUpdateType, ReportingRate } from './check-in.type.js';
import { CLAIMED } from './check-in.workflow.js';

const byPeriod = { by: sql`r.starts_on`, type: 'date' } as const;
const ORDERS: Record<CheckInOrder, (viewer: Viewer) => Ordering> = {
  PERIOD_ASC: () => ({ name: 'period', ...byPeriod }),
  PERIOD_DESC: () => ({ name: 'period-desc', ...byPeriod, descending: true }),
  SUBMITTED_DESC: (viewer) => ({
    name: 'submitted-desc',
    by: sql`coalesce(case when ${readableBy(viewer)} then k.submitted_at end, 'infinity'::timestamptz)`,
    type: 'timestamptz',
    descending: true,
  }),
};

/** Where a list of check-ins hangs. */
export type CheckInParent = 'plan' | 'commitment' | 'period';
const PARENTS: Record<CheckInParent, Sql> = {
  plan: sql`k.plan_id`,
  commitment: sql`k.commitment_id`,
  period: sql`k.period_id`,
};

const from = sql`check_in k
  join reporting_period r on r.id = k.period_id
  left join period_extension x on x.period_id = k.period_id and x.institution_id = k.institution_id`;

/** Columns that only the institution and those who run the plan see before the check-in is handed in. */
const GUARDED = [
  'movement',
  'progress',
  'achievements',
  'obstacles',
  'next_steps',
  'support_needed',
  'language',
  'punctuality',
  'submitted_at',
];
const camel = (column: string): string => column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

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
      from,
      where: conditions(viewer, filter, now),
      order: ORDERS[order](viewer),
      parent: PARENTS[parent],
    };
  }

  byIds(ids: readonly string[], viewer: Viewer): Promise<CheckInType[]> {
    return rows(this.db, sql`select ${columnsFor(viewer)} from ${from} where k.id = any(${[...ids]}::uuid[])`);
  }

  /** The newest check-in that was handed in, of each commitment or each period. */
  latestOf(parent: 'commitment' | 'period', ids: readonly string[], viewer: Viewer): Promise<CheckInType[]> {
    return rows(
      this.db,
      sql`select distinct on (${PARENTS[parent]}) ${columnsFor(viewer)} from ${from}
        where ${PARENTS[parent]} = any(${[...ids]}::uuid[]) and k.status = any(${[...CLAIMED]}::text[])
        order by ${PARENTS[parent]}, r.starts_on desc, k.submitted_at desc`,
    );
  }

  milestoneUpdatesOf(
    checkInIds: readonly string[],
    viewer: Viewer,
  ): Promise<Array<MilestoneUpdateType & { checkInId: string }>> {
    return rows(
      this.db,
      sql`select u.check_in_id as "checkInId", u.milestone_id as "milestoneId", u.status, u.percent, u.forecast_on as "forecastOn", u.note
            from milestone_update u join check_in k on k.id = u.check_in_id join milestone m on m.id = u.milestone_id
           where u.check_in_id = any(${[...checkInIds]}::uuid[]) and ${readableBy(viewer)} order by u.check_in_id, m.number`,
    );
  }

  evidenceOf(
    parent: 'checkIn' | 'milestone',
    ids: readonly string[],
    viewer: Viewer,
  ): Promise<Array<EvidenceType & { parentId: string }>> {
    const column = parent === 'checkIn' ? sql`e.check_in_id` : sql`e.milestone_id`;
    const visible = parent === 'checkIn' ? readableBy(viewer) : sql`k.status = any(${[...CLAIMED]}::text[])`;
    return rows(
      this.db,
      sql`select ${column} as "parentId", e.id, e.kind, e.url, e.title, e.milestone_id as "milestoneId"
            from evidence e join check_in k on k.id = e.check_in_id
           where ${column} = any(${[...ids]}::uuid[]) and ${visible} order by 1, e.check_in_id, e.position`,
    );
  }

  /** One piece of evidence, where the viewer may see it: as `evidenceOf` has it. */
  async evidenceById(id: string, viewer: Viewer): Promise<EvidenceType | null> {
    const [found] = await rows<EvidenceType>(
      this.db,
      sql`select e.id, e.kind, e.url, e.title, e.milestone_id as "milestoneId" from evidence e join check_in k on k.id = e.check_in_id
        where e.id = ${id} and ${readableBy(viewer)}`,
    );
    return found ?? null;
  }

  /** Saves of many check-ins, newest first, at most 50 each. The public sees those that were handed in. */
  revisionsOf(
    checkInIds: readonly string[],
    viewer: Viewer,
  ): Promise<Array<CheckInRevisionType & { checkInId: string }>> {
    return rows(
      this.db,
      sql`select id.value as "checkInId", v.* from unnest(${[...checkInIds]}::uuid[]) id (value) cross join lateral (
            select v.version, v.status, v.saved_at as "savedAt", v.report->>'progress' as progress, v.report->>'obstacles' as obstacles
              from check_in_revision v join check_in k on k.id = v.check_in_id
             where v.check_in_id = id.value and (v.status = any(${[...CLAIMED]}::text[]) or ${isInsider(viewer)})
             order by v.version desc limit 50) v`,
    );
  }

  /** Of the periods that have opened by `now`; `ids` are plans or periods. */
  rateOf(
    parent: 'plan' | 'period',
    ids: readonly string[],
    now: Date,
  ): Promise<Array<ReportingRate & { parentId: string }>> {
    const column = parent === 'plan' ? sql`o.plan_id` : sql`o.period_id`;
    return rows(
      this.db,
      sql`select ${column} as "parentId", count(*)::int as expected,
                 count(*) filter (where o.status = any(${[...CLAIMED]}::text[]))::int as received,
                 count(*) filter (where o.status = any(${[...CLAIMED]}::text[]) and k.punctuality = 'ON_TIME')::int as "onTime",
                 count(*) filter (where o.status = any(${[...CLAIMED]}::text[]) and k.punctuality = 'LATE')::int as late,
                 count(*) filter (where o.status <> all(${[...CLAIMED]}::text[]) and o.due_before <= ${now})::int as overdue
            from owed_check_in o left join check_in k on k.id = o.check_in_id
           where ${column} = any(${[...ids]}::uuid[]) and o.opens_at <= ${now} group by 1`,
    );
  }
}

/** Whether the viewer may see what is not handed in: its institution, or those who run the plan. */
function isInsider(viewer: Viewer): Sql {
  const officer = viewer.grants.filter(({ role }) => role === 'MEL_OFFICER' || role === 'ADMIN');
  const focal = viewer.grants.filter(({ role }) => role === 'FOCAL_POINT');
  const everywhere = officer.some(({ planId }) => planId === null);
  return sql`(${everywhere}::boolean or k.plan_id = any(${officer.flatMap(({ planId }) => planId ?? [])}::uuid[])
    or (k.plan_id, k.institution_id) in (select * from unnest(${focal.map(({ planId }) => planId)}::uuid[], ${focal.map(({ institutionId }) => institutionId)}::uuid[])))`;
}

const readableBy = (viewer: Viewer): Sql => sql`(k.status = any(${[...CLAIMED]}::text[]) or ${isInsider(viewer)})`;

/** To everybody else a draft is what it was before: expected. */
const shownStatus = (viewer: Viewer): Sql => sql`case when ${readableBy(viewer)} then k.status else 'EXPECTED' end`;

function columnsFor(viewer: Viewer): Sql {
  const readable = readableBy(viewer);
  const guarded = GUARDED.map(
    (column) => sql`case when ${readable} then k.${raw(column)} end as ${raw(`"${camel(column)}"`)}`,
  );
  return sql`k.id, k.plan_id as "planId", k.commitment_id as "commitmentId", k.institution_id as "institutionId", k.period_id as "periodId",
    ${shownStatus(viewer)} as status, case when ${readable} then k.version else 0 end as version, ${readable} and k.nothing_to_report as "nothingToReport",
    greatest(r.due_on, x.due_on) as "dueOn", greatest(r.closes_on, x.closes_on) as "closesOn", ${join(guarded)}`;
}

function conditions(viewer: Viewer, filter: CheckInFilter, now: Date): Sql[] {
  return [
    ...(filter.period ? [sql`r.key = ${filter.period}`] : []),
    ...(filter.institution
      ? [sql`k.institution_id in (select id from institution where key = ${filter.institution})`]
      : []),
    ...(filter.commitment == null
      ? []
      : [sql`k.commitment_id in (select id from commitment where number = ${filter.commitment})`]),
    ...(filter.statuses ? [sql`${shownStatus(viewer)} = any(${[...filter.statuses]}::text[])`] : []),
    ...(filter.punctuality ? [sql`${readableBy(viewer)} and k.punctuality = ${filter.punctuality}`] : []),
    ...(filter.overdue == null
      ? []
      : [
          sql`(k.status <> all(${[...CLAIMED]}::text[]) and greatest(r.due_before, x.due_before) <= ${now}) = ${filter.overdue}::boolean`,
        ]),
  ];
}
