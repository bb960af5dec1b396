import type { TSchema } from 'typebox';
import type { TextOrigin } from '../platform/i18n/text.js';
import { localized } from './file-text.js';
import { LOCALIZED, PlanFileSchema, type FileText, type PlanFile } from './plan-file.js';

type Walkable = TSchema & { properties?: Record<string, TSchema>; items?: TSchema; [LOCALIZED]?: true };

/** The file with every text written out with its origin, and without lists that are empty. */
export function expanded(file: PlanFile): PlanFile {
  const origins = file.textOrigins ?? {};
  const content = mapTexts(PlanFileSchema, file, (text) =>
    Object.fromEntries(
      Object.entries(text).map(([language, value]) => [
        language,
        typeof value === 'string' ? { text: value, origin: origins[language] ?? 'ORIGINAL' } : value,
      ]),
    ),
  ) as PlanFile;
  delete content.$schema;
  delete content.textOrigins;
  return content;
}

/** The file as a person would write it: texts as plain strings where they have the usual origin of their language. */
export function compressed(content: PlanFile): PlanFile {
  const counts = new Map<string, Map<TextOrigin, number>>();
  mapTexts(PlanFileSchema, content, (text) => {
    for (const [language, { origin }] of Object.entries(localized(text))) {
      const ofLanguage = counts.get(language) ?? new Map<TextOrigin, number>();
      counts.set(language, ofLanguage.set(origin, (ofLanguage.get(origin) ?? 0) + 1));
    }
    return text;
  });
  const usual = Object.fromEntries([...counts].sort().map(([language, origins]) => [language, mostFrequent(origins)]));
  const { format, ...rest } = mapTexts(PlanFileSchema, content, (text) =>
    Object.fromEntries(
      Object.entries(localized(text)).map(([language, value]) => [
        language,
        value.origin === usual[language] ? value.text : value,
      ]),
    ),
  ) as PlanFile;
  return { format, textOrigins: usual, ...rest };
}

const mostFrequent = (counts: ReadonlyMap<TextOrigin, number>): TextOrigin =>
  [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 'ORIGINAL';

function mapTexts(schema: Walkable, value: unknown, change: (text: FileText) => unknown): unknown {
  if (schema[LOCALIZED]) return change(value as FileText);
  if (Array.isArray(value)) return value.map((item) => mapTexts(schema.items ?? {}, item, change));
  // JSON knows a -0 that the database does not; it would be a difference for ever.
  if (value === 0) return 0;
  if (typeof value !== 'object' || value === null || !schema.properties) return value;
  const { properties } = schema;
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([name, inner]) =>
          inner !== undefined && (name === 'contacts' || !isEmptyList(inner) || isRequired(schema, name)),
      )
      .map(([name, inner]) => [name, mapTexts(properties[name] ?? {}, inner, change)]),
  );
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
const isRequired = (schema: Walkable, name: string): boolean =>
  ((schema as { required?: string[] }).required ?? []).includes(name);
