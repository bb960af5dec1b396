import type { Temporal } from 'temporal-polyfill';
import { addDays, nextWorkingDay, plainDate, startOfDay, type Day, type ReportingRules } from './reporting-calendar.js';
import type { ReportingWindow } from './reporting-window.js';

/** The days a plan is reported on: half-open, `endsBefore` is the first day that no longer belongs to it. */
export interface ReportingSpan {
  readonly startsOn: Day;
  readonly endsBefore: Day;
}

/** One period to report on, in days for people and in instants (from the plan's time zone) for decisions. */
export interface ReportingPeriodDates extends ReportingSpan, ReportingWindow {
  /** Names the period within its plan: `2024-Q2` counted from the calendar, `Y1-Q2` or `P02` from the plan's start. */
  readonly key: string;
  /** First day on which check-ins are taken. */
  readonly opensOn: Day;
  /** Last day that is on time, the whole of it. A working day. */
  readonly dueOn: Day;
  /** Last day on which anything is taken, the whole of it. */
  readonly closesOn: Day;
  /** Shorter than a full period of the cadence, because the plan starts or ends within it. */
  readonly isStub: boolean;
}

const MONTHS_IN_A_YEAR = 12;

const PART_OF_A_YEAR: Readonly<Record<number, string>> = { 1: 'M', 2: 'B', 3: 'Q', 4: 'T', 6: 'H' };

/**
 * The reporting periods of a plan, oldest first. They tile the span: no day is left out, none is in two periods.
 * Throws a RangeError that says what is wrong when the span is empty or the rules contradict themselves.
 */
export function reportingPeriods(span: ReportingSpan, rules: ReportingRules): ReportingPeriodDates[] {
  assertNotEmpty(span);
  assertUsable(rules);
  const { months } = rules.cadence;
  const origin = originOf(span, rules);
  const periods: ReportingPeriodDates[] = [];
  // Each boundary is counted from the origin, not from the one before it: from 31 January, one month on is
  // 29 February, and two months on is still 31 March.
  for (let index = 0; ; index++) {
    const starts = origin.add({ months: index * months });
    const ends = origin.add({ months: (index + 1) * months });
    if (starts.toString() >= span.endsBefore) return periods;
    periods.push(period(keyOf(starts, index, rules), starts.toString(), ends.toString(), span, rules));
  }
}

function period(
  key: string,
  fullStart: Day,
  fullEnd: Day,
  span: ReportingSpan,
  rules: ReportingRules,
): ReportingPeriodDates {
  const startsOn = later(fullStart, span.startsOn);
  const endsBefore = earlier(fullEnd, span.endsBefore);
  const lastDay = addDays(endsBefore, -1);
  const opensOn = later(startsOn, addDays(lastDay, rules.opensAfterDays));
  const dueOn = nextWorkingDay(addDays(lastDay, rules.dueAfterDays), rules);
  const closesOn = later(dueOn, addDays(lastDay, rules.closesAfterDays));
  return {
    key,
    startsOn,
    endsBefore,
    opensOn,
    dueOn,
    closesOn,
    opensAt: startOfDay(opensOn, rules.timeZone),
    dueBefore: startOfDay(addDays(dueOn, 1), rules.timeZone),
    closesBefore: startOfDay(addDays(closesOn, 1), rules.timeZone),
    isStub: startsOn !== fullStart || endsBefore !== fullEnd,
  };
}

function originOf({ startsOn }: ReportingSpan, { cadence }: ReportingRules): Temporal.PlainDate {
  const start = plainDate(startsOn);
  if (cadence.countedFrom === 'PLAN_START') return start;
  return start.with({ day: 1, month: start.month - ((start.month - 1) % cadence.months) });
}

function keyOf(starts: Temporal.PlainDate, index: number, { cadence }: ReportingRules): string {
  const { months, countedFrom } = cadence;
  const perYear = MONTHS_IN_A_YEAR / months;
  if (!Number.isInteger(perYear)) return `P${twoDigits(index + 1)}`;
  if (countedFrom === 'PLAN_START') {
    const year = `Y${Math.floor(index / perYear) + 1}`;
    const part = (index % perYear) + 1;
    return perYear === 1 ? year : `${year}-${PART_OF_A_YEAR[months]}${months === 1 ? twoDigits(part) : part}`;
  }
  const year = starts.toString().slice(0, 4);
  const part = (starts.month - 1) / months + 1;
  if (months === 1) return `${year}-${twoDigits(part)}`;
  return perYear === 1 ? year : `${year}-${PART_OF_A_YEAR[months]}${part}`;
}

function assertNotEmpty({ startsOn, endsBefore }: ReportingSpan): void {
  // Parsed first, because only well-formed days compare as strings.
  if (plainDate(startsOn).toString() >= plainDate(endsBefore).toString()) {
    throw new RangeError(`Reporting has to start (${startsOn}) before it ends (${endsBefore}).`);
  }
}

function assertUsable(rules: ReportingRules): void {
  const { months, countedFrom } = rules.cadence;
  if (!Number.isInteger(months) || months < 1 || months > MONTHS_IN_A_YEAR) {
    throw new RangeError(`A reporting period is 1 to 12 whole months long, not ${months}.`);
  }
  if (countedFrom === 'CALENDAR' && MONTHS_IN_A_YEAR % months !== 0) {
    throw new RangeError(
      `Periods counted from the calendar have to divide the year: 1, 2, 3, 4, 6 or 12 months, not ${months}.`,
    );
  }
  for (const name of ['opensAfterDays', 'dueAfterDays', 'closesAfterDays'] as const) {
    if (!Number.isInteger(rules[name])) throw new RangeError(`${name} has to be a whole number, not ${rules[name]}.`);
  }
  if (rules.dueAfterDays < 0) throw new RangeError('A check-in cannot be due before its period has ended.');
  if (rules.opensAfterDays > rules.dueAfterDays) {
    throw new RangeError(
      `Reporting cannot open (after ${rules.opensAfterDays} days) later than it is due (after ${rules.dueAfterDays}).`,
    );
  }
  if (!rules.weekend.every((weekday) => Number.isInteger(weekday) && weekday >= 1 && weekday <= 7)) {
    throw new RangeError('The weekend is given as ISO weekdays, 1 (Monday) to 7 (Sunday).');
  }
  // A holiday that is not a day would never match one, and its day would silently be worked.
  rules.holidays.forEach(({ date }) => plainDate(date));
}

function twoDigits(count: number): string {
  return String(count).padStart(2, '0');
}

function later(one: Day, other: Day): Day {
  return one > other ? one : other;
}

function earlier(one: Day, other: Day): Day {
  return one < other ? one : other;
}
