import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp, type Answer } from '../support/app.js';
import { given } from '../support/given.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { until } from '../support/until.js';
import pg from 'pg';

const PLAN = 'testville-2024';
const NOW = '2024-04-05T08:00+03:00';
const DUE = `query ($plan: String!) { commitments(plan: $plan) { nodes { milestones { nodes { id dueDate } } } } }`;

interface Due {
  readonly commitments: { nodes: Array<{ milestones: { nodes: Array<{ id: string; dueDate: string }> } }> };
}

/** Two processes on one database and its streaming standby, whose replay can be held up. */
describe('a database with a read replica', () => {
  let primary: OwnPostgres;
  let standby: OwnPostgres;
  let onStandby: pg.Client;
  let writes: TestApp;
  let other: TestApp;
  let officer: Record<string, string>;
  let milestone: string;
  let day = Date.parse('2024-07-01');
  beforeAll(async () => {
    primary = await OwnPostgres.start();
    standby = await primary.standby();
    onStandby = new pg.Client(standby.url);
    onStandby.on('error', () => undefined);
    await onStandby.connect();
    [writes, other] = [await start(), await start()];
    await writes.import(given.plan({ commitments: [given.commitment(1)] }));
    officer = await writes.as('MEL_OFFICER', PLAN);
    milestone = (await ask(writes)).data.commitments.nodes[0]?.milestones.nodes[0]?.id ?? '';
  });
  afterAll(async () => {
    await onStandby.end();
    for (const app of [writes, other]) await app.close();
    await standby.remove();
    await primary.remove();
  });

  const start = (): Promise<TestApp> =>
    TestApp.start({
      now: NOW,
      databaseUrl: primary.url,
      settings: { DATABASE_REPLICA_URLS: standby.url, FAST_ANSWERS: 'on' },
    });
  const ask = (app: TestApp, headers: Record<string, string> = {}): Promise<Answer<Due>> =>
    app.gql<Due>(DUE, { plan: PLAN }, headers);
  const dueIn = ({ data }: Answer<Due>) => data.commitments.nodes[0]?.milestones.nodes[0]?.dueDate;
  const nextDay = (): string => new Date((day += 86_400_000)).toISOString().slice(0, 10);
  const hold = () => onStandby.query('select pg_wal_replay_pause()');
  const goOn = () => onStandby.query('select pg_wal_replay_resume()');
  const move = async (dueDate: string): Promise<void> => {
    const { errors } = await writes.gql(
      `mutation ($input: MilestoneRescheduleInput!) { milestoneReschedule(input: $input) { milestone { id } } }`,
      { input: { milestone, dueDate, reason: 'The tender was repeated.' } },
      officer,
    );
    expect(errors).toBeUndefined();
  };
  /** Without an entry in the audit record, so that one sees by the day where an answer came from. */
  const behind = (dueDate: string) => writes.db.query('update milestone set due_on = $1', [dueDate]);
  const isAnsweredByStandby = async (app: TestApp, headers: Record<string, string> = {}): Promise<boolean> => {
    await hold();
    const [before] = (await onStandby.query<{ due: string }>('select due_on::text as due from milestone')).rows;
    await behind(nextDay());
    const found = dueIn(await ask(app, { ...headers, 'accept-encoding': `x-${day}` }));
    await goOn();
    return found === before?.due;
  };

  it('answers questions from the copy, to the public and to who is signed in', async () => {
    for (const app of [writes, other])
      for (const headers of [{}, officer]) await until(() => isAnsweredByStandby(app, headers));
  });

  it('shows who wrote their own write at once, over whichever process, while the copy stands still', async () => {
    await until(() => isAnsweredByStandby(other, officer));
    await hold();
    for (let times = 0; times < 5; times += 1) {
      const moved = nextDay();
      await move(moved);
      expect(dueIn(await ask(other, officer))).toBe(moved);
      expect(dueIn(await ask(writes, officer))).toBe(moved);
    }
    await goOn();
  });

  it('shows the public what this process wrote at once, and what another wrote to all who ask a second later', async () => {
    for (const app of [writes, other]) await until(() => isAnsweredByStandby(app));
    await hold();
    const moved = nextDay();
    const missedIt: number[] = [];
    let written = Infinity;
    const readsOn = (async () => {
      for (let asked = 0; asked < written + 1_200;) {
        asked = performance.now();
        if (dueIn(await ask(other)) !== moved) missedIt.push(asked);
      }
    })();
    await until(() => missedIt.length > 0);
    await move(moved);
    written = performance.now();
    for (let times = 0; times < 3; times += 1) expect(dueIn(await ask(writes))).toBe(moved);
    await readsOn;
    expect(Math.max(...missedIt) - written).toBeLessThan(1_000);
    await goOn();
  });

  it('shows every write to whoever asks after it, while the copy follows as fast as it can', async () => {
    let isOver = false;
    const readers = [writes, other].map(async (app) => {
      while (!isOver) await ask(app);
    });
    for (let times = 0; times < 20; times += 1) {
      const moved = nextDay();
      await move(moved);
      const found = await Promise.all([ask(writes), ask(writes, officer), ask(other, officer)]);
      expect(found.map(dueIn)).toEqual([moved, moved, moved]);
    }
    isOver = true;
    await Promise.all(readers);
  });

  it('uses the copy again when it has caught up, and goes on without it when it is gone, from the start too', async () => {
    await until(() => isAnsweredByStandby(writes, officer));
    await until(() => isAnsweredByStandby(other));
    await standby.stopAtOnce();
    for (const app of [writes, other])
      for (const headers of [officer, {}]) expect((await ask(app, headers)).errors).toBeUndefined();
    const moved = nextDay();
    await move(moved);
    for (const app of [writes, other, await start()]) {
      for (const headers of [{}, officer]) expect((await ask(app, headers)).errors).toBeUndefined();
      expect(dueIn(await ask(app, officer))).toBe(moved);
      if (app !== writes && app !== other) await app.close();
    }
    await standby.startAgain();
    await onStandby.end();
    onStandby = new pg.Client(standby.url);
    await onStandby.connect();
    await until(() => isAnsweredByStandby(writes, officer));
  });
});
