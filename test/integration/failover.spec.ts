import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient, type Client } from 'graphql-ws';
import pg from 'pg';
import { WebSocket } from 'ws';
import { Address } from '../support/address.js';
import { TestApp, type Answer } from '../support/app.js';
import { given } from '../support/given.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { until } from '../support/until.js';

const PLAN = 'testville-2024';
const DUE = `query ($plan: String!) { commitments(plan: $plan) { nodes { milestones { nodes { id dueDate } } } } }`;
const MOVE = `mutation ($input: MilestoneRescheduleInput!) { milestoneReschedule(input: $input) { milestone { id } } }`;
const LISTEN = `subscription ($plan: String!) { checkInPublished(plan: $plan) { cursor } }`;

interface Due {
  readonly commitments: { nodes: Array<{ milestones: { nodes: Array<{ id: string; dueDate: string }> } }> };
}

/** The address that the service was given for its replica leads to the new primary, as it does until there is another one. */
describe('a primary that is replaced by its standby', () => {
  let primary: OwnPostgres;
  let standby: OwnPostgres;
  let address: Address;
  let app: TestApp;
  let officer: Record<string, string>;
  let milestone: string;
  let client: Client;
  let day = Date.parse('2024-07-01');
  beforeAll(async () => {
    primary = await OwnPostgres.start();
    standby = await primary.standby();
    address = await Address.of(primary.url);
    app = await TestApp.start({
      now: '2024-04-05T08:00+03:00',
      databaseUrl: address.url,
      settings: { DATABASE_REPLICA_URLS: standby.url },
    });
    await app.import(given.plan({ commitments: [given.commitment(1)] }));
    officer = await app.as('MEL_OFFICER', PLAN);
    milestone = (await ask()).data.commitments.nodes[0]?.milestones.nodes[0]?.id ?? '';
    client = createClient({ url: `${app.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket });
    client.subscribe(
      { query: LISTEN, variables: { plan: PLAN } },
      { next: () => undefined, error: () => undefined, complete: () => undefined },
    );
  }, 60_000);
  afterAll(async () => {
    await client.dispose();
    await app.close();
    await address.close();
    await standby.remove();
    await primary.remove();
  });

  const ask = (headers: Record<string, string> = {}): Promise<Answer<Due>> =>
    app.gql<Due>(DUE, { plan: PLAN }, headers);
  const dueIn = ({ data }: Answer<Due>) => data.commitments.nodes[0]?.milestones.nodes[0]?.dueDate;
  const move = async (): Promise<{ dueDate: string; code: string | undefined }> => {
    const dueDate = new Date((day += 86_400_000)).toISOString().slice(0, 10);
    const input = { milestone, dueDate, reason: 'The tender was repeated.' };
    const { errors } = await app.gql(MOVE, { input }, officer);
    return { dueDate, code: errors?.[0]?.extensions.code };
  };
  const isReady = async (): Promise<boolean> => (await fetch(`${app.url}/health/ready`)).ok;
  const on = async <Row extends pg.QueryResultRow>(server: OwnPostgres, text: string): Promise<Row[]> => {
    const db = new pg.Client(server.url);
    await db.connect();
    try {
      return (await db.query<Row>(text)).rows;
    } finally {
      await db.end();
    }
  };

  const isHeard = async (server: OwnPostgres): Promise<boolean> =>
    (await on(server, `select from pg_stat_activity where application_name = 'mithaq listener' and query <> ''`))
      .length === 1;

  it('is told of as a database that is away, and as soon as the address leads to the new one everything goes on', async () => {
    await until(() => isHeard(primary));
    await primary.waitForStandby(true);
    await until(async () => {
      const [row] = await on<{ sync_state: string }>(primary, 'select sync_state from pg_stat_replication');
      return row?.sync_state === 'sync';
    });
    const { dueDate } = await move();
    for (let times = 0; times < 5; times += 1) expect(dueIn(await ask(officer))).toBe(dueDate);

    await primary.stopAtOnce();
    expect((await move()).code).toBe('UNAVAILABLE');
    expect(await isReady()).toBe(false);
    await standby.promote();
    address.leadTo(standby.url);

    await until(isReady);
    // What was said to be done is there, in the copy's own words as well.
    for (const headers of [officer, {}]) expect(dueIn(await ask(headers))).toBe(dueDate);
    const moved = await move();
    expect(moved.code).toBeUndefined();
    for (let times = 0; times < 5; times += 1) expect(dueIn(await ask(officer))).toBe(moved.dueDate);
    await until(() => isHeard(standby));
  });
});
