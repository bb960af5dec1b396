import { addDays, dayOf, startOfDay, type Day, type ReportingRules } from '../src/action-plans/reporting-calendar.js';
import { reportingPeriods, type ReportingPeriodDates } from '../src/action-plans/reporting-periods.js';
import { subjectOf, type Matter, type Pause } from '../src/reminders/matter.js';
import { rulesInForce, type ReminderRule } from '../src/reminders/reminder-rule.js';
import type { ReminderAudience } from '../src/reminders/reminder.vocabulary.js';

/** The facts of some members and their plans, as a database would hold them, and what people do to them. */
export interface SimPlan {
  readonly id: string;
  readonly memberId: string;
  timeZone: string;
  readonly startsOn: Day;
  endsBefore: Day;
  reporting: Omit<ReportingRules, 'timeZone'>;
  ownRules: ReminderRule[];
  /** With how many check-ins each owes in a period. */
  readonly institutions: ReadonlyMap<string, number>;
  readonly groups: ReadonlyArray<{ readonly id: string; readonly coordinator: string; readonly members: string[] }>;
  readonly assessments: Array<{ readonly subject: string; dueOn: Day; isFiled: boolean }>;
}

export interface Person {
  readonly planId: string;
  readonly audience: 'FOCAL_POINT' | 'HEAD' | 'MEL_OFFICER' | 'STEERING' | 'MONITORING_BODY';
  /** Null of those who are there for the whole plan. */
  readonly institutionId: string | null;
  readonly address: string | null;
}

interface CheckIn {
  readonly id: string;
  status: 'EXPECTED' | 'SUBMITTED' | 'RETURNED' | 'VERIFIED';
  version: number;
  since: Day;
}

interface Meeting {
  readonly id: string;
  readonly planId: string;
  readonly groupId: string;
  version: number;
  day: Day;
  isCancelled: boolean;
}

/** What happens at an instant of true time; it does nothing where it makes no sense then. */
export type Deed =
  | { readonly does: 'file'; readonly planId: string; readonly institution: string; readonly share: number }
  | { readonly does: 'return' | 'verify'; readonly planId: string; readonly institution: string }
  | { readonly does: 'extend'; readonly planId: string; readonly institution: string; readonly days: number }
  | {
      readonly does: 'edit plan';
      readonly planId: string;
      readonly edit: Partial<ReportingRules> & { endsBefore?: Day };
    }
  | { readonly does: 'save rule'; readonly planId: string; readonly rule: ReminderRule }
  | { readonly does: 'reset rule'; readonly planId: string; readonly key: string }
  | {
      readonly does: 'people';
      readonly planId: string;
      readonly role: Omit<Person, 'address'>;
      readonly addresses: readonly (string | null)[];
    }
  | { readonly does: 'mark' | 'clear'; readonly address: string }
  | { readonly does: 'pause'; readonly id: string; readonly pause: Pause }
  | { readonly does: 'lift'; readonly id: string }
  | { readonly does: 'meet'; readonly planId: string; readonly groupId: string; readonly inDays: number }
  | { readonly does: 'move meeting' | 'cancel meeting'; readonly planId: string; readonly days: number }
  | { readonly does: 'assess'; readonly planId: string; readonly subject: string };

const DAY = 86_400_000;
/** As the service reads from its database, though not as far ahead: no rule here looks further. */
const LOOK_BACK = 60 * DAY;
const LOOK_AHEAD = 100 * DAY;

export class World {
  people: Person[] = [];
  readonly undeliverable = new Set<string>();
  readonly pauses = new Map<string, Pause>();
  readonly meetings: Meeting[] = [];
  private readonly extensions = new Map<string, { readonly dueOn: Day; readonly closesOn: Day }>();
  private readonly checkIns = new Map<string, CheckIn[]>();
  private readonly periods = new Map<string, ReportingPeriodDates[]>();

  constructor(readonly plans: readonly SimPlan[]) {}

  plan(id: string): SimPlan {
    const found = this.plans.find((plan) => plan.id === id);
    if (!found) throw new Error(`There is no plan ${id}.`);
    return found;
  }

  rulesOf(planId: string): readonly ReminderRule[] {
    return rulesInForce(this.plan(planId).ownRules);
  }

  periodsOf(plan: SimPlan): ReportingPeriodDates[] {
    const found =
      this.periods.get(plan.id) ??
      reportingPeriods(
        { startsOn: plan.startsOn, endsBefore: plan.endsBefore },
        { ...plan.reporting, timeZone: plan.timeZone },
      );
    this.periods.set(plan.id, found);
    return found;
  }

  /** Who belongs to an audience of a matter; an institution coordinates or takes part through its focal points. */
  audience(
    audience: ReminderAudience,
    { planId, institutionId, workingGroupId }: Pick<Matter, 'planId' | 'institutionId' | 'workingGroupId'>,
  ): Person[] {
    const ofPlan = this.people.filter((person) => person.planId === planId);
    const focalPoints = ofPlan.filter((person) => person.audience === 'FOCAL_POINT');
    const group = this.plan(planId).groups.find(({ id }) => id === workingGroupId);
    switch (audience) {
      case 'FOCAL_POINT':
      case 'HEAD':
        return ofPlan.filter((person) => person.audience === audience && person.institutionId === institutionId);
      case 'COORDINATOR':
        return focalPoints.filter((person) => person.institutionId === group?.coordinator);
      case 'WORKING_GROUP':
        return focalPoints.filter(
          ({ institutionId: at }) => at === group?.coordinator || group?.members.includes(at ?? ''),
        );
      case 'MEL_OFFICER':
      case 'STEERING':
      case 'MONITORING_BODY':
        return ofPlan.filter((person) => person.audience === audience);
    }
  }

  takesMail(address: string | null): address is string {
    return address !== null && !this.undeliverable.has(address);
  }

  /** What the service finds in its database at the instant. */
  mattersInPlay(plans: readonly SimPlan[], now: number): Matter[] {
    const [longAgo, lately] = [dayBefore(now, LOOK_BACK), dayBefore(now, 2 * DAY)];
    return this.matters(plans).filter((matter) => {
      const { topic, days, opensAt, closesBefore } = matter;
      switch (topic) {
        case 'CHECK_INS':
        case 'UNREACHABLE':
          return (
            closesBefore !== null &&
            closesBefore.getTime() > now - LOOK_BACK &&
            opensAt !== null &&
            opensAt.getTime() < now + LOOK_AHEAD
          );
        case 'REVIEW':
          return (days.HANDED_IN ?? '') > longAgo;
        case 'MEETING':
        case 'MEETING_CANCELLED':
          return (days.MEETING ?? '') > lately;
        case 'NO_MEETING':
          return (days.ENDS ?? '') >= lately;
        case 'MEND':
        case 'ASSESSMENT':
          return true;
      }
    });
  }

  private readonly derived = new Map<string, Matter[]>();

  /** Everything that anybody waits for, in all of time. */
  matters(plans: readonly SimPlan[]): Matter[] {
    return plans.flatMap((plan) => {
      const found = this.derived.get(plan.id) ?? this.mattersOf(plan);
      this.derived.set(plan.id, found);
      return found;
    });
  }

  private mattersOf(plan: SimPlan): Matter[] {
    const base = {
      planId: plan.id,
      timeZone: plan.timeZone,
      opensAt: null,
      dueBefore: null,
      closesBefore: null,
      extendedTo: null,
      isSettled: false,
      periodId: null,
      institutionId: null,
      workingGroupId: null,
    } as const;
    const found: Matter[] = [];
    for (const period of this.periodsOf(plan)) {
      const periodId = `${plan.id}/${period.key}`;
      const ends = addDays(period.endsBefore, -1);
      let everybodyIsReached = true;
      for (const institutionId of plan.institutions.keys()) {
        const extension = this.extensions.get(`${periodId} ${institutionId}`);
        const dueOn = later(period.dueOn, extension?.dueOn);
        const closesOn = later(period.closesOn, extension?.closesOn);
        const checkIns = this.checkInsOf(plan, period.key, institutionId);
        // What was sent back has reminders of its own.
        const isSettled = checkIns.every(({ status }) => status !== 'EXPECTED');
        const isReached = this.audience('FOCAL_POINT', { planId: plan.id, institutionId, workingGroupId: null }).some(
          ({ address }) => this.takesMail(address),
        );
        if (!isSettled && !isReached) everybodyIsReached = false;
        found.push({
          ...base,
          topic: 'CHECK_INS',
          subject: subjectOf.checkIns(periodId, institutionId),
          days: { OPENS: period.opensOn, ENDS: ends, DUE: dueOn, CLOSES: closesOn },
          opensAt: period.opensAt,
          dueBefore: endOfDay(dueOn, plan.timeZone),
          closesBefore: endOfDay(closesOn, plan.timeZone),
          extendedTo: extension && extension.dueOn > period.dueOn ? extension.dueOn : null,
          isSettled,
          periodId,
          institutionId,
        });
        for (const { id, version, since, status } of checkIns) {
          if (status === 'SUBMITTED')
            found.push({
              ...base,
              topic: 'REVIEW',
              subject: subjectOf.review(id, version),
              days: { HANDED_IN: since },
              periodId,
              institutionId,
            });
          if (status === 'RETURNED')
            found.push({
              ...base,
              topic: 'MEND',
              subject: subjectOf.mend(id, version),
              days: { SENT_BACK: since },
              periodId,
              institutionId,
            });
        }
      }
      const { opensAt, dueBefore, closesBefore } = period;
      found.push({
        ...base,
        topic: 'UNREACHABLE',
        subject: subjectOf.unreachable(periodId),
        days: { OPENS: period.opensOn, ENDS: ends, DUE: period.dueOn, CLOSES: period.closesOn },
        opensAt,
        dueBefore,
        closesBefore,
        isSettled: everybodyIsReached,
        periodId,
      });
      for (const group of plan.groups) {
        const hasMeeting = this.meetings.some(
          ({ groupId, day, isCancelled }) =>
            groupId === group.id && !isCancelled && day >= period.startsOn && day < period.endsBefore,
        );
        found.push({
          ...base,
          topic: 'NO_MEETING',
          subject: subjectOf.noMeeting(group.id, periodId),
          days: { ENDS: ends },
          isSettled: hasMeeting,
          periodId,
          workingGroupId: group.id,
        });
      }
    }
    for (const { id, planId, groupId, version, day, isCancelled } of this.meetings)
      if (planId === plan.id && !isCancelled)
        found.push({
          ...base,
          topic: 'MEETING',
          subject: subjectOf.meeting(id, version),
          days: { MEETING: day },
          workingGroupId: groupId,
        });
    for (const { subject, dueOn, isFiled } of plan.assessments)
      found.push({
        ...base,
        topic: 'ASSESSMENT',
        subject,
        days: { DUE: dueOn },
        dueBefore: endOfDay(dueOn, plan.timeZone),
        isSettled: isFiled,
      });
    return found;
  }

  private checkInsOf(plan: SimPlan, period: string, institution: string): CheckIn[] {
    const name = `${plan.id} ${period} ${institution}`;
    const found =
      this.checkIns.get(name) ??
      Array.from({ length: plan.institutions.get(institution) ?? 0 }, (_, at): CheckIn => ({
        id: `${name} ${at + 1}`.replaceAll('/', '-'),
        status: 'EXPECTED',
        version: 0,
        since: '',
      }));
    this.checkIns.set(name, found);
    return found;
  }

  /** The check-ins of the periods that take them now. */
  private takenNow(plan: SimPlan, institution: string, now: number): CheckIn[][] {
    const periodIds = this.matters([plan])
      .filter(
        ({ topic, institutionId, opensAt, closesBefore }) =>
          topic === 'CHECK_INS' &&
          institutionId === institution &&
          opensAt !== null &&
          opensAt.getTime() <= now &&
          closesBefore !== null &&
          closesBefore.getTime() > now,
      )
      .map(({ periodId }) => periodId);
    return this.periodsOf(plan)
      .filter(({ key }) => periodIds.includes(`${plan.id}/${key}`))
      .map(({ key }) => this.checkInsOf(plan, key, institution));
  }

  apply(deed: Deed, now: number): void {
    this.does(deed, now);
    if ('planId' in deed) this.derived.delete(deed.planId);
    else this.derived.clear();
  }

  private does(deed: Deed, now: number): void {
    switch (deed.does) {
      case 'file': {
        const plan = this.plan(deed.planId);
        for (const checkIns of this.takenNow(plan, deed.institution, now))
          for (const checkIn of checkIns.slice(0, Math.ceil(checkIns.length * deed.share)))
            if (checkIn.status === 'EXPECTED' || checkIn.status === 'RETURNED')
              this.moved(plan, checkIn, 'SUBMITTED', now);
        return;
      }
      case 'return':
      case 'verify': {
        const plan = this.plan(deed.planId);
        const [first] = this.takenNow(plan, deed.institution, now)
          .flat()
          .filter(({ status }) => status === 'SUBMITTED');
        if (first) this.moved(plan, first, deed.does === 'return' ? 'RETURNED' : 'VERIFIED', now);
        return;
      }
      case 'extend': {
        const plan = this.plan(deed.planId);
        const period = this.periodsOf(plan).find(
          ({ opensAt, closesBefore }) => opensAt.getTime() <= now && now < closesBefore.getTime(),
        );
        if (!period) return;
        const dueOn = addDays(period.dueOn, deed.days);
        this.extensions.set(`${plan.id}/${period.key} ${deed.institution}`, {
          dueOn,
          closesOn: later(addDays(period.closesOn, deed.days), dueOn),
        });
        return;
      }
      case 'edit plan': {
        const plan = this.plan(deed.planId);
        const { timeZone, endsBefore, ...reporting } = deed.edit;
        plan.timeZone = timeZone ?? plan.timeZone;
        plan.endsBefore = endsBefore ?? plan.endsBefore;
        plan.reporting = { ...plan.reporting, ...reporting };
        this.periods.delete(plan.id);
        return;
      }
      case 'save rule': {
        const plan = this.plan(deed.planId);
        plan.ownRules = [...plan.ownRules.filter(({ key }) => key !== deed.rule.key), deed.rule];
        return;
      }
      case 'reset rule': {
        const plan = this.plan(deed.planId);
        plan.ownRules = plan.ownRules.filter(({ key }) => key !== deed.key);
        return;
      }
      case 'people': {
        const { role, addresses } = deed;
        const isSame = (person: Person): boolean =>
          person.planId === role.planId &&
          person.audience === role.audience &&
          person.institutionId === role.institutionId;
        this.people = [
          ...this.people.filter((person) => !isSame(person)),
          ...addresses.map((address) => ({ ...role, address })),
        ];
        return;
      }
      case 'mark':
        return void this.undeliverable.add(deed.address);
      case 'clear':
        return void this.undeliverable.delete(deed.address);
      case 'pause':
        return void this.pauses.set(deed.id, deed.pause);
      case 'lift':
        return void this.pauses.delete(deed.id);
      case 'meet': {
        const { timeZone } = this.plan(deed.planId);
        const day = addDays(dayOf(new Date(now), timeZone), deed.inDays);
        this.meetings.push({
          id: `m${this.meetings.length}`,
          version: 0,
          planId: deed.planId,
          groupId: deed.groupId,
          day,
          isCancelled: false,
        });
        return;
      }
      case 'move meeting':
      case 'cancel meeting': {
        const today = dayOf(new Date(now), this.plan(deed.planId).timeZone);
        const next = this.meetings.find(
          ({ planId, day, isCancelled }) => planId === deed.planId && !isCancelled && day >= today,
        );
        if (next && deed.does === 'cancel meeting') next.isCancelled = true;
        else if (next) {
          next.day = addDays(next.day, deed.days);
          next.version += 1;
        }
        return;
      }
      case 'assess': {
        const assessment = this.plan(deed.planId).assessments.find(({ subject }) => subject === deed.subject);
        if (assessment) assessment.isFiled = true;
        return;
      }
    }
  }

  private moved(plan: SimPlan, checkIn: CheckIn, status: CheckIn['status'], now: number): void {
    checkIn.status = status;
    checkIn.version += 1;
    checkIn.since = dayOf(new Date(now), plan.timeZone);
  }
}

const ends = new Map<string, Date>();

/** Counted once: calendars are slow. */
function endOfDay(day: Day, timeZone: string): Date {
  const name = `${day} ${timeZone}`;
  const found = ends.get(name) ?? startOfDay(addDays(day, 1), timeZone);
  ends.set(name, found);
  return found;
}

const dayBefore = (now: number, by: number): Day => new Date(now - by).toISOString().slice(0, 10);

const later = (day: Day, other: Day | undefined): Day => (other !== undefined && other > day ? other : day);
