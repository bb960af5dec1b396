import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Answer } from '../support/app.js';
import { TestApp } from '../support/app.js';
import { given } from '../support/given.js';

const PLAN = 'testville-2024';
const FIELDS = `id version status punctuality nothingToReport movement progress achievements obstacles nextSteps supportNeeded language submittedAt dueDate closeDate
  availableTransitions milestoneUpdates { status percent forecastDate note milestone { number } } evidence { url title } revisions { version status progress }`;

interface CheckIn {
  readonly id: string;
  readonly version: number;
  readonly status: string;
  readonly punctuality: string | null;
  readonly progress: string | null;
  readonly revisions: ReadonlyArray<{ version: number; status: string; progress: string | null }>;
}
type Headers = Record<string, string>;

describe('check-ins', () => {
  let app: TestApp;
  let works: Headers;
  let parks: Headers;
  let officer: Headers;
  /** Period 2024-Q1 opens on 1 April, is due on 14 April and closes on 15 May, whole days in Amman. */
  const DURING = '2024-04-05T08:00+03:00';
  beforeAll(async () => {
    app = await TestApp.start({ now: DURING });
    await app.import(
      given.plan({
        commitments: Array.from({ length: 24 }, (_, i) =>
          given.commitment(i + 1, {
            institutions: [
              { institution: 'works', role: 'LEAD' },
              { institution: 'parks', role: 'SUPPORTING' },
            ],
          }),
        ),
      }),
    );
    works = await app.as('FOCAL_POINT', PLAN, 'works');
    parks = await app.as('FOCAL_POINT', PLAN, 'parks');
    officer = await app.as('MEL_OFFICER', PLAN);
  });
  afterAll(() => app.close());
  beforeEach(() => app.clock.set(new Date(DURING)));

  let commitments = 0;
  /** A check-in that nobody has touched, of a commitment of its own. */
  async function untouched(
    institution = 'works',
    period = '2024-Q1',
    commitment = (commitments += 1),
  ): Promise<{ id: string; milestone: string }> {
    const { data } = await app.gql<{
      checkIns: { nodes: Array<{ id: string; commitment: { milestones: { nodes: Array<{ id: string }> } } }> };
    }>(
      `query ($filter: CheckInFilter) { checkIns(plan: "${PLAN}", filter: $filter) { nodes { id commitment { milestones { nodes { id } } } } } }`,
      { filter: { institution, period, commitment } },
    );
    const [found] = data.checkIns.nodes;
    return { id: found?.id ?? '', milestone: found?.commitment.milestones.nodes[0]?.id ?? '' };
  }
  const save = (id: string, version: number, report: object, headers: Headers = works) =>
    app.gql<{ checkInSaveDraft: { checkIn: CheckIn } }>(
      `mutation ($id: ID!, $version: Int!, $report: CheckInReportInput!) { checkInSaveDraft(input: { checkIn: $id, version: $version, report: $report }) { checkIn { ${FIELDS} } } }`,
      { id, version, report },
      headers,
    );
  const submit = (id: string, version: number, report: object | null = null, headers: Headers = works) =>
    app.gql<{ checkInSubmit: { checkIn: CheckIn } }>(
      `mutation ($id: ID!, $version: Int!, $report: CheckInReportInput) { checkInSubmit(input: { checkIn: $id, version: $version, report: $report }) { checkIn { ${FIELDS} } } }`,
      { id, version, report },
      headers,
    );
  const read = async (id: string, headers: Headers = works) =>
    (
      await app.gql<{ node: CheckIn }>(
        `query ($id: ID!) { node(id: $id) { ... on CheckIn { ${FIELDS} } } }`,
        { id },
        headers,
      )
    ).data.node;
  const refusal = ({ errors }: Answer<object>) => [
    errors?.[0]?.extensions.code,
    ...(errors?.[0]?.extensions.violations?.map(({ field }) => field) ?? []),
  ];
  const CLEAR = { movement: 'CLEAR', progress: 'The council met.' };
  const NOTHING = { nothingToReport: true, obstacles: 'Work begins in autumn.' };
  /** Rows of everything that a save writes, to see that nothing is half-written. */
  const written = async (id: string) =>
    (
      await app.db.query<Array<Record<string, number>>>(
        `select coalesce((select version from check_in_draft where check_in_id = $1), (select version from check_in where id = $1)) as version, (select count(*)::int from check_in_revision where check_in_id = $1) as revisions,
                (select count(*)::int from milestone_update where check_in_id = $1) as updates, (select count(*)::int from evidence where check_in_id = $1) as evidence,
                (select count(*)::int from audit_entry where subject_id = $1) as audited`,
        [id],
      )
    )[0];

  it('a draft is kept, replaced as a whole by the next save, and handed in as it stands', async () => {
    const { id, milestone } = await untouched();
    const first = {
      movement: 'LITTLE',
      achievements: 'a',
      milestones: [{ milestone, status: 'IN_PROGRESS', percent: 40, forecastDate: '2024-07-31', note: 'n' }],
      evidence: [{ url: 'https://example.org/a', title: 't', milestone }],
    };
    expect((await save(id, 0, first)).data.checkInSaveDraft.checkIn).toMatchObject({
      version: 1,
      status: 'DRAFT',
      punctuality: null,
      movement: 'LITTLE',
      achievements: 'a',
      progress: null,
      submittedAt: null,
      milestoneUpdates: [
        { status: 'IN_PROGRESS', percent: 40, forecastDate: '2024-07-31', note: 'n', milestone: { number: 1 } },
      ],
      evidence: [{ url: 'https://example.org/a', title: 't' }],
      availableTransitions: ['SAVE_DRAFT', 'SUBMIT'],
    });
    expect((await save(id, 1, { ...CLEAR, language: 'en' })).data.checkInSaveDraft.checkIn).toMatchObject({
      version: 2,
      achievements: null,
      milestoneUpdates: [],
      evidence: [],
    });
    expect((await submit(id, 2)).data.checkInSubmit.checkIn).toMatchObject({
      version: 3,
      status: 'SUBMITTED',
      punctuality: 'ON_TIME',
      progress: 'The council met.',
      movement: 'CLEAR',
      language: 'en',
      availableTransitions: [],
      revisions: [
        { version: 3, status: 'SUBMITTED' },
        { version: 2, status: 'DRAFT' },
        { version: 1, status: 'DRAFT' },
      ],
    });
  });

  it('a report can be handed in without a draft, and its claims are public at once', async () => {
    const { id, milestone } = await untouched();
    const report = {
      ...CLEAR,
      milestones: [{ milestone, status: 'COMPLETED', percent: 100 }],
      evidence: [{ url: 'https://example.org/a', milestone }],
    };
    expect((await submit(id, 0, report)).errors).toBeUndefined();
    const { data } = await app.gql<{ node: object }>(
      'query ($id: ID!) { node(id: $id) { ... on Milestone { status percent isOverdue evidence { url } commitment { latestCheckIn { id progress } progress { milestones completed } } } } }',
      { id: milestone },
    );
    expect(data.node).toEqual({
      status: 'COMPLETED',
      percent: 100,
      isOverdue: false,
      evidence: [{ url: 'https://example.org/a' }],
      commitment: { latestCheckIn: { id, progress: 'The council met.' }, progress: { milestones: 1, completed: 1 } },
    });
  });

  it('“nothing to report” is an answer that counts and must say why', async () => {
    const { id } = await untouched();
    expect(refusal(await submit(id, 0, { nothingToReport: true }))).toEqual([
      'BAD_USER_INPUT',
      'input.report.obstacles',
    ]);
    const answer = await submit(id, 0, NOTHING);
    expect(answer.data.checkInSubmit.checkIn).toMatchObject({
      status: 'SUBMITTED',
      nothingToReport: true,
      punctuality: 'ON_TIME',
    });
  });

  it('names every field that is missing, in the caller’s language, and writes nothing', async () => {
    const { id } = await untouched();
    for (const movement of ['NOTHING', 'LITTLE']) {
      expect(refusal(await submit(id, 0, { movement }))).toEqual([
        'BAD_USER_INPUT',
        'input.report.progress',
        'input.report.obstacles',
      ]);
      expect(refusal(await submit(id, 0, { movement, progress: 'p', obstacles: ' \n\t ' }))).toEqual([
        'BAD_USER_INPUT',
        'input.report.obstacles',
      ]);
    }
    expect(refusal(await submit(id, 0))).toEqual(['BAD_USER_INPUT', 'input.report.movement', 'input.report.progress']);
    expect(
      refusal(await submit(id, 0, { nothingToReport: true, movement: 'CLEAR', progress: 'p', achievements: 'a' })),
    ).toEqual([
      'BAD_USER_INPUT',
      'input.report.movement',
      'input.report.progress',
      'input.report.achievements',
      'input.report.obstacles',
    ]);
    const french = await submit(id, 0, { movement: 'NOTHING', progress: 'p' }, { ...works, 'accept-language': 'fr' });
    expect(french.errors?.[0]?.extensions.violations?.[0]?.message).toMatch(/obstacle|empêch|entrav|frein/i);
    const arabic = await submit(id, 0, { movement: 'NOTHING', progress: 'p' }, { ...works, 'accept-language': 'ar' });
    expect(arabic.errors?.[0]?.extensions.violations?.[0]?.message).toMatch(/[\u0600-\u06ff]/);
    expect(await written(id)).toEqual({ version: 0, revisions: 0, updates: 0, evidence: 0, audited: 0 });
  });

  it('refuses a milestone of another commitment, or one twice, in a draft too', async () => {
    const { id, milestone } = await untouched();
    const other = (await untouched()).milestone;
    const update = (milestoneId: string) => ({ milestone: milestoneId, status: 'COMPLETED' });
    expect(refusal(await save(id, 0, { milestones: [update(milestone), update(other)] }))).toEqual([
      'BAD_USER_INPUT',
      'input.report.milestones.1.milestone',
    ]);
    expect(refusal(await save(id, 0, { milestones: [update(milestone), update(milestone)] }))).toEqual([
      'BAD_USER_INPUT',
      'input.report.milestones.1.milestone',
    ]);
    expect(
      refusal(await submit(id, 0, { ...CLEAR, evidence: [{ url: 'https://example.org', milestone: other }] })),
    ).toEqual(['BAD_USER_INPUT', 'input.report.evidence.0.milestone']);
    expect((await written(id))?.['revisions']).toBe(0);
  });

  it('keeps markup, right-to-left marks, emoji and quotes as they were written', async () => {
    const { id, milestone } = await untouched();
    const text =
      '<script>alert("x")</script> \u202eمرحبا\u202c \u200f& \'quoted\' \\u0041 👩‍👩‍👧 \u0301 line\nline\ttab {x} ${y} %s';
    const report = {
      movement: 'LITTLE',
      progress: text,
      achievements: text,
      obstacles: text,
      nextSteps: text,
      supportNeeded: text,
      milestones: [{ milestone, status: 'IN_PROGRESS', note: text }],
      evidence: [{ url: 'https://example.org/?q=%3Cb%3E&x=1', title: text }],
    };
    expect((await submit(id, 0, report)).errors).toBeUndefined();
    expect(await read(id, {})).toMatchObject({
      progress: text,
      achievements: text,
      obstacles: text,
      nextSteps: text,
      supportNeeded: text,
      milestoneUpdates: [{ note: text }],
      evidence: [{ url: 'https://example.org/?q=%3Cb%3E&x=1', title: text }],
      revisions: [{ progress: text }],
    });
  });

  it('takes 10,000 characters and refuses one more, counting an emoji once', async () => {
    const { id } = await untouched();
    expect((await save(id, 0, { progress: '🎉'.repeat(10_000) })).errors).toBeUndefined();
    const answer = await save(id, 1, {
      progress: 'x'.repeat(10_001),
      supportNeeded: 'x'.repeat(10_001),
      language: 'not a language',
      evidence: Array.from({ length: 21 }, () => ({ url: 'https://example.org' })),
    });
    expect(refusal(answer).sort()).toEqual(
      [
        'BAD_USER_INPUT',
        'input.report.evidence',
        'input.report.language',
        'input.report.progress',
        'input.report.supportNeeded',
      ].sort(),
    );
    expect(answer.errors?.[0]?.extensions.violations?.find(({ field }) => field.endsWith('progress'))?.message).toBe(
      'At most 10000 characters.',
    );
    const percents = await save(id, 1, { milestones: [{ milestone: 'x', status: 'COMPLETED', percent: 101 }] });
    expect(refusal(percents)).toEqual([
      'BAD_USER_INPUT',
      'input.report.milestones.0.milestone',
      'input.report.milestones.0.percent',
    ]);
  });

  describe('the reporting window', () => {
    it('takes nothing before it opens', async () => {
      const { id } = await untouched();
      app.clock.set(new Date('2024-03-31T23:59:30+03:00'));
      expect(refusal(await submit(id, 0, NOTHING))).toEqual(['CONFLICT']);
      app.clock.set(new Date('2024-04-01T00:00+03:00'));
      expect((await submit(id, 0, NOTHING)).errors).toBeUndefined();
    });

    it('is on time through the whole due day in Amman, then late until the whole closing day is over, then closed', async () => {
      const due = await untouched();
      const late = await untouched();
      const last = await untouched();
      const closed = await untouched();
      app.clock.set(new Date('2024-04-14T23:59:30+03:00'));
      expect((await submit(due.id, 0, NOTHING)).data.checkInSubmit.checkIn.punctuality).toBe('ON_TIME');
      app.clock.set(new Date('2024-04-15T00:00+03:00'));
      expect((await submit(late.id, 0, NOTHING)).data.checkInSubmit.checkIn.punctuality).toBe('LATE');
      app.clock.set(new Date('2024-05-15T23:59:30+03:00'));
      expect((await submit(last.id, 0, NOTHING)).data.checkInSubmit.checkIn.punctuality).toBe('LATE');
      app.clock.set(new Date('2024-05-16T00:00+03:00'));
      const answer = await submit(closed.id, 0, NOTHING, { ...works, 'accept-language': 'en' });
      expect(answer.errors?.[0]).toMatchObject({
        message: 'The period 2024-Q1 is closed. Ask the MEL officer for an extension.',
        extensions: { code: 'CONFLICT' },
      });
      expect(refusal(await save(closed.id, 0, CLEAR))).toEqual(['CONFLICT']);
      expect(await written(closed.id)).toMatchObject({ version: 0, revisions: 0, audited: 0 });
    });

    const extend = (input: object, headers: Headers) =>
      app.gql<{ periodExtend: { period: object } }>(
        'mutation ($input: PeriodExtendInput!) { periodExtend(input: $input) { period { key dueDate extensions { dueDate closeDate reason institution { key } } } } }',
        {
          input: {
            plan: PLAN,
            period: '2024-Q1',
            institution: 'works',
            dueDate: '2024-05-20',
            reason: 'Flood',
            ...input,
          },
        },
        headers,
      );

    it('an extension lets one institution report after the close, on time, and others not', async () => {
      const mine = await untouched();
      const theirs = await untouched('parks', '2024-Q1', commitments);
      app.clock.set(new Date('2024-05-16T10:00+03:00'));
      expect(refusal(await extend({}, works))[0]).toBe('FORBIDDEN');
      expect(refusal(await extend({}, {}))[0]).toBe('UNAUTHENTICATED');
      expect((await extend({}, officer)).data.periodExtend.period).toEqual({
        key: '2024-Q1',
        dueDate: '2024-04-14',
        extensions: [
          { dueDate: '2024-05-20', closeDate: '2024-05-20', reason: 'Flood', institution: { key: 'works' } },
        ],
      });
      expect(refusal(await submit(theirs.id, 0, NOTHING, parks))).toEqual(['CONFLICT']);
      expect(await read(mine.id)).toMatchObject({ dueDate: '2024-05-20', closeDate: '2024-05-20' });
      expect(await read(theirs.id)).toMatchObject({ dueDate: '2024-04-14', closeDate: '2024-05-15' });
      expect((await submit(mine.id, 0, NOTHING)).data.checkInSubmit.checkIn.punctuality).toBe('ON_TIME');
      app.clock.set(new Date('2024-05-21T00:00+03:00'));
      const other = await untouched();
      expect(refusal(await submit(other.id, 0, NOTHING))).toEqual(['CONFLICT']);
    });

    it('an extension never takes time away, is recorded once, and names what is wrong with it', async () => {
      expect(refusal(await extend({ dueDate: '2024-04-13' }, officer))).toEqual(['BAD_USER_INPUT', 'input.dueDate']);
      expect(refusal(await extend({ closeDate: '2024-05-14' }, officer))).toEqual([
        'BAD_USER_INPUT',
        'input.closeDate',
      ]);
      expect(refusal(await extend({ dueDate: '2024-06-10', closeDate: '2024-06-09' }, officer))).toEqual([
        'BAD_USER_INPUT',
        'input.closeDate',
      ]);
      expect(refusal(await extend({ plan: 'nowhere' }, officer))).toEqual(['NOT_FOUND', 'input.plan']);
      expect(refusal(await extend({ period: '1999-Q1' }, officer))).toEqual(['NOT_FOUND', 'input.period']);
      expect(refusal(await extend({ institution: 'nobody' }, officer))).toEqual(['NOT_FOUND', 'input.institution']);
      expect(refusal(await extend({ reason: '  ' }, officer))).toEqual(['BAD_USER_INPUT', 'input.reason']);
      const audited = () =>
        app.db.query<Array<{ count: number }>>(
          `select count(*)::int as count from audit_entry where action = 'period.extended'`,
        );
      const [before] = await audited();
      expect(
        (await extend({ institution: 'parks', period: '2024-Q2', dueDate: '2024-08-01' }, officer)).errors,
      ).toBeUndefined();
      expect((await audited())[0]?.count).toBe((before?.count ?? 0) + 1);
    });
  });

  describe('the record', () => {
    it('has one audit entry and one revision for every save', async () => {
      const { id } = await untouched();
      await save(id, 0, CLEAR);
      await save(id, 0, CLEAR);
      await submit(id, 1);
      await submit(id, 2);
      expect(await written(id)).toMatchObject({ version: 2, revisions: 2, audited: 2 });
      const entries = await app.db.query<Array<{ action: string; actor: string; acting_as: string }>>(
        'select action, actor, acting_as from audit_entry where subject_id = $1 order by at',
        [id],
      );
      expect(entries).toEqual([
        { action: 'checkIn.draftSaved', actor: 'token:FOCAL_POINT works', acting_as: 'FOCAL_POINT' },
        { action: 'checkIn.submitted', actor: 'token:FOCAL_POINT works', acting_as: 'FOCAL_POINT' },
      ]);
    });

    it.each(['check_in_revision', 'audit_entry'])(
      'the database refuses to change, remove or empty %s',
      async (table) => {
        for (const statement of [`update ${table} set id = id`, `delete from ${table}`, `truncate ${table} cascade`]) {
          await expect(app.db.query(statement)).rejects.toThrow(
            // Of a table in parts, PostgreSQL names the part.
            new RegExp(`rows of ${table}(_first)? are never changed or removed`),
          );
        }
      },
    );
  });

  it('is handed in once: a second time is a conflict that says so', async () => {
    const { id } = await untouched();
    await submit(id, 0, NOTHING);
    for (const again of [await submit(id, 1, NOTHING), await save(id, 1, CLEAR), await submit(id, 0, NOTHING)]) {
      expect(again.errors?.[0]).toMatchObject({
        message: 'This check-in was handed in already, and not verified yet.',
        extensions: { code: 'CONFLICT' },
      });
    }
    expect(refusal(await submit('00000000-0000-7000-8000-000000000000', 0, NOTHING))).toEqual([
      'NOT_FOUND',
      'input.checkIn',
    ]);
  });

  it('an institution that the plan no longer names owes nothing any more', async () => {
    const { id } = await untouched();
    await app.db.query(
      `delete from commitment_institution n using check_in k where k.id = $1 and n.commitment_id = k.commitment_id and n.institution_id = k.institution_id`,
      [id],
    );
    expect(refusal(await submit(id, 0, NOTHING))).toEqual(['CONFLICT']);
  });

  it('counts what came, on time or late, and what is overdue', async () => {
    const rate = async () =>
      (
        await app.gql<{
          actionPlan: {
            reportingRate: { expected: number; received: number; onTime: number; late: number; overdue: number };
          };
        }>(`{ actionPlan(key: "${PLAN}") { reportingRate { expected received onTime late overdue } } }`)
      ).data.actionPlan.reportingRate;
    const before = await rate();
    expect(before.received).toBe(before.onTime + before.late);
    expect(before.overdue).toBe(0);
    app.clock.set(new Date('2024-04-16T10:00+03:00'));
    const { id } = await untouched('parks');
    await submit(id, 0, NOTHING, parks);
    const after = await rate();
    expect(after).toMatchObject({ expected: before.expected, received: before.received + 1, late: before.late + 1 });
    // Works was given more time above, so that only parks is overdue.
    expect(after.overdue).toBe(23);
  });
});
