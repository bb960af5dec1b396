import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import type { Day } from '../action-plans/reporting-calendar.js';
import { AssessmentsQueries } from '../assessments/assessments.queries.js';
import { MISSING, UNREPORTED } from '../check-ins/check-in.workflow.js';
import { owedEach } from '../check-ins/expected-check-ins.js';
import { rows } from '../platform/database/rows.js';
import type { LocalizedText } from '../platform/i18n/text.js';
import { seeingAll } from '../platform/logging/request-context.js';
import type { Directory, Matter, Recipient } from './matter.js';
import { sentBackAt } from './matters.queries.js';
import type {
  AssessmentFacts,
  LetterFacts,
  LetterInstitution,
  LetterPeriod,
  MeetingCancelledFacts,
  MeetingFacts,
  NoMeetingFacts,
  ReportFacts,
  UnreachableReason,
  WaitingFacts,
} from './reminder.letter.js';

type Owing = Omit<ReportFacts, 'template' | 'isReachable'> & { readonly planId: string };

/** As many as a plan file takes; a letter names the first and counts the others. */
const MOST_MILESTONES = 500;

/** By plan and subject. Of `CHECK_INS` the template is the rule's to say. */
export type FactsOf = (matter: Matter) => LetterFacts | null;

/** What letters say of matters, for some of them at once. */
@Injectable()
export class LetterFactsQueries {
  constructor(
    private readonly db: DataSource,
    private readonly assessments: AssessmentsQueries,
  ) {}

  /** Facts of the matters as they stand now. */
  async of(matters: readonly Matter[], directory: Directory): Promise<FactsOf> {
    const ofTopic = (topic: Matter['topic']): Matter[] => matters.filter((matter) => matter.topic === topic);
    const facts = new Map<string, LetterFacts>();
    const keep = (found: ReadonlyArray<readonly [Matter, LetterFacts]>): void =>
      found.forEach(([matter, fact]) => facts.set(placeOf(matter), fact));
    keep(await this.checkIns(ofTopic('CHECK_INS'), directory));
    keep(await this.unreachable(ofTopic('UNREACHABLE'), directory));
    keep(await this.waiting(ofTopic('REVIEW'), 'REVIEW'));
    keep(await this.waiting(ofTopic('MEND'), 'MEND'));
    keep(await this.meetings(ofTopic('MEETING')));
    keep(await this.cancelled(ofTopic('MEETING_CANCELLED')));
    keep(await this.noMeetings(ofTopic('NO_MEETING')));
    keep(await this.assessed(ofTopic('ASSESSMENT')));
    return (matter) => facts.get(placeOf(matter)) ?? null;
  }

  private async checkIns(
    matters: readonly Matter[],
    directory: Directory,
  ): Promise<Array<readonly [Matter, ReportFacts]>> {
    if (matters.length === 0) return [];
    const found = await this.owing(
      matters.map(({ periodId }) => periodId ?? ''),
      matters.map(({ institutionId }) => institutionId ?? ''),
    );
    const byPlace = new Map(
      found.map((owing) => [`${owing.planId} ${owing.period.id} ${owing.institution.id}`, owing] as const),
    );
    return matters.flatMap((matter) => {
      const owing = byPlace.get(`${matter.planId} ${matter.periodId} ${matter.institutionId}`);
      if (!owing) return [];
      const { planId, ...facts } = owing;
      const isReachable = directory.reaches(planId, owing.institution.id);
      return [[matter, { ...facts, template: 'REPORT', isReachable }] as const];
    });
  }

  /** Whether something was begun is for its agency to read, in its own mail. */
  private owing(periodIds: string[], institutionIds: string[]): Promise<Owing[]> {
    return seeingAll('reminders', () =>
      rows<Owing>(
        this.db,
        sql`select o.plan_id as "planId",
                 jsonb_build_object('id', r.id, 'key', r.key, 'opensOn', r.opens_on, 'dueOn', o.due_on, 'closesOn', o.closes_on) as period,
                 jsonb_build_object('id', i.id, 'key', i.key, 'name', i.name) as institution,
                 count(*)::int as owed,
                 coalesce(jsonb_agg(jsonb_build_object('number', c.number, 'title', c.title, 'status', o.status, 'milestones', coalesce(open.milestones, '[]')) order by c.number)
                   filter (where o.status = any(${[...MISSING]}::text[])), '[]') as missing
            from ${owedEach(periodIds, institutionIds)}
            join reporting_period r on r.id = o.period_id
            join institution i on i.id = o.institution_id
            join commitment c on c.id = o.commitment_id
            left join lateral (
              select jsonb_agg(jsonb_build_object('number', m.number, 'title', m.title) order by m.number) as milestones
                from (select n.number, n.title from milestone_now n
                       where n.commitment_id = c.id and coalesce(n.status, 'NOT_STARTED') not in ('COMPLETED', 'CANCELLED')
                         and not exists (select from check_in_draft d cross join lateral jsonb_array_elements(d.report->'milestones') e
                                          where d.check_in_id = o.check_in_id and e->>'milestone' = n.id::text)
                       order by n.number limit ${MOST_MILESTONES}) m) open on o.status = any(${[...MISSING]}::text[])
           group by o.plan_id, r.id, i.id, o.due_on, o.closes_on`,
      ),
    );
  }

  private async unreachable(matters: readonly Matter[], directory: Directory) {
    if (matters.length === 0) return [];
    const found = await rows<{ planId: string; period: LetterPeriod; institution: LetterInstitution; owed: number }>(
      this.db,
      sql`select o.plan_id as "planId",
                 jsonb_build_object('id', r.id, 'key', r.key, 'opensOn', r.opens_on, 'dueOn', r.due_on, 'closesOn', r.closes_on) as period,
                 jsonb_build_object('id', i.id, 'key', i.key, 'name', i.name) as institution, count(*)::int as owed
            from owed_check_in o join reporting_period r on r.id = o.period_id join institution i on i.id = o.institution_id
           where o.period_id = any(${matters.map(({ periodId }) => periodId)}::uuid[]) and o.status = any(${[...UNREPORTED]}::text[])
           group by o.plan_id, r.id, i.id order by i.key`,
    );
    return matters.flatMap((matter) => {
      const owing = found.filter(
        ({ planId, period, institution }) =>
          planId === matter.planId && period.id === matter.periodId && !directory.reaches(planId, institution.id),
      );
      const [first] = owing;
      if (!first) return [];
      const institutions = owing.map(({ institution, owed }) => ({
        ...institution,
        owed,
        why: whyUnreachable(
          directory.of('FOCAL_POINT', { planId: matter.planId, institutionId: institution.id, workingGroupId: null }),
        ),
      }));
      return [[matter, { template: 'UNREACHABLE', period: first.period, institutions }] as const];
    });
  }

  private async waiting(matters: readonly Matter[], template: WaitingFacts['template']) {
    const ids = matters.map(({ subject }) => subject.split('/')[1] ?? '');
    if (ids.length === 0) return [];
    const since = template === 'REVIEW' ? sql`k.submitted_at` : sentBackAt;
    const found = await rows<Omit<WaitingFacts, 'template'>>(
      this.db,
      sql`select k.id as "checkInId", c.number, c.title, (${since} at time zone p.time_zone)::date as since,
                 jsonb_build_object('id', r.id, 'key', r.key, 'opensOn', r.opens_on, 'dueOn', greatest(r.due_on, x.due_on), 'closesOn', greatest(r.closes_on, x.closes_on)) as period,
                 jsonb_build_object('id', i.id, 'key', i.key, 'name', i.name) as institution
            from check_in k
            join action_plan p on p.id = k.plan_id
            join commitment c on c.id = k.commitment_id
            join reporting_period r on r.id = k.period_id
            join institution i on i.id = k.institution_id
            left join period_extension x on x.period_id = r.id and x.institution_id = i.id
           where k.id = any(${ids}::uuid[])`,
    );
    const byId = new Map(found.map((facts) => [facts.checkInId, facts]));
    return matters.flatMap((matter, at) => {
      const facts = byId.get(ids[at] ?? '');
      return facts ? [[matter, { ...facts, template }] as const] : [];
    });
  }

  private async meetings(matters: readonly Matter[]) {
    const ids = matters.map(({ subject }) => subject.split('/')[1] ?? '');
    if (ids.length === 0) return [];
    const found = await rows<Omit<MeetingFacts, 'template'>>(
      this.db,
      sql`select m.id as "meetingId", m.version, g.name as group, m.day, m.starts_at_time as time, m.place from meeting m join working_group g on g.id = m.working_group_id where m.id = any(${ids}::uuid[])`,
    );
    return matters.flatMap((matter, at) => {
      const facts = found.find(({ meetingId }) => meetingId === ids[at]);
      return facts ? [[matter, { ...facts, template: 'MEETING' } satisfies MeetingFacts] as const] : [];
    });
  }

  private async cancelled(matters: readonly Matter[]) {
    const ids = matters.map(({ subject }) => subject.split('/')[1] ?? '');
    if (ids.length === 0) return [];
    const found = await rows<Omit<MeetingCancelledFacts, 'template'>>(
      this.db,
      sql`select m.id as "meetingId", m.version, g.name as group, m.day, m.starts_at_time as time, m.cancel_reason as why from meeting m join working_group g on g.id = m.working_group_id where m.id = any(${ids}::uuid[])`,
    );
    return matters.flatMap((matter, at) => {
      const facts = found.find(({ meetingId }) => meetingId === ids[at]);
      return facts
        ? [[matter, { ...facts, template: 'MEETING_CANCELLED' } satisfies MeetingCancelledFacts] as const]
        : [];
    });
  }

  private async noMeetings(matters: readonly Matter[]) {
    const ids = matters.map(({ workingGroupId }) => workingGroupId ?? '');
    if (ids.length === 0) return [];
    const found = await rows<{
      groupId: string;
      group: LocalizedText;
      period: { id: string; key: string; endsOn: Day };
    }>(
      this.db,
      sql`select g.id as "groupId", g.name as group, jsonb_build_object('id', r.id, 'key', r.key, 'endsOn', r.ends_before - 1) as period
            from working_group g join reporting_period r on r.plan_id = g.plan_id
           where g.id = any(${ids}::uuid[]) and r.id = any(${matters.map(({ periodId }) => periodId)}::uuid[])`,
    );
    return matters.flatMap((matter) => {
      const facts = found.find(
        ({ groupId, period }) => groupId === matter.workingGroupId && period.id === matter.periodId,
      );
      if (!facts) return [];
      const { group, period } = facts;
      return [[matter, { template: 'NO_MEETING', group, period } satisfies NoMeetingFacts] as const];
    });
  }

  private async assessed(matters: readonly Matter[]) {
    if (matters.length === 0) return [];
    const found = await this.assessments.due([...new Set(matters.map(({ planId }) => planId))]);
    return matters.flatMap((matter) => {
      const due = found.find(
        ({ planId, commitmentId }) =>
          planId === matter.planId && `assessment/${commitmentId ?? 'inception'}` === matter.subject,
      );
      if (!due) return [];
      const { kind, commitmentNumber: number, commitmentTitle: title, dueOn } = due;
      const commitment = number !== null && title !== null ? { number, title } : null;
      return [[matter, { template: 'ASSESSMENT', kind, commitment, dueOn } satisfies AssessmentFacts] as const];
    });
  }
}

const placeOf = ({ planId, subject }: Matter): string => `${planId} ${subject}`;

function whyUnreachable(focalPoints: readonly Recipient[]): UnreachableReason {
  if (focalPoints.length === 0) return 'NO_FOCAL_POINT';
  return focalPoints.some(({ address }) => address !== null) ? 'UNDELIVERABLE' : 'NO_ADDRESS';
}
