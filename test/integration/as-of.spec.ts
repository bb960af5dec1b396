import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { AsOf1795400000033 } from '../../migrations/1795400000033-as-of.js';
import { KEPT } from '../../migrations/as-of-views.js';
import type { FilePlan, PlanFile } from '../../src/interchange/plan-file.js';
import { TestApp } from '../support/app.js';
import { handIn } from '../support/filing.js';
import { given } from '../support/given.js';
import { statementsDuring } from '../support/statements.js';

const PLAN = 'testville-2024';
const TABLES = ['progress', 'milestones', 'check-ins', 'institutions', 'evidence', 'assessments'];

/** What everybody may read of a plan that is kept as it stood; addresses below the plan's. */
const FILES = [
  ...TABLES.map((table) => `progress.csv?table=${table}`),
  'progress.csv?period=2024-Q1',
  'progress.csv?table=milestones&period=2024-Q1',
  'progress.ndjson?table=check-ins&period=2024-Q1',
  'progress.csv?language=ar',
];
const READS = [
  '?language=en',
  'commitments?limit=100',
  'commitments/1?language=en',
  'commitments/2?language=en',
  'periods?limit=100',
  'check-ins?limit=100',
  'institutions?limit=100',
  'reporting-rate?language=en',
];
const QUESTION = `
  query ($asOf: DateTime) {
    actionPlan(key: "${PLAN}", asOf: $asOf) {
      title endDate currentPeriod { key state } reportingRate { expected received late verified overdue longestOverdueDays }
      reportingRates(by: [INSTITUTION, PERIOD], first: 20) { totalCount nodes { institution { key name } period { key } rate { received overdue } } }
      commitments(first: 4) {
        totalCount nodes {
          number title progress { milestones completed overdue overdueSince } implementingInstitutions { role institution { name } }
          milestones(first: 4) { totalCount nodes { title status dueDate originalDueDate isOverdue dueDateHistory { dueDate } verified { status } evidence { title name } } }
          checkIns(first: 6) { nodes { ...Said } } assessments(first: 5) { nodes { summary isSuperseded } }
        }
      }
      publications(first: 5) { nodes { version isLatest sha256 } }
    }
    checkIns(plan: "${PLAN}", asOf: $asOf, first: 12) { totalCount nodes { ...Said } }
    commitment(plan: "${PLAN}", number: 1, asOf: $asOf) { title latestCheckIn { ...Said } }
  }
  fragment Said on CheckIn {
    status punctuality progress obstacles submittedAt dueDate institution { key } milestoneUpdates { status percent }
    evidence { title url name } verifications { finding milestones { status } } corrections { reason } revisions { version }
  }`;

interface Recorded {
  readonly at: Date;
  readonly what: string;
  readonly answers: ReadonlyMap<string, string>;
}

/** The plan as each import has it. */
const file = (more: Partial<PlanFile> & { plan?: Partial<FilePlan> } = {}): PlanFile =>
  given.plan({
    institutions: [given.institution('works', { name: { en: 'Works', ar: 'الأشغال' } }), given.institution('parks')],
    commitments: [
      given.commitment(1, {
        institutions: [{ institution: 'works', role: 'LEAD' }],
        milestones: [
          { number: 1, title: { en: 'Names' }, dueOn: '2024-03-31', status: 'NOT_STARTED' },
          { number: 2, title: { en: 'A map' }, dueOn: '2024-06-30' },
        ],
      }),
      given.commitment(2, {
        institutions: [
          { institution: 'works', role: 'LEAD' },
          { institution: 'parks', role: 'SUPPORTING' },
        ],
      }),
    ],
    ...more,
  });

describe('what is asked for as of an instant', () => {
  let app: TestApp;
  let who: Record<'officer' | 'works' | 'parks' | 'monitor', Record<string, string>>;
  const recorded: Recorded[] = [];

  const get = async (address: string, asOf?: Date): Promise<Response> => {
    const separator = address.includes('?') ? '&' : '?';
    const path = address.startsWith('?') ? address : `/${address}`;
    return fetch(`${app.url}/api/v1/plans/${PLAN}${path}${asOf ? `${separator}asOf=${asOf.toISOString()}` : ''}`);
  };
  const ask = async (asOf?: Date, headers = {}) => {
    const { data, errors } = await app.gql(QUESTION, { asOf }, headers);
    expect(errors).toBeUndefined();
    return JSON.stringify(data, null, 1);
  };
  const everything = async (asOf?: Date): Promise<Map<string, string>> => {
    const answers = new Map<string, string>();
    for (const address of [...FILES, ...READS]) {
      const response = await get(address, asOf);
      // A period can be gone for a while: then that is what is answered.
      expect([address, response.status]).toEqual([address, address.includes('period=') ? response.status : 200]);
      answers.set(address, `${response.status} ${await response.text()}`);
    }
    answers.set('GraphQL', await ask(asOf));
    return answers;
  };
  const change = async (mutation: string, input: object, headers: Record<string, string>) => {
    const name = mutation.charAt(0).toUpperCase() + mutation.slice(1);
    const { errors } = await app.gql(
      `mutation ($input: ${name}Input!) { ${mutation}(input: $input) { __typename } }`,
      { input },
      headers,
    );
    expect([mutation, errors]).toEqual([mutation, undefined]);
  };
  const checkIn = async (institution: string, commitment: number) => {
    const [found] = await app.db.query<[{ id: string; version: number }]>(
      `select k.id, coalesce(d.version, k.version) as version from check_in k join institution i on i.id = k.institution_id
         join commitment c on c.id = k.commitment_id join reporting_period r on r.id = k.period_id
         left join check_in_draft d on d.check_in_id = k.id
        where i.key = $1 and c.number = $2 and r.key = '2024-Q1'`,
      [institution, commitment],
    );
    return { checkIn: found.id, version: found.version };
  };
  const upload = async (name: string) => {
    const form = new FormData();
    form.set('file', new Blob([name]), name);
    const { checkIn: id } = await checkIn('works', 1);
    const sent = await fetch(`${app.url}/check-ins/${id}/files`, { method: 'POST', headers: who.works, body: form });
    expect(sent.status).toBe(201);
  };
  const milestone = async (number: number) =>
    (
      await app.db.query<[{ id: string }]>(
        `select m.id from milestone m join commitment c on c.id = m.commitment_id where c.number = 1 and m.number = $1`,
        [number],
      )
    )[0].id;

  /** Each line at its hour, and everything read right after it. */
  const story: ReadonlyArray<[at: string, what: string, work: () => Promise<unknown>]> = [
    ['2024-03-20T09:00+03:00', 'the plan is imported', () => app.import(file())],
    ['2024-04-01T00:00:10+03:00', 'reporting opens', () => app.beat()],
    [
      '2024-04-03T09:00+03:00',
      'works hands in',
      async () => {
        await upload('minutes.txt');
        await change(
          'checkInSubmit',
          {
            ...(await checkIn('works', 1)),
            report: {
              movement: 'LITTLE',
              progress: 'First words.',
              obstacles: 'None to speak of.',
              language: 'en',
              milestones: [{ milestone: await milestone(1), status: 'IN_PROGRESS', percent: 30, note: 'Begun' }],
              evidence: [{ url: 'https://one.example.org/', title: 'One' }],
            },
          },
          who.works,
        );
      },
    ],
    [
      '2024-04-04T09:00+03:00',
      'works begins another, which is nobody’s business',
      async () =>
        change('checkInSaveDraft', { ...(await checkIn('works', 2)), report: { progress: 'Not yet.' } }, who.works),
    ],
    [
      '2024-04-08T09:00+03:00',
      'parks is given more time',
      () =>
        change(
          'periodExtend',
          { plan: PLAN, period: '2024-Q1', institution: 'parks', dueDate: '2024-04-20', reason: 'Flood.' },
          who.officer,
        ),
    ],
    [
      '2024-04-09T09:00+03:00',
      'it is sent back',
      async () => change('checkInReturn', { ...(await checkIn('works', 1)), comment: 'Which names?' }, who.officer),
    ],
    ['2024-04-09T15:00+03:00', 'a file is added, which is nobody’s business yet', () => upload('names.txt')],
    [
      '2024-04-10T09:00+03:00',
      'and handed in again with other words, milestones and evidence',
      async () => {
        const [{ id }] = await app.db.query<[{ id: string }]>(
          `select id from evidence_file where name = 'minutes.txt'`,
        );
        await change('evidenceFileRemove', { file: id }, who.works);
        await change(
          'checkInSubmit',
          {
            ...(await checkIn('works', 1)),
            report: {
              movement: 'CLEAR',
              progress: 'Second words.',
              milestones: [
                { milestone: await milestone(1), status: 'COMPLETED', percent: 100 },
                { milestone: await milestone(2), status: 'NOT_STARTED', forecastDate: '2024-09-01' },
              ],
              evidence: [{ url: 'https://two.example.org/', title: 'Two', milestone: await milestone(1) }],
            },
          },
          who.works,
        );
      },
    ],
    [
      '2024-04-11T09:00+03:00',
      'it is verified',
      async () =>
        change(
          'checkInVerify',
          {
            ...(await checkIn('works', 1)),
            finding: 'Half of the names.',
            milestones: [{ milestone: await milestone(1), status: 'IN_PROGRESS', percent: 50 }],
          },
          who.officer,
        ),
    ],
    [
      '2024-04-12T09:00+03:00',
      'and published',
      async () => change('checkInPublish', await checkIn('works', 1), who.officer),
    ],
    [
      '2024-04-13T09:00+03:00',
      'a milestone is moved',
      async () =>
        change(
          'milestoneReschedule',
          { milestone: await milestone(2), dueDate: '2024-08-31', reason: 'Rain.' },
          who.officer,
        ),
    ],
    ['2024-04-15T00:00:10+03:00', 'the due day has passed', () => Promise.resolve()],
    [
      '2024-04-16T09:00+03:00',
      'the published one is opened again',
      async () => change('checkInReopen', { ...(await checkIn('works', 1)), reason: 'A wrong name.' }, who.officer),
    ],
    ['2024-04-17T09:00+03:00', 'and corrected', () => handIn(app, 'works', [1])],
    [
      '2024-04-18T09:00+03:00',
      'parks has nothing to report',
      async () =>
        change(
          'checkInSubmit',
          { ...(await checkIn('parks', 2)), report: { nothingToReport: true, obstacles: 'No budget.' } },
          who.parks,
        ),
    ],
    [
      '2024-04-19T09:00+03:00',
      'the quarter is published',
      () => change('periodPublish', { plan: PLAN, period: '2024-Q1' }, who.officer),
    ],
    [
      '2024-04-22T09:00+03:00',
      'the plan is imported again with other texts, institutions, roles, milestones and days',
      () =>
        app.import(
          file({
            institutions: [
              given.institution('works', { name: { en: 'Public works' } }),
              given.institution('parks'),
              given.institution('roads'),
            ],
            plan: { ...file().plan, title: { en: 'Plan of Testville, amended' }, endsOn: '2025-02-28' },
            commitments: [
              given.commitment(1, {
                title: { en: 'Names for all' },
                policyAreas: ['Streets', 'Maps; and more'],
                institutions: [{ institution: 'works', role: 'LEAD' }],
                milestones: [
                  { number: 1, title: { en: 'All names' }, dueOn: '2024-03-31', status: 'IN_PROGRESS' },
                  { number: 2, title: { en: 'A map' }, dueOn: '2024-06-30' },
                  { number: 3, title: { en: 'Added at midpoint' }, dueOn: '2024-11-30' },
                ],
              }),
              given.commitment(2, {
                institutions: [
                  { institution: 'parks', role: 'LEAD' },
                  { institution: 'roads', role: 'SUPPORTING' },
                ],
              }),
              given.commitment(3, { institutions: [{ institution: 'roads', role: 'LEAD' }] }),
            ],
          }),
        ),
    ],
    [
      '2024-04-23T09:00+03:00',
      'a commitment that nobody reported on goes again, and quarters become half-years',
      () =>
        app.import(
          file({
            plan: {
              ...file().plan,
              reporting: { ...file().plan.reporting!, cadence: { months: 6, countedFrom: 'CALENDAR' } },
            },
          }),
        ),
    ],
    [
      '2024-04-24T09:00+03:00',
      'the monitoring body assesses',
      () => change('assessmentFile', { plan: PLAN, kind: 'INCEPTION', commitment: 1, summary: 'Clear.' }, who.monitor),
    ],
    [
      '2024-04-25T09:00+03:00',
      'and assesses again',
      () =>
        change('assessmentFile', { plan: PLAN, kind: 'INCEPTION', commitment: 1, summary: 'Clearer.' }, who.monitor),
    ],
    ['2024-07-20T09:00+03:00', 'a quarter passes in which nobody says anything', () => app.beat()],
    ['2024-08-01T09:00+03:00', 'quarters come back', () => app.import(file())],
  ];

  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-03-20T08:00+03:00' });
    for (const [at, what, work] of story) {
      app.clock.set(new Date(at));
      await work();
      who ??= {
        officer: await app.as('MEL_OFFICER', PLAN),
        works: await app.as('FOCAL_POINT', PLAN, 'works'),
        parks: await app.as('FOCAL_POINT', PLAN, 'parks'),
        monitor: await app.as('MONITORING_BODY', PLAN),
      };
      recorded.push({ at: app.clock.now(), what, answers: await everything() });
    }
    app.clock.set(new Date('2024-12-01T09:00+03:00'));
  }, 60_000);
  afterAll(() => app.close());

  it('is byte for byte what was answered at that instant, whatever has happened since', async () => {
    for (const { at, what, answers } of recorded) {
      for (const [address, then] of await everything(at))
        expect([what, address, then]).toEqual([what, address, answers.get(address)]);
    }
    // A test that compares nothing with nothing would pass as well.
    for (const address of [...FILES, ...READS, 'GraphQL'])
      expect([address, new Set(recorded.map(({ answers }) => answers.get(address))).size > 1]).toEqual([address, true]);
  }, 120_000);

  it('is all tables at once in JSON, which says as of when', async () => {
    const [first] = recorded;
    const body = (await (await get('progress.json', first!.at)).json()) as {
      asOf: string;
      tables: Record<string, object[]>;
    };
    expect(body.asOf).toBe(first!.at.toISOString());
    expect(Object.keys(body.tables)).toEqual(TABLES);
  });

  it('stands beside the present and beside another instant in one question', async () => {
    const title = (name: string, asOf?: Date) =>
      `${name}: actionPlan(key: "${PLAN}"${asOf ? `, asOf: "${asOf.toISOString()}"` : ''}) { title reportingRate { expected received } commitments { totalCount nodes { milestones { totalCount } } } }`;
    const amended = recorded.find(({ what }) => what.includes('imported again'))!;
    const { data } = await app.gql<Record<string, { title: string; commitments: { totalCount: number } }>>(
      `{ ${title('now')} ${title('then', amended.at)} ${title('first', recorded[0]!.at)} again: actionPlan(key: "${PLAN}") { title } }`,
    );
    expect([data['now']!.title, data['then']!.title, data['first']!.title, data['again']!.title]).toEqual([
      'Plan of Testville',
      'Plan of Testville, amended',
      'Plan of Testville',
      'Plan of Testville',
    ]);
    expect([data['now']!, data['then']!, data['first']!].map(({ commitments }) => commitments.totalCount)).toEqual([
      2, 3, 2,
    ]);
  });

  it('costs no more statements for many rows than for one', async () => {
    const question = (first: number) =>
      app.gql(`{ commitments(plan: "${PLAN}", asOf: "${recorded[16]!.at.toISOString()}", first: ${first}) {
        nodes { reportingRate { received } milestones { nodes { status } } checkIns { nodes { institution { key } verifications { finding } } } } } }`);
    const one = await statementsDuring(() => question(1));
    expect(await statementsDuring(() => question(50))).toBe(one);
  });

  it('shows nobody more than it showed everybody: no draft, no file, nothing that could be done next', async () => {
    for (const { at, what, answers } of recorded.slice(1, 10))
      for (const headers of [who.officer, who.works])
        expect([what, await ask(at, headers)]).toEqual([what, answers.get('GraphQL')]);
    const { at } = recorded.find(({ what }) => what.includes('begins another'))!;
    const { data } = await app.gql<{ checkIns: { nodes: object[] } }>(
      `{ checkIns(plan: "${PLAN}", asOf: "${at.toISOString()}", filter: { institution: "works", commitment: 2 }) { nodes { status progress availableTransitions } } }`,
      {},
      who.officer,
    );
    expect(data.checkIns.nodes).toEqual([{ status: 'EXPECTED', progress: null, availableTransitions: [] }]);
  });

  describe('is refused', () => {
    const refusal = async (asOf: string, fields = 'title') => {
      const { errors } = await app.gql(`{ actionPlan(key: "${PLAN}", asOf: "${asOf}") { ${fields} } }`);
      return errors?.map(({ extensions: { code, violations } }) => [
        code,
        violations?.[0]?.field,
        violations?.[0]?.message,
      ]);
    };
    const SINCE = expect.stringContaining('before 2024-03-20T06:00:0');

    it('for the future, and for the time before the plan', async () => {
      expect(await refusal('2024-12-02T09:00:00Z')).toEqual([
        ['BAD_USER_INPUT', 'asOf', 'The future is not known. Give an instant that has passed, or none.'],
      ]);
      for (const early of ['2024-03-20T05:59:59Z', '0001-01-01T00:00:00+14:00', '0000-01-01T00:00:00Z'])
        expect(await refusal(early)).toEqual([['BAD_USER_INPUT', 'asOf', SINCE]]);
      for (const [asOf, message] of [
        ['2025-01-01T00:00:00Z', expect.stringContaining('future')],
        ['2024-03-20T05:59:59Z', SINCE],
        ['2024-04-31T00:00:00', expect.stringContaining('with its offset')],
        ['yesterday', expect.stringContaining('with its offset')],
      ])
        for (const address of [
          '/progress.csv',
          '/progress.xlsx',
          '/datapackage.json',
          '',
          '/check-ins',
          '/reporting-rate',
        ]) {
          const answer = await fetch(`${app.url}/api/v1/plans/${PLAN}${address}?asOf=${asOf as string}`);
          expect([address, answer.status, await answer.json()]).toEqual([
            address,
            400,
            expect.objectContaining({ code: 'BAD_USER_INPUT', violations: [{ field: 'asOf', message }] }),
          ]);
        }
      const unknown = await app.gql(`{ actionPlan(key: "no-such", asOf: "2024-05-01T00:00:00Z") { title } }`);
      expect(unknown.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    });

    it.each([
      [
        'contacts',
        'participations { nodes { institution { key } } } commitments { nodes { implementingInstitutions { institution { contacts { role } } } } }',
      ],
      ['reminder rules', 'reminderRules { key }'],
      ['a hidden draft', 'commitments { nodes { checkIns { nodes { comments { text } } } } }'],
    ])('for what is not kept as it stood: %s', async (_, fields) => {
      const found = await refusal(recorded[2]!.at.toISOString(), fields);
      expect(found?.[0]).toEqual(['BAD_USER_INPUT', 'asOf', expect.stringContaining('not kept as it stood')]);
    });
  });

  it('is taken with an offset whose plus nobody escaped', async () => {
    const read = async (asOf: string) =>
      (await fetch(`${app.url}/api/v1/plans/${PLAN}/progress.csv?asOf=${asOf}`)).text();
    expect(await read('2024-04-30T23:59:59+03:00')).toBe(await read('2024-04-30T20:59:59Z'));
    const rate = await fetch(`${app.url}/api/v1/plans/${PLAN}/reporting-rate?asOf=2024-04-30T23:59:59+03:00`);
    expect(rate.status).toBe(200);
  });

  it('is kept by caches for a day once it is a day old, and named by its instant', async () => {
    const day = await get('progress.csv', recorded[3]!.at);
    expect(day.headers.get('cache-control')).toBe('public, max-age=86400');
    expect(day.headers.get('content-disposition')).toContain('testville-2024-progress-as-of-20240404T0600');
    const tag = day.headers.get('etag')!;
    const again = await fetch(day.url, { headers: { 'if-none-match': tag } });
    expect([again.status, again.headers.get('cache-control')]).toEqual([304, 'public, max-age=86400']);
    const fresh = await get('progress.csv', new Date(app.clock.now().getTime() - 60_000));
    expect(fresh.headers.get('cache-control')).toBe('public, no-cache');
    const other = await get('progress.csv', recorded[4]!.at);
    expect(other.headers.get('etag')).not.toBe(tag);
    // What happens now changes nothing of then.
    await change(
      'milestoneReschedule',
      { milestone: await milestone(2), dueDate: '2024-10-31', reason: 'Snow.' },
      who.officer,
    );
    expect((await fetch(day.url, { headers: { 'if-none-match': tag } })).status).toBe(304);
  });

  it('is asked of views that have every column of the table or view that they stand for', async () => {
    const columns = await app.db.query<Array<{ name: string; live: string[]; then: string[] }>>(
      `select c.relname as name,
              (select array_agg(attname || ' ' || format_type(atttypid, atttypmod) order by attname) from pg_attribute where attrelid = to_regclass('public.' || c.relname) and attnum > 0 and not attisdropped) as live,
              (select array_agg(attname || ' ' || format_type(atttypid, atttypmod) order by attname) from pg_attribute where attrelid = c.oid and attnum > 0) as then
         from pg_class c where c.relnamespace = 'as_of'::regnamespace and c.relkind = 'v' and c.relname <> 'beginning'`,
    );
    expect(columns.length).toBeGreaterThan(20);
    for (const { name, live, then } of columns) expect({ name, columns: then }).toEqual({ name, columns: live });
    const keys = await app.db.query<Array<{ name: string; key: string[] }>>(
      `select i.indrelid::regclass::text as name, array_agg(a.attname::text order by array_position(i.indkey::int[], a.attnum::int)) as key
         from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey) where i.indisprimary group by 1`,
    );
    const known = new Map(keys.map(({ name, key }) => [name, [...key].sort()]));
    for (const [table, key] of Object.entries(KEPT))
      expect([table, [...key].sort()]).toEqual([table, known.get(table)]);
  });

  it('keeps former rows from being changed', async () => {
    await expect(app.db.query('delete from as_of.former_row')).rejects.toThrow('never changed');
    await expect(app.app.get(DataSource).query('update as_of.former_row set said = null')).rejects.toThrow();
  });

  it('begins, in a database that is older than former rows, with the last change before the upgrade', async () => {
    const runner = app.db.createQueryRunner();
    const upgrade = new AsOf1795400000033();
    await upgrade.down(runner);
    await upgrade.up(runner);
    await runner.release();
    const [{ last }] = await app.db.query<[{ last: Date }]>('select max(at) as last from audit_entry');
    const present = await (await get('progress.csv')).text();
    expect(await (await get('progress.csv', last)).text()).toBe(present);
    const before = await get('progress.csv', new Date(last.getTime() - 1));
    expect([before.status, await before.text()]).toEqual([400, expect.stringContaining(last.toISOString())]);
    const since = app.clock.now();
    app.clock.set(new Date(since.getTime() + 3_600_000));
    await change(
      'milestoneReschedule',
      { milestone: await milestone(2), dueDate: '2024-11-30', reason: 'Ice.' },
      who.officer,
    );
    expect(await (await get('progress.csv?table=milestones', since)).text()).toContain('2024-10-31');
    expect(await (await get('progress.csv?table=milestones')).text()).toContain('2024-11-30');
  });
});
