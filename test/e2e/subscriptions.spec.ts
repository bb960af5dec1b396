import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient, type Client, type ClientOptions } from 'graphql-ws';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { TokensService } from '../../src/accounts/tokens.service.js';
import { Viewer } from '../../src/platform/access/viewer.js';
import { READS_TOO_SLOWLY } from '../../src/platform/graphql/bounded-socket.js';
import { MOST_SUBSCRIPTIONS } from '../../src/platform/graphql/socket-answers.js';
import { EventFeed } from '../../src/pushes/event-feed.js';
import { TestApp } from '../support/app.js';
import { createDatabase } from '../support/cluster.js';
import { handIn } from '../support/filing.js';
import { given } from '../support/given.js';
import { until } from '../support/until.js';

const PLAN = 'testville-2024';
const OTHER_PLAN = 'elsewhere-2024';
const NOW = '2024-04-05T08:00+03:00';
const COMMITMENTS = 36;
const PUBLISHED = `subscription ($after: String) { checkInPublished(plan: "${PLAN}", after: $after) { cursor publishedAt checkIn { commitment { number } status } } }`;

interface Published {
  readonly checkInPublished: {
    readonly cursor: string;
    readonly checkIn: { readonly status: string; readonly commitment: { readonly number: number } };
  };
}
interface Refusal {
  readonly message: string;
  readonly extensions: { readonly code: string };
}

/** Two processes of the service on one database, each with a listener of its own. */
describe('subscriptions', () => {
  let here: TestApp;
  let there: TestApp;
  let drop: () => Promise<void>;
  let officer: Record<string, string>;
  const clients: Client[] = [];
  const numbers = new Map<number, { id: string; version: number }>();

  beforeAll(async () => {
    const database = await createDatabase();
    drop = () => database.drop();
    const start = () => TestApp.start({ now: NOW, databaseUrl: database.url });
    here = await start();
    there = await start();
    const commitments = Array.from({ length: COMMITMENTS }, (_, at) =>
      given.commitment(at + 1, { institutions: [{ institution: 'works', role: 'LEAD' }] }),
    );
    await here.import(given.plan({ commitments }));
    const member = { key: 'elsewhere', name: { en: 'Elsewhere' }, kind: 'LOCAL', country: 'JO' } as const;
    await here.import(given.plan({ member, plan: { key: OTHER_PLAN } }));
    officer = await here.as('MEL_OFFICER', PLAN);
    await handIn(here, 'works', undefined, PLAN);
    const found = await here.db.query<Array<{ id: string; version: number; number: number }>>(
      `select k.id, k.version, c.number from check_in k join commitment c on c.id = k.commitment_id where k.status = 'SUBMITTED'`,
    );
    for (const { id, version, number } of found) {
      const input = { checkIn: id, version, finding: 'Seen.' };
      await mutate(here, 'checkInVerify', input);
      numbers.set(number, { id, version: version + 1 });
    }
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.dispose();
    await until(() => [here, there].every(({ app }) => app.get(EventFeed).size === 0));
  });
  afterAll(async () => {
    await here.close();
    await there.close();
    await drop();
  });

  async function mutate(app: TestApp, name: string, input: object): Promise<void> {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
    const { errors } = await app.gql(
      `mutation ($input: ${type}!) { ${name}(input: $input) { __typename } }`,
      { input },
      officer,
    );
    expect(errors).toBeUndefined();
  }
  let published = 0;
  /** Publishes the check-in on the next commitment. Answers its number. */
  async function publishOne(app: TestApp): Promise<number> {
    const number = (published += 1);
    const { id, version } = numbers.get(number)!;
    await mutate(app, 'checkInPublish', { checkIn: id, version });
    return number;
  }

  const addressOf = (app: TestApp): string => `${app.url.replace('http', 'ws')}/graphql`;

  function connect(app: TestApp, options: Partial<ClientOptions> = {}): Client {
    const client = createClient({ url: addressOf(app), webSocketImpl: WebSocket, retryAttempts: 0, ...options });
    clients.push(client);
    return client;
  }

  /** What a client hears from now on, and how it ends. */
  async function listen<T = Published>(
    app: TestApp,
    options: Partial<ClientOptions> = {},
    query = PUBLISHED,
    variables = {},
  ) {
    const heard: T[] = [];
    const refusals: Refusal[] = [];
    const open = app.app.get(EventFeed).size;
    const over = new Promise<unknown>((resolve) => {
      connect(app, options).subscribe<T>(
        { query, variables },
        {
          next: ({ data, errors }) => {
            if (data) heard.push(data);
            refusals.push(...((errors ?? []) as unknown as Refusal[]));
          },
          error: (error) => {
            if (Array.isArray(error)) refusals.push(...(error as unknown as Refusal[]));
            resolve(error);
          },
          complete: () => resolve(null),
        },
      );
    });
    await Promise.race([over, until(() => app.app.get(EventFeed).size > open)]);
    return { heard, refusals, over };
  }
  /** A connection that listens, without a library that would read and answer for it. */
  async function subscribed(id: string): Promise<WebSocket> {
    const socket = new WebSocket(addressOf(here), 'graphql-transport-ws');
    await once(socket, 'open');
    const open = here.app.get(EventFeed).size;
    socket.send(JSON.stringify({ type: 'connection_init' }));
    await once(socket, 'message');
    socket.send(JSON.stringify({ type: 'subscribe', id, payload: { query: PUBLISHED } }));
    await until(() => here.app.get(EventFeed).size > open);
    return socket;
  }
  const codesOf = async (query: string, options: Partial<ClientOptions> = {}, variables = {}) => {
    const { refusals, over } = await listen(here, options, query, variables);
    await over;
    return refusals.map(({ extensions }) => extensions.code);
  };

  it('tell in one process what was published in the other, once and in order, and read it afresh', async () => {
    const { heard } = await listen(there);
    const periods = await listen<{ publicationPublished: object }>(
      there,
      {},
      `subscription { publicationPublished(plan: "${PLAN}") { cursor publication { version isLatest period { key } plan { key } } } }`,
    );
    const wanted: number[] = [];
    for (let count = 0; count < 3; count++) wanted.push(await publishOne(count % 2 ? there : here));
    await mutate(here, 'periodPublish', { plan: PLAN, period: '2024-Q1' });
    await until(() => heard.length === 3 && periods.heard.length === 1);
    expect(heard.map(({ checkInPublished: { checkIn } }) => checkIn)).toEqual(
      wanted.map((number) => ({ commitment: { number }, status: 'PUBLISHED' })),
    );
    expect(periods.heard).toEqual([
      {
        publicationPublished: {
          cursor: expect.any(String),
          publication: { version: 1, isLatest: true, period: { key: '2024-Q1' }, plan: { key: PLAN } },
        },
      },
    ]);
  });

  it('lose nothing and repeat nothing while the connection that listens is cut, again and again, and many publish at once', async () => {
    const { heard } = await listen(there);
    const cut = async () => {
      const gone = await here.db.query<object[]>(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'mithaq listener'`,
      );
      return gone.length;
    };
    const listening = () =>
      here.db
        .query<Array<{ n: number }>>(
          `select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name = 'mithaq listener' and query = 'listen mithaq_public_event'`,
        )
        .then(([row]) => row!.n);
    const before = await listening();
    const wanted: number[] = [];
    for (let round = 0; round < 3; round++) {
      expect(await cut()).toBe(before);
      // Announced while nobody hears it.
      wanted.push(...(await Promise.all(Array.from({ length: 4 }, (_, at) => publishOne(at % 2 ? there : here)))));
      await until(async () => (await listening()) === before);
    }
    await until(() => heard.length >= wanted.length);
    wanted.push(await publishOne(here));
    await until(() => heard.length >= wanted.length);
    expect(
      heard.map(({ checkInPublished }) => checkInPublished.checkIn.commitment.number).sort((a, b) => a - b),
    ).toEqual(wanted);
    const cursors = heard.map(({ checkInPublished }) => Number(checkInPublished.cursor));
    expect(cursors).toEqual([...new Set(cursors)].sort((a, b) => a - b));
  });

  it('go on where a client left off', async () => {
    const first = await listen(there);
    const known = await publishOne(here);
    await until(() => first.heard.length === 1);
    await clients.pop()?.dispose();
    const missed = [await publishOne(here), await publishOne(there)];
    const after = first.heard[0]!.checkInPublished.cursor;
    const second = await listen(here, {}, PUBLISHED, { after });
    const next = await publishOne(there);
    await until(() => second.heard.length === 3);
    expect(second.heard.map(({ checkInPublished }) => checkInPublished.checkIn.commitment.number)).toEqual([
      ...missed,
      next,
    ]);
    expect(missed).not.toContain(known);
  });

  it('keep to the limits and rules of questions over HTTP', async () => {
    const deep = `subscription { checkInPublished(plan: "${PLAN}") { checkIn { commitment { ${'plan { commitments(first: 1) { nodes { '.repeat(5)} id ${'} } }'.repeat(5)} } } } }`;
    const costly = `subscription { checkInPublished(plan: "${PLAN}") { checkIn { plan { commitments(first: 100) { nodes { checkIns(first: 100) { nodes { id progress obstacles } } } } } } } }`;
    const aliases = `subscription { checkInPublished(plan: "${PLAN}") { ${Array.from({ length: 61 }, (_, at) => `a${at}: cursor`).join(' ')} } }`;
    const long = `subscription { checkInPublished(plan: "${PLAN}") { ${'cursor '.repeat(6000)} } }`;
    // What one may ask for once is too much for every event.
    const everything = 'commitments(first: 100) { nodes { id milestones(first: 10) { nodes { id title } } } }';
    expect((await here.gql(`{ actionPlan(key: "${PLAN}") { ${everything} } }`)).errors).toBeUndefined();
    const dear = `subscription { checkInPublished(plan: "${PLAN}") { checkIn { plan { ${everything} } } } }`;
    for (const query of [deep, costly, dear, aliases, long])
      expect(await codesOf(query)).toEqual(['QUERY_TOO_COMPLEX']);
    expect(await codesOf('{ viewer { isPublic } }')).toEqual(['BAD_USER_INPUT']);
    expect(await codesOf('mutation { sessionEndAll(input: {}) { __typename } }')).toEqual(['BAD_USER_INPUT']);
    expect(await codesOf('subscription { nonsense }')).toEqual(['BAD_USER_INPUT']);
    expect(await codesOf('subscription {')).toEqual(['BAD_USER_INPUT']);
    expect(await codesOf('subscription { __schema { types { name } } }')).toContain('BAD_USER_INPUT');
    expect(await codesOf('subscription { checkInPublished(plan: "no-such-plan") { cursor } }')).toEqual(['NOT_FOUND']);
    expect(await codesOf(PUBLISHED, {}, { after: 'nonsense' })).toEqual(['BAD_USER_INPUT']);
    const overHttp = await here.gql(PUBLISHED);
    expect([overHttp.status, overHttp.errors?.[0]?.extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
    expect(here.app.get(EventFeed).size).toBe(0);
  });

  it('speak the language of whoever listens', async () => {
    class InArabic extends WebSocket {
      constructor(url: string, protocols: string) {
        super(url, protocols, { headers: { 'accept-language': 'ar' } });
      }
    }
    const query = 'subscription { checkInPublished(plan: "no-such-plan") { cursor } }';
    const { refusals, over } = await listen(here, { webSocketImpl: InArabic }, query);
    await over;
    expect(refusals[0]?.message).toMatch(/[\u0600-\u06FF]/);
  });

  it('refuse a token that is not good, and end when it is revoked', async () => {
    const bad = await listen(there, { connectionParams: { authorization: 'Bearer mithaq_nonsense' } });
    expect(await bad.over).toMatchObject({ code: 4403 });
    const tokens = here.app.get(TokensService);
    const { id, secret } = await tokens.create(Viewer.system('test'), { name: 'listener', role: 'PARTNER', days: 1 });
    const { heard, refusals, over } = await listen(there, { connectionParams: { authorization: `Bearer ${secret}` } });
    await publishOne(here);
    await until(() => heard.length === 1);
    await tokens.revoke(Viewer.system('test'), id);
    await publishOne(here);
    await over;
    expect(refusals).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(heard).toHaveLength(1);
    expect(there.app.get(EventFeed).size).toBe(0);
  });

  it('answer everybody by what they may see themselves, of the same event', async () => {
    const query = `subscription { checkInPublished(plan: "${PLAN}") { checkIn { comments { text } } } }`;
    type Commented = { checkInPublished: { checkIn: { comments: Array<{ text: string }> } } };
    const reviewer = await listen<Commented>(there, { connectionParams: officer }, query);
    const anybody = await listen<Commented>(there, {}, query);
    const { id } = numbers.get(published + 1)!;
    await mutate(here, 'checkInComment', { checkIn: id, text: 'Between us.' });
    await publishOne(here);
    await until(() => reviewer.heard.length === 1 && anybody.heard.length === 1);
    expect(reviewer.heard[0]!.checkInPublished.checkIn.comments).toEqual([{ text: 'Between us.' }]);
    expect(anybody.heard[0]!.checkInPublished.checkIn.comments).toEqual([]);
  });

  it('tell a network no more in a minute than it may ask for, and the rest in the next', async () => {
    const paced = await TestApp.start({
      now: NOW,
      databaseUrl: here.databaseUrl,
      settings: { RATE_LIMIT: '3', TRUST_PROXY: '1' },
    });
    const from = (address: string) =>
      class extends WebSocket {
        constructor(url: string, protocols: string) {
          super(url, protocols, { headers: { 'x-forwarded-for': address } });
        }
      };
    const present = Date.now;
    try {
      const early = await listen(paced, { webSocketImpl: from('192.0.2.1') });
      const wanted = [await publishOne(here), await publishOne(here)];
      await until(() => early.heard.length === 2);
      const late = await listen(paced, { webSocketImpl: from('198.51.100.1') });
      for (let count = 0; count < 3; count++) wanted.push(await publishOne(here));
      await until(() => late.heard.length === 3);
      expect(early.heard).toHaveLength(3);
      Date.now = () => present() + 61_000;
      await until(() => early.heard.length === wanted.length);
      expect(early.heard.map(({ checkInPublished }) => checkInPublished.checkIn.commitment.number)).toEqual(wanted);
      expect(early.refusals).toEqual([]);
    } finally {
      Date.now = present;
      for (const client of clients.splice(0)) await client.dispose();
      await paced.close();
    }
  });

  it('are bounded for one connection and for one network', async () => {
    const client = connect(here, { lazy: false });
    const codes: string[] = [];
    for (let count = 0; count <= MOST_SUBSCRIPTIONS; count++)
      client.subscribe(
        { query: PUBLISHED },
        {
          next: () => undefined,
          error: (error) => codes.push((error as Refusal[])[0]!.extensions.code),
          complete: () => undefined,
        },
      );
    await until(() => codes.length === 1 && here.app.get(EventFeed).size === MOST_SUBSCRIPTIONS);
    expect(codes).toEqual(['RATE_LIMITED']);
    await client.dispose();
    await until(() => here.app.get(EventFeed).size === 0);

    const sockets = Array.from({ length: 25 }, () => new WebSocket(addressOf(here), 'graphql-transport-ws'));
    const ends = await Promise.all(
      sockets.map(
        (socket) =>
          new Promise<string>((resolve) => {
            socket.on('open', () => resolve('open'));
            socket.on('error', ({ message }) => resolve(message));
          }),
      ),
    );
    expect(ends.filter((end) => end === 'open').length).toBeLessThanOrEqual(20);
    expect(ends).toContain('Unexpected server response: 429');
    for (const socket of sockets) socket.terminate();
    // Room again as soon as they are gone.
    await until(async () => {
      const socket = new WebSocket(addressOf(here), 'graphql-transport-ws');
      const isOpen = await Promise.race([
        once(socket, 'open').then(() => true),
        once(socket, 'error').then(() => false),
      ]).catch(() => false);
      socket.terminate();
      return isOpen;
    });
  });

  it('cut off a client that asks and does not read, while another one hears of every event', async () => {
    const { heard } = await listen(here);
    const deaf = await subscribed('deaf');
    deaf.pause();
    const pings = 400;
    const wanted = [await publishOne(here)];
    for (let count = 0; count < pings; count++)
      deaf.send(JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(100_000) } }));
    wanted.push(await publishOne(there));
    await until(() => deaf.bufferedAmount === 0);
    wanted.push(await publishOne(here));
    await until(() => heard.length === wanted.length);
    expect(heard.map(({ checkInPublished }) => checkInPublished.checkIn.commitment.number)).toEqual(wanted);
    let pongs = 0;
    deaf.on('message', (message: Buffer) => (pongs += message.includes('"pong"') ? 1 : 0));
    deaf.resume();
    const [code] = (await once(deaf, 'close')) as [number];
    expect(code).toBe(READS_TOO_SLOWLY);
    expect(pongs).toBeLessThan(pings / 2);
    await until(() => here.app.get(EventFeed).size === 1);
  });

  it('cut off a client that pings by frames alone and does not read the answers', async () => {
    const deaf = await subscribed('deaf');
    deaf.pause();
    for (let count = 0; count < 50_000; count++) deaf.ping('x'.repeat(125));
    await until(() => deaf.bufferedAmount === 0);
    deaf.resume();
    expect(((await once(deaf, 'close')) as [number])[0]).toBe(READS_TOO_SLOWLY);
  });

  it('end connections that say too much or nonsense, and answer on no other path', async () => {
    const closing = async (send: (socket: WebSocket) => void, path = '', protocol = 'graphql-transport-ws') => {
      const socket = new WebSocket(addressOf(here) + path, protocol);
      return new Promise<unknown>((resolve) => {
        socket.on('open', () => send(socket));
        socket.on('close', (code) => resolve(code));
        socket.on('error', ({ message }) => resolve(message));
      });
    };
    expect(await closing((socket) => socket.send('x'.repeat(200_000)))).toBe(1009);
    expect(await closing((socket) => socket.send('nonsense'))).toBe(4400);
    expect(
      await closing((socket) =>
        socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: PUBLISHED } })),
      ),
    ).toBe(4401);
    expect(await closing(() => undefined, '', 'graphql-ws')).not.toBe(1000);
    expect(await closing(() => undefined, '/elsewhere')).toBe('Unexpected server response: 404');
  });

  it('are told goodbye when the service stops, which does not wait for them', async () => {
    const leaving = await TestApp.start({ now: NOW, databaseUrl: here.databaseUrl });
    const { over } = await listen(leaving);
    const deaf = new WebSocket(addressOf(leaving), 'graphql-transport-ws');
    await once(deaf, 'open');
    deaf.pause();
    await leaving.close();
    expect(await over).toMatchObject({ code: 1001 });
    deaf.terminate();
    const left = await here.db.query<object[]>(
      `select from pg_stat_activity where datname = current_database() and application_name = 'mithaq listener'`,
    );
    // Those of the two others; the third took its own along.
    expect(left.length).toBeLessThanOrEqual(2);
  });
});
