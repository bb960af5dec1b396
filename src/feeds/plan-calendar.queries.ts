import { Injectable } from '@nestjs/common';
import sql, { empty, type Sql } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import type { Day } from '../action-plans/reporting-calendar.js';
import { AssessmentsQueries, type AssessmentDue } from '../assessments/assessments.queries.js';
import type { MilestoneStatus } from '../commitments/commitment.vocabulary.js';
import { rows } from '../platform/database/rows.js';
import type { LocalizedText } from '../platform/i18n/text.js';
import type { MeetingStatus } from '../working-groups/meeting.vocabulary.js';

/** When what an event says was written last, and how often it has been since. */
interface Written {
  readonly changedAt: Date;
  readonly changes: number;
}
interface NamedInstitution {
  readonly id: string;
  readonly name: LocalizedText;
}

export interface PeriodDays extends Written {
  readonly id: string;
  readonly key: string;
  readonly opensOn: Day;
  readonly dueOn: Day;
  readonly closesOn: Day;
  /** Other days for single institutions. */
  readonly extensions: ReadonlyArray<{
    readonly institution: NamedInstitution;
    readonly dueOn: Day;
    readonly closesOn: Day;
    readonly reason: string;
    readonly grantedAt: string;
    readonly grants: number;
  }>;
}
export interface MilestoneDay extends Written {
  readonly id: string;
  readonly commitment: number;
  readonly number: number;
  readonly title: LocalizedText;
  readonly dueOn: Day;
  readonly monthOnly: boolean;
  readonly status: MilestoneStatus | null;
  /** Why it was moved last. */
  readonly reason: string | null;
}
export interface MeetingDay extends Written {
  readonly id: string;
  readonly group: LocalizedText;
  readonly day: Day;
  readonly time: string | null;
  readonly place: string | null;
  readonly agenda: string | null;
  readonly status: MeetingStatus;
  readonly moveReason: string | null;
  readonly cancelReason: string | null;
}
export type AssessmentDay = Written &
  Pick<AssessmentDue, 'kind' | 'commitmentId' | 'commitmentNumber' | 'dueOn' | 'filedOn'>;
export interface PublicationDay {
  readonly id: string;
  readonly period: string;
  readonly version: number;
  readonly reason: string | null;
  readonly publishedAt: Date;
}

export interface CalendarDays {
  readonly periods: readonly PeriodDays[];
  readonly milestones: readonly MilestoneDay[];
  readonly meetings: readonly MeetingDay[];
  readonly assessments: readonly AssessmentDay[];
  readonly publications: readonly PublicationDay[];
}

/** Of a plan, or no more of it than what touches one institution. */
export interface CalendarScope {
  readonly planId: string;
  readonly institutionId: string | null;
}

/** More of one kind no calendar has; what is furthest back is left out. */
const MOST = 2_000;

@Injectable()
export class PlanCalendarQueries {
  constructor(
    private readonly db: DataSource,
    private readonly assessmentsQueries: AssessmentsQueries,
  ) {}

  async of(scope: CalendarScope): Promise<CalendarDays> {
    const [periods, milestones, meetings, assessments, publications] = await Promise.all([
      rows<PeriodDays>(this.db, periodsOf(scope)),
      rows<MilestoneDay>(this.db, milestonesOf(scope)),
      rows<MeetingDay>(this.db, meetingsOf(scope)),
      this.assessmentsOf(scope),
      rows<PublicationDay>(this.db, publicationsOf(scope)),
    ]);
    return { periods, milestones, meetings, assessments, publications };
  }

  private async assessmentsOf(scope: CalendarScope): Promise<AssessmentDay[]> {
    const [due, written] = await Promise.all([
      this.assessmentsQueries.due([scope.planId]),
      rows<Written & { readonly commitmentId: string | null }>(this.db, assessedOf(scope)),
    ]);
    const byCommitment = new Map(written.map((row) => [row.commitmentId, row]));
    return due
      .flatMap(({ kind, commitmentId, commitmentNumber, dueOn, filedOn }) => {
        const found = byCommitment.get(commitmentId);
        return found ? [{ ...found, kind, commitmentId, commitmentNumber, dueOn, filedOn }] : [];
      })
      .sort((one, other) => (one.commitmentNumber ?? 0) - (other.commitmentNumber ?? 0));
  }
}

/** Imports of the plan `p`: any of them may have moved a day, and none says which. */
const imports = sql`(select count(*)::int from audit_entry where plan_id = p.id and action = 'plan.imported')`;
const importedAt = sql`coalesce((select max(at) from audit_entry where plan_id = p.id and action = 'plan.imported'), p.submitted_on, 'epoch')`;

const onlyIf = ({ institutionId }: CalendarScope, condition: (id: Sql) => Sql): Sql =>
  institutionId === null ? empty : sql`and ${condition(sql`${institutionId}::uuid`)}`;
const reports = (id: Sql): Sql =>
  sql`exists (select from implementing_institution n where n.plan_id = p.id and n.institution_id = ${id})`;
const implements_ = (id: Sql): Sql =>
  sql`exists (select from implementing_institution n where n.commitment_id = c.id and n.institution_id = ${id})`;
const monitors = (id: Sql): Sql =>
  sql`exists (select from plan_participation a where a.plan_id = p.id and a.role = 'MONITORING_BODY' and a.institution_id = ${id})`;

const periodsOf = (scope: CalendarScope): Sql => sql`
  select r.id, r.key, r.opens_on as "opensOn", r.due_on as "dueOn", r.closes_on as "closesOn", ${importedAt} as "changedAt", ${imports} as changes,
         coalesce((select json_agg(json_build_object('institution', json_build_object('id', i.id, 'name', i.name), 'dueOn', x.due_on, 'closesOn', x.closes_on,
                     'reason', x.reason, 'grantedAt', x.granted_at,
                     'grants', (select count(*) from audit_entry e where e.subject_id = r.id and e.action = 'period.extended')) order by i.key)
                     from period_extension x join institution i on i.id = x.institution_id
                    where x.period_id = r.id ${onlyIf(scope, (id) => sql`i.id = ${id}`)}), '[]') as extensions
    from reporting_period r join action_plan p on p.id = r.plan_id
   where r.plan_id = ${scope.planId} and not r.withdrawn ${onlyIf(scope, reports)}
   order by r.starts_on desc limit ${MOST}`;

const milestonesOf = (scope: CalendarScope): Sql => sql`
  select m.id, c.number as commitment, m.number, m.title, m.due_on as "dueOn", 'dueOn' = any(m.month_precision) as "monthOnly", m.status,
         d.reason, greatest(d.changed_at, ${importedAt}) as "changedAt", ${imports} + coalesce(d.moves, 0) as changes
    from milestone_now m join commitment c on c.id = m.commitment_id join action_plan p on p.id = c.plan_id
    left join lateral (
      select count(*)::int as moves, max(changed_at) as changed_at, (array_agg(reason order by changed_at desc))[1] as reason
        from milestone_due_date where milestone_id = m.id) d on true
   where c.plan_id = ${scope.planId} and m.due_on is not null
     ${onlyIf(scope, (id) => sql`(m.responsible_institution_id = ${id} or (m.responsible_institution_id is null and ${implements_(id)}))`)}
   order by m.due_on desc, c.number, m.number limit ${MOST}`;

const meetingsOf = (scope: CalendarScope): Sql => sql`
  select m.id, g.name as group, m.day, m.starts_at_time as time, m.place, m.agenda, m.status, m.move_reason as "moveReason", m.cancel_reason as "cancelReason",
         coalesce((select max(at) from audit_entry where subject_id = m.id), m.created_at) as "changedAt", m.version as changes
    from meeting m join working_group g on g.id = m.working_group_id
   where m.plan_id = ${scope.planId}
     ${onlyIf(scope, (id) => sql`(g.coordinator_institution_id = ${id} or exists (select from working_group_member b where b.working_group_id = g.id and b.institution_id = ${id}))`)}
   order by m.day desc, m.id limit ${MOST}`;

/** When a deadline may have moved: with a claim, which may complete a commitment, and with what was filed. */
const assessedOf = (scope: CalendarScope): Sql => sql`
  select null as "commitmentId", greatest(${importedAt}, (select max(filed_at) from assessment where plan_id = p.id and kind = 'INCEPTION')) as "changedAt",
         ${imports} as changes
    from action_plan p where p.id = ${scope.planId} ${onlyIf(scope, monitors)}
  union all
  select c.id, greatest(${importedAt}, v.at, (select max(filed_at) from assessment where commitment_id = c.id)), ${imports} + v.claims
    from commitment c join action_plan p on p.id = c.plan_id
    cross join lateral (
      select count(*)::int as claims, max(v.saved_at) as at from check_in k join check_in_revision v on v.check_in_id = k.id and v.status = 'SUBMITTED'
       where k.commitment_id = c.id) v
   where c.plan_id = ${scope.planId} ${onlyIf(scope, (id) => sql`(${monitors(id)} or ${implements_(id)})`)}`;

const publicationsOf = (scope: CalendarScope): Sql => sql`
  select q.id, q.period_key as period, q.version, q.reason, q.published_at as "publishedAt"
    from publication q join action_plan p on p.id = q.plan_id
   where q.plan_id = ${scope.planId} ${onlyIf(scope, reports)}
   order by q.published_at desc, q.id limit ${MOST}`;
