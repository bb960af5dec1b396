import { enumOf } from '../graphql/enum-of.js';

export const TextOrigin = enumOf(
  'TextOrigin',
  'Where a text came from, so that nobody quotes a translation as the original.',
  {
    ORIGINAL: 'Written in this language by the member or institution itself.',
    HUMAN_TRANSLATION: 'Translated by a person.',
    MACHINE_TRANSLATION: 'Translated by a machine and not checked.',
    RESTATED: 'Restated from a published text in the words of whoever entered it here; not a quotation.',
  },
);
export type TextOrigin = keyof typeof TextOrigin;

/** BCP 47 tag of a language, for example `ar`, `en` or `fr-CA`. */
export type Language = string;
export const LANGUAGE_PATTERN = '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$';

/** One long text in each language that it exists in, with where each came from. */
export type LocalizedText = Readonly<Record<Language, { readonly text: string; readonly origin: TextOrigin }>>;
