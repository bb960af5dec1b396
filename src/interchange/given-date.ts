import type { Day } from '../action-plans/reporting-calendar.js';
import type { GivenValue } from './given-sheet.js';
import { dayOrMonth } from './partial-date.js';

/** Everything that a cell can mean as a date: nothing, one date, or two that it cannot be told between. */
export type DateReadings = readonly string[];

/** In 1900 a spreadsheet counts a 29 February; nothing before it is a date of a plan. */
const SERIAL_ZERO = Date.UTC(1899, 11, 30);
const DAY_LENGTH = 86_400_000;
const [EARLIEST_SERIAL, LATEST_SERIAL] = [20_000, 109_575];

/**
 * A date as people and spreadsheets write it: 2024-07-01, 2024-07 where only the month is known, 1 July 2024 in English,
 * French or Arabic, 01.07.2024, 25/07/2024, or a day as a spreadsheet counts. Of 01/07/2024 it gives both readings.
 */
export function dateReadings(value: GivenValue, daysAdded = 0): DateReadings {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? [] : existing([value.toISOString().slice(0, 10)]);
  if (typeof value === 'number') return serial(value + daysAdded);
  return typeof value === 'string' ? readings(latin(value)) : [];
}

function readings(text: string): DateReadings {
  if (/^\d{4}-\d{2}(-\d{2})?$/.test(text)) return existing([text]);
  const [, isoDay] = /^(\d{4}-\d{2}-\d{2})[T ]00:00(?::00(?:\.0+)?)?Z?$/.exec(text) ?? [];
  if (isoDay) return existing([isoDay]);
  if (/^\d{5,6}$/.test(text)) return serial(Number(text));
  const [, year, month, day] = /^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$/.exec(text) ?? [];
  if (year && month && day) return existing([dayOf(year, month, day)]);
  const [, first = '', sign, second = '', last = ''] = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})$/.exec(text) ?? [];
  // With dots it is written day first wherever it is written so.
  if (sign === '.') return existing([dayOf(last, second, first)]);
  if (sign) return existing([dayOf(last, second, first), dayOf(last, first, second)]);
  return inWords(text);
}

function inWords(text: string): DateReadings {
  const dayFirst = /^(\d{1,2})(?:er|st|nd|rd|th)?[\s.-]+(?:de )?(\p{L}[\p{L}\p{M}. ]*?)[\s.,-]+(\d{4})$/iu.exec(text);
  const monthFirst = /^(\p{L}[\p{L}\p{M}]*)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$/iu.exec(text);
  const [day, word, year] = dayFirst
    ? dayFirst.slice(1)
    : monthFirst
      ? [monthFirst[2], monthFirst[1], monthFirst[3]]
      : [];
  if (!day || !word || !year) return [];
  const month = MONTHS.get(nameForm(word));
  return month === undefined ? [] : existing([dayOf(year, String(month), day)]);
}

const dayOf = (year: string, month: string, day: string): Day =>
  `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;

const existing = (days: readonly string[]): DateReadings => [
  ...new Set(days.filter((day) => dayOrMonth(day, 'first') !== null)),
];

function serial(days: number): DateReadings {
  const whole = Math.floor(days);
  if (whole < EARLIEST_SERIAL || whole > LATEST_SERIAL || days !== whole) return [];
  return [new Date(SERIAL_ZERO + whole * DAY_LENGTH).toISOString().slice(0, 10)];
}

/** Digits of Arabic and Persian as ours, without the marks of direction that spreadsheets put around dates. */
const latin = (text: string): string =>
  text
    .replaceAll(/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g, '')
    .replaceAll(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 0xf))
    .trim();

const nameForm = (name: string): string =>
  name
    .normalize('NFD')
    .replaceAll(/\p{M}|\./gu, '')
    .toLowerCase()
    .trim();

/** Names of months, long and short; Arabic has one set of them in the Levant and another in Egypt and the Gulf. */
const MONTHS: ReadonlyMap<string, number> = new Map(
  ['en', 'fr', 'ar-JO', 'ar-EG', 'ar-TN'].flatMap((language) =>
    (['long', 'short'] as const).flatMap((month) => {
      const names = new Intl.DateTimeFormat(language, { month, timeZone: 'UTC', calendar: 'gregory' });
      return Array.from(
        { length: 12 },
        (_, at) => [nameForm(names.format(new Date(Date.UTC(2024, at, 15)))), at + 1] as const,
      );
    }),
  ),
);
