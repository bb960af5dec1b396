import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { createHash } from 'node:crypto';
import readWorkbook from 'read-excel-file/node';
import { FILE_FORMAT } from '../../src/publications/file-format.js';
import { TestApp } from '../support/app.js';
import { handIn } from '../support/filing.js';
import { given } from '../support/given.js';

const PLAN = 'testville-2024';

/** RFC 8785 as this test understands it: members sorted by their UTF-16 code units, numbers and text as JSON.stringify has them. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}
const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

const PUBLISH = `mutation ($input: PeriodPublishInput!) { periodPublish(input: $input) {
  isNew publication { id version isLatest url sha256 size reason actingAs publishedAt period { key }
    reports { expected received late verified onlyClaimed }
    difference { period version added changed removed late rows { table row kind columns } } } } }`;

interface Published {
  readonly periodPublish: {
    readonly isNew: boolean;
    readonly publication: {
      readonly id: string;
      readonly version: number;
      readonly url: string;
      readonly sha256: string;
      readonly size: number;
      readonly difference: {
        readonly rows: ReadonlyArray<{ table: string; row: string[]; kind: string; columns: string[] }>;
      };
    };
  };
}

describe('a period that is published', () => {
  let app: TestApp;
  let officer: Record<string, string>;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-04-05T08:00+03:00' });
    await app.import(
      given.plan({
        institutions: [
          given.institution('works', { name: { en: 'Works', ar: 'الأشغال' } }),
          given.institution('parks'),
        ],
      }),
    );
    officer = await app.as('MEL_OFFICER', PLAN);
    await handIn(app, 'works', [1]);
  });
  afterAll(() => app.close());

  const publish = (input: object, headers = officer) =>
    app.gql<Published>(PUBLISH, { input: { plan: PLAN, period: '2024-Q1', ...input } }, headers);
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${app.url}/api/v1/plans/${PLAN}/publications${path}`, { headers });
  const count = async () => (await app.db.query<[{ n: number }]>('select count(*)::int as n from publication'))[0].n;
  const audited = async () =>
    (
      await app.db.query<[{ n: number }]>(
        `select count(*)::int as n from audit_entry where action = 'period.published'`,
      )
    )[0].n;

  it('is not, before its reporting opens or by somebody who may not', async () => {
    const early = await publish({ period: '2024-Q2' });
    expect(early.errors?.[0]?.extensions.code).toBe('CONFLICT');
    expect((await publish({}, await app.as('FOCAL_POINT', PLAN, 'works'))).errors?.[0]?.extensions.code).toBe(
      'FORBIDDEN',
    );
    expect((await publish({}, {})).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect((await get('/2024-Q1')).status).toBe(404);
    expect(await count()).toBe(0);
  });

  it('is one publication when many publish at once', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => publish({})));
    expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
    expect(new Set(answers.map(({ data }) => data.periodPublish.publication.id)).size).toBe(1);
    expect(answers.filter(({ data }) => data.periodPublish.isNew)).toHaveLength(1);
    expect([await count(), await audited()]).toEqual([1, 1]);
    expect(answers[0]!.data.periodPublish.publication).toMatchObject({
      version: 1,
      isLatest: true,
      reason: null,
      actingAs: 'MEL_OFFICER',
      period: { key: '2024-Q1' },
      reports: { expected: 3, received: 1, late: 0, verified: 0, onlyClaimed: 1 },
      difference: { period: null, version: null, changed: 0 },
    });
  });

  it('has a hash that any other program finds again in what it downloads', async () => {
    const { data } = await publish({});
    const { sha256: told, size, url } = data.periodPublish.publication;
    const response = await get('/2024-Q1');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(sha256(bytes)).toBe(told);
    expect(sha256(canonical(JSON.parse(bytes.toString())))).toBe(told);
    expect(bytes).toHaveLength(size);
    expect(response.headers.get('etag')).toBe(`"${told}"`);
    expect(response.headers.get('repr-digest')).toBe(`sha-256=:${Buffer.from(told, 'hex').toString('base64')}:`);
    expect(response.headers.get('content-location')).toBe(url);
    expect(response.headers.get('cache-control')).toBe('public, no-cache');
    const version = await get('/2024-Q1/v/1');
    expect(Buffer.from(await version.arrayBuffer())).toEqual(bytes);
    expect(version.headers.get('cache-control')).toContain('immutable');
    expect((await get('/2024-Q1/v/1', { 'if-none-match': `"${told}"` })).status).toBe(304);
  });

  it('is not published again while nothing changes, whatever the time and the reason', async () => {
    app.clock.set(new Date('2024-04-12T10:00+03:00'));
    const again = await publish({ reason: 'For good measure' });
    expect(again.data.periodPublish).toMatchObject({ isNew: false, publication: { version: 1, reason: null } });
    expect([await count(), await audited()]).toEqual([1, 1]);
  });

  it('is corrected as a version of its own with a reason, and the first stays as it was', async () => {
    const first = Buffer.from(await (await get('/2024-Q1/v/1')).arrayBuffer());
    const firstCsv = await (await get('/2024-Q1/v/1/progress.csv?table=check-ins')).text();
    app.clock.set(new Date('2024-04-20T10:00+03:00'));
    await handIn(app, 'parks', [2]);
    const silent = await publish({});
    expect(silent.errors?.[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      violations: [{ field: 'input.reason', message: expect.stringContaining('version 1') }],
    });
    expect((await publish({ reason: '   ' })).errors?.[0]?.extensions.code).toBe('CONFLICT');

    const { data, errors } = await publish({ reason: 'Parks reported late.' });
    expect(errors).toBeUndefined();
    expect(data.periodPublish).toMatchObject({
      isNew: true,
      publication: {
        version: 2,
        reason: 'Parks reported late.',
        reports: { received: 2, late: 1 },
        difference: { period: '2024-Q1', version: 1, added: 0, changed: 2, removed: 0, late: 1 },
      },
    });
    const { rows } = data.periodPublish.publication.difference;
    expect(rows.map(({ table, row, kind }) => [table, ...row, kind])).toEqual([
      ['progress', '2', '2024-Q1', 'CHANGED'],
      ['check-ins', '2', '2024-Q1', 'parks', 'CHANGED'],
    ]);
    expect(rows[0]!.columns).toEqual(
      expect.arrayContaining(['Reporting', 'Reports Received', 'Reports Late', 'Claimed Progress']),
    );
    expect(rows[0]!.columns).not.toContain('Commitment Title');

    expect(Buffer.from(await (await get('/2024-Q1/v/1')).arrayBuffer())).toEqual(first);
    expect(await (await get('/2024-Q1/v/1/progress.csv?table=check-ins')).text()).toBe(firstCsv);
    expect(Buffer.from(await (await get('/2024-Q1')).arrayBuffer())).toEqual(
      Buffer.from(await (await get('/2024-Q1/v/2')).arrayBuffer()),
    );
  });

  it('keeps its files as they were when the plan is edited afterwards', async () => {
    const csv = async (path: string) =>
      parse(Buffer.from(await (await get(path)).arrayBuffer()), { columns: true, bom: true }) as unknown as Array<
        Record<string, string>
      >;
    await app.db.query(
      `update commitment set title = '{"en": {"text": "Another title", "origin": "ORIGINAL"}}' where number = 1`,
    );
    const rows = await csv('/2024-Q1/progress.csv');
    expect(rows[0]).toMatchObject({
      'Commitment Number': '1',
      'Commitment Title': 'Commitment 1',
      'Lead Institution': 'Works',
    });
    expect((await csv('/2024-Q1/progress.csv?language=ar'))[0]).toMatchObject({ 'Lead Institution': 'الأشغال' });
    const json = (await (await get('/2024-Q1/v/2/progress.json')).json()) as {
      tables: { progress: Array<Record<string, unknown>> };
    };
    expect(json.tables.progress[1]).toMatchObject({ 'Reports Late': 1, 'Assessment Completion': null });
    const lines = (await (await get('/2024-Q1/v/1/progress.ndjson?table=check-ins')).text()).trim().split('\n');
    expect(lines).toHaveLength(3);
    const sheets = await readWorkbook(Buffer.from(await (await get('/2024-Q1/v/1/progress.xlsx')).arrayBuffer()));
    expect(sheets.map(({ sheet }) => sheet)).toContain('codebook');
    expect((sheets[0]!.data[1] as unknown[])[7]).toBe('Commitment 1');
    const described = (await (await get('/2024-Q1/v/1/datapackage.json')).json()) as {
      resources: Array<{ path: string }>;
    };
    expect(described).toMatchObject({ publication: { period: '2024-Q1', version: 1 }, resources: { length: 6 } });
    for (const { path } of described.resources) {
      const named = await get(`/2024-Q1/v/1/${path}`);
      const marked = await get(`/2024-Q1/v/1/${path.replace('&bom=no', '')}`);
      expect([named.status, named.headers.get('etag') === marked.headers.get('etag')]).toEqual([200, false]);
      expect(named.headers.get('etag')).toContain(FILE_FORMAT);
      const [bare, whole] = await Promise.all(
        [named, marked].map(async (file) => Buffer.from(await file.arrayBuffer())),
      );
      expect(Buffer.concat([Buffer.from('\ufeff'), bare!])).toEqual(whole);
      expect(bare![0]).not.toBe(0xef);
    }
    expect((await get('/2024-Q1/v/1/progress.json?bom=no')).status).toBe(400);
    await app.db.query(
      `update commitment set title = '{"en": {"text": "Commitment 1", "origin": "ORIGINAL"}}' where number = 1`,
    );
  });

  it('is found by plan, period and id, and every version of it', async () => {
    const { data, errors } = await app.gql<{
      publications: { totalCount: number; nodes: Array<{ id: string; version: number; isLatest: boolean }> };
      actionPlan: {
        publications: { totalCount: number };
        periods: { nodes: Array<{ publication: { version: number } | null }> };
      };
    }>(
      `{ publications(plan: "${PLAN}", period: "2024-Q1") { totalCount nodes { id version isLatest } }
         actionPlan(key: "${PLAN}") { publications { totalCount } periods(first: 2) { nodes { publication { version } } } } }`,
    );
    expect(errors).toBeUndefined();
    expect(data.publications.nodes.map(({ version, isLatest }) => [version, isLatest])).toEqual([
      [2, true],
      [1, false],
    ]);
    expect(data.actionPlan.periods.nodes).toEqual([{ publication: { version: 2 } }, { publication: null }]);
    const { id } = data.publications.nodes[1]!;
    const node = await app.gql(`{ node(id: "${id}") { ... on Publication { version plan { key } } } }`);
    expect(node.data).toEqual({ node: { version: 1, plan: { key: PLAN } } });
    const listed = (await (await get('')).json()) as {
      items: Array<Record<string, unknown>>;
      nextCursor: string | null;
    };
    expect(listed).toMatchObject({
      items: [{ version: 2, period: '2024-Q1', reason: 'Parks reported late.' }, { version: 1 }],
      nextCursor: null,
    });
    expect(JSON.stringify([listed, data])).not.toMatch(/token:|person:|@/);
  });

  it('cannot be changed or removed, by nobody who reaches the database', async () => {
    for (const statement of [`update publication set reason = 'x'`, 'delete from publication', 'truncate publication'])
      await expect(app.db.query(statement)).rejects.toThrow('never changed or removed');
  });

  it('answers unknown versions and periods as not found', async () => {
    for (const path of [
      '/2024-Q1/v/3',
      '/2024-Q1/v/0',
      '/2024-Q1/v/1e0',
      '/2024-Q1/v/99999999999999999999',
      '/2024-Q4',
      '/2024-Q4/progress.csv',
    ])
      expect([path, (await get(path)).status]).toEqual([path, 404]);
  });

  it('is compared with the period before when it is the first of its own', async () => {
    app.clock.set(new Date('2024-07-05T10:00+03:00'));
    const { data, errors } = await publish({ period: '2024-Q2' });
    expect(errors).toBeUndefined();
    expect(data.periodPublish.publication).toMatchObject({
      version: 1,
      difference: { period: '2024-Q1', version: 2, added: 0, removed: 0 },
    });
    expect(data.periodPublish.publication.difference.rows.map(({ table, row }) => [table, ...row])).toContainEqual([
      'check-ins',
      '1',
      'works',
    ]);
  });

  it('stays when an edit of the plan takes its days away', async () => {
    const shorter = given.plan({ plan: { startsOn: '2024-07-01' } });
    await app.import(shorter);
    expect((await get('/2024-Q1/v/1')).status).toBe(200);
    expect((await get('/2024-Q2')).status).toBe(200);
  });
});
