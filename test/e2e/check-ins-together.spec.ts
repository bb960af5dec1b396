import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { closeHttpApp } from '../../src/platform/http/http-app.js';
import { TestApp } from '../support/app.js';
import { given } from '../support/given.js';

const PLAN = 'testville-2024';
const SUBMIT = `mutation ($id: ID!, $version: Int!, $progress: String!) {
  checkInSubmit(input: { checkIn: $id, version: $version, report: { movement: CLEAR, progress: $progress, evidence: [{ url: "https://example.org" }] } }) { checkIn { version status progress } }
}`;
const SAVE = SUBMIT.replaceAll('checkInSubmit', 'checkInSaveDraft');

describe('check-ins that meet trouble', () => {
  let app: TestApp;
  let works: Record<string, string>;
  let mine: Client;
  let owed: string[];
  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-04-05T08:00+03:00' });
    await app.import(
      given.plan({
        commitments: [1, 2, 3, 4, 5, 6].map((n) =>
          given.commitment(n, { institutions: [{ institution: 'works', role: 'LEAD' }] }),
        ),
      }),
    );
    works = await app.as('FOCAL_POINT', PLAN, 'works');
    const { data } = await app.gql<{ checkIns: { nodes: Array<{ id: string }> } }>(
      `{ checkIns(plan: "${PLAN}") { nodes { id } } }`,
    );
    owed = data.checkIns.nodes.map(({ id }) => id);
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    mine = new Client(app.databaseUrl);
    await mine.connect();
  });
  afterEach(() => mine.end());

  const write = (mutation: string, id: string, version: number, progress: string) =>
    app.gql<Record<string, { checkIn: object }>>(mutation, { id, version, progress }, works);
  const next = () => owed.pop() ?? '';
  const stored = async (id: string) =>
    (
      await mine.query(
        `select coalesce(d.version, k.version) as version, case when d.version is null then k.status else 'DRAFT' end as status, coalesce(d.report->>'progress', k.progress) as progress, (select count(*)::int from check_in_revision r where r.check_in_id = k.id) as revisions,
                coalesce(jsonb_array_length(d.report->'evidence'), (select count(*)::int from evidence e where e.check_in_id = k.id)) as evidence, (select count(*)::int from audit_entry a where a.subject_id = k.id) as audited
           from check_in k left join check_in_draft d on d.check_in_id = k.id where k.id = $1`,
        [id],
      )
    ).rows[0] as Record<string, unknown>;
  /** Holds the row, so that whoever writes it has to wait. */
  const hold = async (id: string) => {
    await mine.query('begin');
    await mine.query('select from check_in where id = $1 for update', [id]);
  };
  const waiting = async (count: number): Promise<number[]> => {
    const watcher = new Client(app.databaseUrl);
    await watcher.connect();
    try {
      for (;;) {
        const { rows } = await watcher.query<{ pid: number }>(
          `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        if (rows.length >= count) return rows.map(({ pid }) => pid);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    } finally {
      await watcher.end();
    }
  };

  it.each([
    ['save', SAVE],
    ['hand in', SUBMIT],
  ])(
    'when eight people %s at the same moment exactly one wins, and nothing of the others is written',
    async (_, mutation) => {
      const id = next();
      await hold(id);
      const all = Array.from({ length: 8 }, (_, i) => write(mutation, id, 0, `writer ${i}`));
      await waiting(8);
      await mine.query('commit');
      const answers = await Promise.all(all);
      const won = answers.filter(({ errors }) => errors === undefined);
      expect(won).toHaveLength(1);
      expect(answers.filter(({ errors }) => errors?.[0]?.extensions.code === 'CONFLICT')).toHaveLength(7);
      const winner = answers.findIndex(({ errors }) => errors === undefined);
      expect(await stored(id)).toMatchObject({
        version: 1,
        progress: `writer ${winner}`,
        revisions: 1,
        evidence: 1,
        audited: 1,
      });
    },
  );

  it('who saves over somebody else’s text is told, and that text stays', async () => {
    const id = next();
    await write(SAVE, id, 0, 'first');
    const answer = await write(SAVE, id, 0, 'second');
    expect(answer.errors?.[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      violations: [{ field: 'input.version' }],
    });
    expect(answer.errors?.[0]?.message).toContain('version 1');
    expect(await stored(id)).toMatchObject({ version: 1, progress: 'first' });
    expect((await write(SAVE, id, 1, 'second')).errors).toBeUndefined();
  });

  it('a connection that is lost in the middle of a submission leaves nothing behind, and the next one works', async () => {
    const id = next();
    await hold(id);
    const lost = write(SUBMIT, id, 0, 'lost');
    const [pid] = await waiting(1);
    await mine.query('select pg_terminate_backend($1)', [pid]);
    const answer = await lost;
    expect(answer.status).toBe(503);
    expect(answer.errors?.map(({ extensions }) => extensions)).toEqual([{ code: 'UNAVAILABLE' }]);
    expect(JSON.stringify(answer)).not.toMatch(/terminat|connection|select/i);
    await mine.query('commit');
    expect(await stored(id)).toEqual({
      version: 0,
      status: 'EXPECTED',
      progress: null,
      revisions: 0,
      evidence: 0,
      audited: 0,
    });
    expect((await write(SUBMIT, id, 0, 'again')).data['checkInSubmit']?.checkIn).toEqual({
      version: 1,
      status: 'SUBMITTED',
      progress: 'again',
    });
  });

  it('when every idle connection is lost the next question is answered all the same', async () => {
    await Promise.all(Array.from({ length: 12 }, () => app.gql(`{ actionPlan(key: "${PLAN}") { id } }`)));
    await mine.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => app.gql<object>(`{ actionPlan(key: "${PLAN}") { key } }`)),
    );
    expect(answers.map(({ data }) => data)).toEqual(Array(12).fill({ actionPlan: { key: PLAN } }));
  });

  it('a submission under way is finished while the service shuts down, and new ones are not taken', async () => {
    const other = await TestApp.start({ now: '2024-04-05T08:00+03:00', databaseUrl: app.databaseUrl });
    const id = next();
    await hold(id);
    const underWay = other.gql<{ checkInSubmit: { checkIn: object } }>(
      SUBMIT,
      { id, version: 0, progress: 'in time' },
      works,
    );
    await waiting(1);
    const closing = closeHttpApp(other.app);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await expect(fetch(`${other.url}/health/live`)).rejects.toThrow();
    await mine.query('commit');
    expect((await underWay).data.checkInSubmit.checkIn).toEqual({
      version: 1,
      status: 'SUBMITTED',
      progress: 'in time',
    });
    await closing;
    await other.mailbox.close();
    expect(await stored(id)).toMatchObject({ version: 1, revisions: 1, audited: 1 });
  });
});
