import { atLocalTime, startOfDay, type Day } from '../action-plans/reporting-calendar.js';
import { calendarFile, type CalendarEvent } from '../platform/calendar/calendar-file.js';
import type { Messages } from '../platform/i18n/messages.js';
import type { Language } from '../platform/i18n/text.js';
import type { LetterSection } from './reminder.letter.js';
import { speaking } from './reminder.telling.js';

const DAY = 24 * 3_600_000;

interface Event {
  /** Stays the same from letter to letter, so that a calendar moves the event instead of adding another. */
  readonly id: string;
  readonly summary: string;
  readonly plan: string;
  readonly day: Day;
  /** Null for the whole day. */
  readonly at: Date | null;
  readonly place: string | null;
  /** A day of the plan and not a clock's: the same letter is the same bytes. */
  readonly stamp: Day;
  /** Grows when the day moves to a later one. */
  readonly sequence: number;
  /** Takes it out of the calendar again. */
  readonly isCancelled: boolean;
}

export interface CalendarFile {
  readonly text: string;
  readonly events: number;
}

/** The days to come that the sections speak of, as a file that calendars take in; null when there are none. */
export function calendarOf(
  messages: Messages,
  sections: readonly LetterSection[],
  language: Language,
  mailDomain: string,
): CalendarFile | null {
  const events = sections.flatMap((section) => eventOf(section, messages, language) ?? []);
  const once = [...new Map(events.map((event) => [event.id, event])).values()];
  if (once.length === 0) return null;
  const text = calendarFile(
    'Reminders',
    once.map((event) => published(event, mailDomain)),
  );
  return { text, events: once.length };
}

const published = (
  { id, summary, plan, day, at, place, stamp, sequence, isCancelled }: Event,
  mailDomain: string,
): CalendarEvent => ({
  uid: `${id}@${mailDomain}`,
  sequence,
  stamp: startOfDay(stamp, 'UTC'),
  // Instants are in UTC, so that no program needs to know the rules of the plan's zone.
  start: at ? { instant: at } : { day },
  summary,
  description: plan,
  location: place,
  ...(isCancelled ? { status: 'CANCELLED' } : {}),
});

function eventOf(section: LetterSection, messages: Messages, language: Language): Event | null {
  const { facts, plan, stage } = section;
  // What has passed is of no use in a calendar.
  if (stage === 'OVERDUE') return null;
  const { say, name, apart } = speaking(plan, messages, language);
  const about = { plan: name(plan.title), at: null, place: null, sequence: 0, isCancelled: false };
  switch (facts.template) {
    case 'REPORT': {
      const { period, institution } = facts;
      return {
        ...about,
        id: `due-${period.id}-${institution.id}`,
        summary: say('letter.event.report', { institution: name(institution.name), period: apart(period.key) }),
        day: period.dueOn,
        stamp: period.opensOn,
        // An extension only ever gives more time.
        sequence: Math.max(0, (Date.parse(period.dueOn) - Date.parse(period.opensOn)) / DAY),
      };
    }
    case 'MEETING':
    case 'MEETING_CANCELLED': {
      const place = facts.template === 'MEETING' ? facts.place : null;
      return {
        ...about,
        id: `meeting-${facts.meetingId}`,
        summary: say('letter.event.meeting', { group: name(facts.group) }),
        day: facts.day,
        at: facts.time === null ? null : atLocalTime(facts.day, facts.time, plan.timeZone),
        place: place === null ? null : apart(place),
        stamp: facts.day,
        sequence: facts.version,
        isCancelled: facts.template === 'MEETING_CANCELLED',
      };
    }
    case 'ASSESSMENT':
      return facts.commitment
        ? {
            ...about,
            id: `assessment-${plan.id}-${facts.commitment.number}`,
            summary: say('letter.event.END_OF_COMMITMENT', { number: facts.commitment.number }),
            day: facts.dueOn,
            stamp: facts.dueOn,
          }
        : {
            ...about,
            id: `assessment-${plan.id}`,
            summary: say('letter.event.INCEPTION'),
            day: facts.dueOn,
            stamp: facts.dueOn,
          };
    case 'NOT_REPORTED':
    case 'UNREACHABLE':
    case 'REVIEW':
    case 'MEND':
    case 'NO_MEETING':
      return null;
  }
}
