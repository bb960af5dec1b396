import { Temporal } from 'temporal-polyfill';
import type { Language } from '../platform/i18n/text.js';
import type { CadenceOrigin } from './action-plan.vocabulary.js';

/** A calendar day, `YYYY-MM-DD` in the ISO calendar. It has no time zone until one is named. Days compare as strings. */
export type Day = string;

/** A day on which nobody is expected to work. */
export interface Holiday {
  readonly date: Day;
  readonly name: string;
  /** The name by language, of days that come from a calendar and not from a plan. */
  readonly names?: Readonly<Record<Language, string>>;
  /** True for a date that is announced by sighting and may still move; until then it counts as the day off. */
  readonly expected?: boolean;
  /** Never there: a plan's own days may be worked, and only `workingWeekOf` makes holidays of them. */
  readonly worked?: undefined;
}

/** A day that a plan itself lists: a day off, or one on which people work although the calendar says otherwise. */
export interface OwnDay extends Omit<Holiday, 'worked' | 'names'> {
  readonly worked?: boolean;
}

/** Which days are worked. */
export interface WorkingWeek {
  /** The days off in every week, as ISO weekdays: 1 is Monday, 7 is Sunday. Jordan: 5 and 6. */
  readonly weekend: readonly number[];
  readonly holidays: readonly Holiday[];
}

/** How often a plan is reported on, and when. Every number of days is counted from the last day of the period. */
export interface ReportingRules extends WorkingWeek {
  /** The plan's IANA time zone: its days begin and end there. */
  readonly timeZone: string;
  readonly cadence: {
    /** Length of a period, 1 to 12 months; counted from the calendar it divides a year into equal parts. */
    readonly months: number;
    readonly countedFrom: CadenceOrigin;
  };
  /**
   * 1 opens reporting on the first day after the period, 0 on its last day, less than that while it is running, though
   * never before its first day. The opening stays where it falls, weekend or not. At most `dueAfterDays`.
   */
  readonly opensAfterDays: number;
  /** The day so many days later is due, or the next working day. 0 or more. */
  readonly dueAfterDays: number;
  /** The day so many days later is the last on which anything is taken; never before the due day. */
  readonly closesAfterDays: number;
}

const MOST_DAYS_MOVED = 366;

/**
 * The day as a value for calendar arithmetic. Throws a RangeError unless it is written `YYYY-MM-DD` and exists.
 *
 * Temporal alone would also accept a date with a time or in another calendar, and such strings do not compare as days.
 */
export function plainDate(day: Day): Temporal.PlainDate {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) throw new RangeError(`"${day}" is not a calendar day (YYYY-MM-DD).`);
  return Temporal.PlainDate.from(day);
}

/** The day so many days later; earlier when `days` is negative. */
export function addDays(day: Day, days: number): Day {
  return plainDate(day).add({ days }).toString();
}

/**
 * The first instant of the day in the IANA time zone. Not always midnight: where clocks go forward at midnight the day
 * starts at 01:00; where they go back to midnight it starts at the first of the two. A day that the zone skipped
 * altogether (Pacific/Apia 2011-12-30) is empty: it starts where the next one does.
 */
export function startOfDay(day: Day, timeZone: string): Date {
  return new Date(plainDate(day).toZonedDateTime(timeZone).epochMilliseconds);
}

/**
 * The instant at which clocks in the IANA time zone show `time` (`HH:MM`, 00:00 to 23:59) on that day. A time that the
 * clocks jump over moves forward by the length of the jump; of a time that happens twice, the first.
 */
export function atLocalTime(day: Day, time: string, timeZone: string): Date {
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) throw new RangeError(`"${time}" is not a time of day (HH:MM).`);
  return new Date(plainDate(day).toZonedDateTime({ timeZone, plainTime: time }).epochMilliseconds);
}

/** The calendar day that it is in the IANA time zone at that instant. */
export function dayOf(instant: Date, timeZone: string): Day {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString();
}

/** What clocks in the IANA time zone show at that instant, to the minute: `2024-07-14 09:00`. */
export function localMinute(instant: Date, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' })
    .replace('T', ' ');
}

/** Whether people are expected to work that day: neither the weekend nor a holiday. */
export function isWorkingDay(day: Day, week: WorkingWeek): boolean {
  return !week.weekend.includes(plainDate(day).dayOfWeek) && !week.holidays.some(({ date }) => date === day);
}

/** The day itself when it is worked, otherwise the next one that is. Throws a RangeError when there is none in a year. */
export function nextWorkingDay(day: Day, week: WorkingWeek): Day {
  for (let moved = 0; moved <= MOST_DAYS_MOVED; moved++) {
    const candidate = addDays(day, moved);
    if (isWorkingDay(candidate, week)) return candidate;
  }
  throw new RangeError(`There is no working day within ${MOST_DAYS_MOVED} days of ${day}: check weekend and holidays.`);
}

/**
 * The working day so many working days later, earlier when `days` is negative; the day itself is not counted, and 0
 * gives the day itself, worked or not. Throws a RangeError when more than a year passes without a working day.
 */
export function addWorkingDays(day: Day, days: number, week: WorkingWeek): Day {
  if (!Number.isSafeInteger(days)) throw new RangeError(`${days} is not a whole number of working days.`);
  const daysOff = new Set(week.holidays.map(({ date }) => date));
  const step = { days: Math.sign(days) };
  let reached = plainDate(day);
  for (let left = Math.abs(days), moved = 0; left > 0;) {
    reached = reached.add(step);
    moved += 1;
    if (!week.weekend.includes(reached.dayOfWeek) && !daysOff.has(reached.toString())) {
      left -= 1;
      moved = 0;
    } else if (moved > MOST_DAYS_MOVED) {
      throw new RangeError(
        `There is no working day within ${MOST_DAYS_MOVED} days of ${reached.toString()}: check weekend and holidays.`,
      );
    }
  }
  return reached.toString();
}
