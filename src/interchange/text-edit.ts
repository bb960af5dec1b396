import type { Language, LocalizedText, TextOrigin } from '../platform/i18n/text.js';
import type { Refusal } from './table-import.errors.js';
import { isBlank, plain, type GivenCell } from './given-sheet.js';
import type { Draft } from './plan-draft.js';

/** Puts the text into its place in the one language, or takes it out; other languages stay as they are. */
export function writeText(object: Draft, field: string, given: GivenCell, language: Language): Refusal | null {
  const stored = (object[field] ?? {}) as LocalizedText;
  const tag = Object.keys(stored).find((one) => one.toLowerCase() === language.toLowerCase()) ?? language;
  const { [tag]: before, ...others } = stored;
  if (isBlank(given)) {
    if (!before) return { key: 'tableImport.notInLanguage', args: { language } };
    if (Object.keys(others).length > 0) object[field] = others;
    else delete object[field];
    return null;
  }
  if (typeof given.value !== 'string' && typeof given.value !== 'number') return { key: 'tableImport.textWanted' };
  const text = plain(String(given.value));
  const [mistaken] = Object.entries(others).find((one) => plain(one[1].text) === text) ?? [];
  if (mistaken !== undefined) return { key: 'tableImport.otherLanguage', args: { language, other: mistaken } };
  object[field] = { ...stored, [tag]: { text, origin: before?.origin ?? originBeside(others) } };
  return null;
}

/** Whoever adds a language to a text that has one translates it. */
const originBeside = (others: LocalizedText): TextOrigin =>
  Object.keys(others).length > 0 ? 'HUMAN_TRANSLATION' : 'ORIGINAL';
