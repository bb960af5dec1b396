import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PlanImportService } from '../../src/interchange/plan-import.service.js';
import type { PlanFile } from '../../src/interchange/plan-file.js';
import { TABLE_NAMES } from '../../src/publications/progress-tables.js';
import { allRows, writtenIn } from '../support/all-rows.js';
import { TestApp } from '../support/app.js';
import { handIn } from '../support/filing.js';
import { given } from '../support/given.js';
import { bookOf, csvOf, gridOfCsv, put, workbookOf, type Grid } from '../support/spreadsheet.js';

const PLAN = 'testville-2024';

interface Violation {
  readonly field: string;
  readonly sheet?: string;
  readonly row?: number;
  readonly column?: string;
  readonly message: string;
}
interface Answer {
  readonly status: number;
  readonly body: {
    readonly changeCount: number;
    readonly changes: ReadonlyArray<{ path: string; before: string | null; after: string | null }>;
    readonly notes: readonly Violation[];
    readonly violations?: readonly Violation[];
    readonly code?: string;
    readonly title?: string;
  };
}

const LONG = 'What will be done, in many words. '.repeat(500).trim();
/** Odd in every way that a spreadsheet minds. */
const plan = (): PlanFile =>
  given.plan({
    institutions: [
      given.institution('works', { name: { en: 'Works; and Roads', ar: 'الأشغال' } }),
      given.institution('parks', { name: { en: `Department of ${'Parks and Gardens, '.repeat(7)}North` } }),
      given.institution('youth', { website: 'https://example.org/?a=1;b=2' }),
    ],
    commitments: [
      given.commitment(1, {
        ogpId: '0066',
        title: { en: '=HYPERLINK("http://evil.example","Click")', ar: 'عنوان' },
        problem: { en: "'@twice\r\n\r\nsecond paragraph", ar: 'مشكلة' },
        statusQuo: { en: 'As it is.' },
        action: { en: LONG },
        policyAreas: ['Open budget', '-2+3'],
        ogpValues: ['CIVIC_PARTICIPATION'],
        startsOn: '2024-02',
        endsOn: '2024-11',
        institutions: [
          { institution: 'works', role: 'LEAD' },
          { institution: 'youth', role: 'SUPPORTING' },
        ],
        milestones: [
          { number: 1, title: { en: '+1 square\twith a tab ', ar: 'ساحة' }, startsOn: '2024-02', dueOn: '2024-06-30' },
          { number: 2, title: { en: 'Two' }, dueOn: '2024-08', originalDueOn: '2024-07-01', status: 'IN_PROGRESS', percent: 40 },
          { number: 3, title: { en: 'Three' }, responsibleInstitution: 'parks' },
        ],
      }),
      given.commitment(2, { title: { ar: 'بلا إنجليزية' }, action: { en: 'Open it.' } }),
      given.commitment(3, { institutions: [{ institution: 'parks', role: 'LEAD' }] }),
    ],
  });

let app: TestApp;
let admin: Record<string, string>;
beforeAll(async () => {
  app = await TestApp.start({ now: '2024-07-05T08:00+03:00' });
  await app.import(plan());
  admin = await app.as('ADMIN', PLAN);
  await handIn(app, 'works', [1]);
  const [checkIn] = await app.db.query<[{ id: string; institution_id: string }]>(
    `select * from check_in where status = 'SUBMITTED'`,
  );
  await app.db.query(
    `insert into evidence_file (check_in_id, plan_id, institution_id, name, media_type, size, sha256, storage_key, uploaded_at, uploaded_by, claimed_at)
     select id, plan_id, institution_id, '=x.txt', 'text/plain', 1, repeat('0', 64), gen_random_uuid(), now(), 'x', now() from check_in where id = $1`,
    [checkIn.id],
  );
  await app.gql(
    `mutation ($input: AssessmentFileInput!) { assessmentFile(input: $input) { assessment { id } } }`,
    { input: { plan: PLAN, kind: 'INCEPTION', commitment: 1, verifiability: 'VERIFIABLE', summary: '-1 is\r\nenough' } },
    await app.as('MONITORING_BODY', PLAN),
  );
});
afterAll(() => app.close());

const csv = async (query: string) => (await fetch(`${app.url}/api/v1/plans/${PLAN}/progress.csv?${query}`)).text();
const xlsx = async (query = '') =>
  Buffer.from(await (await fetch(`${app.url}/api/v1/plans/${PLAN}/progress.xlsx?${query}`)).arrayBuffer());
const grid = async (table: string, query = '') => gridOfCsv(await csv(`table=${table}&${query}`));

async function send(content: string | Buffer, query = '', name?: string, headers = admin): Promise<Answer> {
  const form = new FormData();
  const ending = typeof content === 'string' || content[0] !== 0x50 ? 'csv' : 'xlsx';
  form.set('file', new Blob([content as Uint8Array<ArrayBuffer> | string]), name ?? `edited.${ending}`);
  const response = await fetch(`${app.url}/api/v1/plans/${PLAN}/import?${query}`, { method: 'POST', headers, body: form });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}
const file = () => app.app.get(PlanImportService).export(PLAN);
const paths = ({ body }: Answer) => body.changes?.map(({ path }) => path) ?? body;
const violations = ({ body }: Answer) =>
  (body.violations ?? []).map(({ field, column, message }) => [field, column, message] as const);

/** Every test begins with the same plan, and an audit record that goes on. */
beforeEach(async () => {
  await app.import(plan());
});

describe('a progress file that nobody edited', () => {
  it.each(TABLE_NAMES)('changes nothing as CSV, and is exported the same again: %s', async (table) => {
    const before = await csv(`table=${table}`);
    expect(before.split('\r\n').length).toBeGreaterThan(2);
    const stored = await allRows(app.db);
    const answer = await send(before, `table=${table}`);
    expect([answer.status, answer.body]).toMatchObject([200, { changeCount: 0, notes: [] }]);
    expect((await send(before)).body).toMatchObject({ changeCount: 0 });
    expect(writtenIn(stored, await allRows(app.db))).toEqual({});
    expect(await csv(`table=${table}`)).toBe(before);
  });

  it.each(['', 'language=ar', 'period=2024-Q2'])('changes nothing as a workbook, byte for byte: %s', async (query) => {
    const before = await xlsx(query);
    const stored = await allRows(app.db);
    const answer = await send(before);
    expect([answer.status, answer.body]).toMatchObject([200, { changeCount: 0, notes: [] }]);
    expect(writtenIn(stored, await allRows(app.db))).toEqual({});
    expect((await xlsx(query)).equals(before)).toBe(true);
  });

  it('changes nothing when another program wrote it, with other columns first and without others', async () => {
    const book = await bookOf(await xlsx());
    for (const [name, rows] of book) {
      if (name === 'codebook') continue;
      const order = rows[0]!.map((_, at) => at).reverse().filter((at) => rows[0]![at] !== 'Licence');
      book.set(name, rows.map((row) => order.map((at) => row[at] ?? null)));
    }
    const answer = await send(await workbookOf(book));
    expect([answer.status, answer.body]).toMatchObject([200, { changeCount: 0, notes: [] }]);
  });
});
