import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { exampleQueries } from '../../src/example-queries.js';
import { TestApp } from '../support/app.js';
import { given } from '../support/given.js';

const PLAN = 'testville-2024';
const DASHBOARD = 'https://dashboard.example.org';
const OURS = 'https://mithaq.example.org';
const STRANGER = 'https://stranger.example';
const COOKIE = 'mithaq_session=abc';
const OF_PUBLIC = 20;
const OF_TOKEN = 30;
const WHO = JSON.stringify({ query: '{ viewer { name } }' });

let app: TestApp;
let neverEnding: Promise<string>;
let networks = 0;
/** Every question comes from a network of its own, unless a test says otherwise: the limits are small. */
const network = () => `10.1.${(networks += 1)}.1`;
beforeAll(async () => {
  app = await TestApp.start({
    now: '2024-04-05T08:00+03:00',
    settings: {
      PUBLIC_URL: OURS,
      CORS_ORIGINS: DASHBOARD,
      TRUST_PROXY: '1',
      RATE_LIMIT: String(OF_PUBLIC),
      TOKEN_RATE_LIMIT: String(OF_TOKEN),
    },
  });
  await app.import(given.plan());
  // Given up after ten seconds, which pass while the other tests run.
  neverEnding = raw('GET /health/live HTTP/1.1\r\nHost: localhost\r\n');
});
afterAll(() => app.close());

type Asked = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> };

const ask = (path: string, { headers, ...init }: Asked = {}): Promise<Response> =>
  fetch(app.url + path, { ...init, headers: { 'x-forwarded-for': network(), ...headers } });

const graphql = (headers: Record<string, string> = {}, body = WHO): Promise<Response> =>
  ask('/graphql', { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

const codeOf = async (answer: Response): Promise<string | undefined> => {
  const { errors, code } = (await answer.json()) as { errors?: [{ extensions: { code: string } }]; code?: string };
  return errors?.[0].extensions.code ?? code;
};

/** Sends the bytes as they are and answers with what came back until the connection was closed. */
async function raw(request: string): Promise<string> {
  const { hostname, port } = new URL(app.url);
  const socket = connect(Number(port), hostname);
  socket.write(request);
  return text(socket);
}

describe('The headers of an answer', () => {
  it.each(['/graphql', '/nowhere', '/health/live', '/metrics'])(
    'of %s let nobody run, frame or guess what it is, nor learn where its reader came from',
    async (path) => {
      const { headers } = await ask(path);
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
      expect(headers.get('x-powered-by') ?? headers.get('server')).toBeNull();
    },
  );

  it('of a page allow the files of this service and no script in the page', async () => {
    const page = await ask('/graphql', { headers: { accept: 'text/html' } });
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/default-src 'self';.*frame-ancestors 'none'/);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    const ofPages = {
      'cross-origin-opener-policy': 'same-origin',
      'origin-agent-cluster': '?1',
      'x-dns-prefetch-control': 'off',
    };
    const ofAll = {
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    };
    expect(Object.fromEntries(page.headers)).toMatchObject({ ...ofAll, ...ofPages });
    const html = await page.text();
    const scripts = [...html.matchAll(/<script([^>]*)>([^]*?)<\/script>/g)];
    expect(scripts.length).toBeGreaterThan(4);
    for (const [, attributes, content] of scripts)
      expect(attributes?.includes('type="application/json"') || content === '').toBe(true);
    expect(html).not.toMatch(/<style|\son\w+=|\sstyle=/);
  });
});

describe('A service without TLS and without a proxy in front', () => {
  let plain: TestApp;
  beforeAll(async () => {
    plain = await TestApp.start({ now: '2024-04-05T08:00+03:00', databaseUrl: app.databaseUrl });
  });
  afterAll(() => plain.close());

  it('promises no TLS', async () => {
    const { headers } = await fetch(`${plain.url}/health/live`);
    expect(headers.get('strict-transport-security')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('believes no address that a client writes down', async () => {
    const left = [];
    for (const address of ['203.0.113.1', '203.0.113.2']) {
      const { headers } = await fetch(`${plain.url}/nowhere`, { headers: { 'x-forwarded-for': address } });
      left.push(Number(headers.get('ratelimit-limit')) - Number(headers.get('ratelimit-remaining')));
    }
    expect(left).toEqual([1, 2]);
  });
});

describe('A page of another site', () => {
  const preflight = (path: string, origin: string, method: string) =>
    ask(path, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': 'content-type,authorization',
      },
    });

  it('may ask GraphQL and read the answer and its limits, without cookies', async () => {
    const allowed = await preflight('/graphql', STRANGER, 'POST');
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-methods')).toContain('POST');
    expect(allowed.headers.get('access-control-allow-headers')).toBe('content-type,authorization');
    const answer = await graphql({ origin: STRANGER });
    expect(await answer.json()).toEqual({ data: { viewer: { name: 'public' } } });
    for (const { headers } of [allowed, answer]) {
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('access-control-allow-credentials')).toBeNull();
      expect(headers.get('vary')).toContain('Origin');
    }
    expect(answer.headers.get('access-control-expose-headers')).toContain('ratelimit-remaining');
  });

  it('may only read elsewhere', async () => {
    const { headers } = await preflight('/api/v1/plans', STRANGER, 'PUT');
    expect(headers.get('access-control-allow-methods')).toBe('GET, HEAD');
  });

  it('may use cookies when the operator listed it, and only then', async () => {
    const { headers } = await preflight('/anything', DASHBOARD, 'PUT');
    expect(headers.get('access-control-allow-origin')).toBe(DASHBOARD);
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('access-control-allow-methods')).toContain('PUT');
    for (const near of ['https://dashboard.example.org.evil.example', 'http://dashboard.example.org', 'null']) {
      const answer = await preflight('/anything', near, 'PUT');
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    }
  });

  it.each<[string, Record<string, string>]>([
    ['says so', { 'sec-fetch-site': 'cross-site', origin: STRANGER }],
    ['is a neighbour under the same domain', { 'sec-fetch-site': 'same-site', origin: 'https://other.example.org' }],
    ['hides its origin', { 'sec-fetch-site': 'cross-site', origin: 'null' }],
    ['hides its origin in an old browser', { origin: 'null' }],
    ['shows its origin in an old browser', { origin: STRANGER }],
  ])('that %s cannot change anything with the cookie of its visitor', async (_, headers) => {
    const answer = await graphql({ ...headers, cookie: COOKIE, 'accept-language': 'fr' });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(await answer.json()).toEqual({
      errors: [{ message: expect.stringContaining('autre site'), extensions: { code: 'FORBIDDEN' } }],
    });
    const elsewhere = await ask('/anything', { method: 'POST', headers: { ...headers, cookie: COOKIE } });
    expect(elsewhere.headers.get('content-type')).toContain('application/problem+json');
    expect(await elsewhere.json()).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });

  it.each<[string, Record<string, string>]>([
    ['a page of this service', { 'sec-fetch-site': 'same-origin', origin: OURS }],
    ['a page of this service that hides its address', { 'sec-fetch-site': 'same-origin', origin: 'null' }],
    ['a page of this service in an old browser', { origin: OURS }],
    ['a listed site', { 'sec-fetch-site': 'cross-site', origin: DASHBOARD }],
    ['a program', {}],
  ])('is not what refuses %s with a cookie', async (_, headers) => {
    expect([401, 200]).toContain((await graphql({ ...headers, cookie: COOKIE })).status);
  });

  it('is not what refuses the page at the address that was asked', async () => {
    expect([401, 200]).toContain((await graphql({ origin: app.url, cookie: COOKIE })).status);
  });
});

describe('The number of requests a minute', () => {
  const statuses = async (count: number, headers: () => Record<string, string>): Promise<Record<number, number>> => {
    const seen: Record<number, number> = {};
    for (const { status } of await Promise.all(Array.from({ length: count }, () => graphql(headers()))))
      seen[status] = (seen[status] ?? 0) + 1;
    return seen;
  };

  it('is told with every answer, also with one that there is nothing', async () => {
    const headers = { 'x-forwarded-for': network() };
    const left = [];
    for (const path of ['/graphql', '/nowhere', '/graphql-explorer/react.js']) {
      const answer = await ask(path, { headers });
      expect(answer.headers.get('ratelimit-limit')).toBe(String(OF_PUBLIC));
      expect(Number(answer.headers.get('ratelimit-reset'))).toBeLessThanOrEqual(60);
      left.push(Number(answer.headers.get('ratelimit-remaining')));
    }
    expect(left).toEqual([OF_PUBLIC - 1, OF_PUBLIC - 2, OF_PUBLIC - 3]);
  });

  it('is limited by network for the public, in the caller’s language, for GraphQL and elsewhere', async () => {
    const headers = { 'x-forwarded-for': network(), 'accept-language': 'fr', origin: STRANGER };
    expect(await statuses(OF_PUBLIC + 5, () => headers)).toEqual({ 200: OF_PUBLIC, 429: 5 });
    const refused = await graphql(headers);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('ratelimit-remaining')).toBe('0');
    expect(refused.headers.get('access-control-allow-origin')).toBe('*');
    expect(await refused.json()).toEqual({
      errors: [{ message: expect.stringContaining('Trop de requêtes'), extensions: { code: 'RATE_LIMITED' } }],
    });
    const elsewhere = await ask('/nowhere', { headers });
    expect(elsewhere.headers.get('content-type')).toContain('application/problem+json');
    expect(await elsewhere.json()).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect(await statuses(1, () => ({}))).toEqual({ 200: 1 });
  });

  it('does not grow with addresses that a client makes up', async () => {
    const one = network();
    const forged = (at: number) => ({ 'x-forwarded-for': `203.0.113.${at}, ${one}` });
    let at = 0;
    expect(await statuses(OF_PUBLIC + 5, () => forged((at += 1)))).toEqual({ 200: OF_PUBLIC, 429: 5 });
  });

  it('counts the 64 bits of an IPv6 network as one, and its neighbours as others', async () => {
    let at = 0;
    const inside = () => ({ 'x-forwarded-for': `2001:db8:1:2::${(at += 1).toString(16)}` });
    expect(await statuses(OF_PUBLIC + 5, inside)).toEqual({ 200: OF_PUBLIC, 429: 5 });
    expect(await statuses(1, () => ({ 'x-forwarded-for': '2001:db8:1:3::1' }))).toEqual({ 200: 1 });
  });

  it('is counted by token wherever its holder is, and does not hurt others in the same network', async () => {
    const token = await app.as('MEL_OFFICER', PLAN);
    expect(await statuses(OF_TOKEN + 3, () => token)).toEqual({ 200: OF_TOKEN, 429: 3 });
    const limit = (await graphql(token)).headers.get('ratelimit-limit');
    expect(limit).toBe(String(OF_TOKEN));
    const office = { 'x-forwarded-for': network() };
    const other = await app.as('STEERING', PLAN);
    expect(await statuses(OF_PUBLIC + 1, () => office)).toEqual({ 200: OF_PUBLIC, 429: 1 });
    expect(await statuses(1, () => ({ ...other, ...office }))).toEqual({ 200: 1 });
  });

  it('is counted by session', async () => {
    const session = { cookie: 'other=1; __Host-mithaq_session=made-up' };
    const answers = await Promise.all(Array.from({ length: OF_TOKEN + 2 }, () => graphql(session)));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(2);
  });

  it('stops somebody who makes up a new token for every request', async () => {
    const headers = { 'x-forwarded-for': network() };
    let at = 0;
    const seen = await statuses(10 * OF_TOKEN + 10, () => ({
      ...headers,
      authorization: `Bearer made-up-${(at += 1)}`,
    }));
    expect(seen).toEqual({ 401: 10 * OF_TOKEN, 429: 10 });
  });

  it('is not counted for probes and for the collector of metrics', async () => {
    const headers = { 'x-forwarded-for': network() };
    const answers = await Promise.all(Array.from({ length: OF_PUBLIC + 5 }, () => ask('/health/live', { headers })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const metrics = await ask('/metrics', { headers });
    expect([metrics.status, metrics.headers.get('ratelimit-limit')]).toEqual([200, null]);
  });
});

describe('The cost of a query', () => {
  /** About 10,000 points a field. */
  const costing = (fields: number) => {
    const names = Array.from({ length: fields - 1 }, (_, at) => `field${at}: id`).join(' ');
    return JSON.stringify({
      query: `{ actionPlans(first: 100) { nodes { commitments(first: 100) { nodes { ${names} } } } } }`,
    });
  };
  const outcome = async (fields: number, headers: Record<string, string> = {}) => {
    const { errors } = (await (await graphql(headers, costing(fields))).json()) as {
      errors?: [{ message: string; extensions: { code: string } }];
    };
    return errors ? `${errors[0].extensions.code}: ${errors[0].message}` : 'answered';
  };

  it('may be 25,000 for the public, 50,000 in a plan and 100,000 across plans; a refusal names both', async () => {
    const focalPoint = await app.as('FOCAL_POINT', PLAN, 'works');
    const staff = await app.as('OGP_STAFF');
    expect(await outcome(2)).toBe('answered');
    expect(await outcome(3)).toMatch(/^QUERY_TOO_COMPLEX: .* 3\d,\d{3} points; at most 25,000 /);
    expect(await outcome(4, focalPoint)).toBe('answered');
    expect(await outcome(6, focalPoint)).toMatch(/^QUERY_TOO_COMPLEX: .* 6\d,\d{3} points; at most 50,000 /);
    expect(await outcome(9, staff)).toBe('answered');
    expect(await outcome(11, staff)).toMatch(/^QUERY_TOO_COMPLEX: .* 11\d,\d{3} points; at most 100,000 /);
  });

  it('of every example of the explorer is small enough for the public', async () => {
    for (const { query, variables } of exampleQueries) {
      const answer = await graphql({}, JSON.stringify({ query, variables }));
      expect(await answer.text()).not.toContain('QUERY_TOO_COMPLEX');
    }
  });
});

describe('An odd request', () => {
  const HOST = 'Host: localhost\r\nConnection: close\r\n';

  it.each([
    '/graphql-explorer/../../package.json',
    '/graphql-explorer/..%2f..%2fpackage.json',
    '/graphql-explorer/%2e%2e/%2e%2e/package.json',
    '/graphql-explorer/react.js/../../package.json',
    '/graphql-explorer/%00',
    '//etc/passwd',
    '/%zz',
  ])('for %s finds nothing', async (path) => {
    const answer = await raw(`GET ${path} HTTP/1.1\r\n${HOST}\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 40[04] [^]*"code":"(NOT_FOUND|BAD_USER_INPUT)"/);
    expect(answer).not.toMatch(/node_modules|"dependencies"|\n\s+at /);
  });

  it('with 20 KB of headers is refused before it is read', async () => {
    const answer = await raw(`GET /health/live HTTP/1.1\r\n${HOST}X-Long: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(answer).not.toMatch(/\n\s+at /);
  });

  it.each(['BREW / HTTP/1.1', 'GET / HTTP/9.9', 'no request at all', 'GET /a b HTTP/1.1'])(
    'that begins with %j is refused',
    async (line) => {
      const answer = await raw(`${line}\r\n${HOST}\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(answer).not.toMatch(/\n\s+at /);
    },
  );

  it('with two lengths, as smugglers send it, is refused', async () => {
    const lengths = 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n';
    const answer = await raw(`POST /graphql HTTP/1.1\r\n${HOST}${lengths}\r\n0\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  it.each(['application/xml', 'application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data', 'nonsense'])(
    'of type %s changes nothing and is refused in JSON',
    async (type) => {
      const answer = await graphql({ 'content-type': type });
      expect([400, 415]).toContain(answer.status);
      expect(await codeOf(answer)).toBe('BAD_USER_INPUT');
    },
  );

  it.each(['TRACE', 'PUT', 'DELETE', 'PATCH'])(
    'by %s is answered with a code and nothing of the inside',
    async (method) => {
      const answer = await raw(`${method} /graphql HTTP/1.1\r\n${HOST}Cookie: a=1\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(answer).not.toMatch(/a=1|\n\s+at /);
    },
  );

  it('by HEAD is answered as by GET without a body, by OPTIONS without one', async () => {
    const head = await ask('/health/live', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await ask('/graphql', { method: 'OPTIONS' })).status).toBe(204);
  });

  it('that never ends is given up, by its headers after 10 s and by its body after 2 min', async () => {
    const { requestTimeout } = app.app.getHttpServer();
    expect(requestTimeout).toBe(120_000);
    expect(await neverEnding).toMatch(/^HTTP\/1\.1 408 /);
  });
});
