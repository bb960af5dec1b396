import type { Language } from '../platform/i18n/text.js';
import type { ActionPlan } from './action-plan.entity.js';
import { publicHolidays } from './holiday-calendar.js';
import { addDays, type Day, type Holiday, type OwnDay, type WorkingWeek } from './reporting-calendar.js';

/** What of a plan decides when it is reported on. */
export type ReportedPlan = Pick<ActionPlan, 'submittedOn' | 'startsOn' | 'endsOn' | 'reporting'>;

/** First and last day of reporting, each null while the plan does not say. */
export function reportingDays({ reporting, startsOn, submittedOn, endsOn }: ReportedPlan) {
  return {
    first: reporting?.startsOn ?? startsOn ?? submittedOn,
    last: reporting?.endsOn ?? endsOn,
  };
}

/**
 * Which days are worked by those who report on the plan: its weekend, the public holidays of the calendar it names,
 * and its own days, which add to those or take some out. Holidays are known from the year before reporting starts to
 * the year after the last check-in is due. A plan without reporting rules names no day off.
 */
export function workingWeekOf(plan: ReportedPlan): WorkingWeek {
  const { reporting } = plan;
  if (!reporting) return { weekend: [], holidays: [] };
  const { weekend, holidayCalendar: calendar, holidays } = reporting;
  const ofCalendar = calendar ? yearsOf(plan).flatMap((year) => publicHolidays(calendar, year)) : [];
  return { weekend, holidays: withOwnDays(ofCalendar, holidays) };
}

/** Those from the one day to the other, both included. */
export const holidaysBetween = (first: Day, last: Day, holidays: readonly Holiday[]): Holiday[] =>
  holidays.filter(({ date }) => first <= date && date <= last);

/** The name in the first of the languages that the calendar knows it in; the plan's own days have one name only. */
export function holidayName({ name, names = {} }: Holiday, wanted: readonly Language[]): string {
  const tags = wanted.flatMap((tag) => [tag.toLowerCase(), tag.toLowerCase().split('-')[0] ?? tag]);
  const known = tags.find((tag) => Object.hasOwn(names, tag));
  return (known && names[known]) || name;
}

/** An own day stands in the place of whatever the calendar has on that day, even if that day is worked then. */
function withOwnDays(ofCalendar: readonly Holiday[], own: readonly OwnDay[]): Holiday[] {
  const said = new Set(own.map(({ date }) => date));
  const off = own.flatMap(({ worked, ...holiday }): Holiday[] => (worked ? [] : [holiday]));
  return [...ofCalendar.filter(({ date }) => !said.has(date)), ...off].sort((one, other) =>
    one.date < other.date ? -1 : one.date > other.date ? 1 : 0,
  );
}

function yearsOf(plan: ReportedPlan): number[] {
  const { first, last } = reportingDays(plan);
  const lastDue = last && addDays(last, plan.reporting?.dueAfterDays ?? 0);
  const days = [first, lastDue].filter((day): day is Day => day !== null).map((day) => Number(day.slice(0, 4)));
  if (days.length === 0) return [];
  const [from, until] = [Math.min(...days) - 1, Math.max(...days) + 1];
  return Array.from({ length: until - from + 1 }, (_, later) => from + later);
}
