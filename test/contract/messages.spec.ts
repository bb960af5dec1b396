import { describe, expect, it } from '@jest/globals';
import { IntlMessageFormat } from 'intl-messageformat';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FORMATS } from '../../src/interchange/plan-file.formats.js';
import ar from '../../src/messages/ar.json' with { type: 'json' };
import en from '../../src/messages/en.json' with { type: 'json' };
import fr from '../../src/messages/fr.json' with { type: 'json' };

const catalogues: Readonly<Record<string, Readonly<Record<string, string>>>> = { en, fr, ar };
const keys = Object.keys(en).sort();

interface Part {
  readonly type: number;
  readonly value?: string;
  readonly options?: Readonly<Record<string, { readonly value: readonly Part[] }>>;
}
const PLURAL = 6;
const LITERAL = 0;
const parsed = (language: string, key: string): readonly Part[] =>
  new IntlMessageFormat(catalogues[language]?.[key] ?? '', language, undefined, {
    ignoreTag: true,
  }).getAst();
const all = (parts: readonly Part[]): Part[] =>
  parts.flatMap((part) => [part, ...Object.values(part.options ?? {}).flatMap(({ value }) => all(value))]);
const argumentsOf = (language: string, key: string): string[] =>
  [
    ...new Set(
      all(parsed(language, key))
        .filter(({ type, value }) => type !== LITERAL && value !== undefined)
        .map(({ value }) => String(value)),
    ),
  ].sort();

describe('what the service says to people', () => {
  it.each(Object.keys(catalogues))('is complete in %s', (language) => {
    expect(Object.keys(catalogues[language] ?? {}).sort()).toEqual(keys);
    expect(keys.filter((key) => !catalogues[language]?.[key]?.trim())).toEqual([]);
  });

  it.each(Object.keys(catalogues))('speaks of the same things in %s', (language) => {
    for (const key of keys)
      expect({ key, names: argumentsOf(language, key) }).toEqual({ key, names: argumentsOf('en', key) });
  });

  it.each(
    Object.entries({ ar: ['few', 'many', 'one', 'other', 'two', 'zero'], fr: ['one', 'other'], en: ['one', 'other'] }),
  )('has every plural form of %s', (language, forms) => {
    for (const key of keys) {
      for (const { options } of all(parsed(language, key)).filter(({ type }) => type === PLURAL))
        expect({ key, forms: Object.keys(options ?? {}).sort() }).toEqual({ key, forms });
    }
  });

  it('has a sentence for every key that stands in the source', () => {
    const named = [
      ...filesIn('src').flatMap((file) => keysIn(file, /\bkey(?: =|:) '([a-z]\w*\.[\w.-]+)'/g)),
      ...keysIn('src/interchange/plan-file.problems.ts', /\bsays\('([\w.-]+)'/g).map((key) => `planFile.${key}`),
      ...keysIn('src/interchange/plan-gaps.ts', /\b(?:gap|missing)\([^;]*?, '(\w+)'\)/g).map((key) => `gap.${key}`),
      ...filesIn('src').flatMap((file) => keysIn(file, /\bsays\('(input\.\w+)'/g)),
      ...Object.keys(FORMATS).map((format) => `planFile.format.${format}`),
    ];
    expect(named.length).toBeGreaterThan(80);
    expect(named.filter((key) => !Object.hasOwn(en, key))).toEqual([]);
  });

  it('has no sentence that nobody says, by the beginning of its key', () => {
    const source = filesIn('src')
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    const said = (key: string): boolean => {
      const steps = key.split('.');
      const beginning = steps.slice(0, -1).join('.');
      // A key is written whole, or made of a fixed beginning and a last step that stands elsewhere.
      return (
        source.includes(`'${key}'`) ||
        source.includes(`\`${beginning}.\${`) ||
        (source.includes(`\`${steps[0]}.\${`) && source.includes(`'${steps.slice(1).join('.')}'`))
      );
    };
    expect(keys.filter((key) => !said(key))).toEqual([]);
  });
});

const keysIn = (file: string, pattern: RegExp): string[] =>
  [...readFileSync(file, 'utf8').matchAll(pattern)].map(([, key]) => key ?? '');

function filesIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory()
      ? filesIn(path)
      : path.endsWith('.ts') && !path.endsWith('.spec.ts')
        ? [path]
        : [];
  });
}
