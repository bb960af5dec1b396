import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { directionOf, pick } from './pick.js';
import type { LocalizedText } from './text.js';

const text = (...languages: string[]): LocalizedText =>
  Object.fromEntries(
    languages.map((language, at) => [
      language,
      { text: `in ${language}`, origin: at === languages.length - 1 ? 'ORIGINAL' : 'HUMAN_TRANSLATION' },
    ]),
  );

describe('picking the language of a text', () => {
  it.each<[string, string[], string | null, string]>([
    ['the first that is wanted and exists', ['xx', 'fr', 'en'], 'ar', 'fr'],
    ['the language without its region', ['en-GB'], 'ar', 'en'],
    ['the plan’s own when nothing wanted exists', ['xx'], 'ar', 'ar'],
    ['the original when there is no own', ['xx'], null, 'fr'],
    ['the original when the own does not exist', [], 'de', 'fr'],
  ])('takes %s', (_, wanted, own, expected) => {
    expect(pick(text('en', 'ar', 'fr'), wanted, own)?.language).toBe(expected);
  });

  it('takes any that exists rather than nothing', () => {
    expect(pick({ de: { text: 'x', origin: 'MACHINE_TRANSLATION' } }, ['en'], 'ar')).toEqual({
      text: 'x',
      origin: 'MACHINE_TRANSLATION',
      language: 'de',
    });
    expect(pick(null, ['en'])).toBeNull();
    expect(pick({}, ['en'])).toBeNull();
  });

  it('answers in a language that exists, whatever is asked for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('constructor', '__proto__', 'toString', 'EN'))),
        (wanted) => {
          const picked = pick(text('en', 'ar'), wanted, 'ar');
          expect(picked?.text).toBe(`in ${picked?.language}`);
        },
      ),
    );
  });

  it('knows which way a language runs', () => {
    expect(['ar', 'ar-JO', 'he', 'en', 'fr-CA'].map(directionOf)).toEqual(['rtl', 'rtl', 'rtl', 'ltr', 'ltr']);
  });
});
