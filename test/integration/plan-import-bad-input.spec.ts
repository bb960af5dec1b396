import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlanFileRefused, PlanOfAnotherMember } from '../../src/interchange/plan-import.errors.js';
import { allRows } from '../support/all-rows.js';
import { TestApp } from '../support/app.js';
import { given, greaterSalt } from '../support/given.js';
import { editsOf, type Json } from '../support/json-edits.js';
import { mithaq } from '../support/service.js';
import { unseenPlan } from '../support/unseen-plan.js';

const IMPORT = `mutation ($file: String!, $dryRun: Boolean! = false) { planImport(input: { file: $file, dryRun: $dryRun }) { changeCount } }`;

/** The first command after a change says that it builds. */
const lastLine = (text: string) => text.trim().split('\n').at(-1);

let app: TestApp;
let admin: Record<string, string>;
beforeAll(async () => {
  app = await TestApp.start({ now: '2024-07-01T08:00+03:00' });
  admin = await app.as('ADMIN');
});
afterAll(() => app.close());

describe('a bad plan file over GraphQL', () => {
  const send = (file: string, headers: Record<string, string> = {}) =>
    app.gql(IMPORT, { file }, { ...admin, ...headers });
  const wrong = (): string => {
    const file = given.plan() as unknown as {
      plan: Record<string, unknown>;
      commitments: Array<Record<string, unknown>>;
    };
    file.plan['endsOn'] = '2024-02-30';
    file.plan['title'] = { en: 'a\u0000b' };
    file.commitments[1]!['number'] = 1;
    return JSON.stringify(file);
  };

  it.each([
    [
      'en',
      'The plan file has 3 problems. Nothing was imported.',
      'The text contains control characters or broken characters, which cannot be stored.',
    ],
    [
      'fr',
      'Le fichier du plan présente 3 problèmes. Rien n’a été importé.',
      'Le texte contient des caractères de contrôle ou des caractères incomplets, qui ne peuvent être enregistrés.',
    ],
    ['ar', 'في ملف الخطة 3 مشكلات. لم يُستورد شيء.', 'في النص أحرف تحكم أو أحرف مبتورة لا يمكن حفظها.'],
  ])('is refused in the caller’s language with everything that is wrong: %s', async (language, message, sentence) => {
    const before = await allRows(app.db);
    const { errors } = await send(wrong(), { 'accept-language': language });
    expect(errors?.[0]).toMatchObject({ message, extensions: { code: 'BAD_USER_INPUT' } });
    const violations = errors?.[0]?.extensions.violations ?? [];
    expect(violations.map(({ field }) => field).sort()).toEqual([
      '$.commitments[1].number',
      '$.plan.endsOn',
      '$.plan.title.en',
    ]);
    expect(violations).toContainEqual({ field: '$.plan.title.en', message: sentence });
    // The token notes that it was used.
    expect({ ...(await allRows(app.db)), token: [] }).toEqual({ ...before, token: [] });
  });

  it('of 50 MB is refused before it is read', async () => {
    const { status, errors } = await send('x'.repeat(50 * 1024 * 1024));
    expect([status, errors?.[0]?.message]).toEqual([413, 'The request is larger than 1 MB.']);
  });

  it('of 100,000 brackets is refused in a sentence', async () => {
    const { errors } = await send('['.repeat(100_000));
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', violations: [{ field: '$' }] });
  });

  it('is not even read for anybody but an administrator', async () => {
    const { errors } = await app.gql(IMPORT, { file: 'no file' }, await app.as('PARTNER'));
    expect(errors?.[0]).toMatchObject({
      message: 'Your role does not allow this here.',
      extensions: { code: 'FORBIDDEN' },
    });
  });
});

describe('a bad plan file on the command line', () => {
  it('of 50 MB or in another encoding is refused in one line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mithaq-plan-'));
    try {
      const [large, latin] = [join(folder, 'large.json'), join(folder, 'latin 1.json')];
      await writeFile(large, '{');
      await truncate(large, 50 * 1024 * 1024);
      await writeFile(latin, Buffer.from('{ "name": "Trésorerie" }', 'latin1'));
      const environment = { DATABASE_URL: app.databaseUrl, SMTP_URL: 'smtp://127.0.0.1:9' };
      const ended = await Promise.all([large, latin].map((path) => mithaq(['plan', 'import', path], environment)));
      expect(ended.map(({ code, stdout, stderr }) => [code, stdout, lastLine(stderr)])).toEqual([
        [1, '', `${large} has 50 MB; a plan file has at most 5.`],
        [1, '', `${latin} is not UTF-8 text. Save it with that encoding.`],
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 120_000);
});

describe('whatever the reader takes', () => {
  const odd = fc.constantFrom<Json>(
    -0,
    1,
    31,
    '2024-02',
    '2199-12-31',
    '1900-01-01',
    'x',
    '\u202e💧',
    {},
    [],
    'works',
    'LEAD',
  );
  const documents = [given.plan(), unseenPlan(), greaterSalt()].map((file) => editsOf(JSON.stringify(file), odd));

  it('the database takes too, and has nothing to change when it comes again', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(...documents), async (content) => {
        const report = await app.import(content).catch((error: unknown) => {
          // What is wrong with the file, and a plan that would change hands, are refused on purpose.
          if (error instanceof PlanFileRefused || error instanceof PlanOfAnotherMember) return null;
          throw error;
        });
        if (!report) return;
        taken += 1;
        expect((await app.import(content)).changes).toEqual([]);
      }),
      { numRuns: 40 },
    );
    expect(taken).toBeGreaterThan(3);
  });
});
