import { claimed } from '../check-ins/check-ins.queries.js';
import sql, { type Sql } from 'sql-template-tag';
import { progressColumns } from './commitments-columns.js';
import type { ProgressRow } from './commitments-row.js';
import {
  instant,
  list,
  newestClaim,
  newestVerification,
  oneDay,
  overdue,
  today,
  type ProgressScope,
} from './progress-statements.js';
import type { Table } from './progress-table.js';

const statement = (scope: ProgressScope): Sql => sql`
  select p.key as plan, b.name as member, extract(year from p.submitted_on)::int as "submittedIn",
         c.number, c.ogp_id as "ogpId", c.title, c.problem, c.status_quo as "statusQuo", c.action, c.solution,
         c.policy_areas as "policyAreas", c.ogp_values as "ogpValues", c.url,
         ${oneDay(sql`c.starts_on`)} as "startsOn", ${oneDay(sql`c.ends_on`)} as "endsOn",
         agencies.leads, agencies.supporting,
         r.key as period, ${oneDay(sql`r.starts_on`)} as "periodStartsOn", ${oneDay(sql`r.ends_before - 1`)} as "periodEndsOn",
         ${oneDay(sql`r.due_on`)} as "periodDueOn", coalesce(r.opens_at <= ${scope.now}, false) as "isOpen",
         owed.*, stones.*, found.*,
         a.kind as "assessmentKind", ${oneDay(sql`a.filed_on`)} as "assessmentFiledOn", a.completion as "assessmentCompletion", a.verifiability,
         a.potential_for_results as "potentialForResults", a.opened_government as "openedGovernment", a.summary as "assessmentSummary"
    from commitment c
    join action_plan p on p.id = c.plan_id
    join member b on b.id = p.member_id
    left join reporting_period r on r.plan_id = c.plan_id and not r.withdrawn
      and ${scope.period ? sql`r.id = ${scope.period.id}` : sql`r.opens_at <= ${scope.now}`}
    cross join lateral (
      select ${list(sql`i.name`, sql`n.position, i.key`, sql`filter (where n.role = 'LEAD')`)} as leads,
             ${list(sql`i.name`, sql`n.position, i.key`, sql`filter (where n.role = 'SUPPORTING')`)} as supporting
        from implementing_institution n join institution i on i.id = n.institution_id where n.commitment_id = c.id) agencies
    cross join lateral (
      select count(*)::int as expected,
             count(*) filter (where k.status = any(${claimed}))::int as received,
             count(*) filter (where k.status = any(${claimed}) and k.punctuality = 'ON_TIME')::int as "onTime",
             count(*) filter (where k.status = any(${claimed}) and k.punctuality = 'LATE')::int as late,
             count(*) filter (where k.status = any(${claimed}) and k.nothing_to_report)::int as nothing,
             count(*) filter (where k.status = 'RETURNED')::int as returned,
             count(*) filter (where k.status in ('VERIFIED', 'PUBLISHED'))::int as verified,
             count(*) filter (where k.status = 'PUBLISHED')::int as published,
             count(*) filter (where k.status = any(${claimed}) and k.movement = 'NOTHING')::int as "movedNothing",
             count(*) filter (where k.status = any(${claimed}) and k.movement = 'LITTLE')::int as "movedLittle",
             count(*) filter (where k.status = any(${claimed}) and k.movement = 'CLEAR')::int as "movedClear",
             ${instant(sql`max(k.submitted_at) filter (where k.status = any(${claimed}))`)} as "lastSubmittedAt",
             ${list(
               sql`json_build_object('institution', i.name, 'progress', k.progress, 'obstacles', k.obstacles, 'nextSteps', k.next_steps)`,
               sql`i.key`,
               sql`filter (where k.status = any(${claimed}))`,
             )} as claims
        from owed_check_in o
        join institution i on i.id = o.institution_id
        left join check_in k on k.id = o.check_in_id
       where o.commitment_id = c.id and o.period_id = r.id) owed
    cross join lateral (
      select count(*)::int as milestones,
             count(*) filter (where s.status = 'COMPLETED')::int as completed,
             count(*) filter (where s.status = 'IN_PROGRESS')::int as "inProgress",
             count(*) filter (where s.status = 'NOT_STARTED')::int as "notStarted",
             count(*) filter (where s.status = 'CANCELLED')::int as cancelled,
             count(*) filter (where s.status is null)::int as unknown,
             count(*) filter (where s.overdue)::int as overdue,
             ${oneDay(sql`min(s.due_on) filter (where s.overdue)`)} as "overdueSince",
             count(*) filter (where s.verified = 'COMPLETED')::int as "verifiedCompleted"
        from (select coalesce(u.status, m.published_status) as status, f.status as verified, m.due_on,
                     ${overdue(sql`least(${today(scope)}, r.ends_before)`)} as overdue
                from milestone m ${newestClaim(sql`r.starts_on`)} ${newestVerification(sql`r.starts_on`)}
               where m.commitment_id = c.id) s) stones
    cross join lateral (
      select ${list(sql`json_build_object('institution', v.name, 'finding', v.finding)`, sql`v.key`)} as findings,
             ${instant(sql`max(v.verified_at)`)} as "lastVerifiedAt"
        from (select distinct on (k.id) i.key, i.name, v.finding, v.verified_at
                from check_in k
                join verification v on v.check_in_id = k.id
                join institution i on i.id = k.institution_id
               where k.commitment_id = c.id and k.period_id = r.id
               order by k.id, v.verified_at desc, v.id desc) v) found
    left join lateral (
      select * from assessment a where a.commitment_id = c.id order by a.filed_at desc, a.id desc limit 1) a on true
   where c.plan_id = ${scope.planId}
   order by c.number, r.starts_on`;

export const progressTable: Table<ProgressRow> = {
  name: 'progress',
  meaning:
    'One row per commitment and reporting period that has opened: OGP’s own columns first, progress after them. Claim, verification and assessment stand in columns of their own.',
  columns: progressColumns,
  key: ['Commitment Number', 'Period'],
  statement,
};
