import type { Language, LocalizedText, TextOrigin } from './text.js';

export interface PickedText {
  readonly text: string;
  readonly language: Language;
  readonly origin: TextOrigin;
}

/** The text in the first language that exists of: those wanted, the plan's own, an original, any. */
export function pick(
  text: LocalizedText | null | undefined,
  wanted: readonly Language[],
  own?: Language | null,
): PickedText | null {
  const language = text ? languageOf(text, wanted, own) : undefined;
  const found = language === undefined ? undefined : text?.[language];
  return found === undefined || language === undefined ? null : { ...found, language };
}

/** The same, for whoever wants no more than its words: rows by the thousand. */
export function wordsOf(
  text: LocalizedText | null | undefined,
  wanted: readonly Language[],
  own?: Language | null,
): string | null {
  const language = text ? languageOf(text, wanted, own) : undefined;
  return language === undefined ? null : (text?.[language]?.text ?? null);
}

function languageOf(text: LocalizedText, wanted: readonly Language[], own?: Language | null): Language | undefined {
  // As it nearly always is.
  const first = wanted[0] ?? own ?? undefined;
  if (first !== undefined && Object.hasOwn(text, first) && text[first]) return first;
  const available = Object.keys(text);
  const original = available.find((language) => text[language]?.origin === 'ORIGINAL');
  const order = [...wanted.flatMap((language) => [language, baseOf(language)]), own, original, ...available];
  return order.map((tag) => available.find((found) => sameTag(found, tag))).find((found) => found !== undefined);
}

/** Tags are compared without regard to case, as BCP 47 has it. */
const sameTag = (tag: Language, other: Language | null | undefined): boolean =>
  tag.toLowerCase() === other?.toLowerCase();

const baseOf = (language: Language): Language => language.split('-')[0] ?? language;

const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'he', 'ur', 'ps', 'sd', 'ug', 'yi', 'dv', 'ckb']);

export const directionOf = (language: Language): 'rtl' | 'ltr' => (RIGHT_TO_LEFT.has(baseOf(language)) ? 'rtl' : 'ltr');
