import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { createDatabase, type TestDatabase } from '../support/cluster.js';
import { Mailbox } from '../support/mailbox.js';
import { emptyDataDir, helpersOf, Mithaq, mithaq, startService, type Service } from '../support/service.js';

// A process takes seconds to start, and more of them on a busy machine.
jest.setTimeout(120_000);

const PLAN = 'greater-salt-2024-2025';
/** By then every relay has looked into the outbox once more. */
const RELAY_BEAT = 3_500;
const TITLE = `{ actionPlan(key: "${PLAN}") { title(language: "en") } }`;

/** One story on one data folder: a start takes seconds, so the tests share it. */
describe('The service as a process', () => {
  let folder: Awaited<ReturnType<typeof emptyDataDir>>;
  let service: Service;
  beforeAll(async () => {
    folder = await emptyDataDir();
    service = await startService({ DATA_DIR: folder.dataDir });
  });
  afterAll(async () => {
    await service.ctrlC();
    await folder.remove();
  });

  it('starts without a single setting, and prints every address, how to get a token and what to try', async () => {
    expect(service.said).toContain(`${service.url}/health/ready`);
    expect(service.said).toContain(`${service.url}/metrics`);
    expect(service.said).toContain('npx mithaq token create --role FOCAL_POINT');
    expect(service.said).toContain(`npx mithaq periods ${PLAN}`);
    expect(service.said).toContain(folder.dataDir);
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
    expect(await (await fetch(service.inboxUrl, { headers: { accept: 'text/html' } })).text()).toContain('MailDev');
  });

  it('has the plan of Greater Salt in its empty database', async () => {
    const { data } = await service.gql<{ actionPlan: { title: string } }>(TITLE);
    expect(data.actionPlan.title).toContain('Greater Salt');
  });

  it('logs every request as one JSON object with the id that the answer carries, and nothing that is secret', async () => {
    const headers = { authorization: 'Bearer hushhush', cookie: 'mithaq_session=hushhush', 'x-api-key': 'hushhush' };
    const asked = [
      '/graphql?token=hushhush',
      '/sign-in/hushhush',
      '/sign-in/%zzhushhush',
      '/nowhere/hushhush?q=hushhush',
    ];
    const answers = await Promise.all(asked.map((path) => fetch(service.url + path, { headers })));
    const ids = answers.map((answer) => answer.headers.get('x-request-id'));
    // What cannot be an address at all is answered before it becomes a request.
    expect(ids.filter((id) => id === null)).toHaveLength(1);
    for (const id of ids.filter((given) => given !== null))
      await service.says(new RegExp(`"requestId":"${id}".*"msg":"Answered"`));

    const lines = service.said.split('\n').filter((line) => line.startsWith('{'));
    const logged = lines.map((line) => JSON.parse(line) as { level: string; requestId?: string; path?: string });
    expect(logged).toContainEqual(expect.objectContaining({ level: 'info', requestId: ids[0], path: '/graphql' }));
    expect(logged).toContainEqual(expect.objectContaining({ path: '(no such address)', status: 404 }));
    expect(service.said).not.toContain('hushhush');
  });

  it('refuses a second start in the same data folder and names the address of the first, which lives on', async () => {
    const second = await mithaq(['start'], { DATA_DIR: folder.dataDir, PORT: '0' });

    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(second.stderr).toContain(`at ${service.url} (process ${service.pid})`);
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
    expect(await helpersOf(folder.dataDir)).toHaveLength(2);
  });

  it('says in a sentence that its port is in use, and leaves nothing running', async () => {
    const other = await emptyDataDir();

    const refused = await mithaq(['start'], { DATA_DIR: other.dataDir, PORT: new URL(service.url).port });

    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^Port \d+ is in use by another program\. .*PORT=3001 npm start$/m);
    expect(refused.stderr).not.toContain('    at ');
    expect(await helpersOf(other.dataDir)).toEqual([]);
    await other.remove();
  });

  it('finishes the request under way on Ctrl-C, then stops database and inbox, and exits with 0', async () => {
    const body = JSON.stringify({ query: TITLE });
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    const answer = text(socket);
    await new Promise((sent) =>
      socket.write(
        `POST /graphql HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body.slice(0, 5)}`,
        sent,
      ),
    );
    // Answered after it, so the service has begun to read the request above.
    await service.gql(TITLE);

    const stopping = service.ctrlC();
    await refusesConnections(service.url);
    socket.write(body.slice(5));

    expect(await answer).toMatch(/^HTTP\/1.1 200[^]*Greater Salt/);
    expect(await stopping).toMatchObject({ code: 0, stderr: '' });
    expect(await helpersOf(folder.dataDir)).toEqual([]);
    expect(
      ['server.json', 'inbox.json', 'postgres/postmaster.pid'].filter((name) =>
        existsSync(`${folder.dataDir}/${name}`),
      ),
    ).toEqual([]);
  });

  it('stops everything on Ctrl-C while it still starts', async () => {
    const starting = new Mithaq(['start'], { DATA_DIR: folder.dataDir, PORT: '0' });
    await starting.says(/PostgreSQL listens/);

    expect(await starting.ctrlC()).toMatchObject({ code: 0, stderr: '' });

    expect(await helpersOf(folder.dataDir)).toEqual([]);
  });
});

describe('The settings of the service', () => {
  it('are refused all at once, each by its name, before anything starts', async () => {
    const { dataDir, remove } = await emptyDataDir();

    const refused = await mithaq(['start'], {
      DATA_DIR: dataDir,
      PORT: 'eighty',
      DATABASE_URL: 'mysql://db',
      SMTP_URL: 'mail.example.org',
      LOG_LEVEL: 'loud',
    });

    expect(refused).toMatchObject({ code: 1, stdout: '' });
    for (const name of ['PORT', 'DATABASE_URL', 'SMTP_URL', 'LOG_LEVEL'])
      expect(refused.stderr).toContain(`- ${name}: `);
    expect(existsSync(dataDir)).toBe(false);
    await remove();
  });

  it('must be given in production, where every missing one is named and nothing embedded starts', async () => {
    const { dataDir, remove } = await emptyDataDir();

    const refused = await mithaq(['start'], { DATA_DIR: dataDir, NODE_ENV: 'production' });

    expect(refused).toMatchObject({ code: 1, stdout: '' });
    for (const name of ['DATABASE_URL', 'SMTP_URL', 'MAIL_FROM', 'PUBLIC_URL'])
      expect(refused.stderr).toContain(`- ${name}: must be set when NODE_ENV is production`);
    expect(existsSync(dataDir)).toBe(false);
    await remove();
  });

  it('name a database that does not answer, without its password', async () => {
    const { dataDir, remove } = await emptyDataDir();

    const refused = await mithaq(['start'], {
      DATA_DIR: dataDir,
      DATABASE_URL: 'postgres://mithaq:secret@127.0.0.1:1/mithaq',
      SMTP_URL: 'smtp://127.0.0.1:1',
    });

    expect(refused.code).toBe(1);
    expect(refused.stderr.trim()).toBe('DATABASE_URL: the database cannot be used: connect ECONNREFUSED 127.0.0.1:1');
    await remove();
  });
});

describe('Two services on one database', () => {
  const mailbox = new Mailbox();
  let folder: Awaited<ReturnType<typeof emptyDataDir>>;
  let database: TestDatabase;
  let services: Service[] = [];
  beforeAll(async () => {
    [folder, database] = await Promise.all([emptyDataDir(), createDatabase()]);
  });
  afterAll(async () => {
    await Promise.all(services.map((service) => service.ctrlC()));
    await Promise.all([mailbox.close(), database.drop(), folder.remove()]);
  });

  it('and two reminder runs at once write to every address exactly once', async () => {
    const SMTP_URL = await mailbox.listen();
    const surroundings = (name: string) => ({
      DATA_DIR: `${folder.dataDir}/${name}`,
      DATABASE_URL: database.url,
      SMTP_URL,
      DEMO_CLOCK: '2024-07-09T09:00+03:00',
      LOG_LEVEL: 'warn',
    });

    services = await Promise.all(['one', 'two'].map((name) => startService(surroundings(name))));
    const runs = await Promise.all(['three', 'four'].map((name) => mithaq(['remind'], surroundings(name))));
    await delay(RELAY_BEAT);

    expect(runs.map(({ code }) => code)).toEqual([0, 0]);
    expect(mailbox.received.map(({ to }) => to.join()).sort()).toEqual([
      'finance.unit@example.org',
      'local.development@example.org',
      'mayor@example.org',
      'public.relations@example.org',
    ]);
    // LOG_LEVEL=warn: whatever went well was not logged.
    for (const { said } of services) expect(said).not.toContain('"level":"info"');
  });
});

async function refusesConnections(url: string): Promise<void> {
  while (
    await fetch(`${url}/health/live`).then(
      () => true,
      () => false,
    )
  )
    continue;
}
