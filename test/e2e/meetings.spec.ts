import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp, type Answer } from '../support/app.js';
import { given } from '../support/given.js';

const PLAN = 'testville-2024';
const OTHER_PLAN = 'elsewhere-2024';
const NOW = '2024-04-05T08:00+03:00';
const UNKNOWN = '00000000-0000-7000-8000-000000000000';
const FIELDS = `id status version date time place agenda note minutes minutesUrl moveReason cancelReason createdAt
  workingGroup { key } plan { key }`;

type Headers = Record<string, string>;
interface Seen {
  readonly id: string;
  readonly version: number;
  readonly status: string;
  readonly date: string;
  readonly [field: string]: unknown;
}
type Acted = Answer<Record<string, { meeting: Seen }>>;

describe('meetings of working groups', () => {
  let app: TestApp;
  let officer: Headers;
  let coordinator: Headers;

  beforeAll(async () => {
    app = await TestApp.start({ now: NOW });
    const workingGroups = [
      { key: 'roads', name: { en: 'Roads' }, coordinator: 'works', members: ['parks'] },
      { key: 'trees', name: { en: 'Trees' }, coordinator: 'parks' },
      { key: 'no-coordinator', name: { en: 'Nobody yet' } },
    ];
    await app.import(given.plan({ workingGroups }));
    await app.import(
      given.plan({
        member: { key: 'elsewhere', name: { en: 'Elsewhere' }, kind: 'LOCAL', country: 'JO' },
        plan: { key: OTHER_PLAN },
        workingGroups,
      }),
    );
    officer = await app.as('MEL_OFFICER', PLAN);
    coordinator = await app.as('COORDINATOR', PLAN, 'works');
  });
  afterAll(() => app.close());
  beforeEach(() => app.clock.set(new Date(NOW)));

  const act = (mutation: string, input: object, headers: Headers): Promise<Acted> => {
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
    return app.gql(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { meeting { ${FIELDS} } } }`,
      { input },
      headers,
    );
  };
  const did = async (mutation: string, input: object, headers = officer): Promise<Seen> => {
    const answer = await act(mutation, input, headers);
    expect(answer.errors).toBeUndefined();
    return answer.data[mutation]!.meeting;
  };
  const plan = (more: object = {}, headers = officer) =>
    did('meetingPlan', { plan: PLAN, workingGroup: 'roads', date: '2024-04-20', ...more }, headers);
  const codeOf = ({ errors }: Acted) => errors?.[0]?.extensions.code;
  const violationsOf = ({ errors }: Acted) => errors?.[0]?.extensions.violations;
  const entries = () =>
    app.db.query<Array<{ action: string; acting_as: string; difference: Record<string, object> }>>(
      `select action, acting_as, difference from audit_entry where subject_type = 'Meeting' order by number`,
    );

  it('are planned, moved and recorded as held, readable by everybody, each step with its record', async () => {
    const before = (await entries()).length;
    const planned = await plan({ time: '09:30', place: ' Town hall ', agenda: 'The list.' }, coordinator);
    expect(planned).toMatchObject({
      status: 'PLANNED',
      version: 1,
      date: '2024-04-20',
      time: '09:30',
      place: 'Town hall',
      agenda: 'The list.',
      workingGroup: { key: 'roads' },
      plan: { key: PLAN },
    });
    const moved = await did(
      'meetingMove',
      { meeting: planned.id, version: 1, date: '2024-04-02', time: null, reason: 'The hall was taken.' },
      coordinator,
    );
    expect(moved).toMatchObject({
      version: 2,
      date: '2024-04-02',
      time: null,
      place: 'Town hall',
      moveReason: 'The hall was taken.',
    });
    const held = await did(
      'meetingRecordHeld',
      { meeting: planned.id, version: 2, minutes: 'Milestone 1.1 was reached.' },
      coordinator,
    );
    expect(held).toMatchObject({ status: 'HELD', version: 3, minutes: 'Milestone 1.1 was reached.', minutesUrl: null });
    const added = await did('meetingRecordHeld', {
      meeting: planned.id,
      version: 3,
      minutesUrl: 'https://example.org/minutes',
    });
    expect(added).toMatchObject({
      status: 'HELD',
      minutes: 'Milestone 1.1 was reached.',
      minutesUrl: 'https://example.org/minutes',
    });
    const { data } = await app.gql<{ node: Seen }>(
      `query ($id: ID!) { node(id: $id) { ... on Meeting { ${FIELDS} } } }`,
      { id: planned.id },
    );
    expect(data.node).toEqual(added);

    const recorded = (await entries()).slice(before);
    expect(recorded.map(({ action, acting_as }) => `${action} ${acting_as}`)).toEqual([
      'meeting.planned COORDINATOR',
      'meeting.moved COORDINATOR',
      'meeting.held COORDINATOR',
      'meeting.held MEL_OFFICER',
    ]);
    expect(recorded[1]!.difference).toMatchObject({
      before: { day: '2024-04-20', startsAtTime: '09:30', version: 1 },
      after: { day: '2024-04-02', startsAtTime: null, version: 2 },
      reason: 'The hall was taken.',
    });
  });

  it('are cancelled with a public reason, and then stay as they are', async () => {
    const { id } = await plan();
    const cancelled = await did('meetingCancel', { meeting: id, version: 1, reason: 'Elections.' });
    expect(cancelled).toMatchObject({ status: 'CANCELLED', cancelReason: 'Elections.', version: 2 });
    for (const [mutation, more] of [
      ['meetingMove', { date: '2024-05-01', reason: 'x' }],
      ['meetingRecordHeld', {}],
      ['meetingCancel', { reason: 'x' }],
    ] as const)
      expect([mutation, codeOf(await act(mutation, { meeting: id, version: 2, ...more }, officer))]).toEqual([
        mutation,
        'CONFLICT',
      ]);
  });

  it('that were held are neither moved nor cancelled', async () => {
    const { id } = await plan({ date: '2024-04-01' });
    await did('meetingRecordHeld', { meeting: id, version: 1 });
    expect(
      codeOf(await act('meetingMove', { meeting: id, version: 2, date: '2024-05-01', reason: 'x' }, officer)),
    ).toBe('CONFLICT');
    expect(codeOf(await act('meetingCancel', { meeting: id, version: 2, reason: 'x' }, officer))).toBe('CONFLICT');
  });

  it('of two people who change one at once, the second is told', async () => {
    const { id } = await plan();
    const move = (date: string) => act('meetingMove', { meeting: id, version: 1, date, reason: 'x' }, officer);
    const both = await Promise.all([move('2024-05-01'), move('2024-05-02')]);
    expect(both.map(codeOf).sort()).toEqual(['CONFLICT', undefined]);
    const loser = both.find(({ errors }) => errors);
    expect(violationsOf(loser!)).toMatchObject([{ field: 'input.version' }]);
  });

  it('belong to whoever coordinates the group: not to another institution, member, or role', async () => {
    const { id } = await plan();
    const strangers: Record<string, Headers> = {
      'the coordinator of another group': await app.as('COORDINATOR', PLAN, 'parks'),
      'the coordinator of the same institution of another member': await app.as('COORDINATOR', OTHER_PLAN, 'works'),
      'a coordinator of no institution': await app.as('COORDINATOR', PLAN),
      'the MEL officer of another member': await app.as('MEL_OFFICER', OTHER_PLAN),
      'the focal point of the coordinating institution': await app.as('FOCAL_POINT', PLAN, 'works'),
      'the monitoring body': await app.as('MONITORING_BODY', PLAN),
      'the steering committee': await app.as('STEERING', PLAN),
      'OGP staff': await app.as('OGP_STAFF'),
    };
    const attempts = [
      ['meetingPlan', { plan: PLAN, workingGroup: 'roads', date: '2024-05-01' }],
      ['meetingMove', { meeting: id, version: 1, date: '2024-05-01', reason: 'x' }],
      ['meetingRecordHeld', { meeting: id, version: 1 }],
      ['meetingCancel', { meeting: id, version: 1, reason: 'x' }],
    ] as const;
    const before = (await entries()).length;
    for (const [who, headers] of Object.entries(strangers))
      for (const [mutation, input] of attempts)
        expect([who, mutation, codeOf(await act(mutation, input, headers))]).toEqual([who, mutation, 'FORBIDDEN']);
    for (const [mutation, input] of attempts) expect(codeOf(await act(mutation, input, {}))).toBe('UNAUTHENTICATED');
    // Nobody coordinates it, and so no coordinator does; the officer of the plan can.
    const orphan = { plan: PLAN, workingGroup: 'no-coordinator', date: '2024-05-01' };
    expect(codeOf(await act('meetingPlan', orphan, coordinator))).toBe('FORBIDDEN');
    expect(await entries()).toHaveLength(before);
    await did('meetingPlan', orphan);
    await plan({}, await app.as('ADMIN', PLAN));
    await plan({}, await app.as('ADMIN'));
  });

  it.each<[string, object, string, string]>([
    ['a day that is none', { date: '2024-02-30' }, 'BAD_USER_INPUT', 'input.date'],
    ['a day long before the plan', { date: '2022-12-31' }, 'BAD_USER_INPUT', 'input.date'],
    ['a day long after the plan', { date: '2026-01-01' }, 'BAD_USER_INPUT', 'input.date'],
    ['the hour 24', { time: '24:00' }, 'BAD_USER_INPUT', 'input.time'],
    ['a time without its zero', { time: '9:30' }, 'BAD_USER_INPUT', 'input.time'],
    ['a place with a line break', { place: 'Hall\r\nBcc: x@example.org' }, 'BAD_USER_INPUT', 'input.place'],
    ['a place with another line separator', { place: 'Hall\u2028x' }, 'BAD_USER_INPUT', 'input.place'],
    ['an unknown group', { workingGroup: 'no-such' }, 'NOT_FOUND', 'input.workingGroup'],
    ['an unknown plan', { plan: 'no-such' }, 'NOT_FOUND', 'input.plan'],
  ])('are not planned with %s, and the answer names the field', async (_, more, code, field) => {
    const answer = await act(
      'meetingPlan',
      { plan: PLAN, workingGroup: 'roads', date: '2024-04-20', ...more },
      officer,
    );
    expect(codeOf(answer)).toBe(code);
    expect(violationsOf(answer)).toMatchObject([{ field, message: expect.stringMatching(/\S/) }]);
  });

  it('take the first and the last day that the plan allows', async () => {
    expect(await plan({ date: '2023-01-01' })).toMatchObject({ date: '2023-01-01' });
    expect(await plan({ date: '2025-12-31' })).toMatchObject({ date: '2025-12-31' });
  });

  it('are not moved to nowhere else, not held before their day, and not found by a wrong id', async () => {
    const { id } = await plan({ date: '2024-04-06', time: '10:00' });
    const same = await act('meetingMove', { meeting: id, version: 1, date: '2024-04-06', reason: 'x' }, officer);
    expect(violationsOf(same)).toMatchObject([{ field: 'input.date' }]);
    const noReason = await act('meetingMove', { meeting: id, version: 1, date: '2024-04-07', reason: ' ' }, officer);
    expect(violationsOf(noReason)).toMatchObject([{ field: 'input.reason' }]);
    const address = await act('meetingRecordHeld', { meeting: id, version: 1, minutesUrl: 'javascript:x' }, officer);
    expect(violationsOf(address)).toMatchObject([{ field: 'input.minutesUrl' }]);
    // In Amman the 6th begins at 21:00 UTC of the 5th.
    app.clock.set(new Date('2024-04-05T20:59:00Z'));
    const early = await act('meetingRecordHeld', { meeting: id, version: 1 }, { ...officer, 'accept-language': 'fr' });
    expect(violationsOf(early)).toMatchObject([
      { field: 'input.meeting', message: expect.stringContaining('La réunion est prévue le 2024-04-06') },
    ]);
    app.clock.set(new Date('2024-04-05T21:01:00Z'));
    await did('meetingRecordHeld', { meeting: id, version: 1 });
    const unknown = await act('meetingCancel', { meeting: UNKNOWN, version: 1, reason: 'x' }, officer);
    expect(codeOf(unknown)).toBe('NOT_FOUND');
  });

  it('of a group are listed by their day, filtered and paged, and are nobody else’s', async () => {
    for (const date of ['2024-06-03', '2024-05-03', '2024-07-03', '2024-05-03'])
      await did('meetingPlan', { plan: PLAN, workingGroup: 'trees', date });
    const { data: first } = await app.gql<{ workingGroups: { nodes: Array<{ key: string; meetings: Listed }> } }>(
      `{ workingGroups(plan: "${PLAN}") { nodes { key meetings(first: 3) { totalCount pageInfo { endCursor hasNextPage } nodes { id date } } } } }`,
    );
    const trees = first.workingGroups.nodes.find(({ key }) => key === 'trees')!.meetings;
    expect(trees.nodes.map(({ date }) => date)).toEqual(['2024-05-03', '2024-05-03', '2024-06-03']);
    expect(trees).toMatchObject({ totalCount: 4, pageInfo: { hasNextPage: true } });
    const rest = await listed(`first: 3, after: "${trees.pageInfo.endCursor}"`);
    expect(rest.nodes.map(({ date }) => date)).toEqual(['2024-07-03']);

    const [one] = trees.nodes;
    await did('meetingCancel', { meeting: one!.id, version: 1, reason: 'x' });
    for (const [args, dates] of [
      ['filter: { status: CANCELLED }', ['2024-05-03']],
      ['filter: { status: PLANNED, from: "2024-06-03", until: "2024-07-03" }', ['2024-06-03', '2024-07-03']],
      ['filter: { until: "2024-05-02" }', []],
      ['orderBy: DATE_DESC, first: 2', ['2024-07-03', '2024-06-03']],
    ] as const)
      expect([args, (await listed(args)).nodes.map(({ date }) => date)]).toEqual([args, dates]);

    const { data: elsewhere } = await app.gql<{ workingGroups: { nodes: Array<{ meetings: Listed }> } }>(
      `{ workingGroups(plan: "${OTHER_PLAN}") { nodes { meetings { totalCount nodes { id date } } } } }`,
    );
    expect(elsewhere.workingGroups.nodes.map(({ meetings }) => meetings.totalCount)).toEqual([0, 0, 0]);
  });

  interface Listed {
    readonly totalCount: number;
    readonly pageInfo: { readonly endCursor: string };
    readonly nodes: ReadonlyArray<{ id: string; date: string }>;
  }
  async function listed(args: string): Promise<Listed> {
    const { data } = await app.gql<{ workingGroups: { nodes: Array<{ key: string; meetings: Listed }> } }>(
      `{ workingGroups(plan: "${PLAN}") { nodes { key meetings(${args}) { nodes { id date } } } } }`,
    );
    return data.workingGroups.nodes.find(({ key }) => key === 'trees')!.meetings;
  }

  it('keep their group when a plan file no longer has it', async () => {
    await plan();
    const without = given.plan({ workingGroups: [] });
    const { kept } = await app.import(without);
    expect(kept.map(({ path, key }) => `${path} ${key}`)).toEqual([
      '$.workingGroups[key=no-coordinator] planImport.groupKept',
      '$.workingGroups[key=roads] planImport.groupKept',
      '$.workingGroups[key=trees] planImport.groupKept',
    ]);
    const { changes } = await app.import(without);
    expect(changes).toEqual([]);
    expect((await listed('first: 1')).nodes).toHaveLength(1);
  });
});
