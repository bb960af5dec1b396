import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/cluster.js';
import { given } from '../support/given.js';

/** The "replica" is a database that never receives anything, so that one sees where an answer came from. */
describe('a database with a read replica', () => {
  let replica: TestDatabase;
  let app: TestApp;
  beforeAll(async () => {
    replica = await createDatabase();
    app = await TestApp.start({ now: '2024-04-02T10:00+03:00', settings: { DATABASE_REPLICA_URLS: replica.url } });
  });
  afterAll(async () => {
    await app.close();
    await replica.drop();
  });

  it('answers a change with what was written, and a question from the replica', async () => {
    const headers = await app.as('ADMIN');
    const changed = await app.gql<{ planImport: { plan: { key: string; commitments: { totalCount: number } } } }>(
      'mutation ($file: String!) { planImport(input: { file: $file }) { plan { key commitments { totalCount } } } }',
      { file: JSON.stringify(given.plan()) },
      headers,
    );
    expect(changed.data.planImport.plan).toEqual({ key: 'testville-2024', commitments: { totalCount: 2 } });
    const asked = await app.gql<{ actionPlans: { totalCount: number } }>('{ actionPlans { totalCount } }', {}, headers);
    expect(asked.data.actionPlans.totalCount).toBe(0);
  });
});
