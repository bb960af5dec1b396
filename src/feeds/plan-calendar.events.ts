import { dayOf, type Day } from '../action-plans/reporting-calendar.js';
import type { CalendarEvent } from '../platform/calendar/calendar-file.js';
import { publicationUrl } from '../publications/publication.url.js';
import type { FeedTelling } from './feed-entry.words.js';
import type {
  AssessmentDay,
  CalendarDays,
  MeetingDay,
  MilestoneDay,
  PeriodDays,
  PublicationDay,
} from './plan-calendar.queries.js';

/** To whom the days are told. */
export interface CalendarTelling extends FeedTelling {
  readonly timeZone: string;
  readonly planId: string;
  /** Whether the calendar is that of one institution, whose own days take the place of the period's. */
  readonly ofInstitution: boolean;
}

/** Every day as an event, by kind and the latest first: the order says nothing to calendars and stays the same. */
export const eventsOf = (days: CalendarDays, telling: CalendarTelling): CalendarEvent[] => [
  ...days.periods.flatMap((period) => periodEvents(period, telling)),
  ...days.milestones.map((milestone) => milestoneEvent(milestone, telling)),
  ...days.meetings.map((meeting) => meetingEvent(meeting, telling)),
  ...days.assessments.map((assessment) => assessmentEvent(assessment, telling)),
  ...days.publications.map((publication) => publicationEvent(publication, telling)),
];

const uid = (kind: string, ...ids: readonly string[]): string => ['mithaq', kind, ...ids].join('-');
const wholeDay = (day: Day) => ({ start: { day }, location: null }) as const;
/** The first state of a thing is number 0. */
const sequence = (changes: number): number => Math.max(0, changes - 1);
const lines = (...parts: ReadonlyArray<string | null>): string | null =>
  parts.filter((part) => part !== null).join('\n') || null;

function periodEvents(period: PeriodDays, { say, name, apart, plan, publicUrl, ofInstitution }: CalendarTelling) {
  const { id, key, extensions, changedAt, changes } = period;
  const url = `${publicUrl}/api/v1/plans/${plan}/periods`;
  const common = { stamp: changedAt, sequence: sequence(changes), description: null, url };
  const day = (kind: 'opens' | 'due' | 'closes', on: Day): CalendarEvent => ({
    ...common,
    ...wholeDay(on),
    uid: uid(kind, id),
    summary: say(`planCalendar.${kind}`, { period: apart(key) }),
  });
  const extended = extensions.flatMap((extension): CalendarEvent[] => {
    const { institution, dueOn, closesOn, reason } = extension;
    const grantedAt = new Date(extension.grantedAt);
    const words = { institution: name(institution.name), period: apart(key) };
    const own = {
      stamp: grantedAt > changedAt ? grantedAt : changedAt,
      sequence: sequence(changes + extension.grants),
      description: say('planCalendar.extended', { reason }),
      url,
    };
    return [
      { ...own, ...wholeDay(dueOn), uid: uid('due', id, institution.id), summary: say('letter.event.report', words) },
      {
        ...own,
        ...wholeDay(closesOn),
        uid: uid('closes', id, institution.id),
        summary: say('planCalendar.closesOf', words),
      },
    ];
  });
  const ofAll = [day('due', period.dueOn), day('closes', period.closesOn)];
  return [day('opens', period.opensOn), ...(ofInstitution && extended.length > 0 ? [] : ofAll), ...extended];
}

function milestoneEvent(milestone: MilestoneDay, { say, name, plan, publicUrl }: CalendarTelling): CalendarEvent {
  const { id, commitment, number, title, dueOn, reason, monthOnly, status, changedAt, changes } = milestone;
  return {
    ...wholeDay(dueOn),
    uid: uid('milestone', id),
    stamp: changedAt,
    sequence: sequence(changes),
    summary: say('planCalendar.milestone', { milestone: number, number: commitment, title: name(title) }),
    description: lines(
      monthOnly ? say('planCalendar.monthOnly') : null,
      reason === null ? null : say('planCalendar.moved', { reason }),
    ),
    url: `${publicUrl}/api/v1/plans/${plan}/commitments/${commitment}`,
    status: status === 'CANCELLED' ? 'CANCELLED' : 'CONFIRMED',
  };
}

function meetingEvent(meeting: MeetingDay, { say, name, timeZone }: CalendarTelling): CalendarEvent {
  const { id, group, day, time, place, agenda, status, moveReason, cancelReason, changedAt, changes } = meeting;
  return {
    start: time === null ? { day } : { day, time, timeZone },
    location: place,
    uid: uid('meeting', id),
    stamp: changedAt,
    sequence: sequence(changes),
    summary: say('letter.event.meeting', { group: name(group) }),
    description: lines(
      cancelReason === null ? null : say('planCalendar.cancelled', { reason: cancelReason }),
      moveReason === null ? null : say('planCalendar.moved', { reason: moveReason }),
      agenda,
    ),
    // It stays where calendars have it, crossed out: what is left out would only vanish.
    status: status === 'CANCELLED' ? 'CANCELLED' : 'CONFIRMED',
  };
}

function assessmentEvent(assessment: AssessmentDay, telling: CalendarTelling): CalendarEvent {
  const { kind, commitmentId, commitmentNumber, dueOn, filedOn, changedAt, changes } = assessment;
  const { say, apart, day, planId, plan, publicUrl } = telling;
  const ofPlan = `${publicUrl}/api/v1/plans/${plan}`;
  return {
    ...wholeDay(dueOn),
    uid: uid('assessment', commitmentId ?? planId),
    stamp: changedAt,
    sequence: sequence(changes),
    summary: say(`letter.event.${kind}`, { number: commitmentNumber ?? 0 }),
    description: filedOn === null ? null : say('planCalendar.filed', { day: apart(day(filedOn)) }),
    url: commitmentNumber === null ? ofPlan : `${ofPlan}/commitments/${commitmentNumber}`,
  };
}

function publicationEvent(publication: PublicationDay, telling: CalendarTelling): CalendarEvent {
  const { id, period, version, reason, publishedAt } = publication;
  const { say, apart, timeZone, plan, publicUrl } = telling;
  const kind = version > 1 ? 'CORRECTION' : 'PUBLICATION';
  return {
    ...wholeDay(dayOf(publishedAt, timeZone)),
    uid: uid('publication', id),
    stamp: publishedAt,
    sequence: 0,
    summary: say(`feed.entry.${kind}`, { period: apart(period), version }),
    description: reason,
    url: publicationUrl(publicUrl, { plan, periodKey: period, version }),
  };
}
