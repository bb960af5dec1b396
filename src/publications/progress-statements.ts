import sql, { empty, type Sql } from 'sql-template-tag';
import type { ReportingPeriod } from '../action-plans/reporting-period.entity.js';
import { claimed } from '../check-ins/check-ins.queries.js';

/** What is read: a plan as everybody may see it, or no more of it than one period. */
export interface ProgressScope {
  readonly planId: string;
  /** The instant that days are counted from. */
  readonly now: Date;
  /** The same where the plan is wanted as it stood then; null for as it stands. */
  readonly asOf: Date | null;
  readonly period: Pick<ReportingPeriod, 'id' | 'startsOn' | 'endsBefore'> | null;
}

/* What the statements of several tables are made of. */

export const instant = (column: Sql): Sql => sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
export const oneDay = (column: Sql): Sql => sql`to_char(${column}, 'YYYY-MM-DD')`;
export const list = (of: Sql, order: Sql, where: Sql = empty): Sql =>
  sql`coalesce(json_agg(${of} order by ${order}) ${where}, '[]')`;

/**
 * The check-in with the id, looked up by itself: joined, a view of how things stood (`as_of.check_in`) would be made
 * whole for every milestone.
 */
const checkInOf = (id: Sql): Sql => sql`
      cross join lateral (select k.id, k.status, k.period_id, k.submitted_at from check_in k where k.id = ${id} offset 0) k`;

/** The newest claim of the milestone `m`, in check-ins of periods that began by the day, if there is one. */
export const newestClaim = (until: Sql): Sql => sql`
  left join lateral (
    select u.status, u.percent, u.forecast_on, u.note, r.key as period
      from milestone_update u ${checkInOf(sql`u.check_in_id`)}
      join reporting_period r on r.id = k.period_id
     where u.milestone_id = m.id and k.status = any(${claimed}) and r.starts_on <= coalesce(${until}, 'infinity')
     order by r.starts_on desc, k.submitted_at desc, k.id desc limit 1) u on true`;

/** The newest verification of the milestone `m`, in the same check-ins. */
export const newestVerification = (until: Sql): Sql => sql`
  left join lateral (
    select w.status, w.percent, v.verified_at
      from verified_milestone w
      join verification v on v.id = w.verification_id
      ${checkInOf(sql`v.check_in_id`)}
      join reporting_period r on r.id = k.period_id
     where w.milestone_id = m.id and r.starts_on <= coalesce(${until}, 'infinity')
     order by r.starts_on desc, v.verified_at desc, v.id desc limit 1) f on true`;

/** Whether the milestone `m` with the claim `u` is overdue on the day; the same rule as `isOverdue`. */
export const overdue = (day: Sql): Sql =>
  sql`coalesce(m.due_on < ${day} and coalesce(u.status, m.published_status, '') not in ('COMPLETED', 'CANCELLED'), false)`;

export const startOf = ({ period }: ProgressScope): Sql => sql`${period?.startsOn ?? null}::date`;
export const today = ({ now }: ProgressScope): Sql => sql`(${now}::timestamptz at time zone p.time_zone)::date`;
