import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { ReportingPeriodsService } from '../../src/action-plans/reporting-periods.service.js';
import { CheckInsService } from '../../src/check-ins/check-ins.service.js';
import { Viewer } from '../../src/platform/access/viewer.js';
import { Changes } from '../../src/platform/audit/changes.js';
import { TestApp } from '../support/app.js';
import { begin, handIn } from '../support/filing.js';
import { given, greaterSalt } from '../support/given.js';
import { statementsDuring } from '../support/statements.js';

const PLANS = '/api/v1/plans';
const PLAN = `${PLANS}/testville-2024`;

interface Item {
  readonly id: string;
  readonly key: string;
  readonly number: number;
  readonly status: string;
  readonly version: number;
  readonly progress: string | null;
  readonly institution: { readonly key: string };
  readonly commitment: { readonly number: number };
}
interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Item & {
    readonly items: Item[];
    readonly totalCount: number;
    readonly nextCursor: string | null;
    readonly changesUntil: string;
    readonly title: string;
    readonly code: string;
    readonly violations?: ReadonlyArray<{ field: string; message: string }>;
    readonly [field: string]: unknown;
  };
}

describe('REST', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-04-05T08:00+03:00' });
    await app.import(given.plan());
    await app.import(greaterSalt());
    await app.app.get(CheckInsService).expect();
  });
  afterAll(() => app.close());

  async function ask(path: string, headers: Record<string, string> = {}, init: RequestInit = {}): Promise<Answered> {
    const response = await fetch(app.url + path, { ...init, headers });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: (text ? JSON.parse(text) : {}) as Answered['body'],
    };
  }
  const put = (path: string, headers: Record<string, string>, body: object) =>
    ask(path, { 'content-type': 'application/json', ...headers }, { method: 'PUT', body: JSON.stringify(body) });
  const post = (path: string, headers: Record<string, string>, body: object) =>
    ask(path, { 'content-type': 'application/json', ...headers }, { method: 'POST', body: JSON.stringify(body) });
  const fieldsOf = ({ body }: Answered) => body.violations?.map(({ field }) => field);

  describe('reading', () => {
    it('answers every address of the plan with 200 and JSON', async () => {
      const paths = [
        '',
        '/commitments',
        '/commitments/1',
        '/periods',
        '/check-ins',
        '/institutions',
        '/reporting-rate',
      ];
      for (const path of [PLANS, ...paths.map((end) => PLAN + end)]) {
        const { status, headers } = await ask(path);
        expect([path, status, headers.get('content-type')]).toEqual([path, 200, 'application/json; charset=utf-8']);
      }
    });

    it('tells the same as GraphQL', async () => {
      const { body } = await ask(`${PLANS}/greater-salt-2024-2025/commitments?limit=1`, { 'accept-language': 'fr' });
      const { data } = await app.gql<{ commitments: { totalCount: number; nodes: object[] } }>(
        `{ commitments(plan: "greater-salt-2024-2025", first: 1) { totalCount nodes { id number title titleSource { language origin } policyAreas progress { milestones overdue } } } }`,
        {},
        { 'accept-language': 'fr' },
      );
      expect(body.totalCount).toBe(data.commitments.totalCount);
      expect(body.items[0]).toMatchObject(data.commitments.nodes[0]!);
    });

    it('answers in the language of the address before that of the header, and says which it is', async () => {
      const salt = `${PLANS}/greater-salt-2024-2025`;
      const { body: arabic } = await ask(`${salt}?language=ar`, { 'accept-language': 'en' });
      const { body: english } = await ask(salt, { 'accept-language': 'en' });
      expect(arabic['titleSource']).toMatchObject({ language: 'ar', direction: 'rtl'.toUpperCase() });
      expect(english['titleSource']).toMatchObject({ language: 'en' });
      expect(arabic.title).not.toBe(english.title);
    });

    it('walks a list by its Link headers, each row once, with the filters kept', async () => {
      const seen: number[] = [];
      let path: string | undefined = `${PLAN}/check-ins?limit=1&commitment=2&orderBy=PERIOD_ASC`;
      while (path) {
        const { status, headers, body } = await ask(path);
        expect(status).toBe(200);
        expect(body.totalCount).toBe(2);
        seen.push(...body.items.map(({ commitment }) => commitment.number));
        const next = /^<http:\/\/mithaq\.example\.org(.+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1];
        expect(body.nextCursor === null).toBe(next === undefined);
        path = next;
      }
      expect(seen).toEqual([2, 2]);
    });

    it('refuses everything that is wrong with the parameters at once, each by its name', async () => {
      const answer = await ask(
        `${PLAN}/check-ins?limit=1000&overdue=maybe&statuses=DRAFT,LOST&sort=up&period=a&period=b`,
      );
      expect(answer.status).toBe(400);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(answer.body.code).toBe('BAD_USER_INPUT');
      expect([...(fieldsOf(answer) ?? [])].sort()).toEqual(['limit', 'overdue', 'period', 'sort', 'statuses']);
    });

    it('refuses the cursor of another list, of another order and what is none, and names the field', async () => {
      const { body } = await ask(`${PLAN}/commitments?limit=1`);
      for (const path of [
        `${PLAN}/check-ins?cursor=${body.nextCursor}`,
        `${PLAN}/commitments?orderBy=END_DATE_ASC&cursor=${body.nextCursor}`,
        `${PLAN}/commitments?cursor=rubbish`,
      ]) {
        const answer = await ask(path);
        expect([path, answer.status, fieldsOf(answer)]).toEqual([path, 400, ['cursor']]);
      }
    });

    it('names what does not exist, in the language of the caller', async () => {
      const french = await ask(`${PLANS}/no-such?language=fr`);
      expect([french.status, french.body.code]).toEqual([404, 'NOT_FOUND']);
      expect(french.body.title).toMatch(/plan/);
      expect(fieldsOf(french)).toEqual(['plan']);
      expect((await ask(`${PLANS}/no-such`, { 'accept-language': 'ar' })).body.title).toMatch(/[\u0600-\u06ff]/);
      expect(fieldsOf(await ask(`${PLAN}/commitments/99`))).toEqual(['number']);
      expect(fieldsOf(await ask(`${PLAN}/commitments/1.5`))).toEqual(['number']);
      expect(fieldsOf(await ask(`${PLAN}/commitments/1/check-ins/2030-Q1`))).toEqual(['period']);
      expect((await ask(`${PLANS}/a%00b`)).status).toBeLessThan(500);
    });

    it('asks the database as often for many rows as for one', async () => {
      const few = await statementsDuring(() => ask(`${PLANS}/greater-salt-2024-2025/check-ins?limit=1`));
      const many = await statementsDuring(() => ask(`${PLANS}/greater-salt-2024-2025/check-ins?limit=100`));
      expect(many).toBe(few);
    });

    it('counts what is owed over the plan and in each period', async () => {
      const { body } = await ask(`${PLAN}/reporting-rate`);
      expect(body['reportingRate']).toMatchObject({ expected: 3, received: 0, onTime: 0, late: 0, overdue: 0 });
      expect((body['periods'] as Item[]).map(({ key }) => key)).toEqual(['2024-Q1', '2024-Q2', '2024-Q3', '2024-Q4']);
    });
  });

  describe('caching', () => {
    it('answers 304 to whoever has it, and anew right after a write', async () => {
      const path = `${PLAN}/reporting-rate`;
      const before = await ask(path);
      const tag = before.headers.get('etag') ?? '';
      expect(tag).toMatch(/^"[\w-]+"$/);
      for (const header of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
        const again = await ask(path, { 'if-none-match': header });
        // A star names no encoding, and so none is told.
        const named = header === '*' ? tag.replace(/-(br|gzip)/, '') : tag;
        expect([header, again.status, again.headers.get('etag')]).toEqual([header, 304, named]);
      }
      await handIn(app, 'parks');
      const after = await ask(path, { 'if-none-match': tag });
      expect(after.status).toBe(200);
      expect(after.headers.get('etag')).not.toBe(tag);
      expect(after.body['reportingRate']).toMatchObject({ received: 1 });
    });

    it('answers HEAD with the headers of GET and without a body', async () => {
      const { headers } = await ask(`${PLAN}/periods`);
      const head = await fetch(`${app.url}${PLAN}/periods`, { method: 'HEAD' });
      expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, headers.get('etag'), '']);
    });

    it('takes garbage in If-None-Match for what names nothing', async () => {
      for (const garbage of ['', 'x', '"', 'W/', '""', `"${'a'.repeat(5_000)}`, '\u00ff"\u00fe']) {
        expect((await ask(`${PLAN}/periods`, { 'if-none-match': garbage })).status).toBe(200);
      }
    });

    it('tells caches what the answer depends on, and keeps what is not public out of shared ones', async () => {
      const open = (await ask(PLAN)).headers;
      for (const name of ['Accept-Language', 'Authorization', 'Accept-Encoding'])
        expect(open.get('vary')).toContain(name);
      expect(open.get('cache-control')).toBe('public, no-cache');
      const own = (await ask(PLAN, await app.as('FOCAL_POINT', 'testville-2024', 'works'))).headers;
      expect(own.get('cache-control')).toBe('private, no-cache');
    });

    it('compresses large answers, each encoding under a tag of its own that still gets 304', async () => {
      const path = '/api/v1/plans/greater-salt-2024-2025/commitments';
      const plain = await fetch(app.url + path, { headers: { 'accept-encoding': 'identity' } });
      const text = await plain.text();
      const tags = new Set([plain.headers.get('etag')]);
      for (const [encoding, open] of [
        ['br', brotliDecompressSync],
        ['gzip', gunzipSync],
      ] as const) {
        const answer = await app.app.inject({ url: path, headers: { 'accept-encoding': encoding } });
        expect(answer.headers['content-encoding']).toBe(encoding);
        expect(open(answer.rawPayload).toString()).toBe(text);
        tags.add(String(answer.headers['etag']));
        const headers = { 'accept-encoding': encoding, 'if-none-match': String(answer.headers['etag']) };
        expect((await app.app.inject({ url: path, headers })).statusCode).toBe(304);
      }
      expect(tags.size).toBe(3);
    });

    it('lets pages of other sites read, tag and link included', async () => {
      const { headers } = await ask(PLAN, { origin: 'https://elsewhere.example' });
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('access-control-expose-headers')).toMatch(/link.*etag/);
    });
  });

  describe('reporting', () => {
    const address = `${PLAN}/commitments/2/check-ins/2024-Q1`;
    const report = { movement: 'CLEAR', progress: 'The council met.' };

    it('keeps a draft for the institution of the caller, hands it in, and shows it to everybody only then', async () => {
      const works = await app.as('FOCAL_POINT', 'testville-2024', 'works');
      const { body: empty } = await ask(address, works);
      expect(empty).toMatchObject({ status: 'EXPECTED', institution: { key: 'works' } });
      const saved = await put(address, works, { version: empty.version, report });
      expect(saved.status).toBe(200);
      expect(saved.body).toMatchObject({ status: 'DRAFT', progress: 'The council met.' });
      expect((await ask(`${address}?institution=works`)).body).toMatchObject({ status: 'EXPECTED', progress: null });
      const handedIn = await post(`${address}/submit`, works, { version: saved.body.version });
      expect([handedIn.status, handedIn.body.status]).toEqual([200, 'SUBMITTED']);
      expect((await ask(`${address}?institution=works`)).body).toMatchObject({
        status: 'SUBMITTED',
        progress: 'The council met.',
      });
      const twice = await post(`${address}/submit`, works, { version: handedIn.body.version });
      expect([twice.status, twice.body.code]).toEqual([409, 'CONFLICT']);
    });

    it('refuses an older version with 409, and an older tag in If-Match with 412; nothing is lost', async () => {
      const first = `${PLAN}/commitments/1/check-ins/2024-Q1`;
      const works = await app.as('FOCAL_POINT', 'testville-2024', 'works');
      const read = await ask(first, works);
      const tag = read.headers.get('etag') ?? '';
      const saved = await put(first, { ...works, 'if-match': tag }, { report: { progress: 'One' } });
      expect([saved.status, saved.body.progress]).toEqual([200, 'One']);
      const stale = await put(first, { ...works, 'if-match': tag }, { report: { progress: 'Two' } });
      expect([stale.status, stale.body.code, fieldsOf(stale)]).toEqual([412, 'CONFLICT', ['If-Match']]);
      const old = await put(first, works, { version: read.body.version, report: { progress: 'Three' } });
      expect([old.status, old.body.code, fieldsOf(old)]).toEqual([409, 'CONFLICT', ['version']]);
      const unread = await put(first, works, { report: { progress: 'Four' } });
      expect([unread.status, fieldsOf(unread)]).toEqual([400, ['version']]);
      expect((await ask(first, works)).body.progress).toBe('One');
      const fresh = saved.headers.get('etag') ?? '';
      expect((await put(first, { ...works, 'if-match': fresh }, { report: { progress: 'Five' } })).status).toBe(200);
    });

    it('names every field of the body that is wrong as the body has it', async () => {
      const first = `${PLAN}/commitments/1/check-ins/2024-Q1`;
      const works = await app.as('FOCAL_POINT', 'testville-2024', 'works');
      const { body } = await ask(first, works);
      const wrong = async (report: object) => fieldsOf(await put(first, works, { version: body.version, report }));
      expect(await wrong({ movement: 'SIDEWAYS' })).toEqual(['report.movement']);
      expect(await wrong({ colour: 'red' })).toEqual(['report.colour']);
      expect(await wrong({ progress: 'x'.repeat(10_001) })).toEqual(['report.progress']);
      expect(
        await wrong({ milestones: [{ milestone: body.id, status: 'COMPLETED', forecastDate: '2024-02-30' }] }),
      ).toEqual(['report.milestones.0.forecastDate']);
      const incomplete = await post(`${first}/submit`, works, { version: body.version, report: {} });
      expect([incomplete.status, fieldsOf(incomplete)]).toEqual([400, ['report.movement', 'report.progress']]);
      for (const text of ['{', '[]', '3', 'null']) {
        const init = { method: 'PUT', body: text };
        const answer = await ask(first, { 'content-type': 'application/json', ...works }, init);
        expect([text, answer.status, answer.body.code]).toEqual([text, 400, 'BAD_USER_INPUT']);
      }
    });

    it('asks for the institution where the address could mean several, and refuses that of another', async () => {
      const officer = await app.as('MEL_OFFICER', 'testville-2024');
      expect(fieldsOf(await ask(address, officer))).toEqual(['institution']);
      const parks = await app.as('FOCAL_POINT', 'testville-2024', 'parks');
      const other = await put(`${address}?institution=works`, parks, { version: 0, report });
      expect([other.status, other.body.code]).toEqual([403, 'FORBIDDEN']);
      const nobody = await put(`${address}?institution=works`, {}, { version: 0, report });
      expect([nobody.status, nobody.body.code]).toEqual([401, 'UNAUTHENTICATED']);
      expect((await ask(`${address}?institution=works`, { authorization: 'Bearer wrong' })).status).toBe(401);
    });

    it('takes one of two drafts that were written upon the same version at the same time', async () => {
      const first = `${PLAN}/commitments/1/check-ins/2024-Q1`;
      const works = await app.as('FOCAL_POINT', 'testville-2024', 'works');
      const { body } = await ask(first, works);
      const texts = ['One', 'Two', 'Three', 'Four'];
      const answers = await Promise.all(
        texts.map((progress) => put(first, works, { version: body.version, report: { progress } })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
      const kept = texts[answers.findIndex(({ status }) => status === 200)];
      expect((await ask(first, works)).body).toMatchObject({ version: body.version + 1, progress: kept });
    });

    it('says of a period that has not opened that it takes nothing yet', async () => {
      const works = await app.as('FOCAL_POINT', 'testville-2024', 'works');
      const early = await put(`${PLAN}/commitments/1/check-ins/2024-Q3`, works, { version: 0, report });
      expect([early.status, early.body.code]).toEqual([409, 'CONFLICT']);
    });
  });
});

describe('What has changed since', () => {
  let app: TestApp;
  const list = async (since: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${app.url}${PLAN}/check-ins?updatedSince=${encodeURIComponent(since)}`, { headers });
    const { items = [], changesUntil } = (await response.json()) as { items?: Item[]; changesUntil: string };
    return {
      status: response.status,
      changesUntil,
      found: items.map(({ commitment, institution }) => `${commitment.number} ${institution.key}`).sort(),
    };
  };
  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-04-05T08:00+03:00' });
    await app.import(given.plan());
    await app.app.get(CheckInsService).expect();
  });
  afterAll(() => app.close());

  it('is everything at first, then what was handed in since the last list, drafts only for their agency', async () => {
    const all = await list('2024-01-01T00:00:00Z');
    expect(all.found).toEqual(['1 works', '2 parks', '2 works']);
    app.clock.set(new Date('2024-04-08T08:00+03:00'));
    await handIn(app, 'works', [1]);
    const first = await list('2024-04-07T00:00:00Z');
    expect(first.found).toEqual(['1 works']);
    app.clock.set(new Date('2024-04-09T08:00+03:00'));
    await begin(app, 'works', [2]);
    expect((await list('2024-04-09T00:00:00Z')).found).toEqual([]);
    const works = await app.as('FOCAL_POINT', 'testville-2024', 'works');
    expect((await list('2024-04-09T00:00:00Z', works)).found).toEqual(['2 works']);
    expect((await list(first.changesUntil)).found).toEqual(['1 works']);
  });

  it('misses nothing of the same instant, nor what was committed after something later', async () => {
    const at = new Date('2024-04-10T08:00:01+03:00');
    app.clock.set(at);
    await handIn(app, 'parks', [2]);
    const { changesUntil } = await list('2024-04-10T00:00:00Z');
    // Its transaction began before that, and was committed after it.
    app.clock.set(new Date(at.getTime() - 900));
    const works = await app.as('FOCAL_POINT', 'testville-2024', 'works');
    const begun = `${app.url}${PLAN}/commitments/2/check-ins/2024-Q1`;
    const { version } = (await (await fetch(begun, { headers: works })).json()) as Item;
    const body = JSON.stringify({ version });
    const headers = { 'content-type': 'application/json', ...works };
    expect((await fetch(`${begun}/submit`, { method: 'POST', headers, body })).status).toBe(200);
    expect((await list(changesUntil)).found).toEqual(['2 parks', '2 works']);
  });

  it('misses nothing of a clock that went three hours wrong, however much was recorded once it was set right', async () => {
    const at = new Date('2024-04-10T12:00+03:00').getTime();
    const [checkIn] = await app.db.query<Array<{ id: string; planId: string }>>(
      `select id, plan_id as "planId" from check_in where submitted_at is not null order by submitted_at limit 1`,
    );
    if (!checkIn) throw new Error('Nothing was handed in.');
    const record = (since: number, type: string, parts: number): Promise<void> => {
      app.clock.set(new Date(at + since));
      return app.app.get(Changes).by(Viewer.system('test'), 'checkInPublish', (change) => {
        for (let part = 0; part < parts; part += 1) change.recordPart('test.part', { ...checkIn, type: 'Test' }, {});
        change.record('checkIn.published', { ...checkIn, type, id: type === 'CheckIn' ? checkIn.id : checkIn.planId });
        return Promise.resolve();
      });
    };
    const officer = await app.as('MEL_OFFICER', 'testville-2024');
    await record(3 * 60 * 60_000, 'CheckIn', 0);
    await record(1_000, 'Test', 400);
    const since = new Date(at).toISOString();
    expect((await list(since)).found).toEqual(['1 works']);
    const entries = async (filter: string): Promise<unknown[]> => {
      const query = `{ auditEntries(plan: "testville-2024", first: 3, filter: { ${filter} }) { nodes { action } } }`;
      const { data } = await app.gql<{ auditEntries: { nodes: unknown[] } }>(query, {}, officer);
      return data.auditEntries.nodes;
    };
    const [parts, whole] = [{ action: 'test.part' }, { action: 'checkIn.published' }];
    expect(await entries(`until: "${new Date(at + 2 * 24 * 60 * 60_000).toISOString()}"`)).toEqual([
      whole,
      parts,
      parts,
    ]);
    expect(await entries(`since: "${new Date(at + 2 * 60 * 60_000).toISOString()}"`)).toEqual([whole]);
  });

  it('counts more time for an institution as a change of every check-in of the period', async () => {
    app.clock.set(new Date('2024-04-11T08:00+03:00'));
    const { changesUntil } = await list('2024-04-11T00:00:00Z');
    app.clock.set(new Date('2024-04-12T08:00+03:00'));
    await app.app.get(ReportingPeriodsService).extend(Viewer.system('test'), {
      plan: 'testville-2024',
      period: '2024-Q1',
      institution: 'works',
      dueDate: '2024-05-01',
      reason: 'Flood',
    });
    expect((await list('2024-04-12T00:00:00Z')).found).toHaveLength(3);
    expect((await list(changesUntil)).found).toHaveLength(3);
  });

  it('refuses what is no instant', async () => {
    expect((await list('yesterday')).status).toBe(400);
  });
});
