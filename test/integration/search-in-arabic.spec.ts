import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SearchInArabic1795400000041 } from '../../migrations/1795400000041-search-in-arabic.js';
import { TestApp } from '../support/app.js';
import { given } from '../support/given.js';

const titled = (ar: string) =>
  given.plan({ commitments: [given.commitment(1, { title: { en: 'Commitment 1', ar } }), given.commitment(2)] });

describe('the search of texts that were changed since', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-04-05T08:00+03:00' });
    await app.import(titled('منصّة إلكترونية'));
    app.clock.set(new Date('2024-06-01T08:00+03:00'));
    await app.import(titled('مكتبة عامّة'));
    const runner = app.db.createQueryRunner();
    const migration = new SearchInArabic1795400000041();
    await runner.startTransaction();
    await migration.down(runner);
    await migration.up(runner);
    await runner.commitTransaction();
    await runner.release();
  });
  afterAll(() => app.close());

  it.each<[string, string | null, number[]]>([
    ['الكترونيه', '2024-05-01T00:00:00Z', [1]],
    ['الكترونيه', null, []],
    ['المكتبة العامة', null, [1]],
    ['المكتبة العامة', '2024-05-01T00:00:00Z', []],
  ])('finds %s as of %s, after the migration, in what was said then', async (search, asOf, expected) => {
    const { data, errors } = await app.gql<{ actionPlan: { commitments: { nodes: Array<{ number: number }> } } }>(
      `query ($asOf: DateTime, $search: String) { actionPlan(key: "testville-2024", asOf: $asOf) { commitments(filter: { search: $search }) { nodes { number } } } }`,
      { asOf, search },
    );
    expect(errors).toBeUndefined();
    expect(data.actionPlan.commitments.nodes.map(({ number }) => number)).toEqual(expected);
  });
});
