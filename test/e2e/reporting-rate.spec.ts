import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { handIn } from '../support/filing.js';
import { given } from '../support/given.js';
import { statementsDuring } from '../support/statements.js';

const PLAN = 'testville-2024';
const RATE = 'expected received onTime late verified overdue overdueSince longestOverdueDays medianOverdueDays';

interface Rate {
  readonly expected: number;
  readonly received: number;
  readonly overdue: number;
}
interface Group {
  readonly institution?: { readonly key: string } | null;
  readonly commitment?: { readonly number: number } | null;
  readonly period?: { readonly key: string } | null;
  readonly rate: Rate;
}

/** Hand-computed: [expected, received, on time, late, verified, overdue, since, longest, median]. */
const rate = (
  ...[expected, received, onTime, late, verified, overdue, overdueSince, longestOverdueDays, medianOverdueDays]: [
    ...counts: [number, number, number, number, number, number],
    since: string | null,
    longest: number | null,
    median: number | null,
  ]
) => ({ expected, received, onTime, late, verified, overdue, overdueSince, longestOverdueDays, medianOverdueDays });

/**
 * The first quarter is a stub (15 February to 31 March) and due on Sunday 14 April. Works owes a check-in on commitments
 * 1 and 2, parks one on 2. The tests tell one story, day after day.
 */
describe('the reporting rate', () => {
  let app: TestApp;
  let officer: Record<string, string>;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-03-31T23:50+03:00' });
    await app.import(given.plan({ plan: { startsOn: '2024-02-15' } }));
    officer = await app.as('MEL_OFFICER', PLAN);
  });
  afterAll(() => app.close());

  const at = (instant: string) => app.clock.set(new Date(instant));
  const ofPlan = async () =>
    (
      await app.gql<{ actionPlan: { reportingRate: Rate } }>(
        `{ actionPlan(key: "${PLAN}") { reportingRate { ${RATE} } } }`,
      )
    ).data.actionPlan.reportingRate;
  const groups = async (args: string, fields = `rate { ${RATE} }`) => {
    const { data, errors } = await app.gql<{ actionPlan: { reportingRates: { nodes: Group[]; totalCount: number } } }>(
      `{ actionPlan(key: "${PLAN}") { reportingRates(${args}) {
          totalCount nodes { institution { key } commitment { number } period { key } ${fields} } } } }`,
    );
    expect(errors).toBeUndefined();
    return data.actionPlan.reportingRates;
  };
  const decide = async (verb: 'Verify' | 'Return', institution: string, commitment: number, more: object) => {
    const [checkIn] = await app.db.query<[{ id: string; version: number }]>(
      `select k.id, k.version from check_in k join institution i on i.id = k.institution_id join commitment c on c.id = k.commitment_id
        where i.key = $1 and c.number = $2 and k.submitted_at is not null`,
      [institution, commitment],
    );
    const answer = await app.gql(
      `mutation ($input: CheckIn${verb}Input!) { checkIn${verb}(input: $input) { checkIn { status } } }`,
      { input: { checkIn: checkIn.id, version: checkIn.version, ...more } },
      officer,
    );
    expect(answer.errors).toBeUndefined();
  };
  const extend = async (institution: string, dueDate: string) => {
    const answer = await app.gql(
      `mutation ($input: PeriodExtendInput!) { periodExtend(input: $input) { period { key } } }`,
      { input: { plan: PLAN, period: '2024-Q1', institution, dueDate, reason: 'The office was flooded.' } },
      officer,
    );
    expect(answer.errors).toBeUndefined();
  };

  it('is nothing of nothing until the first period opens, and then of all that is owed', async () => {
    expect(await ofPlan()).toEqual(rate(0, 0, 0, 0, 0, 0, null, null, null));
    expect(await groups('by: [INSTITUTION]')).toEqual({ totalCount: 0, nodes: [] });
    at('2024-04-01T00:00+03:00');
    expect(await ofPlan()).toEqual(rate(3, 0, 0, 0, 0, 0, null, null, null));
  });

  it('calls nothing overdue before the due day is over on the clocks of the plan', async () => {
    at('2024-04-05T08:00+03:00');
    await handIn(app, 'works', [1]);
    await extend('parks', '2024-04-20');
    at('2024-04-14T23:59:59+03:00');
    expect(await ofPlan()).toEqual(rate(3, 1, 1, 0, 0, 0, null, null, null));
    // Works has not reported on 2. Parks was given until the 20th.
    at('2024-04-15T00:00:01+03:00');
    expect(await ofPlan()).toEqual(rate(3, 1, 1, 0, 0, 1, '2024-04-14', 1, 1));
  });

  it('counts as on time what an extension allows, and "nothing to report" as an answer', async () => {
    at('2024-04-18T08:00+03:00');
    const parks = await app.as('FOCAL_POINT', PLAN, 'parks');
    const [{ id }] = await app.db.query<[{ id: string }]>(
      `select k.id from check_in k join institution i on i.id = k.institution_id where i.key = 'parks'`,
    );
    const answer = await app.gql(
      `mutation ($input: CheckInSubmitInput!) { checkInSubmit(input: $input) { checkIn { status } } }`,
      { input: { checkIn: id, version: 0, report: { nothingToReport: true, obstacles: 'No budget yet.' } } },
      parks,
    );
    expect(answer.errors).toBeUndefined();
    expect(await ofPlan()).toEqual(rate(3, 2, 2, 0, 0, 1, '2024-04-14', 4, 4));
  });

  it('counts what was sent back as neither received nor verified, and as overdue from its own due day', async () => {
    at('2024-04-25T08:00+03:00');
    await decide('Verify', 'works', 1, { finding: 'Seen.' });
    await decide('Return', 'parks', 2, { comment: 'Which budget?' });
    // Works on 2: 11 days after the 14th. Parks on 2: 5 days after the 20th. Of two, the median is the smaller.
    expect(await ofPlan()).toEqual(rate(3, 1, 1, 0, 1, 2, '2024-04-14', 11, 5));
  });

  it('keeps what was handed in again as punctual as it was, and calls late what comes after the due day', async () => {
    at('2024-04-26T08:00+03:00');
    await handIn(app, 'parks', [2]);
    at('2024-04-27T08:00+03:00');
    await handIn(app, 'works', [2]);
    // More time that is given afterwards makes nothing punctual.
    await extend('works', '2024-04-30');
    expect(await ofPlan()).toEqual(rate(3, 3, 2, 1, 1, 0, null, null, null));
  });

  it('is told apart by institution, commitment and period, and by several of them', async () => {
    at('2024-07-20T08:00+03:00');
    // The second quarter was due on 14 July: all three are 6 days overdue.
    const whole = rate(6, 3, 2, 1, 1, 3, '2024-07-14', 6, 6);
    expect(await ofPlan()).toEqual(whole);
    expect((await groups('by: []')).nodes).toEqual([
      { institution: null, commitment: null, period: null, rate: whole },
    ]);
    expect((await groups('by: [INSTITUTION]')).nodes.map(({ institution, rate }) => [institution?.key, rate])).toEqual([
      ['parks', rate(2, 1, 1, 0, 0, 1, '2024-07-14', 6, 6)],
      ['works', rate(4, 2, 1, 1, 1, 2, '2024-07-14', 6, 6)],
    ]);
    expect((await groups('by: [COMMITMENT]')).nodes.map(({ commitment, rate }) => [commitment?.number, rate])).toEqual([
      [1, rate(2, 1, 1, 0, 1, 1, '2024-07-14', 6, 6)],
      [2, rate(4, 2, 1, 1, 0, 2, '2024-07-14', 6, 6)],
    ]);
    const cells = await groups('by: [INSTITUTION, PERIOD]');
    expect(
      cells.nodes.map(({ institution, period, commitment, rate }) => [
        period?.key,
        institution?.key,
        commitment,
        rate.expected,
        rate.received,
        rate.overdue,
      ]),
    ).toEqual([
      ['2024-Q1', 'parks', null, 1, 1, 0],
      ['2024-Q1', 'works', null, 2, 2, 0],
      ['2024-Q2', 'parks', null, 1, 0, 1],
      ['2024-Q2', 'works', null, 2, 0, 2],
    ]);
    expect(
      (await groups('by: [PERIOD], filter: { institution: "works", commitment: 2 }')).nodes.map(({ period, rate }) => [
        period?.key,
        rate.expected,
        rate.received,
      ]),
    ).toEqual([
      ['2024-Q1', 1, 1],
      ['2024-Q2', 1, 0],
    ]);
    expect((await groups('by: [INSTITUTION], filter: { period: "2024-Q4" }')).totalCount).toBe(0);
  });

  it('is read page by page, forwards and backwards, without a gap', async () => {
    const page = async (args: string) =>
      (
        await app.gql<{
          actionPlan: {
            reportingRates: {
              pageInfo: { hasNextPage: boolean; endCursor: string };
              nodes: Array<{ commitment: { number: number }; institution: { key: string }; period: { key: string } }>;
            };
          };
        }>(`{ actionPlan(key: "${PLAN}") { reportingRates(by: [PERIOD, INSTITUTION, COMMITMENT], ${args}) {
              pageInfo { hasNextPage endCursor } nodes { commitment { number } institution { key } period { key } } } } }`)
      ).data.actionPlan.reportingRates;
    const first = await page('first: 4');
    const rest = await page(`first: 4, after: "${first.pageInfo.endCursor}"`);
    expect(rest.pageInfo.hasNextPage).toBe(false);
    const all = [...first.nodes, ...rest.nodes];
    expect(all.map((g) => `${g.commitment.number} ${g.period.key} ${g.institution.key}`)).toEqual([
      '1 2024-Q1 works',
      '1 2024-Q2 works',
      '2 2024-Q1 parks',
      '2 2024-Q1 works',
      '2 2024-Q2 parks',
      '2 2024-Q2 works',
    ]);
    expect((await page('last: 6')).nodes).toEqual(all);
  });

  it('costs no more statements for many rows than for one', async () => {
    const question = (first: number) =>
      app.gql(`{ actionPlan(key: "${PLAN}") {
        commitments(first: ${first}) { nodes { reportingRate { expected } } }
        periods(first: ${first}) { nodes { reportingRate { expected } } }
        reportingRates(by: [INSTITUTION, COMMITMENT, PERIOD], first: ${first}) {
          nodes { institution { key } commitment { number reportingRate { expected } } period { key } rate { expected } } } } }`);
    const one = await statementsDuring(() => question(1));
    expect(await statementsDuring(() => question(50))).toBe(one);
  });

  it('is answered over REST by institution and by commitment, too', async () => {
    const answer = (await (await fetch(`${app.url}/api/v1/plans/${PLAN}/reporting-rate`)).json()) as {
      reportingRate: object;
      byInstitution: Array<{ institution: { key: string }; reportingRate: Rate }>;
      byCommitment: Array<{ commitment: { number: number }; reportingRate: Rate }>;
    };
    expect(answer.reportingRate).toEqual(rate(6, 3, 2, 1, 1, 3, '2024-07-14', 6, 6));
    expect(
      answer.byInstitution.map(({ institution, reportingRate: { expected } }) => [institution.key, expected]),
    ).toEqual([
      ['parks', 2],
      ['works', 4],
    ]);
    expect(
      answer.byCommitment.map(({ commitment, reportingRate: { overdue } }) => [commitment.number, overdue]),
    ).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  it('of one filter is not that of another in the same question', async () => {
    const { data } = await app.gql<{ plan: Record<'all' | 'one', { totalCount: number; nodes: Group[] }> }>(
      `query ($plan: String!) { plan: actionPlan(key: $plan) {
        all: reportingRates(by: [COMMITMENT]) { totalCount nodes { commitment { number } } }
        one: reportingRates(by: [COMMITMENT], filter: { commitment: 2 }) { totalCount nodes { commitment { number } } }
      } }`,
      { plan: PLAN },
    );
    expect(data.plan.one).toEqual({ totalCount: 1, nodes: [{ commitment: { number: 2 } }] });
    expect(data.plan.all.totalCount).toBe(2);
  });
});
