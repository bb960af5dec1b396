import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { DataSource, type QueryRunner } from 'typeorm';
import { TestApp } from '../support/app.js';
import { given } from '../support/given.js';
import { statementsDuring } from '../support/statements.js';
import { until } from '../support/until.js';

const PLAN = 'testville-2024';
const MEMBERS = '{ actionPlans { nodes { member { key } } } }';
/** As many statements at once as there are lists. */
const MANY_LISTS = `{ ${Array.from({ length: 12 }, (_, n) => `p${n}: actionPlans(first: ${n + 1}) { nodes { key } }`).join(' ')} }`;

/** Two connections, four requests at once, a second for a statement; a lock makes whatever asks for members hang. */
describe('a service that is asked for more than it can answer', () => {
  let app: TestApp;
  let officer: Record<string, string>;
  let lock: QueryRunner;
  beforeAll(async () => {
    app = await TestApp.start({
      now: '2024-04-05T08:00+03:00',
      settings: { DATABASE_CONNECTIONS: '2', REQUESTS_AT_ONCE: '4', STATEMENT_TIMEOUT: '1' },
    });
    await app.import(given.plan());
    officer = await app.as('MEL_OFFICER', PLAN);
    // From here on it is a question that is known by its words.
    for (let times = 0; times < 3; times += 1) expect((await app.gql(MEMBERS)).errors).toBeUndefined();
  });
  afterAll(async () => {
    // As a browser does that connects in advance: it does not keep the service from ending.
    const silent = connect(Number(new URL(app.url).port), '127.0.0.1');
    await once(silent, 'connect');
    await app.close();
    silent.destroy();
  });
  beforeEach(async () => {
    lock = app.db.createQueryRunner();
    await lock.startTransaction();
  });
  afterEach(async () => {
    if (lock.isTransactionActive) await lock.rollbackTransaction();
    await lock.release();
  });

  const lockMembers = (): Promise<unknown> => lock.query('lock table member in access exclusive mode');
  const letGo = (): Promise<void> => lock.rollbackTransaction();
  const hanging = (count: number): Promise<void> =>
    until(async () => {
      const waiting = (await lock.query('select from pg_locks where not granted')) as unknown[];
      return waiting.length === count;
    });
  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${app.url}${path}`, { headers });

  it('gives a statement that takes too long up, and says so over GraphQL and REST, in the language of the caller', async () => {
    await lockMembers();
    const [asked, rest] = await Promise.all([app.gql(MEMBERS, {}, { 'accept-language': 'fr' }), get('/api/v1/plans')]);
    expect(asked.status).toBe(504);
    expect(asked.headers.get('retry-after')).toBe('30');
    expect(asked.errors?.[0]).toMatchObject({
      extensions: { code: 'TIMEOUT' },
      message: expect.stringContaining('Demandez moins'),
    });
    expect(rest.status).toBe(504);
    expect(rest.headers.get('content-type')).toContain('application/problem+json');
    expect(await rest.json()).toMatchObject({
      status: 504,
      code: 'TIMEOUT',
      title: expect.stringContaining('Ask for less'),
    });
    await letGo();
    expect((await app.gql(MEMBERS)).errors).toBeUndefined();
  });

  it('asks the database nothing more for a request that was given up', async () => {
    const whole = await statementsDuring(() => app.gql(MEMBERS));
    await lockMembers();
    expect(await statementsDuring(() => app.gql(MEMBERS))).toBeLessThanOrEqual(whole);
  });

  it('gives a change more time than a question, and what it does by itself all the time it takes', async () => {
    await lockMembers();
    const asked = app.gql(
      'mutation ($file: String!) { planImport(input: { file: $file }) { plan { key } } }',
      { file: JSON.stringify(given.plan({ plan: { title: { en: 'Another title' } } })) },
      await app.as('ADMIN'),
    );
    await hanging(1);
    await app.app.get(DataSource).query('select pg_sleep(1.2)');
    await letGo();
    expect((await asked).errors).toBeUndefined();
  });

  it('turns away at once what comes while it works on as many requests as it may; those are answered', async () => {
    await lockMembers();
    let answered = 0;
    const first = Array.from({ length: 4 }, async () => {
      const answer = await app.gql(MEMBERS);
      answered += 1;
      return answer;
    });
    await hanging(2);
    const [refused, rest, change] = await Promise.all([
      app.gql(MEMBERS, {}, { 'accept-language': 'ar' }),
      get('/api/v1/plans'),
      app.gql('mutation { sessionEndAll { ended } }', {}, officer),
    ]);
    expect(answered).toBe(0);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.errors?.[0]?.extensions).toEqual({ code: 'OVERLOADED' });
    expect(refused.errors?.[0]?.message).toContain('أعيدوا المحاولة');
    expect(rest.status).toBe(503);
    expect(Number(rest.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await rest.json()).toMatchObject({ status: 503, code: 'OVERLOADED' });
    expect(change.status).toBe(503);

    for (const path of ['/health/live', '/health/ready', '/metrics', '/sign-in'])
      expect([path, (await get(path)).status]).toEqual([path, 200]);
    expect(answered).toBe(0);

    await letGo();
    for (const answer of await Promise.all(first)) expect(answer.errors).toBeUndefined();
    expect((await app.gql(MEMBERS)).status).toBe(200);
    expect(await (await get('/metrics')).text()).toMatch(/^mithaq_requests_turned_away_total [1-9]/m);
  });

  it('turns away as well those who had begun to send before the others were counted', async () => {
    await lockMembers();
    const body = JSON.stringify({ query: MEMBERS });
    const head = [
      'POST /graphql HTTP/1.1',
      'host: x',
      'content-type: application/json',
      `content-length: ${body.length}`,
      // The service says that it has read the head.
      'expect: 100-continue',
      'connection: close',
    ];
    const senders = Array.from({ length: 10 }, () => {
      const socket = connect(Number(new URL(app.url).port), '127.0.0.1').setEncoding('utf8');
      socket.write(`${head.join('\r\n')}\r\n\r\n`);
      return socket;
    });
    const goOn = await Promise.all(senders.map((socket) => once(socket, 'data')));
    expect(goOn).toEqual(Array(10).fill([expect.stringMatching(/^HTTP\/1\.1 100 /)]));
    const statuses: string[] = [];
    for (const socket of senders) {
      socket.once('data', (answer: string) => statuses.push(answer.slice(9, 12)));
      socket.write(body);
    }
    await until(() => Promise.resolve(statuses.length >= 6));
    expect(statuses).toEqual(Array(6).fill('503'));
    await letGo();
    await until(() => Promise.resolve(statuses.length === 10));
    expect(statuses.slice(6)).toEqual(Array(4).fill('200'));
  });

  it('lets people sign in while every connection for other requests hangs', async () => {
    await lockMembers();
    let answered = 0;
    const hung = [1, 2].map(() => app.gql(MEMBERS).then(() => (answered += 1)));
    await hanging(2);
    const asked = await fetch(`${app.url}/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'address=nobody%40example.org',
    });
    expect([asked.status, answered]).toEqual([200, 0]);
    await letGo();
    await Promise.all(hung);
  });

  it('turns away at once what comes while many statements wait for a connection, however few requests sent them', async () => {
    await lock.query('lock table action_plan in access exclusive mode');
    const many = app.gql(MANY_LISTS);
    await hanging(2);
    expect((await app.gql(MEMBERS)).errors?.[0]?.extensions).toEqual({ code: 'OVERLOADED' });
    await letGo();
    expect((await many).errors).toBeUndefined();
  });

  it('forgets those who went away before they were answered', async () => {
    await lockMembers();
    const away = new AbortController();
    const left = Array.from({ length: 4 }, () =>
      fetch(`${app.url}/api/v1/plans`, { signal: away.signal }).catch(() => null),
    );
    await hanging(2);
    away.abort();
    await Promise.all(left);
    await letGo();
    await until(async () => (await app.gql(MEMBERS)).status === 200);
  });
});
