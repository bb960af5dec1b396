import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { CheckInsService } from '../../src/check-ins/check-ins.service.js';
import { EvidenceFilesService } from '../../src/check-ins/evidence-files.service.js';
import { rows } from '../../src/platform/database/rows.js';
import { seeingAll } from '../../src/platform/logging/request-context.js';
import { TestApp } from '../support/app.js';
import { BAD, SMALL } from '../support/files.js';
import { given } from '../support/given.js';

const PLAN = 'testville-2024';
const OTHER_PLAN = 'elsewhere-2024';
const MEGABYTE = 1024 * 1024;
const PNG = SMALL['png'] ?? Buffer.alloc(0);
const PDF = SMALL['pdf'] ?? Buffer.alloc(0);

type Headers = Record<string, string>;
interface Evidence {
  readonly id: string;
  readonly kind: string;
  readonly url: string;
  readonly name: string | null;
  readonly mediaType: string | null;
  readonly size: number | null;
  readonly sha256: string | null;
  readonly title: string | null;
}
interface Answered {
  readonly status: number;
  readonly type: string | null;
  readonly body: Evidence & {
    readonly milestone: string | null;
    readonly title: string;
    readonly code?: string;
    readonly violations?: ReadonlyArray<{ field: string; message: string }>;
  };
}
interface Fresh {
  readonly id: string;
  readonly version: number;
  readonly commitment: { readonly milestones: { readonly nodes: ReadonlyArray<{ readonly id: string }> } };
}

const EVIDENCE = 'evidence { id kind url name mediaType size sha256 title }';

describe('files as evidence', () => {
  let app: TestApp;
  let data: string;
  let works: Headers;
  let parks: Headers;
  let officer: Headers;
  let stranger: Headers;
  let next = 0;

  const start = (databaseUrl?: string) =>
    TestApp.start({
      now: '2024-04-05T08:00+03:00',
      settings: { DATA_DIR: data },
      ...(databaseUrl ? { databaseUrl } : {}),
    });

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'mithaq-files-'));
    app = await start();
    const commitments = Array.from({ length: 20 }, (_, at) =>
      given.commitment(at + 1, { institutions: [{ institution: 'works', role: 'LEAD' }] }),
    );
    await app.import(given.plan({ commitments }));
    await app.import(
      given.plan({
        member: { key: 'elsewhere', name: { en: 'Elsewhere' }, kind: 'LOCAL', country: 'JO' },
        plan: { key: OTHER_PLAN },
      }),
    );
    await app.app.get(CheckInsService).expect();
    works = await app.as('FOCAL_POINT', PLAN, 'works');
    parks = await app.as('FOCAL_POINT', PLAN, 'parks');
    officer = await app.as('MEL_OFFICER', PLAN);
    stranger = await app.as('FOCAL_POINT', OTHER_PLAN, 'works');
  });
  afterAll(async () => {
    await app.close();
    await rm(data, { recursive: true });
  });

  /** A check-in of `works` that no test before has touched. */
  async function fresh(): Promise<Fresh> {
    const { data } = await app.gql<{ checkIns: { nodes: Fresh[] } }>(
      `{ checkIns(plan: "${PLAN}", filter: { period: "2024-Q1", commitment: ${++next} }) { nodes { id version commitment { milestones { nodes { id } } } } } }`,
    );
    const [found] = data.checkIns.nodes;
    if (!found) throw new Error('There are no more check-ins for tests.');
    return found;
  }

  async function upload(
    checkIn: string,
    content: Buffer,
    name: string,
    { headers = works, fields = {}, to = app }: { headers?: Headers; fields?: Headers; to?: TestApp } = {},
  ): Promise<Answered> {
    const form = new FormData();
    for (const [field, value] of Object.entries(fields)) form.set(field, value);
    form.set('file', new Blob([new Uint8Array(content)], { type: 'application/octet-stream' }), name);
    return send(checkIn, form, headers, to);
  }

  async function send(checkIn: string, body: FormData | string, headers: Headers, to = app): Promise<Answered> {
    const answer = await fetch(`${to.url}/check-ins/${checkIn}/files`, { method: 'POST', headers, body });
    return {
      status: answer.status,
      type: answer.headers.get('content-type'),
      body: (await answer.json()) as Answered['body'],
    };
  }

  const download = ({ url }: { url: string }, headers: Headers = {}, from = app) =>
    fetch(url.replace('http://mithaq.example.org', from.url), { headers });

  async function listed(checkIn: string, headers: Headers = {}): Promise<Evidence[]> {
    const { data, errors } = await app.gql<{ node: { evidence: Evidence[] } }>(
      `query ($id: ID!) { node(id: $id) { ... on CheckIn { ${EVIDENCE} } } }`,
      { id: checkIn },
      headers,
    );
    expect(errors).toBeUndefined();
    return data.node.evidence;
  }

  const remove = (file: string, headers: Headers = works) =>
    app.gql(
      'mutation ($file: ID!) { evidenceFileRemove(input: { file: $file }) { checkIn { id } } }',
      { file },
      headers,
    );

  async function versionOf(id: string, headers: Headers): Promise<number> {
    const { data } = await app.gql<{ node: { version: number } }>(
      'query ($id: ID!) { node(id: $id) { ... on CheckIn { version } } }',
      { id },
      headers,
    );
    return data.node.version;
  }

  async function submit({ id }: { id: string }) {
    const answer = await app.gql(
      'mutation ($id: ID!, $version: Int!) { checkInSubmit(input: { checkIn: $id, version: $version, report: { movement: CLEAR, progress: "Done." } }) { checkIn { id } } }',
      { id, version: await versionOf(id, works) },
      works,
    );
    expect(answer.errors).toBeUndefined();
  }

  async function giveBack({ id }: { id: string }) {
    const answer = await app.gql(
      'mutation ($id: ID!, $version: Int!) { checkInReturn(input: { checkIn: $id, version: $version, comment: "Which street?" }) { checkIn { id } } }',
      { id, version: await versionOf(id, officer) },
      officer,
    );
    expect(answer.errors).toBeUndefined();
  }

  const all = <Row>(statement: ReturnType<typeof sql>) => seeingAll('test', () => rows<Row>(app.db, statement));
  const contents = async (): Promise<string[]> =>
    (await readdir(join(data, 'files'), { recursive: true }).catch(() => [])).filter((name) => name.length > 30);
  /** What a refused upload must leave as it was. */
  const kept = async () => ({
    contents: (await contents()).sort(),
    rows: (await all<{ n: number }>(sql`select count(*)::int as n from evidence_file`))[0]?.n,
    audit: (await all<{ n: number }>(sql`select count(*)::int as n from audit_entry where action like 'evidence.%'`))[0]
      ?.n,
  });

  it('are kept with what their content says, a title and a milestone, and leave one audit entry', async () => {
    const checkIn = await fresh();
    const milestone = checkIn.commitment.milestones.nodes[0]?.id ?? '';
    const { status, body } = await upload(checkIn.id, PNG, 'الحديقة (1).png', {
      fields: { milestone, title: 'The new park' },
    });
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        id: expect.any(String),
        kind: 'FILE',
        url: `http://mithaq.example.org/evidence/${body.id}/${encodeURIComponent('الحديقة (1).png')}`,
        name: 'الحديقة (1).png',
        mediaType: 'image/png',
        size: PNG.length,
        sha256: createHash('sha256').update(PNG).digest('hex'),
        title: 'The new park',
        milestone,
      },
    });
    const entries = await all<{ action: string; difference: unknown }>(
      sql`select action, difference from audit_entry where subject_id::text = ${body.id}`,
    );
    expect(entries.map(({ action }) => action)).toEqual(['evidence.fileAdded']);
    expect(JSON.stringify(entries)).not.toContain('الحديقة');
  });

  it.each(Object.keys(SMALL))('are taken as %s', async (ending) => {
    const checkIn = await room();
    expect((await upload(checkIn.id, SMALL[ending] ?? PNG, `a.${ending.toUpperCase()}`)).status).toBe(201);
  });
  let roomy: Fresh | null = null;
  let taken = 0;
  async function room(): Promise<Fresh> {
    if (taken++ % 3 === 0) roomy = await fresh();
    return roomy ?? fresh();
  }

  it.each<[string, Buffer, string, string]>([
    ['nothing at all', Buffer.alloc(0), 'a.pdf', 'empty'],
    ['a picture that is called a document', PNG, 'a.pdf', 'something else'],
    ['a document that is called a text', PDF, 'a.txt', 'something else'],
    ['a picture with a second ending', PNG, 'a.png.exe', 'not taken'],
    ['a file without an ending', PNG, 'png', 'not taken'],
    ['an ending that every object has', PNG, 'a.constructor', 'not taken'],
    ['an SVG', BAD.svg, 'a.svg', 'not taken'],
    ['an SVG that is called a picture', BAD.svg, 'a.png', 'something else'],
    ['an SVG that is called a text', BAD.svg, 'a.txt', 'something else'],
    ['a page', BAD.html, 'a.html', 'not taken'],
    ['a page that is called a text', BAD.html, 'a.txt', 'something else'],
    ['a program', BAD.program, 'a.exe', 'not taken'],
    ['a program that is called a document', BAD.program, 'a.docx', 'something else'],
    ['a program that is called a table', BAD.program, 'a.csv', 'something else'],
    ['a script that is called a text', BAD.script, 'a.txt', 'something else'],
    ['text that is not UTF-8', Buffer.from('caf\xe9', 'latin1'), 'a.csv', 'something else'],
    ['text that steers a terminal', Buffer.from('a\x1b[2Jb'), 'a.txt', 'something else'],
    ['an archive', BAD.archive, 'a.zip', 'not taken'],
    ['an archive that is called a document', BAD.archive, 'a.docx', 'something else'],
    ['a table that is called a document', SMALL['xlsx'] ?? PNG, 'a.docx', 'something else'],
    ['a document with macros by its name', BAD.macroKind, 'a.docm', 'not taken'],
    ['a document of the kind that has macros', BAD.macroKind, 'a.docx', 'something else'],
    ['a document with macros in it', BAD.macros, 'a.docx', 'macros'],
    ['an OpenDocument text with macros', BAD.odfMacros, 'a.odt', 'macros'],
    ['a bomb', BAD.bomb, 'a.docx', 'unpack'],
    ['a bomb by what it says', BAD.declaredBomb, 'a.docx', 'unpack'],
    ['a bomb of many parts', BAD.manyEntries, 'a.docx', 'unpack'],
    ['parts that share their bytes', BAD.overlapping, 'a.docx', 'damaged'],
    ['a document that was cut off', BAD.truncated, 'a.docx', 'damaged'],
    ['a picture before an archive with its name', Buffer.concat([PNG, BAD.archive]), 'a.docx', 'something else'],
    ['more than 10 MB', Buffer.concat([PDF, Buffer.alloc(10 * MEGABYTE)]), 'a.pdf', 'larger than 10 MB'],
  ])('refuse %s and keep nothing of it', async (_, content, name, words) => {
    const [checkIn] = (
      await app.gql<{ checkIns: { nodes: Array<{ id: string }> } }>(
        `{ checkIns(plan: "${PLAN}", filter: { period: "2024-Q1", commitment: 20 }) { nodes { id } } }`,
      )
    ).data.checkIns.nodes;
    const before = await kept();
    const { status, type, body } = await upload(checkIn?.id ?? '', content, name);
    expect({ status, type, code: body.code }).toEqual({
      status: words.startsWith('larger') ? 413 : 400,
      type: expect.stringMatching(/^application\/problem\+json/),
      code: 'BAD_USER_INPUT',
    });
    expect(body.violations).toEqual([{ field: 'file', message: expect.stringContaining(words) }]);
    expect(await kept()).toEqual(before);
  });

  it.each([
    ['../../../etc/passwd.txt', 'passwd.txt'],
    ['C:\\Users\\mayor\\plan.txt', 'plan.txt'],
    ['a\u202etxt.exe.txt', 'atxt.exe.txt'],
    ['\u2066a\u2069\u200f\u0007b\u0000.txt', 'ab.txt'],
    ['a\r\nb.txt', 'a__b.txt'],
    ['<a>"b|c?*:.txt', '_a__b_c___.txt'],
    ['.txt', 'file.txt'],
    ['  تقرير‌ها  نهائي .txt', 'تقرير‌ها نهائي.txt'],
    [`${'ن'.repeat(300)}.txt`, `${'ن'.repeat(116)}.txt`],
    [`${'😀'.repeat(100)}.txt`, `${'😀'.repeat(58)}.txt`],
  ])('named %j are kept as %j', async (name, expected) => {
    const checkIn = await named();
    const { body } = await upload(checkIn.id, SMALL['txt'] ?? PNG, name);
    expect(body.name).toBe(expected);
    expect((await remove(body.id)).errors).toBeUndefined();
  });
  let ofNames: Fresh | null = null;
  const named = async (): Promise<Fresh> => (ofNames ??= await fresh());

  it('are refused in the language of the caller', async () => {
    const checkIn = await named();
    const { body } = await upload(checkIn.id, PNG, 'a.pdf', { headers: { ...works, 'accept-language': 'ar' } });
    expect(body.title).toMatch(/^ينتهي الاسم بـ «\.pdf»/);
  });

  it('are at most three, even when five come at once', async () => {
    const checkIn = await fresh();
    const before = await kept();
    const answers = await Promise.all(Array.from({ length: 5 }, (_, at) => upload(checkIn.id, PNG, `${at}.png`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.title).toContain('3 files');
    expect(await listed(checkIn.id, works)).toHaveLength(3);
    expect((await kept()).contents).toHaveLength(before.contents.length + 3);
    const [first] = await listed(checkIn.id, works);
    await remove(first?.id ?? '');
    expect((await upload(checkIn.id, PNG, 'again.png')).status).toBe(201);
  });

  it.each<[string, () => FormData | string, number, Headers]>([
    ['two files in one form', () => form(['file', 'file']), 400, {}],
    ['no file', () => form([]), 400, {}],
    ['a field too many', () => form(['file'], { milestone: '', title: '', more: '' }), 400, {}],
    ['a field that every object has', () => form(['file'], { constructor: 'x' }), 400, {}],
    ['a title of a book', () => form(['file'], { title: 'a'.repeat(301) }), 400, {}],
    ['a milestone of nobody', () => form(['file'], { milestone: 'x' }), 400, {}],
    ['JSON', () => '{}', 415, { 'content-type': 'application/json' }],
    ['a form without a boundary', () => 'x', 400, { 'content-type': 'multipart/form-data' }],
    [
      'a form that is cut off',
      () => '--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\nabc',
      400,
      { 'content-type': 'multipart/form-data; boundary=b' },
    ],
  ])('refuse %s', async (_, body, status, headers) => {
    const checkIn = await named();
    const before = await kept();
    const answer = await send(checkIn.id, body(), { ...works, ...headers });
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code: 'BAD_USER_INPUT' });
    expect(await kept()).toEqual(before);
  });
  function form(files: readonly string[], fields: Headers = {}): FormData {
    const made = new FormData();
    for (const field of files) made.append(field, new Blob(['text']), 'a.txt');
    for (const [field, value] of Object.entries(fields)) made.append(field, value);
    return made;
  }

  it('leave nothing when the sender hangs up halfway, and the service goes on', async () => {
    const checkIn = await named();
    const before = await kept();
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /check-ins/${checkIn.id}/files HTTP/1.1\r\nhost: x\r\nauthorization: ${works['authorization']}\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 100000\r\n\r\n--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n${'a'.repeat(50_000)}`,
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await kept()).toEqual(before);
    const { status, body } = await upload(checkIn.id, PNG, 'a.png');
    expect(status).toBe(201);
    await remove(body.id);
  });

  it('are added by the agency alone, and before its body is read', async () => {
    const checkIn = await fresh();
    const before = await kept();
    const statuses = async (id: string) =>
      Promise.all(
        [{}, parks, stranger, officer, await app.as('ADMIN')].map(
          async (headers: Headers) => (await upload(id, PNG, 'a.png', { headers })).status,
        ),
      );
    expect(await statuses(checkIn.id)).toEqual([401, 403, 403, 403, 403]);
    expect((await upload('00000000-0000-4000-8000-000000000000', PNG, 'a.png')).status).toBe(404);
    expect((await upload('nonsense', PNG, 'a.png')).status).toBe(404);
    expect(await kept()).toEqual(before);
  });

  it('are seen before they are handed in by their agency and the MEL officer alone, by every way', async () => {
    const checkIn = await fresh();
    const milestone = checkIn.commitment.milestones.nodes[0]?.id ?? '';
    const { body: file } = await upload(checkIn.id, PDF, 'secret.pdf', { fields: { milestone } });
    const look = async (headers: Headers) => {
      const { data } = await app.gql<{ node: object | null; milestone: { evidence: object[] } }>(
        'query ($id: ID!, $milestone: ID!) { node(id: $id) { id } milestone: node(id: $milestone) { ... on Milestone { evidence { id } } } }',
        { id: file.id, milestone },
        headers,
      );
      return {
        download: (await download(file, headers)).status,
        listed: (await listed(checkIn.id, headers)).length,
        node: data.node !== null,
        ofMilestone: data.milestone.evidence.length,
      };
    };
    const nothing = { download: 404, listed: 0, node: false, ofMilestone: 0 };
    for (const headers of [{}, parks, stranger, await app.as('MONITORING_BODY', PLAN), await app.as('OGP_STAFF')])
      expect(await look(headers)).toEqual(nothing);
    for (const headers of [works, officer])
      expect(await look(headers)).toEqual({ download: 200, listed: 1, node: true, ofMilestone: 0 });
    await submit(checkIn);
    for (const headers of [{}, parks, works, officer])
      expect(await look(headers)).toEqual({ download: 200, listed: 1, node: true, ofMilestone: 1 });
    const unknown = await fetch(`${app.url}/evidence/00000000-0000-4000-8000-000000000000/secret.pdf`);
    expect(unknown.status).toBe(404);
  });

  it('are hidden by the database itself, whatever a statement asks for', async () => {
    const checkIn = await fresh();
    await upload(checkIn.id, PDF, 'secret.pdf');
    const asked = sql`select id from evidence_file where check_in_id = ${checkIn.id}`;
    expect(await rows(app.app.get(DataSource), asked)).toEqual([]);
    expect(await all(asked)).toHaveLength(1);
  });

  it('are offered for download, never shown, with a name in any alphabet', async () => {
    const checkIn = await fresh();
    const { body: file } = await upload(checkIn.id, SMALL['csv'] ?? PNG, "تقرير 'أول' (1).csv");
    const draft = await download(file, works);
    expect(draft.headers.get('cache-control')).toBe('private, no-store');
    await submit(checkIn);
    const answer = await download(file);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-length': String(SMALL['csv']?.length),
      'content-disposition': `attachment; filename="_____ '___' (1).csv"; filename*=UTF-8''${encodeURIComponent('تقرير')}%20%27${encodeURIComponent('أول')}%27%20%281%29.csv`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'cross-origin-resource-policy': 'same-origin',
      etag: `"${file.sha256}"`,
    });
    expect(Buffer.from(await answer.arrayBuffer()).equals(SMALL['csv'] ?? PNG)).toBe(true);
    expect((await download(file, { 'if-none-match': `"${file.sha256}"` })).status).toBe(304);
    const long = await upload(checkIn.id, PNG, 'late.png');
    expect(long.status).toBe(409);
  });

  it('of 10 MB with a long Arabic name come back byte for byte', async () => {
    const checkIn = await fresh();
    const content = Buffer.concat([PDF, randomBytes(10 * MEGABYTE - PDF.length)]);
    const { status, body } = await upload(checkIn.id, content, `${'ن'.repeat(116)}.pdf`);
    expect(status).toBe(201);
    const answer = await download(body, works);
    expect(Buffer.from(await answer.arrayBuffer()).equals(content)).toBe(true);
  });

  it('that were taken out before they were handed in are gone, and their content with the next sweep', async () => {
    const checkIn = await fresh();
    const { body: file } = await upload(checkIn.id, PNG, 'a.png');
    for (const headers of [{}, parks, officer, stranger]) expect((await remove(file.id, headers)).errors).toBeDefined();
    expect((await remove(file.id)).errors).toBeUndefined();
    expect((await remove(file.id)).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    expect(await listed(checkIn.id, works)).toEqual([]);
    expect((await download(file, works)).status).toBe(404);
    const [row] = await all<{ key: string }>(
      sql`select storage_key::text as key from evidence_file where id = ${file.id}`,
    );
    const path = join(data, 'files', row?.key.slice(0, 2) ?? '', row?.key.slice(2, 4) ?? '', row?.key ?? '');
    const files = app.app.get(EvidenceFilesService);
    await files.sweep();
    expect((await stat(path)).isFile()).toBe(true);
    await utimes(path, new Date('2024-01-01'), new Date('2024-01-01'));
    const before = await contents();
    expect(await files.sweep()).toBe(1);
    expect(await contents()).toHaveLength(before.length - 1);
  });

  it('that were handed in and taken out stay readable, and listed until the next time', async () => {
    const checkIn = await fresh();
    const { body: file } = await upload(checkIn.id, PNG, 'a.png');
    await submit(checkIn);
    expect((await remove(file.id)).errors?.[0]?.extensions.code).toBe('CONFLICT');
    await giveBack(checkIn);
    expect((await remove(file.id)).errors).toBeUndefined();
    const { body: better } = await upload(checkIn.id, PDF, 'better.pdf');
    expect((await listed(checkIn.id, works)).map(({ id }) => id)).toEqual([better.id]);
    expect((await listed(checkIn.id)).map(({ id }) => id)).toEqual([file.id]);
    await submit(checkIn);
    expect((await listed(checkIn.id)).map(({ id }) => id)).toEqual([better.id]);
    expect((await download(file)).status).toBe(200);
    await app.app.get(EvidenceFilesService).sweep(-1000);
    expect((await download(file)).status).toBe(200);
  });

  it('survive a restart of the service', async () => {
    const checkIn = await fresh();
    const { body: file } = await upload(checkIn.id, PDF, 'a.pdf');
    const restarted = await start(app.databaseUrl);
    try {
      const answer = await download(file, works, restarted);
      expect(Buffer.from(await answer.arrayBuffer()).equals(PDF)).toBe(true);
    } finally {
      await restarted.close();
    }
  });

  it('whose content was lost are reported in words, stay listed, and are named to the operator', async () => {
    const checkIn = await fresh();
    const { body: file } = await upload(checkIn.id, PDF, 'lost.pdf');
    await submit(checkIn);
    const [row] = await all<{ key: string }>(
      sql`select storage_key::text as key from evidence_file where id = ${file.id}`,
    );
    await rm(join(data, 'files', row?.key.slice(0, 2) ?? '', row?.key.slice(2, 4) ?? '', row?.key ?? ''));
    const answer = await download(file);
    expect({ status: answer.status, body: await answer.json() }).toEqual({
      status: 410,
      body: { status: 410, code: 'NOT_FOUND', title: expect.stringContaining('can no longer be found') },
    });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await listed(checkIn.id)).toHaveLength(1);
    expect(await app.app.get(EvidenceFilesService).missing()).toMatchObject([{ plan: PLAN, what: 'lost.pdf' }]);
  });
});
