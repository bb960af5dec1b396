import { Injectable } from '@nestjs/common';
import sql, { empty, type Sql } from 'sql-template-tag';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import type { ReportingPeriod } from '../action-plans/reporting-period.entity.js';
import { CLAIMED } from '../check-ins/check-in.workflow.js';
import { rows } from '../platform/database/rows.js';
import { TABLE_NAMES, type TableName, type TableRows } from './progress-tables.js';

/** What is read: a plan as everybody may see it now, or no more of it than one period. */
export interface ProgressScope {
  readonly planId: string;
  readonly now: Date;
  readonly period: Pick<ReportingPeriod, 'id' | 'startsOn' | 'endsBefore'> | null;
}

/** Reads the rows of a table one after the other, as fast as they are taken. */
export type ReadRows = <Name extends TableName>(name: Name) => AsyncIterable<TableRows[Name]>;

export type AllRows = { readonly [Name in TableName]: ReadonlyArray<TableRows[Name]> };

@Injectable()
export class ProgressQueries {
  constructor(private readonly db: DataSource) {}

  /**
   * Whatever is made of the rows while they are read: all tables as they stood at one instant, with what the public may
   * see, whoever asks. Whoever stops taking ends the statement and gives the connection back.
   */
  async *reading<T>(
    scope: ProgressScope,
    make: (read: ReadRows, stamp: () => Promise<string>) => AsyncIterable<T>,
  ): AsyncGenerator<T, void> {
    const runner = this.db.createQueryRunner(this.isReplicated ? 'slave' : 'master');
    try {
      await runner.startTransaction('REPEATABLE READ');
      await rows(
        runner,
        sql`select set_config('mithaq.sight', '', true), set_config('transaction_read_only', 'on', true)`,
      );
      yield* make(
        (name) => streamed(runner, statementOf(name, scope)),
        () => this.stamp(scope, runner),
      );
    } finally {
      // It has only read: there is nothing that a commit would keep.
      if (runner.isTransactionActive) await runner.rollbackTransaction();
      await runner.release();
    }
  }

  /** All tables, or those named, in one statement, and so as they stood at one instant, inside a transaction that goes on. */
  async all(tx: EntityManager, scope: ProgressScope, names: readonly TableName[] = TABLE_NAMES): Promise<AllRows> {
    const tables = names.map(
      (name) =>
        sql`select ${name}::text as name, coalesce((select json_agg(row_to_json(t)) from (${statementOf(name, scope)}) t), '[]') as rows`,
    );
    const found = await rows<{ name: TableName; rows: unknown }>(
      tx,
      tables.reduce((before, table) => sql`${before} union all ${table}`),
    );
    return Object.fromEntries(found.map(({ name, rows }) => [name, rows])) as unknown as AllRows;
  }

  /** Changes whenever a file of the plan would: with every recorded change, and with every day and opening. */
  async stamp(scope: ProgressScope, on: DataSource | QueryRunner | EntityManager = this.db): Promise<string> {
    const [found] = await rows<{ stamp: string }>(
      on,
      sql`select concat_ws('.', (select max(number) from audit_entry), (${scope.now}::timestamptz at time zone p.time_zone)::date,
                 (select count(*) from reporting_period r where r.plan_id = p.id and r.opens_at <= ${scope.now})) as stamp
            from action_plan p where p.id = ${scope.planId}`,
    );
    return found?.stamp ?? '';
  }

  private get isReplicated(): boolean {
    return this.db.options.type === 'postgres' && this.db.options.replication !== undefined;
  }
}

async function* streamed<Row>(runner: QueryRunner, { text, values }: Sql): AsyncGenerator<Row, void> {
  const stream = await runner.stream(text, values);
  // Leaving the loop early destroys the stream, which closes its cursor in the database.
  for await (const row of stream) yield row as Row;
}

function statementOf(name: TableName, scope: ProgressScope): Sql {
  return STATEMENTS[name](scope);
}

const claimed = sql`(${[...CLAIMED]}::text[])`;
const instant = (column: Sql): Sql => sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
const oneDay = (column: Sql): Sql => sql`to_char(${column}, 'YYYY-MM-DD')`;
const list = (of: Sql, order: Sql, where: Sql = empty): Sql =>
  sql`coalesce(json_agg(${of} order by ${order}) ${where}, '[]')`;

/** The newest claim of the milestone `m`, in check-ins of periods that began by the day, if there is one. */
const newestClaim = (until: Sql): Sql => sql`
  left join lateral (
    select u.status, u.percent, u.forecast_on, u.note, r.key as period
      from milestone_update u
      join check_in k on k.id = u.check_in_id
      join reporting_period r on r.id = k.period_id
     where u.milestone_id = m.id and k.status = any${claimed} and r.starts_on <= coalesce(${until}, 'infinity')
     order by r.starts_on desc, k.submitted_at desc limit 1) u on true`;

/** The newest verification of the milestone `m`, in the same check-ins. */
const newestVerification = (until: Sql): Sql => sql`
  left join lateral (
    select w.status, w.percent, v.verified_at
      from verified_milestone w
      join verification v on v.id = w.verification_id
      join check_in k on k.id = v.check_in_id
      join reporting_period r on r.id = k.period_id
     where w.milestone_id = m.id and r.starts_on <= coalesce(${until}, 'infinity')
     order by r.starts_on desc, v.verified_at desc limit 1) f on true`;

/** Whether the milestone `m` with the claim `u` is overdue on the day; the same rule as `isOverdue`. */
const overdue = (day: Sql): Sql =>
  sql`coalesce(m.due_on < ${day} and coalesce(u.status, m.published_status, '') not in ('COMPLETED', 'CANCELLED'), false)`;

const startOf = ({ period }: ProgressScope): Sql => sql`${period?.startsOn ?? null}::date`;
const today = ({ now }: ProgressScope): Sql => sql`(${now}::timestamptz at time zone p.time_zone)::date`;

const STATEMENTS: Readonly<Record<TableName, (scope: ProgressScope) => Sql>> = {
  progress: (scope) => sql`
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
               count(*) filter (where k.status = any${claimed})::int as received,
               count(*) filter (where k.status = any${claimed} and k.punctuality = 'ON_TIME')::int as "onTime",
               count(*) filter (where k.status = any${claimed} and k.punctuality = 'LATE')::int as late,
               count(*) filter (where k.status = any${claimed} and k.nothing_to_report)::int as nothing,
               count(*) filter (where k.status = 'RETURNED')::int as returned,
               count(*) filter (where k.status in ('VERIFIED', 'PUBLISHED'))::int as verified,
               count(*) filter (where k.status = 'PUBLISHED')::int as published,
               count(*) filter (where k.status = any${claimed} and k.movement = 'NOTHING')::int as "movedNothing",
               count(*) filter (where k.status = any${claimed} and k.movement = 'LITTLE')::int as "movedLittle",
               count(*) filter (where k.status = any${claimed} and k.movement = 'CLEAR')::int as "movedClear",
               ${instant(sql`max(k.submitted_at) filter (where k.status = any${claimed})`)} as "lastSubmittedAt",
               ${list(
                 sql`json_build_object('institution', i.name, 'progress', k.progress, 'obstacles', k.obstacles, 'nextSteps', k.next_steps)`,
                 sql`i.key`,
                 sql`filter (where k.status = any${claimed})`,
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
     order by c.number, r.starts_on`,

  milestones: (scope) => sql`
    select c.number as commitment, m.number, m.title, m.expected_output as "expectedOutput", ${oneDay(sql`m.starts_on`)} as "startsOn",
           ${oneDay(sql`m.due_on`)} as "dueOn", ${oneDay(sql`m.original_due_on`)} as "originalDueOn",
           (select count(*)::int from milestone_due_date d where d.milestone_id = m.id) as moves, i.name as responsible,
           m.published_status as "publishedStatus", m.published_percent as "publishedPercent",
           u.status as "claimedStatus", u.percent as "claimedPercent", ${oneDay(sql`u.forecast_on`)} as "forecastOn", u.note as "claimNote",
           u.period as "claimedIn", f.status as "verifiedStatus", f.percent as "verifiedPercent", ${instant(sql`f.verified_at`)} as "verifiedAt",
           ${overdue(sql`least(${today(scope)}, ${scope.period?.endsBefore ?? null}::date)`)} as "isOverdue"
      from milestone m
      join commitment c on c.id = m.commitment_id
      join action_plan p on p.id = c.plan_id
      left join institution i on i.id = m.responsible_institution_id
      ${newestClaim(startOf(scope))} ${newestVerification(startOf(scope))}
     where c.plan_id = ${scope.planId}
     order by c.number, m.number`,

  'check-ins': (scope) => sql`
    select c.number as commitment, r.key as period, i.key as institution, i.name as "institutionName", w.role, ${oneDay(sql`w.due_on`)} as "dueOn",
           case when k.submitted_at is not null then k.id end as id, coalesce(k.status, 'EXPECTED') as status,
           coalesce(k.nothing_to_report, false) as "nothingToReport", ${instant(sql`k.submitted_at`)} as "submittedAt", k.punctuality, k.movement,
           k.progress, k.achievements, k.obstacles, k.next_steps as "nextSteps", k.support_needed as "supportNeeded",
           case when k.submitted_at is not null then k.language end as language,
           v.finding, ${instant(sql`v.verified_at`)} as "verifiedAt", coalesce(x.corrections, 0) as corrections, x.reason as "correctionReason"
      from (
        select o.commitment_id, o.period_id, o.institution_id, o.check_in_id, o.due_on, n.role
          from owed_check_in o
          join implementing_institution n on n.commitment_id = o.commitment_id and n.institution_id = o.institution_id
         where o.plan_id = ${scope.planId}
        union all
        select k.commitment_id, k.period_id, k.institution_id, k.id, r.due_on, null
          from check_in k join reporting_period r on r.id = k.period_id
         where k.plan_id = ${scope.planId} and k.submitted_at is not null and not r.withdrawn
           and not exists (select from implementing_institution n where n.commitment_id = k.commitment_id and n.institution_id = k.institution_id)) w
      join commitment c on c.id = w.commitment_id
      join reporting_period r on r.id = w.period_id
      join institution i on i.id = w.institution_id
      left join check_in k on k.id = w.check_in_id
      left join lateral (
        select v.finding, v.verified_at from verification v where v.check_in_id = k.id order by v.verified_at desc, v.id desc limit 1) v on true
      left join lateral (
        select count(*)::int as corrections, (array_agg(x.reason order by x.reopened_at desc, x.id desc))[1] as reason
          from check_in_correction x where x.check_in_id = k.id) x on true
     where ${scope.period ? sql`w.period_id = ${scope.period.id}` : sql`r.opens_at <= ${scope.now}`}
     order by r.starts_on, c.number, i.key`,

  institutions: (scope) => sql`
    select i.key, i.name, i.kind, i.website,
           (select ${list(sql`t.role`, sql`t.role`)} from plan_participation t where t.plan_id = ${scope.planId} and t.institution_id = i.id) as roles,
           named.leads, named.supports
      from institution i
      cross join lateral (
        select ${list(sql`c.number`, sql`c.number`, sql`filter (where n.role = 'LEAD')`)} as leads,
               ${list(sql`c.number`, sql`c.number`, sql`filter (where n.role = 'SUPPORTING')`)} as supports
          from implementing_institution n join commitment c on c.id = n.commitment_id
         where n.plan_id = ${scope.planId} and n.institution_id = i.id) named
     where i.id in (
       select institution_id from plan_participation where plan_id = ${scope.planId}
       union select institution_id from implementing_institution where plan_id = ${scope.planId}
       union select m.institution_id from working_group_member m join working_group g on g.id = m.working_group_id where g.plan_id = ${scope.planId}
       union select coordinator_institution_id from working_group where plan_id = ${scope.planId}
       union select m.responsible_institution_id from milestone m join commitment c on c.id = m.commitment_id where c.plan_id = ${scope.planId}
       union select institution_id from check_in where plan_id = ${scope.planId} and submitted_at is not null)
     order by i.key`,

  evidence: (scope) => sql`
    select e.id, c.number as commitment, m.number as milestone, r.key as period, i.key as institution, k.id as "checkIn", e.kind, e.title, e.url,
           e.name, e.media_type as "mediaType", e.size, e.sha256
      from (
        select id, check_in_id, milestone_id, 'LINK' as kind, title, url, null as name, null as media_type, null::integer as size, null as sha256, position
          from evidence
        union all
        select e.id, e.check_in_id, e.milestone_id, 'FILE', e.title, null, e.name, e.media_type, e.size, e.sha256, null
          from evidence_file e join check_in k on k.id = e.check_in_id
         where e.claimed_at is not null and (e.removed_at is null or e.removed_at > k.submitted_at)) e
      join check_in k on k.id = e.check_in_id and k.submitted_at is not null
      join commitment c on c.id = k.commitment_id
      join reporting_period r on r.id = k.period_id and not r.withdrawn
      join institution i on i.id = k.institution_id
      left join milestone m on m.id = e.milestone_id
     where k.plan_id = ${scope.planId} ${scope.period ? sql`and k.period_id = ${scope.period.id}` : empty}
     order by r.starts_on, c.number, i.key, e.kind desc, e.position, e.id`,

  assessments: (scope) => sql`
    select a.id, c.number as commitment, a.kind, i.name as institution, ${oneDay(sql`a.due_on`)} as "dueOn", ${oneDay(sql`a.filed_on`)} as "filedOn",
           a.completion, a.verifiability, a.potential_for_results as "potentialForResults", a.opened_government as "openedGovernment", a.summary, a.url,
           exists (select from assessment n where n.plan_id = a.plan_id and n.kind = a.kind
                     and n.commitment_id is not distinct from a.commitment_id and (n.filed_at, n.id) > (a.filed_at, a.id)) as "isSuperseded"
      from assessment a
      left join commitment c on c.id = a.commitment_id
      left join institution i on i.id = a.institution_id
     where a.plan_id = ${scope.planId}
     order by a.filed_at, a.id`,
};
