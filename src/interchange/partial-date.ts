import { Temporal } from 'temporal-polyfill';
import type { Day } from '../action-plans/reporting-calendar.js';

/** The day that a date stands for: itself, or the first or last of the month that is all that is known. Null when it is no date. */
export function dayOrMonth(value: string, edge: 'first' | 'last'): Day | null {
  try {
    if (value.length > 7) return Temporal.PlainDate.from(value, { overflow: 'reject' }).toString();
    const month = Temporal.PlainYearMonth.from(value, { overflow: 'reject' });
    return month.toPlainDate({ day: edge === 'first' ? 1 : month.daysInMonth }).toString();
  } catch {
    return null;
  }
}

const START_FIELDS = new Set(['startsOn', 'administrationStartedOn']);

/** The dates of an object as days, and the names of those of which only the month is known. */
export function splitDates<K extends string>(
  dates: Partial<Record<K, string | undefined>>,
): { days: Record<K, Day | null>; monthPrecision: K[] } {
  const names = Object.keys(dates) as K[];
  const days = Object.fromEntries(
    names.map((name) => [
      name,
      dates[name] === undefined ? null : dayOrMonth(dates[name], START_FIELDS.has(name) ? 'first' : 'last'),
    ]),
  ) as Record<K, Day | null>;
  return { days, monthPrecision: names.filter((name) => dates[name]?.length === 7) };
}

/** The date as it was given: a month where only the month is known. */
export const joinDate = (day: Day | null, name: string, monthPrecision: readonly string[]): string | undefined =>
  day === null ? undefined : monthPrecision.includes(name) ? day.slice(0, 7) : day;
