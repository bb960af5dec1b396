import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FileCommitment } from '../../src/interchange/plan-file.js';
import { TestApp } from '../support/app.js';
import { given } from '../support/given.js';

const PLAN = 'testville-2024';

interface Page {
  readonly totalCount: number;
  readonly edges: ReadonlyArray<{ readonly cursor: string; readonly node: Readonly<Record<string, unknown>> }>;
  readonly nodes: ReadonlyArray<Readonly<Record<string, unknown>>>;
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}
interface Ask {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

/** A list: how to ask for it, with `ARGS` where its arguments stand, and what tells its rows apart. */
interface List {
  readonly name: string;
  readonly query: string;
  readonly of: (data: never) => Page;
  readonly id?: string;
}

const REST =
  'totalCount edges { cursor node { ID } } nodes { ID } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
const list = (name: string, path: string, id = 'id'): List => ({
  name,
  query: `query ($first: Int, $after: String, $last: Int, $before: String) { ${path.replace('*', `{ ${REST.replaceAll('ID', id)} }`)} }`,
  of: (data: object) => pageIn(data),
});

/** The one page somewhere in the answer. */
function pageIn(value: object): Page {
  if ('pageInfo' in value) return value as Page;
  const inner = Object.values(value).find((part): part is object => typeof part === 'object' && part !== null);
  if (!inner) throw new Error('No page in the answer.');
  return pageIn(inner);
}

const ARGS = 'first: $first, after: $after, last: $last, before: $before';
const PLAN_FIELD = (inner: string) => `actionPlan(key: "${PLAN}") { ${inner} }`;
const COMMITMENT_FIELD = (inner: string) => `commitment(plan: "${PLAN}", number: 1) { ${inner} }`;
const each = (values: readonly string[], make: (value: string) => List): List[] => values.map(make);

const LISTS: readonly List[] = [
  ...each(['KEY_ASC', 'KEY_DESC', 'END_DATE_ASC', 'END_DATE_DESC'], (order) =>
    list(`plans ${order}`, `actionPlans(${ARGS}, orderBy: ${order}) *`),
  ),
  list('plans of a member', PLAN_FIELD(`member { actionPlans(${ARGS}) * }`)),
  list('institutions', `institutions(${ARGS}) *`),
  list('institutions of a plan', `institutions(plan: "${PLAN}", ${ARGS}) *`),
  list('participations', PLAN_FIELD(`participations(${ARGS}) *`)),
  ...each(['START_DATE_ASC', 'START_DATE_DESC'], (order) =>
    list(`periods ${order}`, PLAN_FIELD(`periods(${ARGS}, orderBy: ${order}) *`)),
  ),
  ...each(['NUMBER_ASC', 'NUMBER_DESC', 'END_DATE_ASC', 'END_DATE_DESC'], (order) =>
    list(`commitments ${order}`, `commitments(plan: "${PLAN}", ${ARGS}, orderBy: ${order}) *`),
  ),
  list('commitments of a plan', PLAN_FIELD(`commitments(${ARGS}) *`)),
  list('working groups', `workingGroups(plan: "${PLAN}", ${ARGS}) *`),
  list('working groups of a plan', PLAN_FIELD(`workingGroups(${ARGS}) *`)),
  list('members of a working group', COMMITMENT_FIELD(`workingGroup { members(${ARGS}) * }`)),
  list('commitments of a working group', COMMITMENT_FIELD(`workingGroup { commitments(${ARGS}) * }`)),
  list('lead institutions', COMMITMENT_FIELD(`leadInstitutions(${ARGS}) *`)),
  list('supporting institutions', COMMITMENT_FIELD(`supportingInstitutions(${ARGS}) *`)),
  ...each(['NUMBER_ASC', 'DUE_DATE_ASC', 'DUE_DATE_DESC'], (order) =>
    list(`milestones ${order}`, COMMITMENT_FIELD(`milestones(${ARGS}, orderBy: ${order}) *`)),
  ),
  ...each(['PERIOD_ASC', 'PERIOD_DESC', 'SUBMITTED_DESC'], (order) =>
    list(`check-ins ${order}`, `checkIns(plan: "${PLAN}", ${ARGS}, orderBy: ${order}) *`),
  ),
  list('check-ins of a commitment', COMMITMENT_FIELD(`checkIns(${ARGS}) *`)),
  list('check-ins of a period', PLAN_FIELD(`currentPeriod { checkIns(${ARGS}) * }`)),
  list('reminders', `reminders(plan: "${PLAN}", ${ARGS}) *`),
];

const keys = ['works', 'parks', 'roads', 'water', 'health', 'sport'];
const milestones = Array.from({ length: 9 }, (_, i) => ({
  number: i + 1,
  title: { en: `Milestone ${i + 1}` },
  ...(i % 3 === 0 ? {} : { dueOn: `2024-0${1 + (i % 2)}-15` }),
}));
const commitment = (number: number): FileCommitment =>
  given.commitment(number, {
    milestones,
    workingGroup: 'group-1',
    ...(number % 3 === 0 ? {} : { endsOn: number % 2 ? '2024-06-30' : '2024-12-31' }),
    institutions: keys
      .slice(0, number === 1 ? 6 : 2)
      .map((institution, i) => ({ institution, role: i < 3 ? 'LEAD' : 'SUPPORTING' })),
  });
const plan = (key: string, more: object = {}) =>
  given.plan({
    institutions: keys.map((each) => given.institution(each)),
    plan: {
      key,
      participations: keys.map((institution, i) => ({ institution, role: i < 2 ? 'FORUM' : 'ENDORSER' })),
      ...more,
    },
    workingGroups: [1, 2, 3, 4].map((n) => ({ key: `group-${n}`, name: { en: `Group ${n}` }, members: keys })),
    commitments: [1, 2, 3, 4, 5, 6, 7].map(commitment),
  });

describe('lists over GraphQL', () => {
  let app: TestApp;
  let officer: Record<string, string>;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-07-01T09:00+03:00' });
    // Reporting opens within the quarter, so that the current period has check-ins.
    const { reporting } = plan(PLAN).plan;
    await app.import(plan(PLAN, { reporting: { ...reporting, opensAfterDays: -91 } }));
    for (const [key, endsOn] of [
      ['a-plan', '2024-12-31'],
      ['b-plan', '2025-06-30'],
      ['z-plan', null],
    ] as const) {
      await app.import({
        ...plan(key, endsOn ? { endsOn } : { endsOn: undefined, reporting: undefined }),
        commitments: [],
      });
    }
    officer = await app.as('MEL_OFFICER', PLAN);
    await app.beat();
    const focal = await app.as('FOCAL_POINT', PLAN, 'works');
    const owed = await app.gql<{ checkIns: { nodes: Array<{ id: string; version: number }> } }>(
      `{ checkIns(plan: "${PLAN}", filter: { institution: "works" }, first: 3) { nodes { id version } } }`,
    );
    for (const { id, version } of owed.data.checkIns.nodes) {
      const sent = await app.gql(
        'mutation ($id: ID!, $v: Int!) { checkInSubmit(input: { checkIn: $id, version: $v, report: { nothingToReport: true, obstacles: "o" } }) { checkIn { id } } }',
        { id, v: version },
        focal,
      );
      expect(sent.errors).toBeUndefined();
    }
  }, 60_000);
  afterAll(() => app.close());

  async function page(which: List, ask: Ask): Promise<Page> {
    const answer = await app.gql<never>(which.query, ask, officer);
    expect(answer.errors).toBeUndefined();
    return which.of(answer.data);
  }
  const idsOf = (found: Page) => found.edges.map(({ node }) => node['id']);

  it.each(LISTS.map((each) => [each.name, each] as const))(
    '%s: reads the same forwards and backwards, in pages of any size',
    async (_, which) => {
      const whole = await page(which, { first: 100 });
      const ids = idsOf(whole);
      expect(ids.length).toBeGreaterThanOrEqual(3);
      expect(new Set(ids).size).toBe(ids.length);
      expect(whole.totalCount).toBe(ids.length);
      expect(whole.nodes).toEqual(whole.edges.map(({ node }) => node));
      expect(whole.pageInfo).toEqual({
        hasNextPage: false,
        hasPreviousPage: false,
        startCursor: whole.edges[0]?.cursor,
        endCursor: whole.edges.at(-1)?.cursor,
      });
      const size = Math.max(1, Math.ceil(ids.length / 4));

      const forwards: unknown[] = [];
      let at: Page | undefined;
      do {
        at = await page(which, { first: size, after: at?.pageInfo.endCursor ?? null });
        expect(at.pageInfo.hasPreviousPage).toBe(forwards.length > 0);
        expect(at.totalCount).toBe(ids.length);
        forwards.push(...idsOf(at));
      } while (at.pageInfo.hasNextPage);
      expect(forwards).toEqual(ids);

      const backwards: unknown[] = [];
      at = undefined;
      do {
        at = await page(which, { last: size, before: at?.pageInfo.startCursor ?? null });
        expect(at.pageInfo.hasNextPage).toBe(backwards.length > 0);
        backwards.unshift(...idsOf(at));
      } while (at.pageInfo.hasPreviousPage);
      expect(backwards).toEqual(ids);

      const between = { after: whole.edges[0]?.cursor ?? null, before: whole.edges.at(-1)?.cursor ?? null };
      expect(idsOf(await page(which, { first: 100, ...between }))).toEqual(ids.slice(1, -1));
      expect(idsOf(await page(which, { last: 100, ...between }))).toEqual(ids.slice(1, -1));
      expect(idsOf(await page(which, { first: 0 }))).toEqual([]);
    },
  );

  it('pages of any size, taken from either end, join to the whole list', async () => {
    const some = LISTS.filter(({ name }) => /DUE_DATE_ASC|END_DATE_DESC|SUBMITTED/.test(name));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...some),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (which, sizes, backwards) => {
          const ids = idsOf(await page(which, { first: 100 }));
          const joined: unknown[] = [];
          let cursor: string | null = null;
          for (let turn = 0, more = true; more && turn < 60; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            const found: Page = await page(
              which,
              backwards ? { last: size, before: cursor } : { first: size, after: cursor },
            );
            if (backwards) joined.unshift(...idsOf(found));
            else joined.push(...idsOf(found));
            cursor = backwards ? found.pageInfo.startCursor : found.pageInfo.endCursor;
            more = backwards ? found.pageInfo.hasPreviousPage : found.pageInfo.hasNextPage;
          }
          expect(joined).toEqual(ids);
        },
      ),
      { numRuns: 15 },
    );
  }, 30_000);

  it('sorts as the order says, what has no date after everything or before it', async () => {
    const numbers = async (order: string) =>
      (
        await page(list('', `commitments(plan: "${PLAN}", ${ARGS}, orderBy: ${order}) *`, 'id number endDate'), {})
      ).nodes.map((node) => [node['number'], node['endDate']]);
    const ascending = await numbers('NUMBER_ASC');
    expect(ascending.map(([number]) => number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await numbers('NUMBER_DESC')).toEqual([...ascending].reverse());
    const byEnd = await numbers('END_DATE_ASC');
    expect(byEnd.map(([, end]) => end)).toEqual([
      ...Array<string>(3).fill('2024-06-30'),
      ...Array<string>(2).fill('2024-12-31'),
      null,
      null,
    ]);
    expect(await numbers('END_DATE_DESC')).toEqual([...byEnd].reverse());
  });

  it('answers the same page for each parent of a list inside another', async () => {
    const { data } = await app.gql<{ commitments: { nodes: Array<{ number: number; milestones: Page }> } }>(
      `{ commitments(plan: "${PLAN}") { nodes { number milestones(last: 2) { totalCount nodes { number } edges { cursor } pageInfo { hasPreviousPage hasNextPage } } } } }`,
    );
    expect(data.commitments.nodes).toHaveLength(7);
    for (const { milestones: found } of data.commitments.nodes) {
      expect(found).toMatchObject({
        totalCount: 9,
        nodes: [{ number: 8 }, { number: 9 }],
        pageInfo: { hasPreviousPage: true, hasNextPage: false },
      });
    }
  });

  it('says whether more follows to who wants to know, beside who asks for the same rows alone', async () => {
    const asked = async (first: number, rest: string) => {
      const list = (name: string, more: string): string =>
        `${name}: commitments(first: ${first}) { nodes { id } ${more} }`;
      const { data } = await app.gql<{ actionPlan: Record<'alone' | 'page', Page> }>(
        `{ ${PLAN_FIELD(`${list('alone', '')} ${list('page', rest)}`)} }`,
      );
      return data.actionPlan;
    };
    for (const [first, hasNextPage] of [
      [2, true],
      [7, false],
    ] as const) {
      const { alone, page } = await asked(first, 'pageInfo { hasNextPage hasPreviousPage }');
      expect(alone.nodes).toHaveLength(first);
      expect(page).toEqual({ nodes: alone.nodes, pageInfo: { hasNextPage, hasPreviousPage: false } });
    }
    const { alone, page } = await asked(2, 'pageInfo { endCursor }');
    expect(page.nodes).toEqual(alone.nodes);
  });

  it('a cursor keeps its place when rows are added or removed between pages', async () => {
    const which = list('', `actionPlans(${ARGS}) *`, 'id key');
    const first = await page(which, { first: 2 });
    expect(first.nodes.map((node) => node['key'])).toEqual(['a-plan', 'b-plan']);
    for (const key of ['a-new-plan', 'c-new-plan']) {
      await app.import({ ...plan(key, { reporting: undefined }), commitments: [] });
    }
    const after = { after: first.pageInfo.endCursor };
    expect((await page(which, after)).nodes.map((node) => node['key'])).toEqual(['c-new-plan', PLAN, 'z-plan']);
    await app.db.query(`delete from action_plan where key in ('b-plan', 'a-new-plan', 'c-new-plan')`);
    expect((await page(which, after)).nodes.map((node) => node['key'])).toEqual([PLAN, 'z-plan']);
    await app.import({ ...plan('b-plan', { endsOn: '2025-06-30' }), commitments: [] });
  });

  describe('refuses', () => {
    const plans = (args: string) => `{ actionPlans(${args}) { totalCount } }`;
    const forged = (...content: unknown[]) => Buffer.from(JSON.stringify(content)).toString('base64url');
    const NIL = '00000000-0000-0000-0000-000000000000';

    it.each([
      ['more than 100 rows', plans('first: 101'), 'first'],
      ['fewer than none', plans('first: -1'), 'first'],
      ['fewer than none from the end', plans('last: -1'), 'last'],
      ['more than 100 rows from the end', plans('last: 101'), 'last'],
      ['both ways at once', plans('first: 1, last: 1'), 'last'],
      ['an empty cursor', plans('after: ""'), 'after'],
      ['nonsense as cursor', plans('after: "nonsense"'), 'after'],
      ['nonsense as cursor from the end', plans('last: 2, before: "{}"'), 'before'],
      ['a forged day', plans(`orderBy: END_DATE_ASC, after: "${forged('plans.end', '2024-02-30', NIL)}"`), 'after'],
      ['a forged year', plans(`orderBy: END_DATE_ASC, after: "${forged('plans.end', '0000-01-01', NIL)}"`), 'after'],
      [
        'a forged instant',
        `{ checkIns(plan: "${PLAN}", orderBy: SUBMITTED_DESC, after: "${forged('check-ins of plan.submitted-desc', '2024-01-01 25:00:00+00', NIL)}") { totalCount } }`,
        'after',
      ],
      [
        'a forged number',
        `{ commitments(plan: "${PLAN}", after: "${forged('commitments of plan.number', '9999999999', NIL)}") { totalCount } }`,
        'after',
      ],
      ['a forged id', plans(`after: "${forged('plans.key', 'a', 'x')}"`), 'after'],
      ['a forged NUL', plans(`after: "${forged('plans.key', 'a\0', NIL)}"`), 'after'],
      ['a cursor that is no list', plans(`after: "${Buffer.from('{"a":1}').toString('base64url')}"`), 'after'],
    ])('%s, naming the argument', async (_, query, field) => {
      const answer = await app.gql(query);
      expect(
        answer.errors?.map(({ extensions }) => [extensions.code, extensions.violations?.map((each) => each.field)]),
      ).toEqual([['BAD_USER_INPUT', [field]]]);
    });

    it('a cursor that was cut short, or is of another list or another order', async () => {
      const { data } = await app.gql<Record<string, Page>>(
        `{ plans: actionPlans(first: 1) { edges { cursor } } down: actionPlans(first: 1, orderBy: KEY_DESC) { edges { cursor } } institutions(first: 1) { edges { cursor } } }`,
      );
      const cursorOf = (name: string) => data[name]?.edges[0]?.cursor ?? '';
      for (const cursor of [
        cursorOf('plans').slice(0, -8),
        cursorOf('plans').slice(0, 10),
        cursorOf('down'),
        cursorOf('institutions'),
      ]) {
        const answer = await app.gql(plans(`after: "${cursor}"`));
        expect(answer.errors?.[0]?.extensions).toMatchObject({
          code: 'BAD_USER_INPUT',
          violations: [{ field: 'after' }],
        });
      }
      expect((await app.gql(plans(`after: "${cursorOf('plans')}"`))).errors).toBeUndefined();
    });

    it('a plan, a number and a period that are not there', async () => {
      for (const query of [
        '{ commitments(plan: "x") { totalCount } }',
        `{ commitment(plan: "${PLAN}", number: 99) { id } }`,
        '{ checkIns(plan: "x") { totalCount } }',
        '{ workingGroups(plan: "x") { totalCount } }',
        '{ institutions(plan: "x") { totalCount } }',
      ]) {
        expect((await app.gql(query)).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
      }
    });
  });
});
