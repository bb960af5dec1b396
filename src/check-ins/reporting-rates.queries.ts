import { Injectable } from '@nestjs/common';
import sql, { empty, join, type Sql } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { isInstitution } from '../action-plans/action-plans.queries.js';
import type { RowList } from '../platform/database/pages.js';
import { keysOf, rows } from '../platform/database/rows.js';
import { claimed } from './check-ins.queries.js';
import type { ReportingRateBy, ReportingRateFilter } from './reporting-rate.inputs.js';
import type { ReportingRate } from './reporting-rate.type.js';

/** What a reporting rate is asked of. */
export type RateParent = 'plan' | 'period' | 'commitment';
const PARENTS: Readonly<Record<RateParent, { readonly from: Sql; readonly owed: Sql }>> = {
  plan: { from: sql`action_plan w`, owed: sql`o.plan_id = w.id` },
  period: { from: sql`reporting_period w`, owed: sql`o.plan_id = w.plan_id and o.period_id = w.id` },
  commitment: { from: sql`commitment w`, owed: sql`o.plan_id = w.plan_id and o.commitment_id = w.id` },
};

/** What is owed by now, with what came of it. The one place that says what counts. */
const owedBy = (now: Date): Sql => sql`owed_check_in o
  join action_plan p on p.id = o.plan_id and o.opens_at <= ${now}
  cross join lateral (select o.status = any(${claimed}) as came) is_
  cross join lateral (
    select case when not is_.came and o.due_before <= ${now} then (${now}::timestamptz at time zone p.time_zone)::date - o.due_on end as days) overdue`;

/** The counts over such rows, as `ReportingRate` has them. */
const counts = sql`
  count(*)::int as expected,
  count(*) filter (where is_.came)::int as received,
  count(*) filter (where is_.came and o.punctuality = 'ON_TIME')::int as "onTime",
  count(*) filter (where is_.came and o.punctuality = 'LATE')::int as late,
  count(*) filter (where o.status in ('VERIFIED', 'PUBLISHED'))::int as verified,
  count(overdue.days)::int as overdue,
  to_char(min(o.due_on) filter (where overdue.days is not null), 'YYYY-MM-DD') as "overdueSince",
  max(overdue.days)::int as "longestOverdueDays",
  (percentile_disc(0.5) within group (order by overdue.days))::int as "medianOverdueDays"`;

interface Dimension {
  readonly id: Sql;
  readonly name: Sql;
  readonly from: Sql;
  /** Sorts as the dimension does, as text. */
  readonly place: Sql;
}
const DIMENSIONS: Readonly<Record<ReportingRateBy, Dimension>> = {
  COMMITMENT: {
    id: sql`o.commitment_id`,
    name: sql`"commitmentId"`,
    from: sql`join commitment c on c.id = o.commitment_id and c.plan_id = o.plan_id`,
    place: sql`lpad(c.number::text, 10, '0')`,
  },
  PERIOD: {
    id: sql`o.period_id`,
    name: sql`"periodId"`,
    from: sql`join reporting_period r on r.id = o.period_id and r.plan_id = o.plan_id`,
    place: sql`to_char(r.starts_on, 'YYYY-MM-DD')`,
  },
  INSTITUTION: {
    id: sql`o.institution_id`,
    name: sql`"institutionId"`,
    from: sql`join institution i on i.id = o.institution_id and i.member_id = p.member_id`,
    place: sql`i.key`,
  },
};

/** The rate of a group, with what it is told apart by; null where by something else. */
export interface RateGroupRow extends ReportingRate {
  readonly institutionId: string | null;
  readonly commitmentId: string | null;
  readonly periodId: string | null;
}

@Injectable()
export class ReportingRatesQueries {
  constructor(private readonly db: DataSource) {}

  /** Of the periods that have opened by `now`. */
  rateOf(
    parent: RateParent,
    ids: readonly string[],
    now: Date,
  ): Promise<Array<ReportingRate & { readonly parentId: string }>> {
    const { from, owed } = PARENTS[parent];
    return rows(
      this.db,
      // Each by itself: in one go, PostgreSQL would read what is owed in all plans.
      sql`select w.id as "parentId", rate.* from ${from} cross join lateral (select ${counts} from ${owedBy(now)} where ${owed}) rate
           where w.id = any(${keysOf(ids)})`,
    );
  }

  /** The rates of a plan, told apart by what is wanted; given twice it counts once. */
  list(by: readonly ReportingRateBy[], filter: ReportingRateFilter, now: Date): RowList<RateGroupRow> {
    const dimensions = Object.entries(DIMENSIONS) as Array<[ReportingRateBy, Dimension]>;
    const wanted = dimensions.filter(([name]) => by.includes(name));
    const told = wanted.map(([, dimension]) => dimension);
    const columns = dimensions.map(
      ([name, { id, name: column }]) => sql`${by.includes(name) ? id : sql`null::uuid`} as ${column}`,
    );
    const ids = join([sql`o.plan_id`, ...told.map(({ id }) => id)], ', ');
    const places = told.map(({ place }) => place);
    return {
      name: `reporting rates by ${wanted.map(([name]) => name).join()}`,
      alias: 'g',
      columns: sql`g.*`,
      // No row of a table stands behind a group, so that its id is made of what it is told apart by.
      from: sql`(
        select o.plan_id as "planId", md5(concat_ws('/', ${ids}))::uuid as id, concat_ws(' ', ${join([sql`''`, ...places], ', ')}) as place,
               ${join(columns, ', ')}, ${counts}
          from ${owedBy(now)} ${join([empty, ...told.map(({ from }) => from)], ' ')}
         where ${join([sql`true`, ...conditions(filter)], ' and ')}
         group by ${join([ids, ...places], ', ')}) g`,
      where: [],
      order: { name: 'place', by: sql`g.place`, type: 'text' },
      parent: sql`g."planId"`,
    };
  }
}

const conditions = ({ period, institution, commitment }: ReportingRateFilter): Sql[] => [
  ...(period == null
    ? []
    : [
        sql`exists (select from reporting_period r where r.id = o.period_id and r.plan_id = o.plan_id and r.key = ${period})`,
      ]),
  ...(institution == null ? [] : [isInstitution(sql`o.institution_id`, sql`o.plan_id`, institution)]),
  ...(commitment == null
    ? []
    : [
        sql`exists (select from commitment c where c.id = o.commitment_id and c.plan_id = o.plan_id and c.number = ${commitment})`,
      ]),
];
