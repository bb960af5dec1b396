import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CheckInsService } from '../../src/check-ins/check-ins.service.js';
import { LinkProbe } from '../../src/check-ins/evidence-link-probe.js';
import { EvidenceLinksService } from '../../src/check-ins/evidence-links.service.js';
import { EvidenceFilesQueries } from '../../src/check-ins/evidence-files.queries.js';
import { Viewer } from '../../src/platform/access/viewer.js';
import { Shutdown } from '../../src/platform/shutdown.js';
import { TestApp } from '../support/app.js';
import { given } from '../support/given.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A web server of this machine; every path answers as its name says. */
class Web {
  readonly asked: string[] = [];
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async open(handlers: Record<string, Handler>, host = '127.0.0.1'): Promise<Web> {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      (handlers[request.url ?? ''] ?? answer(404))(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    const web = new Web(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return Object.assign(web, { asked });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const answer =
  (status: number, headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    response.writeHead(status, headers).end();
const onlyGet =
  (status: number, get: number): Handler =>
  (request, response) =>
    response.writeHead(request.method === 'HEAD' ? status : get).end();

describe('a look at a link', () => {
  let web: Web;
  const probe = new LinkProbe({ allowPrivateAddresses: true, patience: 400 });

  beforeAll(async () => {
    const endless: Handler = (_, response) => {
      response.writeHead(200);
      const more = setInterval(() => response.write('x'.repeat(100_000)), 1);
      response.on('close', () => clearInterval(more));
    };
    web = await Web.open({
      '/ok': answer(200),
      '/gone': answer(410),
      '/locked': answer(403),
      '/busy': answer(503),
      '/no-head': onlyGet(405, 200),
      '/no-head-and-gone': onlyGet(405, 404),
      '/head-lies': onlyGet(404, 200),
      '/silent': () => undefined,
      '/endless': (request, response) => (request.method === 'HEAD' ? answer(501) : endless)(request, response),
      '/there': answer(302, { location: '/ok' }),
      '/5': answer(301, { location: '/4' }),
      '/4': answer(302, { location: '/3' }),
      '/3': answer(303, { location: '/2' }),
      '/2': answer(307, { location: '/1' }),
      '/1': answer(308, { location: '/ok' }),
      '/6': answer(301, { location: '/5' }),
      '/round': answer(302, { location: '/round' }),
      '/to-file': answer(302, { location: 'file:///etc/passwd' }),
      '/to-nonsense': answer(302, { location: 'http://[' }),
      '/to-gone': answer(302, { location: '/gone' }),
      '/hangs-up': (request) => request.socket.destroy(),
    });
  });
  afterAll(() => web.close());
  afterEach(() => void web.asked.splice(0));

  it.each([
    ['/ok', 'OK', 200],
    ['/nowhere', 'DEAD', 404],
    ['/gone', 'DEAD', 410],
    ['/locked', 'OK', 403],
    ['/busy', 'UNREACHABLE', 503],
    ['/no-head', 'OK', 200],
    ['/no-head-and-gone', 'DEAD', 404],
    ['/head-lies', 'OK', 200],
    ['/endless', 'OK', 200],
    ['/there', 'OK', 200],
    ['/5', 'OK', 200],
    ['/6', 'UNREACHABLE', null],
    ['/round', 'UNREACHABLE', null],
    ['/to-file', 'UNREACHABLE', null],
    ['/to-nonsense', 'UNREACHABLE', null],
    ['/to-gone', 'DEAD', 410],
    ['/silent', 'UNREACHABLE', null],
    ['/hangs-up', 'UNREACHABLE', null],
  ])('at %s says %s', async (path, outcome, status) => {
    expect(await probe.look(`${web.url}${path}`)).toEqual({ outcome, status });
  });

  it('asks no more than for the head when that is answered', async () => {
    await probe.look(`${web.url}/ok`);
    expect(web.asked).toEqual(['HEAD /ok']);
  });

  it('follows five redirects and no more', async () => {
    await probe.look(`${web.url}/round`);
    expect(web.asked.filter((asked) => asked.startsWith('GET'))).toHaveLength(6);
  });

  it('finds no host of that name, and nobody at a port', async () => {
    const closed = await Web.open({});
    await closed.close();
    for (const url of ['http://mithaq.invalid/', `${closed.url}/`, 'ftp://example.org/'])
      expect(await probe.look(url)).toEqual({ outcome: 'UNREACHABLE', status: null });
  });

  it('never reaches into the network that the service stands in, unless it was made so', async () => {
    const careful = new LinkProbe();
    const { port } = new URL(web.url);
    const ways = [
      web.url,
      `http://localhost:${port}`,
      `http://[::ffff:127.0.0.1]:${port}`,
      `http://2130706433:${port}`,
      `http://0.0.0.0:${port}`,
      'http://169.254.169.254',
      'http://10.0.0.1',
      'https://192.168.1.1',
      'http://[fd00::1]',
    ];
    for (const way of ways)
      expect({ way, ...(await careful.look(`${way}/ok`)) }).toEqual({ way, outcome: 'UNREACHABLE', status: null });
    expect(web.asked).toEqual([]);
  });

  it('is not led there by a redirect from outside', async () => {
    // One address stands for the outside; where it leads to is in this machine all the same.
    const inside = await Web.open({ '/secret': answer(200) }, '0.0.0.0');
    const location = `${inside.url.replace('127.0.0.1', '127.0.0.2')}/secret`;
    const outside = await Web.open({ '/': answer(302, { location }) });
    try {
      const careful = new LinkProbe({ allowedAddresses: ['127.0.0.1'] });
      expect(await careful.look(`${outside.url}/`)).toEqual({ outcome: 'UNREACHABLE', status: null });
      expect(outside.asked).toEqual(['HEAD /', 'GET /']);
      expect(inside.asked).toEqual([]);
    } finally {
      await inside.close();
      await outside.close();
    }
  });
});

describe('links that agencies gave as evidence', () => {
  let app: TestApp;
  let web: Web;
  let isUp = true;
  const DAY = 24 * 60 * 60 * 1000;
  const START = new Date('2024-04-05T08:00+03:00');

  beforeAll(async () => {
    web = await Web.open({ '/page': (request, response) => answer(isUp ? 200 : 404)(request, response) });
    app = await TestApp.start({ now: START.toISOString() });
    await app.import(given.plan());
    await app.app.get(CheckInsService).expect();
    const [owed] = await app.db.query<Array<{ id: string; plan_id: string; institution_id: string }>>(
      `select k.id, k.plan_id, k.institution_id from check_in k join commitment c on c.id = k.commitment_id where c.number = 1`,
    );
    const viewer = Viewer.person('1', [
      { role: 'FOCAL_POINT', planId: owed!.plan_id, institutionId: owed!.institution_id },
    ]);
    const evidence = [`${web.url}/page`, ...Array.from({ length: 19 }, (_, at) => `${web.url}/missing-${at}`)];
    await app.app.get(CheckInsService).submit(viewer, {
      checkIn: owed!.id,
      version: 0,
      report: {
        nothingToReport: false,
        movement: 'CLEAR',
        progress: 'Done.',
        evidence: evidence.map((url) => ({ url })),
      },
    });
    // What another agency keeps to itself for now is nobody's business.
    const [other] = await app.db.query<Array<{ id: string; plan_id: string; institution_id: string }>>(
      `select k.id, k.plan_id, k.institution_id from check_in k join institution i on i.id = k.institution_id where i.key = 'parks'`,
    );
    await app.app
      .get(CheckInsService)
      .saveDraft(
        Viewer.person('2', [{ role: 'FOCAL_POINT', planId: other!.plan_id, institutionId: other!.institution_id }]),
        { checkIn: other!.id, version: 0, report: { nothingToReport: false, evidence: [{ url: `${web.url}/draft` }] } },
      );
  });
  afterAll(async () => {
    await app.close();
    await web.close();
  });

  const check = () => {
    const { db } = app;
    const probe = new LinkProbe({ allowPrivateAddresses: true });
    return new EvidenceLinksService(db, app.clock, probe, app.app.get(Shutdown)).check();
  };
  const page = async () => {
    const { data } = await app.gql<{
      checkIns: { nodes: Array<{ evidence: Array<{ url: string; lastCheck: object | null }> }> };
    }>(
      `{ checkIns(plan: "testville-2024", filter: { statuses: [SUBMITTED] }) { nodes { evidence { url lastCheck { checkedAt reachable failingSince } } } } }`,
    );
    const evidence = data.checkIns.nodes[0]?.evidence ?? [];
    return { count: evidence.length, lastCheck: evidence.find(({ url }) => url.endsWith('/page'))?.lastCheck };
  };
  const around = (at: number) =>
    expect.stringContaining(new Date(START.getTime() + at * DAY).toISOString().slice(0, 10));

  it('were not looked at before anybody asked', async () => {
    expect(await page()).toEqual({ count: 20, lastCheck: null });
    expect(web.asked).toEqual([]);
  });

  it('are looked at once a week, at most 20 at a time, and drafts never', async () => {
    expect(await check()).toEqual({ looked: 20, failing: 19 });
    expect(await check()).toEqual({ looked: 0, failing: 0 });
    expect(web.asked.some((asked) => asked.includes('draft'))).toBe(false);
    expect(await page()).toEqual({
      count: 20,
      lastCheck: { checkedAt: around(0), reachable: true, failingSince: null },
    });
    app.clock.set(new Date(START.getTime() + 6.9 * DAY));
    expect((await check()).looked).toBe(0);
  });

  it('that die are reported with the day since when, and stay', async () => {
    isUp = false;
    app.clock.set(new Date(START.getTime() + 8 * DAY));
    await check();
    app.clock.set(new Date(START.getTime() + 16 * DAY));
    await check();
    expect(await page()).toEqual({
      count: 20,
      lastCheck: { checkedAt: around(16), reachable: false, failingSince: around(8) },
    });
    const failing = await app.app.get(EvidenceFilesQueries).failingLinks();
    expect(failing).toHaveLength(20);
    expect(failing.at(-1)).toMatchObject({ plan: 'testville-2024', what: `${web.url}/page` });
  });

  it('that come back are no longer failing', async () => {
    isUp = true;
    app.clock.set(new Date(START.getTime() + 24 * DAY));
    await check();
    expect((await page()).lastCheck).toEqual({ checkedAt: around(24), reachable: true, failingSince: null });
  });

  it('of the service itself are not looked up in its own network', async () => {
    app.clock.set(new Date(START.getTime() + 32 * DAY));
    web.asked.splice(0);
    expect(await app.app.get(EvidenceLinksService).check()).toEqual({ looked: 20, failing: 20 });
    expect(web.asked).toEqual([]);
  });
});
