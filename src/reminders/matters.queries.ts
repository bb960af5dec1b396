import { Injectable } from '@nestjs/common';
import sql, { type Sql } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { addDays, startOfDay, type Day } from '../action-plans/reporting-calendar.js';
import { AssessmentsQueries } from '../assessments/assessments.queries.js';
import { UNREPORTED } from '../check-ins/check-in.workflow.js';
import { owedEach } from '../check-ins/expected-check-ins.js';
import { rows } from '../platform/database/rows.js';
import { Directory, nothingDue, subjectOf, type Matter, type Recipient } from './matter.js';
import { MeetingMattersQueries } from './meeting-matters.queries.js';
import { zonesOf, type PlanInPlay } from './plans-in-play.queries.js';
import { daysAhead, daysBehind } from './reminder-rule.js';
import type { ReminderAudience } from './reminder.vocabulary.js';

/** A stretch of time; matters are found whose days can concern it. */
export interface Stretch {
  readonly from: Date;
  readonly until: Date;
}

/** Whose people are wanted: of these institutions, and of whole plans those of these audiences. */
export type Audiences =
  'EVERYBODY' | { readonly institutions: readonly string[]; readonly audiences: readonly ReminderAudience[] };

const ofInstitution: readonly ReminderAudience[] = ['FOCAL_POINT', 'HEAD'];

interface CheckInsRow {
  readonly planId: string;
  readonly periodId: string;
  readonly institutionId: string;
  readonly opensAt: Date;
  readonly opensOn: Day;
  readonly endsOn: Day;
  readonly dueOn: Day;
  readonly closesOn: Day;
  readonly dueBefore: Date;
  readonly closesBefore: Date;
  readonly periodDueOn: Day;
  readonly periodClosesOn: Day;
  readonly periodDueBefore: Date;
  readonly periodClosesBefore: Date;
  readonly extendedTo: Day | null;
  readonly missing: number;
}

interface WaitingRow {
  readonly planId: string;
  readonly periodId: string;
  readonly institutionId: string;
  readonly checkInId: string;
  readonly version: number;
  readonly since: Day;
}

const DAY = 24 * 3_600_000;

/** What somebody waits for. Few facts of many matters: what a letter says of them is read when it is written. */
@Injectable()
export class MattersQueries {
  constructor(
    private readonly db: DataSource,
    private readonly assessments: AssessmentsQueries,
    private readonly ofGroups: MeetingMattersQueries,
  ) {}

  /** Everything that rules may speak of in the stretch of time. */
  async inPlay(plans: readonly PlanInPlay[], directory: Directory, { from, until }: Stretch): Promise<Matter[]> {
    const within = planCondition(plans);
    const behind = DAY * Math.max(0, ...plans.map(({ rules }) => daysBehind(rules)));
    const ahead = DAY * Math.max(0, ...plans.map(({ rules }) => daysAhead(rules)));
    const [checkIns, reviews, mends, meetings, cancelled, groups, assessments] = await Promise.all([
      this.checkIns(
        plans,
        sql`owed_check_in o`,
        sql`o.${within} and o.closes_before > ${before(from, behind)} and o.opens_at < ${after(until, ahead)}`,
      ),
      this.reviews(plans, sql`k.${within} and k.submitted_at > ${before(from, behind)}`),
      this.mends(plans, sql`k.${within}`),
      this.ofGroups.planned(plans, sql`m.${within} and m.day > ${dayBefore(from)}::date`),
      this.ofGroups.cancelled(plans, sql`m.${within} and m.day > ${dayBefore(from)}::date`),
      this.ofGroups.withoutMeeting(plans, sql`g.${within} and r.ends_before > ${dayBefore(from)}::date`),
      this.assessed(plans),
    ]);
    return [
      ...checkIns.map(({ matter }) => matter),
      ...unreachable(checkIns, directory),
      ...reviews,
      ...mends,
      ...meetings,
      ...cancelled,
      ...groups,
      ...assessments,
    ];
  }

  /** Those that are still waited for of the matters with these subjects. */
  async named(plans: readonly PlanInPlay[], directory: Directory, subjects: readonly string[]): Promise<Matter[]> {
    const ids = (topic: string, at = 1): string[] =>
      subjects.map((subject) => subject.split('/')).flatMap((parts) => (parts[0] === topic ? [parts[at] ?? ''] : []));
    const within = planCondition(plans);
    const asked = async <T>(topic: string, query: (first: string[]) => Promise<T[]>): Promise<T[]> => {
      const first = ids(topic);
      return first.length > 0 ? query(first) : [];
    };
    const [checkIns, periods, reviews, mends, meetings, cancelled, groups, assessments] = await Promise.all([
      asked('check-ins', (first) => this.checkIns(plans, owedEach(first, ids('check-ins', 2)), sql`o.${within}`)),
      asked('unreachable', (first) =>
        this.checkIns(plans, sql`owed_check_in o`, sql`o.${within} and o.period_id = any(${first}::uuid[])`),
      ),
      asked('review', (first) => this.reviews(plans, sql`k.${within} and k.id = any(${first}::uuid[])`)),
      asked('mend', (first) => this.mends(plans, sql`k.${within} and k.id = any(${first}::uuid[])`)),
      asked('meeting', (first) => this.ofGroups.planned(plans, sql`m.${within} and m.id = any(${first}::uuid[])`)),
      asked('meeting-cancelled', (first) =>
        this.ofGroups.cancelled(plans, sql`m.${within} and m.id = any(${first}::uuid[])`),
      ),
      asked('no-meeting', (first) =>
        this.ofGroups.withoutMeeting(plans, sql`g.${within} and g.id = any(${first}::uuid[])`),
      ),
      asked('assessment', () => this.assessed(plans)),
    ]);
    const wanted = new Set(subjects);
    return [
      ...checkIns.map(({ matter }) => matter),
      ...unreachable(periods, directory),
      ...reviews,
      ...mends,
      ...meetings,
      ...cancelled,
      ...groups,
      ...assessments,
    ].filter(({ subject }) => wanted.has(subject));
  }

  async recipients(planIds: readonly string[], which: Audiences): Promise<Recipient[]> {
    if (which === 'EVERYBODY') return this.people(sql`n.plan_id = any(${[...planIds]}::uuid[])`);
    const ofPlan = which.audiences.filter((audience) => !ofInstitution.includes(audience));
    const [inInstitutions, inPlans] = await Promise.all([
      this.people(
        sql`n.plan_id = any(${[...planIds]}::uuid[]) and n.institution_id = any(${[...which.institutions]}::uuid[]) and n.audience = any(${[...ofInstitution]}::text[])`,
      ),
      ofPlan.length > 0
        ? this.people(sql`n.plan_id = any(${[...planIds]}::uuid[]) and n.audience = any(${ofPlan}::text[])`)
        : [],
    ]);
    return [...inInstitutions, ...inPlans];
  }

  private people(which: Sql): Promise<Recipient[]> {
    return rows(
      this.db,
      sql`select n.plan_id as "planId", n.audience, n.institution_id as "institutionId", n.working_group_id as "workingGroupId", n.address, n.name, n.language,
                 u.address is not null as "isUndeliverable"
            from plan_recipient n left join undeliverable_address u on u.address = n.address
           where ${which} order by n.plan_id, n.audience, n.institution_id, n.position nulls last, n.address`,
    );
  }

  private async checkIns(
    plans: readonly PlanInPlay[],
    owed: Sql,
    which: Sql,
  ): Promise<Array<{ row: CheckInsRow; matter: Matter }>> {
    const found = await rows<CheckInsRow>(
      this.db,
      sql`select o.plan_id as "planId", o.period_id as "periodId", o.institution_id as "institutionId", r.opens_at as "opensAt", r.opens_on as "opensOn", r.ends_before - 1 as "endsOn",
                 o.due_on as "dueOn", o.closes_on as "closesOn", o.due_before as "dueBefore", o.closes_before as "closesBefore",
                 r.due_on as "periodDueOn", r.closes_on as "periodClosesOn", r.due_before as "periodDueBefore", r.closes_before as "periodClosesBefore",
                 case when x.due_on > r.due_on then x.due_on end as "extendedTo", count(*) filter (where o.status = any(${[...UNREPORTED]}::text[]))::int as missing
            from ${owed}
            join reporting_period r on r.id = o.period_id
            left join period_extension x on x.period_id = o.period_id and x.institution_id = o.institution_id
           where ${which}
           group by o.plan_id, o.period_id, o.institution_id, r.id, o.due_on, o.closes_on, o.due_before, o.closes_before, x.due_on
           order by r.starts_on, o.institution_id, o.plan_id`,
    );
    const zones = zonesOf(plans);
    return found.map((row) => ({
      row,
      matter: {
        topic: 'CHECK_INS',
        planId: row.planId,
        subject: subjectOf.checkIns(row.periodId, row.institutionId),
        days: { OPENS: row.opensOn, ENDS: row.endsOn, DUE: row.dueOn, CLOSES: row.closesOn },
        timeZone: zones.get(row.planId) ?? 'UTC',
        opensAt: row.opensAt,
        dueBefore: row.dueBefore,
        closesBefore: row.closesBefore,
        extendedTo: row.extendedTo,
        isSettled: row.missing === 0,
        periodId: row.periodId,
        institutionId: row.institutionId,
        workingGroupId: null,
      },
    }));
  }

  /** Handed in and not looked at yet. */
  private async reviews(plans: readonly PlanInPlay[], which: Sql): Promise<Matter[]> {
    const found = await rows<WaitingRow>(
      this.db,
      sql`select k.plan_id as "planId", k.period_id as "periodId", k.institution_id as "institutionId", k.id as "checkInId", k.version,
                 (k.submitted_at at time zone p.time_zone)::date as since
            from check_in k join action_plan p on p.id = k.plan_id
           where k.status = 'SUBMITTED' and ${which} order by k.submitted_at, k.id`,
    );
    const zones = zonesOf(plans);
    return found.map((row) => ({
      ...waiting(zones, row),
      topic: 'REVIEW',
      subject: subjectOf.review(row.checkInId, row.version),
      days: { HANDED_IN: row.since },
    }));
  }

  /** Sent back, or opened again, and not handed in since. */
  private async mends(plans: readonly PlanInPlay[], which: Sql): Promise<Matter[]> {
    const found = await rows<WaitingRow>(
      this.db,
      sql`select k.plan_id as "planId", k.period_id as "periodId", k.institution_id as "institutionId", k.id as "checkInId", k.version,
                 (${sentBackAt} at time zone p.time_zone)::date as since
            from check_in k join action_plan p on p.id = k.plan_id
           where k.status = 'RETURNED' and ${which} order by 6, k.id`,
    );
    const zones = zonesOf(plans);
    return found.map((row) => ({
      ...waiting(zones, row),
      topic: 'MEND',
      subject: subjectOf.mend(row.checkInId, row.version),
      days: { SENT_BACK: row.since },
    }));
  }

  private async assessed(plans: readonly PlanInPlay[]): Promise<Matter[]> {
    const found = await this.assessments.due(plans.map(({ id }) => id));
    const zones = zonesOf(plans);
    return found.map(({ planId, commitmentId, dueOn, filedOn }) => ({
      ...nothingDue,
      topic: 'ASSESSMENT',
      planId,
      subject: commitmentId === null ? subjectOf.inception : subjectOf.endOfCommitment(commitmentId),
      days: { DUE: dueOn },
      timeZone: zones.get(planId) ?? 'UTC',
      dueBefore: startOfDay(addDays(dueOn, 1), zones.get(planId) ?? 'UTC'),
      isSettled: filedOn !== null,
    }));
  }
}

/** The instant at which a check-in was sent back or opened again; its own row does not say. */
export const sentBackAt = sql`coalesce((select max(e.at) from audit_entry e where e.subject_id = k.id and e.action in ('checkIn.returned', 'checkIn.reopened')), k.submitted_at)`;

const waiting = (zones: ReadonlyMap<string, string>, { planId, periodId, institutionId }: WaitingRow) => ({
  ...nothingDue,
  planId,
  timeZone: zones.get(planId) ?? 'UTC',
  periodId,
  institutionId,
});

const planCondition = (plans: readonly PlanInPlay[]): Sql => sql`plan_id = any(${plans.map(({ id }) => id)}::uuid[])`;
const before = (instant: Date, by: number): Date => new Date(instant.getTime() - by);
const after = (instant: Date, by: number): Date => new Date(instant.getTime() + by);
const dayBefore = (instant: Date): Day =>
  before(instant, 2 * 24 * 3_600_000)
    .toISOString()
    .slice(0, 10);

/** What the MEL officer is told of a period: that somebody who owes something cannot be reached. */
function unreachable(found: ReadonlyArray<{ row: CheckInsRow; matter: Matter }>, directory: Directory): Matter[] {
  const periods = new Map<string, { row: CheckInsRow; matter: Matter; isSettled: boolean }>();
  for (const { row, matter } of found) {
    const isReached = row.missing === 0 || directory.reaches(row.planId, row.institutionId);
    const period = periods.get(row.periodId) ?? { row, matter, isSettled: true };
    periods.set(row.periodId, { ...period, isSettled: period.isSettled && isReached });
  }
  return [...periods.values()].map(({ row, matter, isSettled }) => ({
    ...matter,
    topic: 'UNREACHABLE',
    subject: subjectOf.unreachable(row.periodId),
    days: { OPENS: row.opensOn, ENDS: row.endsOn, DUE: row.periodDueOn, CLOSES: row.periodClosesOn },
    dueBefore: row.periodDueBefore,
    closesBefore: row.periodClosesBefore,
    extendedTo: null,
    isSettled,
    institutionId: null,
  }));
}
