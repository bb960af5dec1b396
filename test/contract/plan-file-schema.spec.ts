import { beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { FORMATS, type FormatName } from '../../src/interchange/plan-file.formats.js';
import { LOCALIZED, PlanFileSchema } from '../../src/interchange/plan-file.js';
import { given } from '../support/given.js';
import { unseenPlan } from '../support/unseen-plan.js';

const FILE = 'plans/plan-file.schema.json';

type Schema = { [name: string]: unknown };

/** In words that every editor knows: a format of our own becomes the pattern that comes nearest to it. */
function forEditors(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(forEditors);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { format, pattern, ...rest } = schema as Schema;
  delete rest[LOCALIZED];
  const own = FORMATS[format as FormatName]?.pattern;
  const patterns = [own, pattern].filter((one) => one !== undefined);
  return {
    ...mapped(rest, (inner, name) => (name === 'properties' ? mapped(inner as Schema, forEditors) : forEditors(inner))),
    ...(patterns.length > 1 ? { allOf: patterns.map((one) => ({ pattern: one })) } : {}),
    ...(patterns.length === 1 ? { pattern: patterns[0] } : {}),
  };
}

const mapped = (node: Schema, change: (inner: unknown, name: string) => unknown): Schema =>
  Object.fromEntries(Object.entries(node).map(([name, inner]) => [name, change(inner, name)]));

const generated = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Plan file of Mithaq, mithaq-plan/1',
  ...(forEditors(JSON.parse(JSON.stringify(PlanFileSchema))) as Schema),
};

describe('the JSON Schema of plan files', () => {
  beforeAll(async () => {
    if (process.env['UPDATE'])
      writeFileSync(FILE, await format(JSON.stringify(generated), { parser: 'json', printWidth: 120 }));
  });

  it('is the one that the service checks by, in the words of editors; a change is written with UPDATE=1', () => {
    expect(JSON.parse(readFileSync(FILE, 'utf8'))).toEqual(generated);
  });

  it('describes every field', () => {
    expect(undescribed(generated, '$')).toEqual([]);
  });

  describe('in a validator that knows nothing of this project', () => {
    // Strict: an unknown keyword or format is an error.
    const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
    ajvFormats.default(ajv);
    const accepts = ajv.compile(generated);

    it.each(['greater-salt-2024-2025', 'jordan-2021-2025'])('accepts the shipped plan %s', (name) => {
      const file = JSON.parse(readFileSync(`plans/${name}.json`, 'utf8')) as { $schema: string };
      expect([accepts(file), accepts.errors]).toEqual([true, null]);
      expect(existsSync(`plans/${file.$schema}`)).toBe(true);
    });

    it('accepts plans of other shapes', () => {
      expect([accepts(given.plan()), accepts(unseenPlan())]).toEqual([true, true]);
    });

    it.each<[string, object]>([
      ['an unknown field', { titel: 'x' }],
      ['a date that cannot be', { endsOn: '2024-13' }],
      ['a text in no language', { title: { English: 'x' } }],
      ['a NUL in a text', { title: { en: 'a\u0000' } }],
      ['a text of blanks', { title: { en: ' ' } }],
      ['an odd key', { key: 'A b' }],
      ['an address that is none', { website: 'javascript:alert(1)' }],
    ])('marks %s', (_what, plan) => {
      expect(accepts(given.plan({ plan: plan }))).toBe(false);
    });
  });
});

/** Fields of objects that say nothing about themselves, and neither do the items they list. */
function undescribed(schema: Schema, path: string): string[] {
  const fields = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
  const items = schema['items'] as Schema | undefined;
  return [
    ...fields.flatMap(([name, field]) => [
      ...((field['description'] ?? (field['items'] as Schema | undefined)?.['description']) ? [] : [`${path}.${name}`]),
      ...undescribed(field, `${path}.${name}`),
    ]),
    ...(items ? undescribed(items, `${path}[]`) : []),
  ];
}
