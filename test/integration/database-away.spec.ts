import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { TestApp } from '../support/app.js';
import { given } from '../support/given.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { until } from '../support/until.js';

const PLAN = 'testville-2024';
const PLANS = '{ actionPlans { nodes { key } } }';
const DRAFT = `mutation ($id: ID!, $progress: String!) { checkInSaveDraft(input: { checkIn: $id, version: 0, report: { progress: $progress } }) { checkIn { version } } }`;

describe('while the database is away', () => {
  let postgres: OwnPostgres;
  let app: TestApp;
  let unit: Record<string, string>;
  let id = '';
  beforeAll(async () => {
    postgres = await OwnPostgres.start();
    app = await TestApp.start({ now: '2024-04-05T08:00+03:00', databaseUrl: postgres.url });
    await app.import(given.plan());
    await app.beat();
    unit = await app.as('FOCAL_POINT', PLAN, 'works');
    const { data } = await app.gql<{ checkIns: { nodes: Array<{ id: string }> } }>(
      `{ checkIns(plan: "${PLAN}", filter: { institution: "works" }, first: 1) { nodes { id } } }`,
    );
    id = data.checkIns.nodes[0]?.id ?? '';
    // From here on it is a question that is known by its words.
    for (let times = 0; times < 3; times += 1) expect((await app.gql(PLANS)).errors).toBeUndefined();
  }, 60_000);
  afterAll(async () => {
    await app.close();
    await postgres.remove();
  });

  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${app.url}${path}`, { headers, redirect: 'manual' });
  const saveDraft = (progress: string) => app.gql(DRAFT, { id, progress }, unit);
  const isBack = () => until(async () => (await app.gql(PLANS)).errors === undefined);

  it.each(['stopAtOnce', 'stop'] as const)(
    'says so in the language of the caller, and goes on when it is back: %s',
    async (stop) => {
      await postgres[stop]();
      // The first may find connections that broke, the later ones none to be had.
      for (let times = 0; times < 3; times += 1) {
        const asked = await app.gql(PLANS, {}, { 'accept-language': 'fr' });
        expect(asked.status).toBe(503);
        expect(asked.headers.get('retry-after')).toBe('5');
        expect(asked.errors?.[0]?.extensions).toEqual({ code: 'UNAVAILABLE' });
        expect(asked.errors?.[0]?.message).toContain('Réessayez dans 5');
      }
      for (const headers of [{}, unit]) {
        const rest = await get('/api/v1/plans', headers);
        expect([rest.status, rest.headers.get('retry-after')]).toEqual([503, '5']);
        expect(await rest.json()).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
      }
      expect((await saveDraft('Never heard of.')).errors?.[0]?.extensions).toEqual({ code: 'UNAVAILABLE' });
      const page = await get(`/unsubscribe/${'a'.repeat(43)}`, { 'accept-language': 'ar' });
      expect([page.status, page.headers.get('content-type')]).toEqual([503, expect.stringContaining('html')]);
      expect(await page.text()).toContain('dir="rtl"');
      expect((await get('/health/live')).status).toBe(200);
      expect((await get('/health/ready')).status).toBe(503);

      await postgres.startAgain();
      await isBack();
      expect((await get('/health/ready')).status).toBe(200);
    },
  );

  it('writes a change that it interrupts as a whole or not at all, and says which it may be', async () => {
    const lock = app.db.createQueryRunner();
    await lock.startTransaction();
    await lock.query('lock table audit_entry in exclusive mode');
    const saving = saveDraft('Half written.');
    await until(async () => ((await lock.query('select from pg_locks where not granted')) as unknown[]).length > 0);
    await postgres.stopAtOnce();
    const { errors, status } = await saving;
    expect([status, errors?.[0]?.extensions.code]).toEqual([503, 'UNAVAILABLE']);
    expect(errors?.[0]?.message).toContain('whether');
    await lock.release().catch(() => undefined);
    await postgres.startAgain();
    await isBack();
    await delay(50);
    const [check] = await app.db.query<Array<{ version: number; drafts: number }>>(
      'select version, (select count(*)::int from check_in_draft) as drafts from check_in where id = $1',
      [id],
    );
    expect(check).toEqual({ version: 0, drafts: 0 });
    expect((await saveDraft('Written again.')).errors).toBeUndefined();
  });
});
