import type Holidays from 'date-holidays';
import type { HolidaysTypes } from 'date-holidays';
import { createRequire } from 'node:module';
import { jordanHolidays } from './jordan-holidays.js';
import { addDays, type Holiday } from './reporting-calendar.js';

/** Whose public holidays are days off. */
export interface HolidayCalendar {
  /** ISO 3166-1 code of the country. */
  readonly country: string;
  /** Code of a part of it that has holidays of its own, `BY`, or of a part of that part, `BY-A`. */
  readonly region?: string;
}

/** Calendars that are kept here. They go before those of the library, should it come to know these countries too. */
const KEPT_HERE: Readonly<Record<string, (year: number) => readonly Holiday[]>> = { JO: jordanHolidays };

/** Each calendar year is worked out once. More than these are named only by somebody who tries calendars out. */
const MOST_KEPT = 500;
const kept = new Map<string, readonly Holiday[]>();

/** The public holidays of a calendar year, earliest first. None for a calendar that does not exist. */
export function publicHolidays({ country, region }: HolidayCalendar, year: number): readonly Holiday[] {
  const key = `${country} ${region ?? ''} ${year}`;
  const known = kept.get(key);
  if (known) return known;
  const found = KEPT_HERE[country]?.(year) ?? fromLibrary({ country, ...(region ? { region } : {}) }, year);
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, found);
  return found;
}

export const hasHolidayCalendar = (country: string): boolean =>
  Object.hasOwn(KEPT_HERE, country) || Object.hasOwn(new (library())().getCountries(), country);

/** The codes of a country's parts that have holidays of their own. */
export function holidayRegions(country: string): string[] {
  if (Object.hasOwn(KEPT_HERE, country)) return [];
  const calendars = new (library())();
  // The types leave out that a place without parts has none of these lists.
  const codes = (names: Readonly<Record<string, string>> | undefined) => Object.keys(names ?? {});
  return codes(calendars.getStates(country)).flatMap((state) => [
    state,
    ...codes(calendars.getRegions(country, state)).map((part) => `${state}-${part}`),
  ]);
}

const require = createRequire(import.meta.url);

/** Loaded when a plan first asks for it: with its data it takes a twentieth of a second and 20 MB. */
const library = (): typeof Holidays => require('date-holidays') as typeof Holidays;

function fromLibrary({ country, region }: HolidayCalendar, year: number): Holiday[] {
  const [state, part] = region?.split('-') ?? [];
  const place = { country, ...(state ? { state } : {}), ...(part ? { region: part } : {}) };
  const calendar = new (library())(place, { types: ['public'] });
  return calendar
    .getHolidays(year)
    .flatMap((holiday) => {
      // The library's types know this class only by its methods.
      const { name } = calendar.getRule(holiday.rule) as unknown as HolidaysTypes.HolidayRule;
      return daysOff(holiday, typeof name === 'object' ? name : {});
    })
    .sort((one, other) => (one.date < other.date ? -1 : one.date > other.date ? 1 : 0));
}

const ISLAMIC_MONTH = /\b(Muharram|Safar|Rabi al|Jumada al|Rajab|Shaban|Ramadan|Shawwal|Dhu al)/;
const HOUR = 3_600_000;

/**
 * A feast of several days is one entry of the library. Half a day off is a day on which people work. Entries are told
 * apart by how long they last, because the time of day that they begin at can be off by an hour on a machine that runs
 * in a zone where clocks go forward at midnight.
 */
function daysOff({ date, start, end, name, rule }: HolidaysTypes.Holiday, names: Record<string, string>): Holiday[] {
  const day = date.slice(0, 10);
  // An hour more, because a day on which clocks go forward is an hour short.
  const days = Math.floor(((end.getTime() - start.getTime()) / HOUR + 1) / 24);
  return Array.from({ length: days }, (_, later) => ({
    date: addDays(day, later),
    name,
    names,
    ...(ISLAMIC_MONTH.test(rule) ? { expected: true } : {}),
  }));
}
