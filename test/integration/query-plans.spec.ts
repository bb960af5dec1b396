import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';
import { readFile } from 'node:fs/promises';
import { QUESTIONS } from '../../bench/reading/questions.js';
import { OPERATIONS } from '../../src/rest/operations.js';
import { TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/cluster.js';
import { fillLarge, LARGE_PLAN, NOW, USUAL_PLAN } from '../support/large-database.js';
import { entriesRead, Explainer, pagesRead, scansOf, type Scan } from '../support/query-plan.js';
import { examplesOf } from '../support/schema-examples.js';
import { SchemaQuestions } from '../support/schema-questions.js';
import { pageIn, SchemaWalk, type Asked } from '../support/schema-walk.js';
import { StatementCounts } from '../support/statement-counts.js';
import { OF_TABLES, sentDuring, type Sent } from '../support/statements.js';

/** A table with so many rows is read by an index or not at all. */
const MANY_ROWS = 500;
/** More of one table is not looked at for a page, or for one plan of the usual size: what grows with the table would be. */
const MOST_ROWS = 600;

/** What has to look at all rows that there are, and why it may. */
const LOOKS_AT_ALL: ReadonlyArray<{ readonly question: RegExp; readonly statement: RegExp; readonly because: string }> =
  [
    {
      question: /^\{ (actionPlans|auditEntries|institutions|people|tokens)\((?!.*plan:)/,
      statement: /^select count\(\*\)/,
      because: 'how many rows there are in all is known to nobody who has not counted them, and is asked for by itself',
    },
    {
      question: /^\{ institutions\(filter: \{ withoutAddress: (true|false) \}/,
      statement: /from institution/,
      because:
        'whether anybody can be reached is derived, not stored; of all plans it is asked by those who run the service',
    },
  ];

/** Where the thousandth page of a list begins, with one row a page. */
const DEEP = 1_000;

/** What has to look at a whole plan, of one with 1,100 commitments and 8,800 check-ins. */
const OF_A_WHOLE_PLAN = [
  `checkIns(plan: "${LARGE_PLAN}", filter: { updatedSince: "2024-06-01T00:00:00Z", statuses: [RETURNED] }) { nodes { id } }`,
  `commitments(plan: "${LARGE_PLAN}", filter: { missingIn: "2024-Q2" }) { totalCount }`,
  `commitments(plan: "${LARGE_PLAN}", filter: { institution: "unit-3" }) { totalCount }`,
  `commitments(plan: "${LARGE_PLAN}", filter: { overdue: false }) { totalCount }`,
  `actionPlan(key: "${LARGE_PLAN}") { reportingRate { expected } reportingRates(by: [INSTITUTION, COMMITMENT, PERIOD]) { totalCount } }`,
  `actionPlan(key: "${LARGE_PLAN}") { periods { nodes { reportingRate { overdue } latestCheckIn { id } } } assessmentDeadlines { kind } }`,
];
const MOST_OF_A_WHOLE_PLAN = 4 * 8_800;
/** Check-ins of one of its periods. */
const OF_A_PERIOD = 2_200;

/** The way back up from where one usually ends, and down again. */
const REVERSE = [
  `commitments(plan: "${LARGE_PLAN}", first: ROWS) { nodes { milestones(first: 2) { nodes { responsibleInstitution { member { key } } commitment { checkIns(first: 2) { nodes { institution { name } } } } } } } }`,
  `checkIns(plan: "${LARGE_PLAN}", first: ROWS) { nodes { commitment { plan { member { key } } workingGroup { coordinator { key } commitments(first: 2) { nodes { plan { key } } } } } } }`,
  `workingGroups(plan: "${LARGE_PLAN}", first: ROWS) { nodes { members(first: 2) { nodes { member { actionPlans(first: 2) { nodes { currentPeriod { key } } } } } } } }`,
];

/** Texts of the plan are originals in English, so that only its own language says that they are shown in Arabic. */
async function translated({ db }: TestApp): Promise<void> {
  const ofPlan = `select c.id from commitment c join action_plan p on p.id = c.plan_id where p.key = $1`;
  const title = `jsonb_set(jsonb_set(title, '{ar,origin}', '"HUMAN_TRANSLATION"'), '{en,origin}', '"ORIGINAL"')`;
  await db.query(`update commitment set title = ${title} where id in (${ofPlan})`, [USUAL_PLAN]);
  await db.query(`update milestone set title = ${title} where commitment_id in (${ofPlan})`, [USUAL_PLAN]);
  await db.query(`update action_plan set title = ${title} where key = $1`, [USUAL_PLAN]);
}

describe('with many plans in the database', () => {
  let database: TestDatabase;
  let app: TestApp;
  let explainer: Explainer;
  let everybody: Record<string, string>;
  let schema: ReturnType<typeof buildSchema>;
  beforeAll(async () => {
    database = await createDatabase();
    await fillLarge(database.url);
    app = await TestApp.start({ now: NOW, databaseUrl: database.url });
    await translated(app);
    explainer = await Explainer.connect(database.url);
    everybody = await app.as('ADMIN');
    schema = buildSchema(await readFile('src/schema.graphql', 'utf8'));
  }, 120_000);
  afterAll(async () => {
    await explainer.close();
    await app.close();
    await database.drop();
  });

  const isTooMuch = ({ table, isSequential, rows }: Scan): boolean =>
    rows > MOST_ROWS || (isSequential && explainer.rowsOf(table) > MANY_ROWS);

  async function tooMuchOf(asked: Asked): Promise<string[]> {
    if (LOOKS_AT_ALL.some(({ question, statement }) => question.test(asked.question) && statement.test(asked.text)))
      return [];
    const plans = await explainer.plansOf(asked);
    return plans.flatMap((plan, times) =>
      scansOf(plan)
        .filter(isTooMuch)
        .map(
          ({ table, isSequential, rows }) =>
            `${rows} rows of ${table}${isSequential ? ' from end to end' : ''}${times > 0 ? ', once prepared' : ''}: ${asked.question}: ${asked.text}`,
        ),
    );
  }

  let walking: Promise<readonly Asked[]> | undefined;
  /** Every statement behind the schema and the addresses of REST. */
  const walked = (): Promise<readonly Asked[]> => (walking ??= walkAll());

  async function walkAll(): Promise<readonly Asked[]> {
    const walk = new SchemaWalk(app, new SchemaQuestions(schema, examplesOf(USUAL_PLAN)), everybody);
    await walk.everything(
      `{ actionPlan(key: "${USUAL_PLAN}") { __typename id } commitment(plan: "${USUAL_PLAN}", number: 2) { __typename id } }`,
    );
    for (const { method, path } of OPERATIONS) {
      // The files of a publication are made of its content, without another statement.
      if (method !== 'get' || /publications.*\.\w+$/.test(path)) continue;
      const place = path
        .replace('{plan}', USUAL_PLAN)
        .replace('{number}', '2')
        .replace('{period}', '2024-Q2')
        .replace('{version}', '1');
      const address = `/api/v1${place}${path.endsWith('/check-ins/{period}') ? '?institution=unit-3' : ''}`;
      await walk.keeping(address, async () => expect((await fetch(`${app.url}${address}`)).status).toBe(200));
    }
    return walk.asked;
  }

  it('no question that the schema or an address of REST allows reads through a table', async () => {
    const asked = await walked();
    expect(asked.length).toBeGreaterThan(400);
    const found = [];
    for (const one of asked) found.push(...(await tooMuchOf(one)));
    expect(found).toEqual([]);
  }, 120_000);

  it('what is looked up by keys is planned once, and not each time for as few as there are', async () => {
    const byKeys = (await walked()).filter(({ text }) => text.includes('((select $'));
    expect(byKeys.length).toBeGreaterThan(80);
    const anew = [];
    for (const asked of byKeys) if (!(await explainer.isPlannedOnce(asked))) anew.push(asked.text);
    // What is filtered as well may be planned better for what it is filtered by.
    expect(anew.filter((text) => !text.includes(' exists ')).length).toBeLessThan(3);
  }, 120_000);

  it.each(OF_A_WHOLE_PLAN)(
    'what asks for all of a plan looks at each row of it a few times at most: %s',
    async (question) => {
      const scans: Scan[] = [];
      for (const sent of await statementsOf(`{ ${question} }`)) scans.push(...scansOf(await explainer.planOf(sent)));
      expect(scans.length).toBeGreaterThan(0);
      expect(scans.filter(({ rows }) => rows > MOST_OF_A_WHOLE_PLAN)).toEqual([]);
    },
  );

  it.each([
    ['first: 25, orderBy: SUBMITTED_DESC', 2 * MOST_ROWS],
    ['last: 25, orderBy: SUBMITTED_DESC', 2 * MOST_ROWS],
    ['first: 25, orderBy: SUBMITTED_DESC, filter: { institution: "unit-3" }', 2 * MOST_ROWS],
    ['first: 25, orderBy: PERIOD_ASC', OF_A_PERIOD + MOST_ROWS],
    ['last: 25', OF_A_PERIOD + MOST_ROWS],
    ['first: 25, filter: { period: "2024-Q2" }', OF_A_PERIOD + MOST_ROWS],
  ])(
    'a page of the check-ins of a plan that has most of all there are is found without its other rows: %s',
    async (page, most) => {
      const isOfList = ({ text }: Sent): boolean => text.includes('limit $');
      const question = `{ checkIns(plan: "${LARGE_PLAN}", ${page}) { nodes { id status } } }`;
      const [list] = (await statementsOf(question)).filter(isOfList);
      const plan = await explainer.planOf(list as Sent);
      expect(entriesRead(plan)).toBeLessThanOrEqual(most);
    },
  );

  it('how punctual it came is read with what is owed, and not looked up once more', async () => {
    const question = `{ actionPlan(key: "${LARGE_PLAN}") { reportingRate { onTime } } }`;
    const scans: Scan[] = [];
    for (const sent of await statementsOf(question)) scans.push(...scansOf(await explainer.planOf(sent)));
    expect(scans.filter(({ table }) => table === 'check_in')).toHaveLength(1);
  });

  it.each([
    ['ActionPlan', `actionPlan(key: "${USUAL_PLAN}") { FIELDS }`],
    ['ActionPlan', `actionPlans(first: 3) { nodes { FIELDS } }`],
    ['Commitment', `commitments(plan: "${USUAL_PLAN}", first: 3) { nodes { FIELDS } }`],
    ['Commitment', `commitments(plan: "${USUAL_PLAN}", last: 3) { edges { node { FIELDS } } }`],
    ['Commitment', `commitment(plan: "${USUAL_PLAN}", number: 2) { FIELDS }`],
    ['Commitment', `workingGroups(plan: "${USUAL_PLAN}") { nodes { commitments { nodes { FIELDS } } } }`],
    ['Milestone', `commitments(plan: "${USUAL_PLAN}") { nodes { milestones { nodes { FIELDS } } } }`],
    ['CheckIn', `checkIns(plan: "${USUAL_PLAN}", last: 10) { nodes { FIELDS } }`],
    ['CheckIn', `commitments(plan: "${USUAL_PLAN}") { nodes { latestCheckIn { FIELDS } } }`],
    ['CheckIn', `actionPlan(key: "${USUAL_PLAN}") { periods { nodes { latestCheckIn { FIELDS } } } }`],
    ['CheckIn', `actionPlan(key: "${USUAL_PLAN}") { periods { nodes { checkIns(first: 5) { nodes { FIELDS } } } } }`],
  ])(
    'of a %s no more is read than a field needs, which says what it says of the whole row: %s',
    async (type, question) => {
      const planned = (field: string) => `{ ${question.replace('FIELDS', field)} }`;
      // What has a condition is left to the usual execution, which has whole rows read.
      const usual = (field: string) => `{ ... on Query @include(if: true) ${planned(field)} }`;
      const fields = new SchemaQuestions(schema, examplesOf(USUAL_PLAN)).eachOf(type);
      for (const field of fields)
        expect([field, await answerTo(planned(field))]).toEqual([field, await answerTo(usual(field))]);
      const lengthOf = async (query: string) => (await statementsOf(query)).map(({ text }) => text).join().length;
      const spared = process.env['FAST_ANSWERS'] === 'off' ? 0 : 200;
      expect(await lengthOf(planned('id'))).toBeLessThanOrEqual((await lengthOf(usual('id'))) - spared);
    },
  );

  it('everything that hangs on the rows of a list takes as many statements for 50 rows as for 5', async () => {
    const questions = new SchemaQuestions(schema, examplesOf(LARGE_PLAN));
    const counts = new StatementCounts(app, questions, everybody);
    const found = [];
    for (const list of questions.listsOf('Query')) found.push(...(await counts.growing(list)));
    expect(found).toEqual([]);
  }, 120_000);

  it.each(REVERSE)('so does the way back up: %s', async (question) => {
    const sent = async (rows: number): Promise<number> =>
      (await statementsOf(`{ ${question.replace('ROWS', String(rows))} }`)).length;
    expect(await sent(50)).toBe(await sent(5));
  });

  it('a page far into a list is found by as little reading as the first one', async () => {
    const { actionPlan } = await answerTo<{ actionPlan: { id: string; currentPeriod: { id: string } } }>(
      `{ actionPlan(key: "${LARGE_PLAN}") { id currentPeriod { id } } }`,
    );
    const questions = new SchemaQuestions(schema, examplesOf(LARGE_PLAN));
    const on = (type: string, id: string) => (field: string) =>
      `{ place: node(id: "${id}") { ... on ${type} { ${field} } } }`;
    const places: Array<[string, (field: string) => string]> = [
      ['Query', (field) => `{ ${field} }`],
      ['ActionPlan', on('ActionPlan', actionPlan.id)],
      ['ReportingPeriod', on('ReportingPeriod', actionPlan.currentPeriod.id)],
    ];
    const compared: string[] = [];
    const found: string[] = [];
    for (const [owner, within] of places)
      for (const { field, variants } of questions.listsOf(owner))
        for (const variant of variants.filter((each) => !each.includes('filter:'))) {
          const ask = (page: string) =>
            within(`${field}(${[variant, page].filter(Boolean).join(', ')}) { totalCount pageInfo { startCursor } }`);
          const { totalCount, pageInfo } = pageIn(await answerTo(ask('last: 6')));
          if (totalCount < DEEP) continue;
          const [first, deep] = [
            await read(ask('first: 5')),
            await read(ask(`first: 5, after: "${pageInfo.startCursor}"`)),
          ];
          compared.push(`${owner}.${field}`);
          if (deep > 2 * first + 20)
            found.push(`${field}(${variant}) reads ${first} pages of the database, and ${deep} far on.`);
        }
    expect(found).toEqual([]);
    // Those that can be so long: of a plan, or of all.
    expect([...new Set(compared)].sort()).toEqual([
      'ActionPlan.assessments',
      'ActionPlan.commitments',
      'Query.actionPlans',
      'Query.auditEntries',
      'Query.checkIns',
      'Query.commitments',
      'Query.institutions',
      'Query.people',
      'Query.reminders',
      'Query.tokens',
      'ReportingPeriod.checkIns',
    ]);
  }, 60_000);

  /** Pages of the database that the answer is made of. */
  async function read(query: string): Promise<number> {
    let pages = 0;
    for (const sent of await statementsOf(query))
      if (!sent.text.startsWith('select count')) pages += pagesRead(await explainer.planOf(sent));
    return pages;
  }

  it.each([
    ['Q1', 12_500],
    ['Q2', 46_000],
    ['Q3', 1_500],
  ] as const)('the answer to %s of the bench has no more than %i bytes', async (name, most) => {
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: QUESTIONS[name], variables: { plan: LARGE_PLAN, number: 3 } }),
    });
    const bytes = (await response.arrayBuffer()).byteLength;
    expect(bytes).toBeGreaterThan(most / 2);
    expect(bytes).toBeLessThanOrEqual(most);
  });

  async function statementsOf(query: string): Promise<Sent[]> {
    return (await sentDuring(() => answerTo(query))).filter(({ text }) => OF_TABLES.test(text));
  }

  async function answerTo<T = object>(query: string): Promise<T> {
    const { data, errors } = await app.gql<T>(query, {}, everybody);
    if (errors) throw new Error(`${query}: ${JSON.stringify(errors)}`);
    return data;
  }
});
