import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { TestApp } from '../support/app.js';
import { handIn } from '../support/filing.js';
import { given } from '../support/given.js';
import { until } from '../support/until.js';

const PLAN = 'testville-2024';
const QUESTION = `{ actionPlan(key: "${PLAN}") { commitments(first: 60) { nodes { id number title problem } } } }`;

interface Answered {
  readonly status: number;
  readonly encoding: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: Buffer;
  readonly text: string;
}

const OPEN: Record<string, (bytes: Buffer) => Buffer> = { br: brotliDecompressSync, gzip: gunzipSync };

describe('the encoding of answers', () => {
  let app: TestApp;
  let officer: Record<string, string>;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-04-05T08:00+03:00' });
    await app.import(
      given.plan({
        commitments: Array.from({ length: 60 }, (_, i) =>
          given.commitment(i + 1, { institutions: [{ institution: 'works', role: 'LEAD' }] }),
        ),
      }),
    );
    officer = await app.as('MEL_OFFICER', PLAN);
  });
  afterAll(() => app.close());

  /** As they come over the wire. */
  async function ask(path: string, accepts?: string, more: { method?: string; body?: string; headers?: object } = {}) {
    const client = request(app.url + path, {
      agent: false,
      method: more.method ?? 'GET',
      headers: {
        ...(accepts === undefined ? {} : { 'accept-encoding': accepts }),
        ...(more.body ? { 'content-type': 'application/json' } : {}),
        ...more.headers,
      },
    }).end(more.body);
    const [answer] = (await once(client, 'response')) as [IncomingMessage];
    const pieces: Buffer[] = [];
    for await (const piece of answer) pieces.push(piece as Buffer);
    const bytes = Buffer.concat(pieces);
    const encoding = answer.headers['content-encoding'];
    const text = bytes.length > 0 ? (OPEN[encoding ?? ''] ?? ((plain) => plain))(bytes).toString() : '';
    return { status: answer.statusCode, encoding, headers: answer.headers, bytes, text } as Answered;
  }
  const api = (path: string) => `/api/v1/plans/${PLAN}/${path}`;

  /** Large answers of every kind, streamed and whole. */
  const LARGE: ReadonlyArray<[string, string, { method?: string; body?: string }]> = [
    ['a progress file', api('progress.csv'), {}],
    ['all tables in JSON', api('progress.json'), {}],
    ['a list over REST', api('commitments?limit=60'), {}],
    ['GraphQL', '/graphql', { method: 'POST', body: JSON.stringify({ query: QUESTION }) }],
    ['the OpenAPI document', '/api/v1/openapi.json', {}],
  ];

  it.each([
    ['gzip', 'gzip'],
    ['br', 'br'],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip;q=0.9, br;q=0.5', 'gzip'],
    ['*', 'br'],
    ['br;q=0, *', 'gzip'],
    ['identity;q=0, gzip', 'gzip'],
    ['identity, gzip;q=0.5', undefined],
    ['gzip;q=0, br;q=0', undefined],
    ['zstd', undefined],
    // Nothing would do: rather as it is than not at all.
    ['identity;q=0', undefined],
    ['*;q=0', undefined],
    ['', undefined],
    [';;=,q=7, \u00e9 gzip', undefined],
    ['gzip;q=much', undefined],
    [undefined, undefined],
  ])('for %j is %s', async (accepts, wanted) => {
    for (const [what, path, more] of LARGE) {
      const plain = await ask(path, undefined, more);
      const answer = await ask(path, accepts, more);
      expect([what, answer.status, answer.encoding]).toEqual([what, 200, wanted]);
      expect([what, withoutInstants(answer.text) === withoutInstants(plain.text)]).toEqual([what, true]);
      expect(answer.headers.vary).toMatch(/accept-encoding/i);
      if (wanted) expect(answer.bytes.length).toBeLessThan(plain.bytes.length / 2);
    }
  });

  it('leaves small answers as they are, unless that is refused', async () => {
    const small = api('periods?limit=1');
    const [one, other] = [await ask('/health/live', 'gzip'), await ask('/health/live', 'gzip, identity;q=0')];
    expect([one.encoding, other.encoding, other.text]).toEqual([undefined, 'gzip', one.text]);
    for (const [accepts, wanted] of [
      ['*', undefined],
      ['gzip, *;q=0.1', undefined],
      ['br, *;q=0', 'br'],
      ['*;q=0', undefined],
    ] as const)
      expect([accepts, (await ask('/health/live', accepts)).encoding]).toEqual([accepts, wanted]);
    expect((await ask(small, 'br')).headers.vary).toMatch(/accept-encoding/i);
  });

  it('has a strong tag of its own, which still gets 304 and comes back with it; a weak one names them all', async () => {
    const path = api('commitments?limit=60');
    const tags = await Promise.all(
      [undefined, 'gzip', 'br'].map(async (accepts) => (await ask(path, accepts)).headers.etag!),
    );
    expect(new Set(tags).size).toBe(3);
    for (const tag of tags)
      for (const accepts of [undefined, 'gzip', 'br']) {
        const again = await ask(path, accepts, { headers: { 'if-none-match': `"other", ${tag}` } });
        expect([again.status, again.headers.etag, again.bytes.length]).toEqual([304, tag, 0]);
        expect(again.headers.vary).toMatch(/accept-encoding/i);
      }
    const [plain, packed] = [await ask(api('progress.csv')), await ask(api('progress.csv'), 'br')];
    expect(packed.headers.etag).toBe(plain.headers.etag);
    const again = await ask(api('progress.csv'), 'gzip', { headers: { 'if-none-match': plain.headers.etag! } });
    expect([again.status, again.headers.etag]).toEqual([304, plain.headers.etag]);
  });

  it('is told to HEAD as it is to GET', async () => {
    const path = api('commitments?limit=60');
    for (const accepts of [undefined, 'gzip', 'br']) {
      const [get, head] = [await ask(path, accepts), await ask(path, accepts, { method: 'HEAD' })];
      const told = ({ headers }: Answered) =>
        ['etag', 'content-encoding', 'content-length', 'vary', 'content-type'].map((name) => headers[name]);
      expect(told(head)).toEqual(told(get));
      expect(head.bytes.length).toBe(0);
    }
  });

  it('is none for pages, which hold secrets, for workbooks, and for what is known by the hash of its bytes', async () => {
    await handIn(app, 'works', [1]);
    const published = await app.gql(
      `mutation { periodPublish(input: { plan: "${PLAN}", period: "2024-Q1" }) { publication { id } } }`,
      {},
      officer,
    );
    expect(published.errors).toBeUndefined();
    const [{ id }] = await app.db.query<[{ id: string }]>(
      `insert into evidence_file (check_in_id, plan_id, institution_id, name, media_type, size, sha256, storage_key, uploaded_at, uploaded_by, claimed_at)
       select id, plan_id, institution_id, 'a.txt', 'text/plain', 1, repeat('a', 64), new_id(), now(), 'x', now() from check_in limit 1 returning id`,
    );
    for (const path of ['/sign-in', '/access', api('progress.xlsx'), api('publications/2024-Q1')]) {
      const answer = await ask(path, 'gzip, br');
      expect([path, answer.status, answer.encoding]).toEqual([path, 200, undefined]);
    }
    const digest = (await ask(api('publications/2024-Q1'), 'br')).headers;
    expect(digest['repr-digest']).toBe(
      `sha-256=:${Buffer.from(digest.etag!.replaceAll('"', ''), 'hex').toString('base64')}:`,
    );
    expect((await ask(`/evidence/${id}/a.txt`, 'gzip')).encoding).toBeUndefined();
  });

  it('gives connection and memory back when a client goes away in the middle of a file', async () => {
    // Text that hardly gets smaller, so that the client’s silence is felt.
    await app.db.query(
      `insert into commitment (plan_id, number, title)
       select p.id, n, jsonb_build_object('en', jsonb_build_object('origin', 'ORIGINAL',
                'text', (select string_agg(md5(n::text || m::text), '') from generate_series(1, 500) m)))
         from action_plan p, generate_series(1000, 2500) n`,
    );
    const reading = async () =>
      (
        await app.db.query<[{ count: number }]>(
          `select count(*)::int as count from pg_stat_activity where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()`,
        )
      )[0].count;
    const begin = async (encoding: string, format: string) => {
      const client = request(`${app.url}${api(`progress.${format}`)}`, {
        agent: false,
        headers: { 'accept-encoding': encoding },
      }).end();
      const [response] = (await once(client, 'response')) as [IncomingMessage];
      expect(response.headers['content-encoding']).toBe(encoding);
      await once(response, 'readable');
      client.on('error', () => undefined);
      response.on('error', () => undefined);
      return client;
    };
    // As many as are written at once, twice: the second four find room.
    for (let round = 0; round < 2; round++) {
      const clients = [
        await begin('gzip', 'csv'),
        await begin('br', 'ndjson'),
        await begin('gzip', 'json'),
        await begin('br', 'csv'),
      ];
      expect(await reading()).toBe(4);
      expect((await ask(api('progress.csv'), 'gzip')).status).toBe(429);
      for (const client of clients) client.destroy();
      await until(async () => (await reading()) === 0);
    }
    expect((await ask(api('progress.csv?table=institutions'), 'gzip')).status).toBe(200);
  });
});

/** The JSON of all tables says as of when it is. */
const withoutInstants = (text: string): string => text.replace(/"asOf":"[^"]*"/, '');
