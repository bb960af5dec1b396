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

interface Published {
  readonly checkInPublished: { readonly cursor: string };
}

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
  let third: OwnPostgres | null = null;
  const heard: string[] = [];
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
      {
        next: ({ data }) => heard.push((data as unknown as Published).checkInPublished.cursor),
        error: () => undefined,
        complete: () => undefined,
      },
    );
  }, 60_000);
  afterAll(async () => {
    await client.dispose();
    await app.close();
    await address.close();
    await third?.remove();
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

  it('tells who listens of what comes after events that were lost, although it has their numbers', async () => {
    const line = await Address.of(standby.url);
    third = await standby.standby(line.url);
    const happens = (server: OwnPostgres, number: number) =>
      on(
        server,
        `with event as (
           insert into public_event (number, type, plan_id, subject_id, happened_at, facts)
           select ${number}, 'CHECK_IN_PUBLISHED', id, new_id(), now(), '{}' from action_plan)
         select pg_notify('mithaq_public_event', '')`,
      );
    await happens(standby, 1001);
    await until(() => heard.length === 1);
    await until(async () => (await on(third!, 'select from public_event where number = 1001')).length === 1);
    line.holdUp();
    await happens(standby, 1002);
    await happens(standby, 1003);
    await until(() => heard.length === 3);
    await standby.stopAtOnce();
    await line.close();
    await third.promote();
    address.leadTo(third.url);
    await until(() => isHeard(third!));
    await happens(third, 1002);
    await until(() => heard.length === 4);
    await happens(third, 1004);
    await until(() => heard.length === 5);
    expect(heard).toEqual(['1001', '1002', '1003', '1002', '1004']);
  });
});
