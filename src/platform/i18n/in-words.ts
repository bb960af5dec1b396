import { directionOf } from './pick.js';
import type { Language } from './text.js';

const dates = new Map<string, Intl.DateTimeFormat>();
const lists = new Map<Language, Intl.ListFormat>();

/**
 * A calendar day in words with its weekday, as it is written in the country. With the digits that keys of periods,
 * numbers of commitments and addresses are written in: two kinds in one sentence are hard to read.
 */
export function dayInWords(day: string, language: Language, country: string): string {
  const locale = `${language}-${country}-u-nu-latn`;
  const format = kept(dates, locale, () => new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeZone: 'UTC' }));
  return format.format(new Date(`${day}T12:00:00Z`));
}

/** `a, b and c`. */
export const listInWords = (names: readonly string[], language: Language): string =>
  kept(lists, language, () => new Intl.ListFormat(language)).format(names);

const RIGHT_TO_LEFT_LETTER = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u;

/** A name keeps its own direction and leaves that of the sentence alone: `2024-Q2` stays so in Arabic. */
export const setApart = (text: string, language: Language): string =>
  directionOf(language) === 'rtl' || RIGHT_TO_LEFT_LETTER.test(text) ? `\u2068${text}\u2069` : text;

/** The text with at most so many characters, cut between whole ones. */
export function shortened(text: string, most: number): string {
  // Most names are short, and taking them apart costs more than all else here.
  if (text.length <= most) return text;
  const characters = [...text];
  return characters.length > most
    ? `${characters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`
    : text;
}

/** Formats take long to make; there are few languages and countries. */
function kept<Key, Format>(formats: Map<Key, Format>, key: Key, make: () => Format): Format {
  const existing = formats.get(key);
  if (existing) return existing;
  const made = make();
  formats.set(key, made);
  return made;
}
