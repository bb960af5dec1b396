import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CheckInsService } from '../../src/check-ins/check-ins.service.js';
import { Viewer } from '../../src/platform/access/viewer.js';
import { TestApp, type Answer } from '../support/app.js';
import { given } from '../support/given.js';
import { invite } from '../support/visitor.js';

const PLAN = 'testville-2024';
const OTHER_PLAN = 'elsewhere-2024';
/** The first quarter is open until 15 May, the second from 1 July to 14 August, the third from 1 October to 14 November. */
const NOW = '2024-04-05T08:00+03:00';
const FIELDS = `id kind summary url completion verifiability potentialForResults openedGovernment dueDate filedDate filedAt
  isSuperseded plan { key } commitment { number } institution { key }`;

type Headers = Record<string, string>;
type Status = 'IN_PROGRESS' | 'COMPLETED' | 'CANCELLED';
interface Seen {
  readonly id: string;
  readonly [field: string]: unknown;
}
interface Deadline {
  readonly kind: string;
  readonly commitment: { readonly number: number } | null;
  readonly dueDate: string;
  readonly filedDate: string | null;
  readonly isOverdue: boolean;
}
type Acted = Answer<{ assessmentFile: { assessment: Seen } }>;

const inPlan = (more: Parameters<typeof given.plan>[0] = {}) =>
  given.plan({
    institutions: [given.institution('works'), given.institution('parks'), given.institution('monitor')],
    commitments: [1, 2, 3, 4, 5].map((number) =>
      given.commitment(number, {
        institutions: [{ institution: 'works', role: 'LEAD' }],
        milestones: [1, 2].map((one) => ({ number: one, title: { en: `Milestone ${number}.${one}` } })),
      }),
    ),
    ...more,
    plan: {
      submittedOn: '2024-02-08',
      participations: [{ institution: 'monitor', role: 'MONITORING_BODY' }],
      ...more.plan,
    },
  });

describe('assessments of the monitoring body', () => {
  let app: TestApp;
  let monitor: Headers;

  beforeAll(async () => {
    app = await TestApp.start({ now: NOW });
    await app.import(inPlan());
    await app.import(
      inPlan({
        member: { key: 'elsewhere', name: { en: 'Elsewhere' }, kind: 'LOCAL', country: 'JO' },
        plan: { key: OTHER_PLAN },
      }),
    );
    monitor = await app.as('MONITORING_BODY', PLAN);
  });
  afterAll(() => app.close());
  beforeEach(() => app.clock.set(new Date(NOW)));

  const file = (input: object, headers = monitor): Promise<Acted> =>
    app.gql(
      `mutation ($input: AssessmentFileInput!) { assessmentFile(input: $input) { assessment { ${FIELDS} } } }`,
      { input: { plan: PLAN, kind: 'INCEPTION', summary: 'Clear enough.', ...input } },
      headers,
    );
  const filed = async (input: object, headers = monitor): Promise<Seen> => {
    const answer = await file(input, headers);
    expect(answer.errors).toBeUndefined();
    return answer.data.assessmentFile.assessment;
  };
  const codeOf = ({ errors }: Answer<object>) => errors?.[0]?.extensions.code;
  const violationsOf = ({ errors }: Answer<object>) => errors?.[0]?.extensions.violations;
  const deadlines = async (plan = PLAN): Promise<Deadline[]> =>
    (
      await app.gql<{ actionPlan: { assessmentDeadlines: Deadline[] } }>(
        `{ actionPlan(key: "${plan}") { assessmentDeadlines { kind commitment { number } dueDate filedDate isOverdue } } }`,
      )
    ).data.actionPlan.assessmentDeadlines;
  const inception = async (plan = PLAN) => (await deadlines(plan)).find(({ kind }) => kind === 'INCEPTION');
  const endOf = async (number: number, plan = PLAN) =>
    (await deadlines(plan)).find(({ commitment }) => commitment?.number === number);

  /** What the lead claims of the milestones of a commitment, in the quarter that is open. */
  async function claim(number: number, statuses: readonly Status[], plan = PLAN): Promise<void> {
    await app.app.get(CheckInsService).expect();
    const [owed] = await app.db.query<
      Array<{ id: string; version: number; planId: string; institutionId: string; milestones: string[] }>
    >(
      `select k.id, k.version, k.plan_id as "planId", k.institution_id as "institutionId",
              (select array_agg(m.id order by m.number) from milestone m where m.commitment_id = c.id) as milestones
         from check_in k join owed_check_in o on o.check_in_id = k.id
         join commitment c on c.id = k.commitment_id join action_plan p on p.id = k.plan_id
        where p.key = $1 and c.number = $2 and o.opens_at <= $3 and o.closes_before > $3`,
      [plan, number, app.clock.now()],
    );
    const { id, version, planId, institutionId, milestones } = owed!;
    await app.app.get(CheckInsService).submit(Viewer.person('x', [{ role: 'FOCAL_POINT', planId, institutionId }]), {
      checkIn: id,
      version,
      report: {
        nothingToReport: false,
        movement: 'CLEAR',
        progress: 'x',
        milestones: statuses.map((status, at) => ({ milestone: milestones[at]!, status })),
      },
    });
  }

  it('stand beside the claim, public at once, and a newer one supersedes without changing the older', async () => {
    await claim(1, ['COMPLETED', 'COMPLETED']);
    const first = await filed({
      kind: 'END_OF_COMMITMENT',
      commitment: 1,
      summary: ' Half of it was seen. ',
      url: 'https://example.org/report',
      completion: 'LIMITED',
      verifiability: 'VERIFIABLE',
      potentialForResults: 'MODEST',
      openedGovernment: 'MARGINAL',
    });
    expect(first).toMatchObject({
      kind: 'END_OF_COMMITMENT',
      summary: 'Half of it was seen.',
      url: 'https://example.org/report',
      completion: 'LIMITED',
      verifiability: 'VERIFIABLE',
      potentialForResults: 'MODEST',
      openedGovernment: 'MARGINAL',
      dueDate: '2024-05-05',
      filedDate: '2024-04-05',
      isSuperseded: false,
      plan: { key: PLAN },
      commitment: { number: 1 },
      institution: { key: 'monitor' },
    });
    app.clock.set(new Date('2024-04-06T08:00+03:00'));
    const second = await filed({ kind: 'END_OF_COMMITMENT', commitment: 1, summary: 'More was seen.' });
    expect(second).toMatchObject({ completion: null, filedDate: '2024-04-06', isSuperseded: false });

    const { data } = await app.gql<{
      commitment: { assessments: { nodes: Seen[]; totalCount: number }; milestones: { nodes: object[] } };
      node: Seen;
      current: { assessments: { nodes: Seen[] } };
    }>(
      `query ($id: ID!) {
        commitment(plan: "${PLAN}", number: 1) { assessments { totalCount nodes { ${FIELDS} } } milestones { nodes { status } } }
        current: actionPlan(key: "${PLAN}") { assessments(filter: { kind: END_OF_COMMITMENT, superseded: false }) { nodes { id } } }
        node(id: $id) { ... on Assessment { ${FIELDS} } }
      }`,
      { id: first.id },
    );
    expect(data.commitment.assessments).toEqual({ totalCount: 2, nodes: [second, { ...first, isSuperseded: true }] });
    expect(data.node).toEqual({ ...first, isSuperseded: true });
    expect(data.current.assessments.nodes).toEqual([{ id: second.id }]);
    // The agency still claims what it claims.
    expect(data.commitment.milestones.nodes).toEqual([{ status: 'COMPLETED' }, { status: 'COMPLETED' }]);

    const recorded = await app.db.query<object[]>(
      `select action, acting_as, difference->'after'->>'summary' as summary from audit_entry where subject_id = any($1::uuid[]) order by number`,
      [[first.id, second.id]],
    );
    expect(recorded).toEqual([
      { action: 'assessment.filed', acting_as: 'MONITORING_BODY', summary: 'Half of it was seen.' },
      { action: 'assessment.filed', acting_as: 'MONITORING_BODY', summary: 'More was seen.' },
    ]);
    for (const statement of [`update assessment set summary = 'x'`, 'delete from assessment', 'truncate assessment'])
      await expect(app.db.query(statement)).rejects.toThrow('never changed or removed');
  });

  it('are filed by nobody but the monitoring body of the plan, least of all by its MEL officer', async () => {
    const count = async () =>
      Number((await app.db.query<[{ count: string }]>('select count(*) from assessment'))[0].count);
    const before = await count();
    const strangers: Record<string, Headers> = {
      'the MEL officer': await app.as('MEL_OFFICER', PLAN),
      'an administrator of the plan': await app.as('ADMIN', PLAN),
      'an administrator of all': await app.as('ADMIN'),
      'the monitoring body of another member': await app.as('MONITORING_BODY', OTHER_PLAN),
      'the focal point of the monitoring body': await app.as('FOCAL_POINT', PLAN, 'monitor'),
      'the steering committee': await app.as('STEERING', PLAN),
      'OGP staff': await app.as('OGP_STAFF'),
    };
    for (const [who, headers] of Object.entries(strangers))
      expect([who, codeOf(await file({}, headers))]).toEqual([who, 'FORBIDDEN']);
    expect(codeOf(await file({}, {}))).toBe('UNAUTHENTICATED');
    expect(await count()).toBe(before);

    await invite(app, 'both@example.org', { role: 'MEL_OFFICER', plan: PLAN });
    await expect(invite(app, 'both@example.org', { role: 'MONITORING_BODY', plan: PLAN })).rejects.toMatchObject({
      key: 'person.officerAndMonitor',
    });
  });

  it.each<[string, object, string, string]>([
    ['without the commitment that ended', { kind: 'END_OF_COMMITMENT' }, 'BAD_USER_INPUT', 'input.commitment'],
    ['of an unknown commitment', { commitment: 99 }, 'NOT_FOUND', 'input.commitment'],
    ['of commitment 0', { commitment: 0 }, 'BAD_USER_INPUT', 'input.commitment'],
    ['of an unknown plan', { plan: 'no-such' }, 'NOT_FOUND', 'input.plan'],
    ['without a word', { summary: ' \n' }, 'BAD_USER_INPUT', 'input.summary'],
    ['that never ends', { summary: 'x'.repeat(20_001) }, 'BAD_USER_INPUT', 'input.summary'],
    ['at an address that is none', { url: 'ftp://example.org' }, 'BAD_USER_INPUT', 'input.url'],
  ])('are not filed %s, and the answer names the field', async (_, input, code, field) => {
    const answer = await file(input);
    expect(codeOf(answer)).toBe(code);
    expect(violationsOf(answer)).toMatchObject([{ field, message: expect.stringMatching(/\S/) }]);
  });

  it('say in the caller’s language what is missing', async () => {
    const answer = await file({ kind: 'END_OF_COMMITMENT' }, { ...monitor, 'accept-language': 'ar' });
    expect(violationsOf(answer)).toMatchObject([{ message: expect.stringContaining('اذكر الالتزام') }]);
  });

  it('at the inception are due two months after the submission, whole days in the plan’s zone, and late ones stay late', async () => {
    const due = { kind: 'INCEPTION', commitment: null, dueDate: '2024-04-08', filedDate: null };
    app.clock.set(new Date('2024-04-08T20:59:00Z'));
    expect(await inception()).toEqual({ ...due, isOverdue: false });
    app.clock.set(new Date('2024-04-08T21:01:00Z'));
    expect(await inception()).toEqual({ ...due, isOverdue: true });
    expect(await filed({})).toMatchObject({ dueDate: '2024-04-08', filedDate: '2024-04-09', commitment: null });
    app.clock.set(new Date('2024-04-20T08:00+03:00'));
    await filed({ summary: 'A second look.' });
    expect(await inception()).toEqual({ ...due, filedDate: '2024-04-09', isOverdue: false });
  });

  it('at the inception are filed as well when each commitment has one, and not before', async () => {
    const elsewhere = await app.as('MONITORING_BODY', OTHER_PLAN);
    for (const commitment of [1, 2, 3, 4]) await filed({ plan: OTHER_PLAN, commitment }, elsewhere);
    expect(await inception(OTHER_PLAN)).toMatchObject({ filedDate: null });
    app.clock.set(new Date('2024-04-10T08:00+03:00'));
    await filed({ plan: OTHER_PLAN, commitment: 5 }, elsewhere);
    expect(await inception(OTHER_PLAN)).toMatchObject({ filedDate: '2024-04-10', dueDate: '2024-04-08' });
  });

  describe('at the end of a commitment', () => {
    it('are due a month after the last milestone was claimed, and claiming it again every quarter moves nothing', async () => {
      await claim(2, ['COMPLETED', 'IN_PROGRESS']);
      expect(await endOf(2)).toBeUndefined();
      // The 10th in Amman, still the 9th in UTC.
      app.clock.set(new Date('2024-07-09T21:30:00Z'));
      await claim(2, ['COMPLETED', 'COMPLETED']);
      const due = { kind: 'END_OF_COMMITMENT', commitment: { number: 2 }, dueDate: '2024-08-10', filedDate: null };
      expect(await endOf(2)).toEqual({ ...due, isOverdue: false });
      app.clock.set(new Date('2024-10-05T08:00+03:00'));
      await claim(2, ['COMPLETED', 'COMPLETED']);
      expect(await endOf(2)).toEqual({ ...due, isOverdue: true });
      expect(await filed({ kind: 'END_OF_COMMITMENT', commitment: 2 })).toMatchObject({ dueDate: '2024-08-10' });
      expect(await endOf(2)).toEqual({ ...due, filedDate: '2024-10-05', isOverdue: false });
    });

    it('are due no more when a claim is taken back, and from the later day when it is made again', async () => {
      await claim(3, ['COMPLETED', 'COMPLETED']);
      expect(await endOf(3)).toMatchObject({ dueDate: '2024-05-05' });
      app.clock.set(new Date('2024-07-05T08:00+03:00'));
      await claim(3, ['COMPLETED', 'IN_PROGRESS']);
      expect(await endOf(3)).toBeUndefined();
      app.clock.set(new Date('2024-10-31T08:00+03:00'));
      await claim(3, ['COMPLETED', 'COMPLETED']);
      expect(await endOf(3)).toMatchObject({ dueDate: '2024-11-30' });
    });

    it('do not wait for cancelled milestones, but are never due for a commitment of which all were cancelled', async () => {
      await claim(4, ['CANCELLED', 'COMPLETED']);
      expect(await endOf(4)).toMatchObject({ dueDate: '2024-05-05' });
      await claim(5, ['CANCELLED', 'CANCELLED']);
      expect(await endOf(5)).toBeUndefined();
    });

    it('may be filed before they are due, of a commitment that is not complete', async () => {
      expect(await filed({ kind: 'END_OF_COMMITMENT', commitment: 5, completion: 'NOT_STARTED' })).toMatchObject({
        dueDate: null,
        completion: 'NOT_STARTED',
      });
    });

    it('are never due while a claim was sent back, nor for what only the plan calls completed, nor without milestones', async () => {
      const key = 'third-2024';
      const institutions = [{ institution: 'works', role: 'LEAD' as const }];
      const done = (number: number) => ({ number, title: { en: 'Done' }, status: 'COMPLETED' as const });
      await app.import(
        inPlan({
          member: { key: 'third', name: { en: 'Third' }, kind: 'LOCAL', country: 'JO' },
          plan: { key },
          commitments: [
            given.commitment(1, { institutions, milestones: [done(1), done(2)] }),
            given.commitment(2, { institutions, milestones: [] }),
            given.commitment(3, { institutions, milestones: [{ number: 1, title: { en: 'To do' } }] }),
          ],
        }),
      );
      await claim(3, ['COMPLETED'], key);
      expect((await deadlines(key)).map(({ commitment }) => commitment?.number ?? null)).toEqual([null, 3]);
      await app.db.query(
        `update check_in set status = 'RETURNED' where status = 'SUBMITTED' and plan_id = (select id from action_plan where key = $1)`,
        [key],
      );
      expect((await deadlines(key)).map(({ commitment }) => commitment?.number ?? null)).toEqual([null]);
    });

    it('are those of the plan alone, those not filed first', async () => {
      const found = await deadlines();
      expect(found.map(({ commitment }) => commitment?.number ?? null)).toEqual([4, 3, null, 1, 2]);
      expect((await deadlines(OTHER_PLAN)).map(({ kind }) => kind)).toEqual(['INCEPTION']);
      const { data } = await app.gql<{ actionPlan: { assessments: { nodes: Array<{ plan: { key: string } }> } } }>(
        `{ actionPlan(key: "${OTHER_PLAN}") { assessments(first: 100) { nodes { plan { key } } } } }`,
      );
      expect(new Set(data.actionPlan.assessments.nodes.map(({ plan }) => plan.key))).toEqual(new Set([OTHER_PLAN]));
    });
  });

  it('keep their commitment when a plan file no longer has it', async () => {
    const key = 'fourth-2024';
    const member = { key: 'fourth', name: { en: 'Fourth' }, kind: 'LOCAL', country: 'JO' } as const;
    await app.import(inPlan({ member, plan: { key } }));
    const institution = await app.as('MONITORING_BODY', key, 'parks');
    expect(await filed({ plan: key, commitment: 2 }, institution)).toMatchObject({ institution: { key: 'parks' } });
    const { kept } = await app.import(inPlan({ member, plan: { key }, commitments: [] }));
    expect(kept.map(({ path, key }) => `${path} ${key}`)).toEqual([
      '$.commitments[number=2] planImport.commitmentKept',
    ]);
  });
});
