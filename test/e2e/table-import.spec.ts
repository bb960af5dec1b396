import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { CheckInsService } from '../../src/check-ins/check-ins.service.js';
import { OgpPlanExists, OgpPlanUnclear, OgpTableNotFound } from '../../src/interchange/ogp-import.errors.js';
import { OgpImportService, type OgpImportOptions } from '../../src/interchange/ogp-import.service.js';
import { PlanImportService } from '../../src/interchange/plan-import.service.js';
import type { PlanFile } from '../../src/interchange/plan-file.js';
import { Viewer } from '../../src/platform/access/viewer.js';
import { WorkbookTooHeavy } from '../../src/interchange/table-import.errors.js';
import { readWorkbook } from '../../src/interchange/xlsx-reader.js';
import { TABLE_NAMES } from '../../src/publications/progress-tables.js';
import { allRows, writtenIn } from '../support/all-rows.js';
import { TestApp } from '../support/app.js';
import { zip } from '../support/files.js';
import { handIn } from '../support/filing.js';
import { given } from '../support/given.js';
import { EditedFiles, paths, violations } from '../support/edited-files.js';
import { bookOf, csvOf, put, workbookOf, type Grid } from '../support/spreadsheet.js';

const PLAN = 'testville-2024';

const LONG = 'What will be done, in many words. '.repeat(500).trim();
/** Odd in every way that a spreadsheet minds. */
const plan = (more: Parameters<typeof given.plan>[0] = {}): PlanFile =>
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
          {
            number: 2,
            title: { en: 'Two' },
            dueOn: '2024-08',
            originalDueOn: '2024-07-01',
            status: 'IN_PROGRESS',
            percent: 40,
          },
          { number: 3, title: { en: 'Three' }, responsibleInstitution: 'parks' },
        ],
      }),
      given.commitment(2, { title: { ar: 'بلا إنجليزية' }, action: { en: 'Open it.' } }),
      given.commitment(3, { institutions: [{ institution: 'parks', role: 'LEAD' }] }),
    ],
    ...more,
  });
/** The plan that the files in `test/fixtures` were exported from. */
const fixture = () =>
  plan({
    plan: { key: 'fixture-2024' },
    member: { key: 'fixture', name: { en: 'Fixture' }, kind: 'LOCAL', country: 'JO' },
  });

let app: TestApp;
let admin: Record<string, string>;
let files: EditedFiles;
beforeAll(async () => {
  app = await TestApp.start({ now: '2024-07-05T08:00+03:00' });
  await app.import(plan());
  admin = await app.as('ADMIN', PLAN);
  files = new EditedFiles(app, PLAN, admin);
  // The first use of a token is noted, and would be a difference.
  await send('x');
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
    {
      input: { plan: PLAN, kind: 'INCEPTION', commitment: 1, verifiability: 'VERIFIABLE', summary: '-1 is\r\nenough' },
    },
    await app.as('MONITORING_BODY', PLAN),
  );
});
afterAll(() => app.close());

type Files = EditedFiles;
const csv: Files['csv'] = (...asked) => files.csv(...asked);
const xlsx: Files['xlsx'] = (...asked) => files.xlsx(...asked);
const grid: Files['grid'] = (...asked) => files.grid(...asked);
const send: Files['send'] = (...sent) => files.send(...sent);
const file = () => app.app.get(PlanImportService).export(PLAN);

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
      const order = rows[0]!
        .map((_, at) => at)
        .reverse()
        .filter((at) => rows[0]![at] !== 'Licence');
      book.set(
        name,
        rows.map((row) => order.map((at) => row[at] ?? null)),
      );
    }
    const answer = await send(await workbookOf(book));
    expect([answer.status, answer.body]).toMatchObject([200, { changeCount: 0, notes: [] }]);
  });
});

const changed = async (edited: string | Buffer, query = 'dryRun=true') => paths(await send(edited, query));
const inCsv = async (table: string, row: number, column: string, value: Grid[number][number], query = '') => {
  const rows = await grid(table, query);
  put(rows, row, column, value);
  return csvOf(rows);
};

describe('an edited cell', () => {
  it('changes exactly that, in the language of the file, with the difference that a dry run shows', async () => {
    const edited = await inCsv('progress', 2, 'Commitment Title', 'عنوان جديد', 'language=ar');
    const stored = await allRows(app.db);
    const dry = await send(edited, 'language=ar&dryRun=true');
    expect(dry).toMatchObject({ status: 200, body: { dryRun: true, changeCount: 1, language: 'ar' } });
    expect(dry.body.changes).toEqual([
      { path: '$.commitments[number=1].title.ar.text', before: '"عنوان"', after: '"عنوان جديد"' },
    ]);
    expect(writtenIn(stored, await allRows(app.db))).toEqual({});
    const done = await send(edited, 'language=ar');
    expect(done.body).toEqual({ ...dry.body, dryRun: false });
    expect((await file()).commitments[0]?.title).toEqual({ ...plan().commitments[0]!.title, ar: 'عنوان جديد' });
    const [entry] = await app.db.query<[object]>('select * from audit_entry order by number desc limit 1');
    expect(entry).toMatchObject({
      action: 'plan.imported',
      acting_as: 'ADMIN',
      difference: { after: { count: 1, changes: [{ path: '$.commitments[number=1].title.ar.text' }] } },
    });
    expect((await send(await csv('table=progress&language=ar'), 'language=ar')).body.changeCount).toBe(0);
  });

  it.each([
    ['progress', 2, 'Commitment Unique Identifier', 'JO0067', '$.commitments[number=1].ogpId'],
    ['progress', 2, 'Theme', 'Open budget; Water', '$.commitments[number=1].policyAreas'],
    ['progress', 2, 'OGP Value Technology', '1', '$.commitments[number=1].ogpValues'],
    ['progress', 2, 'URL', 'https://example.org/1', '$.commitments[number=1].url'],
    ['progress', 2, 'Commitment Start Date', '1 March 2024', '$.commitments[number=1].startsOn'],
    ['progress', 2, 'Supporting Institution(s)', 'works', '$.commitments[number=1]'],
    ['progress', 4, 'Full Text', 'Open it wide.', '$.commitments[number=2].action.en.text'],
    ['milestones', 3, 'Expected Output', 'A square', '$.commitments[number=1].milestones[number=2].expectedOutput'],
    ['milestones', 3, 'Plan Status', 'completed', '$.commitments[number=1].milestones[number=2].status'],
    ['milestones', 3, 'Plan Percent', '100', '$.commitments[number=1].milestones[number=2].percent'],
    [
      'milestones',
      4,
      'Responsible Institution',
      'الأشغال',
      '$.commitments[number=1].milestones[number=3].responsibleInstitution',
    ],
    ['institutions', 3, 'Kind', 'academia', '$.institutions[key=works].kind'],
    ['institutions', 4, 'Website', '', '$.institutions[key=youth].website'],
  ])('of %s, row %i, column %s, is a fact of the plan: %s', async (table, row, column, value, path) => {
    const found = await changed(await inCsv(table, row, column, value));
    if (column === 'Supporting Institution(s)') expect(found).toMatchObject({ code: 'BAD_USER_INPUT' });
    else expect(found).toEqual([path]);
  });

  it('of a full text changes the one of its parts that was edited, and says when it cannot tell', async () => {
    const [, row] = await grid('progress');
    const text = String(row![9]);
    expect(await changed(await inCsv('progress', 2, 'Full Text', text.replace('As it is.', 'As it was.')))).toEqual([
      '$.commitments[number=1].statusQuo.en.text',
    ]);
    const unclear = await send(await inCsv('progress', 2, 'Full Text', 'All new.'), 'dryRun=true');
    expect(violations(unclear)).toEqual([['progress!J2', 'Full Text', expect.stringContaining('cannot be told')]]);
  });

  it('of an institution takes a name that OGP cut off, when only one begins so', async () => {
    const name = plan().institutions[1]!.name['en'] as string;
    const answer = await send(
      await inCsv('milestones', 2, 'Responsible Institution', name.slice(0, 100)),
      'dryRun=true',
    );
    expect(answer.body).toMatchObject({
      changes: [{ after: '"parks"' }],
      notes: [{ field: 'milestones!I2', message: expect.stringContaining('parks') as unknown }],
    });
    const wrong = await send(await inCsv('milestones', 2, 'Responsible Institution', 'Nobody'), 'dryRun=true');
    expect(violations(wrong)).toEqual([
      ['milestones!I2', 'Responsible Institution', expect.stringContaining('Nobody')],
    ]);
  });

  it('that begins like a formula loses its apostrophe, and nothing else', async () => {
    const [, row] = await grid('progress');
    expect(row![7]).toBe('\'=HYPERLINK("http://evil.example","Click")');
    await send(await inCsv('progress', 2, 'Commitment Title', "'=1+1"));
    expect((await file()).commitments[0]?.title['en']).toBe('=1+1');
  });

  it('in the wrong language is noticed, because it says what is stored in another', async () => {
    const arabic = await csv('table=milestones&language=ar');
    const answer = await send(arabic, 'language=fr&dryRun=true');
    expect(answer.status).toBe(400);
    expect(violations(answer)[0]).toEqual(['milestones!C2', 'Milestone Title', expect.stringContaining('language=ar')]);
  });
});

describe('a due date', () => {
  const dueDate = '$.commitments[number=1].milestones[number=1]';
  it('moves with a reason only, and keeps the date that was promised first', async () => {
    const edited = await inCsv('milestones', 2, 'Due Date', '31/07/2024');
    const refused = await send(edited);
    expect(violations(refused)).toEqual([['milestones!F2', 'Due Date', expect.stringContaining('reason')]]);
    const answer = await send(edited, 'reason=The%20square%20is%20flooded.');
    expect(paths(answer)).toEqual([`${dueDate}.dueOn`, `${dueDate}.originalDueOn`]);
    const { data } = await app.gql<{ commitment: { milestones: { nodes: object[] } } }>(
      `{ commitment(plan: "${PLAN}", number: 1) { milestones { nodes { dueDate originalDueDate dueDateHistory { reason actingAs } } } } }`,
    );
    expect(data.commitment.milestones.nodes[0]).toMatchObject({
      dueDate: '2024-07-31',
      originalDueDate: '2024-06-30',
      dueDateHistory: expect.arrayContaining([{ reason: 'The square is flooded.', actingAs: 'ADMIN' }]) as unknown,
    });
    // Where the file says nothing of when it was written, an earlier date is that of an old file, and moves nothing back.
    const old = await send(await inCsv('milestones', 2, 'Due Date', '2024-06-30'), 'reason=x');
    expect(old.body).toMatchObject({ changeCount: 0, notes: [{ field: 'milestones!F2' }] });
    // A workbook says so.
    const book = await bookOf(await xlsx());
    put(book.get('milestones')!, 2, 'Due Date', new Date('2024-06-30'));
    book
      .get('milestones')!
      .forEach((row, at) => row.push(at === 0 ? 'Due Date Reason' : at === 1 ? 'Dry again.' : null));
    expect(paths(await send(await workbookOf(book)))).toEqual([`${dueDate}.dueOn`, `${dueDate}.originalDueOn`]);
    expect((await file()).commitments[0]?.milestones?.[0]).toMatchObject({ dueOn: '2024-06-30' });
  });

  it.each([
    ['2024-09-01', '2024-09-01'],
    ['1 September 2024', '2024-09-01'],
    ['١ أيلول ٢٠٢٤', '2024-09-01'],
    ['25/09/2024', '2024-09-25'],
    ['45536', '2024-09-01'],
    ['2024-09', '2024-09'],
    ['01/09/2024', 'read as 2024-09-01 and as 2024-01-09'],
    ['30/02/2024', 'no date'],
    ['', 'not taken away'],
  ])('written as “%s” is %s', async (written, expected) => {
    const answer = await send(await inCsv('milestones', 2, 'Due Date', written), 'dryRun=true&reason=x');
    const said = answer.body.changes?.[0]?.after ?? answer.body.violations?.[0]?.message;
    expect(said).toContain(expected);
  });

  it('that can be read in two ways is no edit when one of them is what stands there', async () => {
    const book = await inCsv('milestones', 3, 'Original Due Date', '01/07/2024');
    expect(await changed(book)).toEqual([]);
  });
});

describe('a cell that is not a fact of the plan', () => {
  it('names sheet, row and column, and where to change it instead; all of them at once, in the language of the caller', async () => {
    const book = await bookOf(await xlsx());
    put(book.get('progress')!, 2, 'Reports Received', 5);
    put(book.get('progress')!, 2, 'Claimed Progress', 'Done.');
    put(book.get('progress')!, 2, 'Country/Locality', 'Elsewhere');
    put(book.get('progress')!, 2, 'Region', 'Asia');
    put(book.get('progress')!, 2, 'Plan', 'other-plan');
    put(book.get('milestones')!, 2, 'Claimed Status', 'COMPLETED');
    put(book.get('milestones')!, 2, 'Verified Status', 'COMPLETED');
    put(book.get('milestones')!, 2, 'Original Due Date', new Date('2024-05-01'));
    put(book.get('check-ins')!, 2, 'Status', 'PUBLISHED');
    put(book.get('evidence')!, 2, 'File Name', 'other.txt');
    put(book.get('institutions')!, 2, 'Commitments Led', '9');
    put(book.get('assessments')!, 2, 'Summary', 'Better.');
    put(book.get('milestones')!, 2, 'Milestone Title', 'A change that is right');
    const answer = await send(await workbookOf(book));
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'BAD_USER_INPUT', title: expect.stringContaining('12') as unknown },
    });
    const found = answer.body.violations!.map(({ sheet, row, column, message }) => [sheet, row, column, message]);
    expect(found).toEqual([
      ['institutions', 2, 'Commitments Led', expect.stringContaining('table progress')],
      ['progress', 2, 'Country/Locality', expect.stringContaining('plan file')],
      ['progress', 2, 'Region', expect.stringContaining('Leave it empty')],
      ['progress', 2, 'Plan', expect.stringContaining('another plan')],
      ['progress', 2, 'Reports Received', expect.stringContaining('counted')],
      ['progress', 2, 'Claimed Progress', expect.stringContaining('checkInSubmit')],
      ['milestones', 2, 'Original Due Date', expect.stringContaining('Due Date')],
      ['milestones', 2, 'Claimed Status', expect.stringContaining('checkInSubmit')],
      ['milestones', 2, 'Verified Status', expect.stringContaining('checkInVerify')],
      ['check-ins', 2, 'Status', expect.stringContaining('counted or derived')],
      ['evidence', 2, 'File Name', expect.stringContaining('checkInSubmit')],
      ['assessments', 2, 'Summary', expect.stringContaining('assessmentFile')],
    ]);
    const arabic = await send(await workbookOf(book), '', undefined, { ...admin, 'accept-language': 'ar' });
    expect(arabic.body.title).toMatch(/^في الملف/);
    expect((await file()).commitments[0]?.milestones?.[0]?.title['en']).toBe(
      plan().commitments[0]!.milestones![0]!.title['en'],
    );
  });
});

describe('rows', () => {
  it('that are new become commitments, milestones and institutions; those that are missing stay', async () => {
    const book = await bookOf(await xlsx());
    const progress = book.get('progress')!;
    const milestones = book.get('milestones')!;
    const institutions = book.get('institutions')!;
    const blank = (rows: Grid, cells: Record<string, Grid[number][number]>) =>
      rows.push(rows[0]!.map((name) => cells[String(name)] ?? null));
    book.set('progress', [progress[0]!]);
    blank(book.get('progress')!, {
      'Commitment Number': 7,
      'Commitment Title': 'Seven',
      'Lead Institution': 'library',
      Plan: PLAN,
      Licence: 'CC-BY-4.0',
    });
    book.set('milestones', [milestones[0]!]);
    blank(book.get('milestones')!, {
      'Commitment Number': 7,
      'Milestone Number': 1,
      'Milestone Title': 'First',
      'Due Date': 45536,
    });
    book.set('institutions', [institutions[0]!]);
    blank(book.get('institutions')!, { Institution: 'library', 'Institution Name': 'Library', Kind: 'OTHER' });
    const answer = await send(await workbookOf(book));
    expect([answer.status, answer.body.violations]).toEqual([200, undefined]);
    // It is owed for the period that is closed, too.
    expect(answer.body.notes.map(({ field }) => field)).toEqual([
      '$.commitments[number=7].institutions',
      'institutions',
      'progress',
      'milestones',
    ]);
    const now = await file();
    expect(now.commitments.map(({ number }) => number)).toEqual([1, 2, 3, 7]);
    expect(now.commitments[3]).toMatchObject({
      title: { en: 'Seven' },
      institutions: [{ institution: 'library', role: 'LEAD' }],
      milestones: [{ number: 1, title: { en: 'First' }, dueOn: '2024-09-01' }],
    });
  });

  it('that leave out what a new thing needs, or are of nothing, say so', async () => {
    const rows = await grid('milestones');
    const blank = () => rows[0]!.map(() => '');
    rows.push(['9', '1', 'Of nothing', ...blank().slice(3)]);
    rows.push(['1', '4', '', ...blank().slice(3)]);
    rows.push(['x', '4', 'No number', ...blank().slice(3)]);
    rows.push(['', '4', 'No commitment', ...blank().slice(3)]);
    const full: Grid[number] = ['2', '9', 'Claimed already', ...blank().slice(3)];
    full[rows[0]!.indexOf('Claimed Percent')] = '50';
    rows.push(full);
    const at = rows.length - 4;
    const found = violations(await send(csvOf(rows))).map(([field, column]) => [field, column]);
    expect(found.sort()).toEqual(
      [
        [`milestones!A${at}`, 'Commitment Number'],
        [`milestones!A${at + 1}`, 'Commitment Number'],
        [`milestones!A${at + 2}`, 'Commitment Number'],
        [`milestones!A${at + 3}`, 'Commitment Number'],
        [`milestones!M${at + 4}`, 'Claimed Percent'],
      ].sort(),
    );
    const checkIns = await grid('check-ins');
    checkIns.push(['9', ...checkIns[1]!.slice(1)]);
    expect((await send(csvOf(checkIns))).body).toMatchObject({
      changeCount: 0,
      notes: [{ field: 'check-ins', message: expect.stringContaining('passed over: 1') as unknown }],
    });
    const book = await bookOf(await xlsx());
    book.get('check-ins')!.push(['9', ...book.get('check-ins')![1]!.slice(1)]);
    expect(violations(await send(await workbookOf(book)))).toHaveLength(1);
  });

  it('of one commitment cannot say two new things', async () => {
    const rows = await grid('progress');
    put(rows, 2, 'Commitment Title', 'One');
    expect(await changed(csvOf(rows))).toEqual(['$.commitments[number=1].title.en.text']);
    put(rows, 3, 'Commitment Title', 'Another');
    expect(violations(await send(csvOf(rows)))).toEqual([
      ['progress!H3', 'Commitment Title', expect.stringContaining('Row 2')],
    ]);
  });

  it('that break a rule of the plan are refused by the cell that breaks it', async () => {
    const rows = await grid('progress');
    put(rows, 2, 'Commitment Start Date', '2025-01-01');
    put(rows, 2, 'URL', 'javascript:alert(1)');
    put(rows, 2, 'Commitment Unique Identifier', 'x'.repeat(51));
    put(rows, 4, 'Commitment Title', '');
    const found = violations(await send(csvOf(rows)));
    expect(found.map(([field]) => field).sort()).toEqual(['progress!A2', 'progress!H4', 'progress!M2', 'progress!W2']);
  });
});

describe('a file that LibreOffice opened and saved', () => {
  const saved = (name: string) => readFileSync(`test/fixtures/saved-by-libreoffice${name}`);

  it('changes nothing, as a workbook and as CSV; what was edited there is taken', async () => {
    await app.import(fixture());
    await app.app.get(CheckInsService).expect();
    const everywhere = await app.as('ADMIN');
    const sendThere = (content: string | Buffer) => send(content, '', undefined, everywhere, 'fixture-2024');
    for (const name of ['.xlsx', '-milestones.csv', '-progress.csv'])
      expect([name, await sendThere(saved(name))]).toMatchObject([
        name,
        { status: 200, body: { changeCount: 0, notes: [] } },
      ]);
    const edited = saved('-milestones.csv').toString().replace('Two', 'Second');
    expect(paths(await sendThere(edited))).toEqual(['$.commitments[number=1].milestones[number=2].title.en.text']);
    const other = await send(saved('.xlsx'));
    expect(other.body.title).toContain('fixture-2024');
  });
});

/** Small enough to pass for a workbook, and far larger once it is read. */
function manyStrings(count = 400_000, declared?: number): Buffer {
  const office = 'http://schemas.openxmlformats.org';
  const part = (name: string, type: string) =>
    `<Override PartName="${name}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${type}+xml"/>`;
  const link = (id: number, type: string, target: string) =>
    `<Relationship Id="rId${id}" Type="${office}/officeDocument/2006/relationships/${type}" Target="${target}"/>`;
  const links = (...all: string[]) =>
    `<Relationships xmlns="${office}/package/2006/relationships">${all.join('')}</Relationships>`;
  const types = [
    part('/xl/workbook.xml', 'sheet.main'),
    part('/xl/worksheets/sheet1.xml', 'worksheet'),
    part('/xl/sharedStrings.xml', 'sharedStrings'),
  ];
  return zip([
    {
      name: '[Content_Types].xml',
      content: `<Types xmlns="${office}/package/2006/content-types">${types.join('')}</Types>`,
    },
    { name: '_rels/.rels', content: links(link(1, 'officeDocument', 'xl/workbook.xml')) },
    {
      name: 'xl/workbook.xml',
      content: '<workbook><sheets><sheet name="progress" sheetId="1" r:id="rId1"/></sheets></workbook>',
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content: links(link(1, 'worksheet', 'worksheets/sheet1.xml'), link(2, 'sharedStrings', 'sharedStrings.xml')),
    },
    { name: 'xl/worksheets/sheet1.xml', content: '<worksheet><sheetData/></worksheet>' },
    {
      name: 'xl/sharedStrings.xml',
      content: `<sst>${'<si><t>a</t></si>'.repeat(count)}</sst>`,
      ...(declared === undefined ? {} : { declared }),
    },
    // What does not pack keeps the whole from looking like a bomb.
    { name: 'xl/media/picture.png', content: randomBytes(100_000) },
  ]);
}

describe('a file that is not as it should be', () => {
  it('names every column that it should not have, or has twice, or without a name, or lacks', async () => {
    const rows = await grid('milestones');
    const wide = rows.map((row, at) => [
      ...row,
      at === 0 ? 'Budget' : '1',
      at === 0 ? 'Due Date' : null,
      at === 1 ? 'no name' : null,
      null,
    ]);
    expect(violations(await send(csvOf(wide)))).toEqual([
      ['milestones!W1', 'Due Date', expect.stringContaining('twice')],
      ['milestones!X1', undefined, expect.stringContaining('no name')],
      ['milestones!V1', 'Budget', expect.stringContaining('no column “Budget”')],
    ]);
    const lacking = rows.map((row) => row.slice(1));
    expect((await send(csvOf(lacking))).body.title).toContain('No table was found');
    expect(violations(await send(csvOf(lacking), 'table=milestones'))).toEqual([
      ['milestones!A1', undefined, expect.stringContaining('Commitment Number')],
    ]);
    expect((await send('a,b\r\n1,2')).body.code).toBe('BAD_USER_INPUT');
    expect((await send(csvOf(rows), 'table=nonsense')).body.violations?.[0]?.field).toBe('table');
    expect((await send(csvOf(rows), 'nonsense=1')).body.violations?.[0]?.field).toBe('nonsense');
  });

  it('may have titles above the table, blank rows and columns, and sheets of somebody’s own', async () => {
    const book = await bookOf(await xlsx());
    const rows = book.get('milestones')!;
    book.set('milestones', [
      ['Milestones, as of today'],
      [],
      ...rows.flatMap((row, at) => [
        [null, ...row.slice(0, 2), null, ...row.slice(2)],
        ...(at === 2 ? [[], [null]] : []),
      ]),
      [],
    ]);
    book.set('My notes', [['Ask the works department', 1]]);
    const merged = { merges: [{ startRow: 0, startCol: 0, endRow: 0, endCol: 5 }] };
    const { status, body } = await send(await workbookOf(book, { milestones: merged }));
    expect([status, body.changeCount]).toEqual([200, 0]);
    expect(body.notes.map(({ field, message }) => [field, message.replace(/^.*: /, '')])).toEqual([
      ['My notes', expect.stringContaining('none of the tables')],
      ['milestones', '1.'],
      ['milestones', '2.'],
    ]);
  });

  it('may have cells that are merged, computed or broken only where it does not matter', async () => {
    const book = await bookOf(await xlsx());
    const overdue = book.get('milestones')![1]![19] as boolean;
    const cells = new Map([
      ['1,2', { value: 'Computed', formula: 'A1&"x"', formulaResult: 'Computed', type: 'formula' as const }],
      ['1,19', { value: overdue, formula: 'FALSE()', formulaResult: overdue, type: 'formula' as const }],
      ['2,2', { value: '#REF!', type: 'error' as const }],
      ['3,2', { value: 'Three', formula: '"Three"', formulaResult: 'Three', type: 'formula' as const }],
    ]);
    const merges = [{ startRow: 2, startCol: 4, endRow: 3, endCol: 4 }];
    expect(violations(await send(await workbookOf(book, { milestones: { cells, merges } })))).toEqual([
      ['milestones!E3', undefined, expect.stringContaining('milestones!E3:E4')],
      ['milestones!C2', 'Milestone Title', expect.stringContaining('formula')],
      ['milestones!C3', 'Milestone Title', expect.stringContaining('#REF!')],
    ]);
  });

  it('is taken as Unicode with any separator, and refused with the encoding that it seems to have', async () => {
    const arabic = await grid('milestones', 'language=ar');
    put(arabic, 2, 'Milestone Title', 'ساحة جديدة');
    const text = csvOf(arabic);
    const semicolons = csvOf(arabic, ';');
    const expected = ['$.commitments[number=1].milestones[number=1].title.ar.text'];
    const query = 'language=ar&dryRun=true';
    for (const content of [
      Buffer.from(semicolons),
      Buffer.from(`sep=;\r\n${semicolons}`),
      Buffer.from(csvOf(arabic, '\t')),
      Buffer.from(`\ufeff${text}`, 'utf16le'),
      Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
      Buffer.from(text, 'utf16le'),
    ])
      expect(paths(await send(content, query))).toEqual(expected);
    const encoded = new TextDecoder('windows-1256').decode(Uint8Array.from({ length: 128 }, (_, at) => at + 128));
    const windows = Buffer.from(
      [...text].map((sign) => (sign < '\x80' ? sign.charCodeAt(0) : encoded.indexOf(sign) + 128)),
    );
    expect((await send(windows, query)).body.title).toContain('windows-1256');
    expect(paths(await send(windows, `${query}&encoding=windows-1256`))).toEqual(expected);
    expect((await send(Buffer.from('Commitment Number\nd\xe9j\xe0 fait', 'latin1'))).body.title).toContain(
      'windows-1252',
    );
    expect((await send(text, 'encoding=klingon')).body.violations?.[0]?.field).toBe('encoding');
    expect((await send('Commitment Number,"Milestone Number\r\n1,2')).body.title).toContain('not CSV');
  });

  it('is refused before it is unpacked when it would fill the memory, or lies about what it unpacks to', async () => {
    const types =
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>';
    const zeros = Buffer.alloc(30_000_000);
    const sheet = () =>
      zip([
        { name: '[Content_Types].xml', content: types },
        { name: 'xl/worksheets/sheet1.xml', content: zeros },
      ]);
    expect((await send(sheet())).body.title).toContain('unpack to far more');
    expect((await send(manyStrings(100))).body.title).toContain('No table');
    expect((await send(manyStrings(100, 0))).body.title).toContain('damaged');
    expect((await send(manyStrings(100, 500))).body.title).toContain('damaged');
    const few = { megabytes: 32, milliseconds: 20_000 };
    await expect(readWorkbook(manyStrings(), few)).rejects.toBeInstanceOf(WorkbookTooHeavy);
    await expect(readWorkbook(manyStrings(), { ...few, milliseconds: 1 })).rejects.toBeInstanceOf(WorkbookTooHeavy);
    expect((await send(await xlsx())).status).toBe(200);
    expect((await send(zip([{ name: 'readme.txt', content: 'x' }]))).status).toBe(400);
    expect((await send(Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(200)]))).status).toBe(400);
    expect((await send('Commitment Number\r\n', '', 'plan.pdf')).body.title).toContain('.xlsx');
  });

  it('is refused before it is read when it is too large, and for whoever may not import', async () => {
    const url = `${app.url}/api/v1/plans/${PLAN}/import`;
    const type = 'multipart/form-data; boundary=x';
    const status = await new Promise((resolve, reject) => {
      const sending = request(url, {
        method: 'POST',
        headers: { ...admin, 'content-type': type, 'content-length': 200 * 1024 * 1024 },
      });
      sending.on('response', ({ statusCode }) => (resolve(statusCode), sending.destroy())).on('error', reject);
      sending.setTimeout(5000, () => sending.destroy(new Error('It waits for the file.')));
      // Not one byte of the file.
      sending.flushHeaders();
    });
    expect(status).toBe(413);
    const answer = await send('x'.repeat(11 * 1024 * 1024));
    expect([answer.status, answer.body.title]).toEqual([413, expect.stringContaining('10 MB')]);
    for (const [headers, expected] of [
      [{}, 401],
      [await app.as('MEL_OFFICER', PLAN), 403],
    ] as const)
      expect((await send('x', '', 'x.csv', headers)).status).toBe(expected);
    expect(
      (await fetch(url, { method: 'POST', headers: { ...admin, 'content-type': 'text/csv' }, body: 'x' })).status,
    ).toBe(415);
  });
});

describe('OGP’s own table of commitments', () => {
  const HEADER =
    'Commitment Unique Identifier;Country/Locality;Region;Theme;Year Of Submission;Action Plan Number;Commitment Number;Commitment Title;Short Title;Full Text;Lead Institution;Supporting Institution(s);URL;OGP Value Access To Information;OGP Value Civic Participation;Specificity;Completion (Progress Report);Starred';
  const LONG_NAME = `Ministry of ${'Planning and Cooperation, '.repeat(8)}Tunis`;
  const ROWS = [
    `TN0001;Tunisia;Africa;Budget; 2021;4;1;Open the budget;;Publish it.;${LONG_NAME};;https://example.org/1;1;0;High;Limited;No`,
    // Its name is cut off, its id is another's, its number is one that was.
    `TN0001;Tunisia;Africa;;2021;4;1;;Water;;${LONG_NAME.slice(0, 100)};Cité des Sciences;;0;1;;;`,
    ';;;;;;;;;;;;;;;;;',
    `TN0003;Tunisia;Africa;;2021;4;;Third;;;${'Another long name '.repeat(7).slice(0, 100)};Works; and Roads;;;;;`.replace(
      'Works; and Roads',
      '"Works; and Roads"',
    ),
    'TN0004;Tunisia;Africa;;2021;4;9;;;;;;;;;;;',
    'JO0001;"Greater Salt, Jordan";Asia;;2024;;1;Other;;;;;;;;;;',
  ];
  const table = Buffer.from(['Open Government Partnership;;', '', HEADER, ...ROWS].join('\r\n'));
  const importOgp = (options: Partial<OgpImportOptions>, content = table) =>
    app.app
      .get(OgpImportService)
      .import(Viewer.system('test'), { name: 'ogp.csv', content }, { member: 'tunisia', ...options });

  it('begins a plan, and says what it does not tell, what it repeats and what was cut off', async () => {
    const dry = await importOgp({ locality: 'Tunisia', dryRun: true });
    expect(dry).toMatchObject({ plan: 'tunisia-2021', isNew: true, dryRun: true });
    const report = await importOgp({ locality: 'Tunisia' });
    expect(report.notes.map(({ place, key }) => [place.field.split('!')[1] ?? '', key]).sort()).toEqual(
      [
        ['', 'tableNote.rowsAbove'],
        ['', 'tableNote.blankRows'],
        ['A3', 'ogpNote.columnsLeft'],
        ['J3', 'ogpNote.fullText'],
        ['K4', 'ogpNote.institutionNew'],
        ['A5', 'ogpNote.idTwice'],
        ['G5', 'ogpNote.numberGiven'],
        ['K5', 'tableNote.nameCompleted'],
        ['L5', 'ogpNote.institutionNew'],
        ['G7', 'ogpNote.numberGiven'],
        ['K7', 'ogpNote.nameCut'],
        ['L7', 'ogpNote.institutionNew'],
        ['L7', 'ogpNote.institutionNew'],
        ['H8', 'ogpNote.rowSkipped'],
      ].sort(),
    );
    expect(report.gaps.map(({ key }) => key)).toContain('gap.reporting');
    const stored = await app.app.get(PlanImportService).export('tunisia-2021');
    expect(stored).toMatchObject({
      member: { key: 'tunisia', kind: 'NATIONAL', country: 'TN' },
      plan: { timeZone: 'Africa/Tunis', language: 'en' },
    });
    const [first, second, third] = stored.commitments;
    expect(first).toMatchObject({
      number: 1,
      ogpId: 'TN0001',
      title: { en: 'Open the budget' },
      action: { en: 'Publish it.' },
      policyAreas: ['Budget'],
      ogpValues: ['ACCESS_TO_INFORMATION'],
      url: 'https://example.org/1',
    });
    expect(second).toMatchObject({ number: 10, ogpId: 'TN0001', title: { en: 'Water' } });
    expect(second!.institutions?.[0]).toEqual(first!.institutions?.[0]);
    expect(second!.institutions?.[1]).toEqual({ institution: 'cite-des-sciences', role: 'SUPPORTING' });
    expect(third).toMatchObject({ number: 11, title: { en: 'Third' } });
    await expect(importOgp({ locality: 'Tunisia' })).rejects.toBeInstanceOf(OgpPlanExists);
    // The same rows are edits of that plan by now, as any file of the service.
    const progress = await send(
      await (await fetch(`${app.url}/api/v1/plans/tunisia-2021/progress.csv`)).text(),
      '',
      undefined,
      await app.as('ADMIN'),
      'tunisia-2021',
    );
    expect(progress.body).toMatchObject({ changeCount: 0 });
  });

  it('has to say which plan is meant, and what it cannot tell has to be given', async () => {
    await expect(importOgp({})).rejects.toThrow('Tunisia (2021); Greater Salt, Jordan (2024)');
    await expect(importOgp({ locality: 'Atlantis' })).rejects.toBeInstanceOf(OgpPlanUnclear);
    const nowhere = Buffer.from(['Country/Locality,Commitment Number,Commitment Title', 'Atlantis,1,Rise'].join('\n'));
    await expect(importOgp({ member: 'atlantis' }, nowhere)).rejects.toThrow('country, time-zone, plan');
    const facts = { member: 'atlantis', country: 'US', timeZone: 'America/New_York', plan: 'atlantis-1', dryRun: true };
    expect(await importOgp(facts, nowhere)).toMatchObject({ plan: 'atlantis-1', isNew: true });
    await expect(importOgp({}, Buffer.from('a,b\n1,2'))).rejects.toBeInstanceOf(OgpTableNotFound);
    const salt = await importOgp({ member: 'salt', year: 2024, dryRun: true });
    expect(salt.file).toMatchObject({
      member: { kind: 'LOCAL', country: 'JO', name: { en: 'Greater Salt, Jordan' } },
      plan: { key: 'salt-2024', timeZone: 'Asia/Amman' },
    });
  });
});
