import { IntlMessageFormat } from 'intl-messageformat';
import type { MessageArguments } from '../errors/domain-error.js';
import type { Language } from './text.js';

export type Catalogue = Readonly<Record<string, string>>;

/** As keys of periods, numbers of commitments and addresses are written; which digits Arabic gets else depends on the system. */
const LATIN_DIGITS = '-u-nu-latn';

/** The sentences that this service says to people, by language and key, in ICU MessageFormat. */
export class Messages {
  private readonly compiled = new Map<string, IntlMessageFormat>();

  /** @param fallback the language whose catalogue is complete by definition */
  constructor(
    private readonly catalogues: Readonly<Record<Language, Catalogue>>,
    private readonly fallback: Language,
  ) {}

  /** The first of the wanted languages that there is a catalogue for. */
  languageFor(wanted: readonly Language[]): Language {
    const known = wanted.map((tag) => tag.toLowerCase().split('-')[0] ?? tag);
    return known.find((tag) => Object.hasOwn(this.catalogues, tag)) ?? this.fallback;
  }

  say(language: Language, key: string, args: MessageArguments = {}): string {
    const known = this.languageFor([language]);
    return String(this.format(known, key).format({ ...args }));
  }

  private format(language: Language, key: string): IntlMessageFormat {
    const name = `${language} ${key}`;
    const existing = this.compiled.get(name);
    if (existing) return existing;
    const text = this.catalogues[language]?.[key] ?? this.catalogues[this.fallback]?.[key];
    if (text === undefined) throw new Error(`There is no message "${key}".`);
    const made = new IntlMessageFormat(text, language + LATIN_DIGITS, undefined, { ignoreTag: true });
    this.compiled.set(name, made);
    return made;
  }
}
