import { wordsOf } from '../platform/i18n/pick.js';
import type { Language, LocalizedText } from '../platform/i18n/text.js';
import type { Refusal } from './table-import.errors.js';
import { isBlank, plain, type GivenCell } from './given-sheet.js';
import type { Draft } from './plan-draft.js';
import { writeText } from './text-edit.js';

/** The texts that a file shows one after the other as the full text, as far as they are there. */
const PARTS = ['problem', 'statusQuo', 'action', 'solution'] as const;
const GAP = '\n\n';

interface Part {
  readonly field: string;
  readonly text: string;
}

/**
 * Finds out which of the texts was edited: the one between those that are still there, word by word; or each, where
 * there are as many paragraphs as texts. A text where there was none is what will be done.
 */
export function writeFullText(
  object: Draft,
  given: GivenCell,
  { language, own }: { language: Language; own: Language },
): Refusal | null {
  const shown = PARTS.flatMap((field): Part[] => {
    const text = wordsOf(object[field] as LocalizedText | undefined, [language], own);
    return text === null ? [] : [{ field, text: plain(text) }];
  });
  const [only] = shown;
  if (shown.length < 2) return writeText(object, only?.field ?? 'action', given, language);
  const edited = isBlank(given) ? null : editedParts(plain(String(given.value)), shown);
  if (!edited) return { key: 'tableImport.fullTextUnclear' };
  for (const { field, text } of edited) {
    const refusal = writeText(object, field, { value: text }, language);
    if (refusal) return refusal;
  }
  return null;
}

function editedParts(text: string, shown: readonly Part[]): Part[] | null {
  const between = shown.flatMap(({ field }, at): Part[] => {
    const before = shown.slice(0, at).reduce((joined, part) => joined + part.text + GAP, '');
    const after = shown.slice(at + 1).reduce((joined, part) => joined + GAP + part.text, '');
    const middle = text.slice(before.length, text.length - after.length);
    const isIt = text.length > before.length + after.length && before + middle + after === text;
    return isIt && middle.trim() !== '' ? [{ field, text: middle }] : [];
  });
  if (between.length === 1) return between;
  const paragraphs = text.split(GAP);
  if (between.length > 1 || paragraphs.length !== shown.length || shown.some((part) => part.text.includes(GAP)))
    return null;
  return shown.flatMap(({ field, text: stored }, at) => {
    const paragraph = paragraphs[at] ?? '';
    return paragraph === stored ? [] : [{ field, text: paragraph }];
  });
}
