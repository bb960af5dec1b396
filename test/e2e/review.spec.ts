import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MailRelay } from '../../src/platform/mail/mail-relay.js';
import { TestApp, type Answer } from '../support/app.js';
import { given } from '../support/given.js';

const PLAN = 'testville-2024';
const OTHER_PLAN = 'elsewhere-2024';
const DURING = '2024-04-05T08:00+03:00';
const AFTER_CLOSE = '2024-05-20T08:00+03:00';

type Headers = Record<string, string>;
interface Seen {
  readonly id: string;
  readonly status: string;
  readonly version: number;
  readonly progress: string | null;
  readonly punctuality: string | null;
  readonly availableTransitions: readonly string[];
  readonly verifications: ReadonlyArray<{
    finding: string;
    claimVersion: number;
    milestones: object[];
    evidence: object[];
  }>;
  readonly comments: ReadonlyArray<{ text: string; actingAs: string }>;
  readonly corrections: ReadonlyArray<{ reason: string; actingAs: string }>;
  readonly revisions: ReadonlyArray<{ version: number; status: string; progress: string }>;
  readonly milestoneUpdates: ReadonlyArray<{ status: string }>;
}
const FIELDS = `id status version progress punctuality availableTransitions milestoneUpdates { status }
  verifications { finding claimVersion milestones { status percent } evidence { url title } } comments { text actingAs } corrections { reason actingAs }
  revisions { version status progress }`;

describe('the review of a check-in', () => {
  let app: TestApp;
  let works: Headers;
  let parks: Headers;
  let officer: Headers;
  let strangers: Record<string, Headers>;
  let commitments = 0;

  beforeAll(async () => {
    app = await TestApp.start({ now: DURING });
    const file = given.plan({
      commitments: Array.from({ length: 16 }, (_, i) =>
        given.commitment(i + 1, { institutions: [{ institution: 'works', role: 'LEAD' }] }),
      ),
    });
    await app.import(file);
    await app.import(
      given.plan({
        member: { key: 'elsewhere', name: { en: 'Elsewhere' }, kind: 'LOCAL', country: 'JO' },
        plan: { key: OTHER_PLAN },
      }),
    );
    works = await app.as('FOCAL_POINT', PLAN, 'works');
    parks = await app.as('FOCAL_POINT', PLAN, 'parks');
    officer = await app.as('MEL_OFFICER', PLAN);
    strangers = {
      'the public': {},
      'another institution': parks,
      'the same institution of another member': await app.as('FOCAL_POINT', OTHER_PLAN, 'works'),
      'the MEL officer of another member': await app.as('MEL_OFFICER', OTHER_PLAN),
      'the monitoring body': await app.as('MONITORING_BODY', PLAN),
      'the steering committee': await app.as('STEERING', PLAN),
      'OGP staff': await app.as('OGP_STAFF'),
    };
  });
  afterAll(() => app.close());
  beforeEach(() => {
    app.clock.set(new Date(DURING));
    app.mailbox.clear();
  });

  const look = async (id: string, headers: Headers = {}): Promise<Seen> =>
    (
      await app.gql<{ node: Seen }>(
        `query ($id: ID!) { node(id: $id) { ... on CheckIn { ${FIELDS} } } }`,
        { id },
        headers,
      )
    ).data.node;
  const act = (
    mutation: string,
    input: object,
    headers: Headers,
  ): Promise<Answer<Record<string, { checkIn: Seen }>>> => {
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
    return app.gql(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { checkIn { ${FIELDS} } } }`,
      { input },
      headers,
    );
  };
  const did = async (mutation: string, input: object, headers: Headers): Promise<Seen> => {
    const answer = await act(mutation, input, headers);
    expect(answer.errors).toBeUndefined();
    return answer.data[mutation]!.checkIn;
  };
  const codeOf = ({ errors }: Answer<object>) => errors?.[0]?.extensions.code;
  const report = (progress: string, more: object = {}) => ({ movement: 'CLEAR', progress, ...more });

  /** A check-in of a commitment of its own that was handed in. */
  async function claimed(progress = 'The council met.'): Promise<{ id: string; milestone: string; version: number }> {
    commitments += 1;
    const { data } = await app.gql<{
      checkIns: { nodes: Array<{ id: string; commitment: { milestones: { nodes: Array<{ id: string }> } } }> };
    }>(
      `{ checkIns(plan: "${PLAN}", filter: { institution: "works", commitment: ${commitments} }) { nodes { id commitment { milestones { nodes { id } } } } } }`,
    );
    const id = data.checkIns.nodes[0]?.id ?? '';
    const milestone = data.checkIns.nodes[0]?.commitment.milestones.nodes[0]?.id ?? '';
    const milestones = [{ milestone, status: 'COMPLETED', percent: 100 }];
    const { version } = await did(
      'checkInSubmit',
      { checkIn: id, version: 0, report: report(progress, { milestones }) },
      works,
    );
    return { id, milestone, version };
  }

  it('goes from the claim over a return and a second claim to verified, published, and a public correction', async () => {
    const { id, milestone, version } = await claimed('First claim.');
    expect((await look(id, officer)).availableTransitions).toEqual(['RETURN', 'VERIFY']);
    expect((await look(id, works)).availableTransitions).toEqual([]);

    const returned = await did('checkInReturn', { checkIn: id, version, comment: 'Which list?' }, officer);
    expect(returned).toMatchObject({ status: 'RETURNED', progress: 'First claim.' });
    expect((await look(id, works)).availableTransitions).toEqual(['SAVE_DRAFT', 'SUBMIT']);

    const again = await did(
      'checkInSubmit',
      { checkIn: id, version: returned.version, report: report('Second claim.') },
      works,
    );
    expect(again).toMatchObject({ status: 'SUBMITTED', progress: 'Second claim.' });

    const finding = 'The list was seen; one name is missing.';
    const verified = await did(
      'checkInVerify',
      {
        checkIn: id,
        version: again.version,
        finding,
        milestones: [{ milestone, status: 'IN_PROGRESS', percent: 80 }],
        evidence: [{ url: 'https://example.org/list', title: 'The list' }],
      },
      officer,
    );
    expect(verified).toMatchObject({
      status: 'VERIFIED',
      progress: 'Second claim.',
      availableTransitions: ['RETURN', 'PUBLISH'],
    });

    const published = await did('checkInPublish', { checkIn: id, version: verified.version }, officer);
    const reopened = await did(
      'checkInReopen',
      { checkIn: id, version: published.version, reason: 'The figure was that of another street.' },
      officer,
    );
    const corrected = await did(
      'checkInSubmit',
      { checkIn: id, version: reopened.version, report: report('Third claim.') },
      works,
    );
    expect(corrected.status).toBe('SUBMITTED');

    const everybody = await look(id);
    expect(everybody).toMatchObject({
      progress: 'Third claim.',
      verifications: [
        {
          finding,
          claimVersion: again.version,
          milestones: [{ status: 'IN_PROGRESS', percent: 80 }],
          evidence: [{ url: 'https://example.org/list', title: 'The list' }],
        },
      ],
      corrections: [{ reason: 'The figure was that of another street.', actingAs: 'MEL_OFFICER' }],
      comments: [],
    });
    expect(everybody.revisions.map(({ progress }) => progress)).toEqual([
      'Third claim.',
      'Second claim.',
      'First claim.',
    ]);
  });

  it('puts what was verified beside the claim and changes nothing in it', async () => {
    const { id, milestone, version } = await claimed();
    const before = await look(id);
    await did(
      'checkInVerify',
      { checkIn: id, version, finding: 'Not yet.', milestones: [{ milestone, status: 'NOT_STARTED' }] },
      officer,
    );
    const after = await look(id);
    expect(after).toEqual({
      ...before,
      status: 'VERIFIED',
      version: version + 1,
      verifications: [
        {
          finding: 'Not yet.',
          claimVersion: version,
          milestones: [{ status: 'NOT_STARTED', percent: null }],
          evidence: [],
        },
      ],
    });
    const { data } = await app.gql(
      `query ($id: ID!) { node(id: $id) { ... on Milestone { status verified { status verifiedAt milestone { id } } } } }`,
      { id: milestone },
    );
    expect(data).toMatchObject({
      node: { status: 'COMPLETED', verified: { status: 'NOT_STARTED', milestone: { id: milestone } } },
    });
  });

  it('is told to the agency by mail, in its language, with the comment as it was written', async () => {
    const { id, version } = await claimed();
    await did('checkInReturn', { checkIn: id, version, comment: 'أين القائمة؟ <b>&</b>\nSecond line' }, officer);
    await app.app.get(MailRelay).deliver();
    const [received] = app.mailbox.to('works@example.org');
    expect(received?.mail.subject).toMatch(/^Sent back: commitment \d+, 2024-Q1 \(Institution works\)$/);
    expect(received?.mail.text).toContain('> أين القائمة؟ <b>&</b>\n> Second line');
    expect(received?.mail.html).toContain('أين القائمة؟ &#60;b&#62;&#38;&#60;/b&#62;');
    expect(app.mailbox.received).toHaveLength(1);
  });

  it('sends no mail about what was handed in again before it left', async () => {
    const { id, version } = await claimed();
    const returned = await did('checkInReturn', { checkIn: id, version, comment: 'Which list?' }, officer);
    await did('checkInSubmit', { checkIn: id, version: returned.version, report: report('This one.') }, works);
    await app.app.get(MailRelay).deliver();
    expect(app.mailbox.received).toEqual([]);
  });

  it('keeps what is being mended from everybody else, and the claim readable meanwhile', async () => {
    const { id, version } = await claimed('As handed in.');
    const returned = await did('checkInReturn', { checkIn: id, version, comment: 'Which list?' }, officer);
    await did('checkInSaveDraft', { checkIn: id, version: returned.version, report: report('half a sentence') }, works);
    for (const headers of Object.values(strangers)) {
      const seen = await look(id, headers);
      expect(seen).toMatchObject({
        status: 'RETURNED',
        version: returned.version,
        progress: 'As handed in.',
        comments: [],
      });
      expect(JSON.stringify(seen)).not.toMatch(/half a sentence|Which list/);
    }
    for (const headers of [works, officer])
      expect(await look(id, headers)).toMatchObject({
        status: 'RETURNED',
        version: returned.version + 1,
        progress: 'half a sentence',
        milestoneUpdates: [],
      });
    const again = await did('checkInSubmit', { checkIn: id, version: returned.version + 1 }, works);
    expect(again).toMatchObject({ status: 'SUBMITTED', progress: 'half a sentence' });
  });

  it('takes what was sent back after the close, and leaves it as punctual as it was', async () => {
    const { id, version } = await claimed();
    app.clock.set(new Date(AFTER_CLOSE));
    const returned = await did('checkInReturn', { checkIn: id, version, comment: 'Which list?' }, officer);
    const again = await did(
      'checkInSubmit',
      { checkIn: id, version: returned.version, report: report('This one.') },
      works,
    );
    expect(again).toMatchObject({ status: 'SUBMITTED', punctuality: 'ON_TIME' });
  });

  it('lets agency and MEL officer talk, and nobody else listen or join in', async () => {
    const { id } = await claimed();
    await did('checkInComment', { checkIn: id, text: 'When will the list come?' }, officer);
    const seen = await did('checkInComment', { checkIn: id, text: 'Next week.' }, works);
    expect(seen.comments).toEqual([
      { text: 'When will the list come?', actingAs: 'MEL_OFFICER' },
      { text: 'Next week.', actingAs: 'FOCAL_POINT' },
    ]);
    for (const [who, headers] of Object.entries(strangers)) {
      expect((await look(id, headers)).comments).toEqual([]);
      const refused = await act('checkInComment', { checkIn: id, text: 'Me too.' }, headers);
      expect([who, codeOf(refused)]).toEqual([who, who === 'the public' ? 'UNAUTHENTICATED' : 'FORBIDDEN']);
    }
    expect((await look(id, works)).comments).toHaveLength(2);
  });

  it('lets only one of eight reviewers decide who decide at once, and tells the others', async () => {
    const { id, version } = await claimed();
    const officers = await Promise.all(Array.from({ length: 8 }, () => app.as('MEL_OFFICER', PLAN)));
    const answers = await Promise.all(
      officers.map((headers, at) =>
        at % 2
          ? act('checkInReturn', { checkIn: id, version, comment: `Reviewer ${at}` }, headers)
          : act('checkInVerify', { checkIn: id, version, finding: `Reviewer ${at}` }, headers),
      ),
    );
    expect(answers.filter(({ errors }) => errors === undefined)).toHaveLength(1);
    expect(answers.filter((answer) => codeOf(answer) === 'CONFLICT')).toHaveLength(7);
    const seen = await look(id, officer);
    expect(seen.verifications.length + seen.comments.length).toBe(1);
    expect(seen.version).toBe(version + 1);
  });

  it.each([
    ['checkInReturn', { comment: 'No.' }],
    ['checkInVerify', { finding: 'Seen.' }],
    ['checkInPublish', {}],
    ['checkInReopen', { reason: 'A slip.' }],
  ])(
    'lets nobody but the plan’s MEL officer do %s, not even the agency or the monitoring body',
    async (mutation, more) => {
      const { id, version } = await claimed();
      const before = await look(id);
      for (const [who, headers] of Object.entries({
        ...strangers,
        'the agency': works,
        'an administrator': await app.as('ADMIN'),
      })) {
        const refused = await act(mutation, { checkIn: id, version, ...more }, headers);
        expect([who, codeOf(refused)]).toEqual([who, who === 'the public' ? 'UNAUTHENTICATED' : 'FORBIDDEN']);
      }
      expect(await look(id)).toEqual(before);
    },
  );

  it('shows what belongs to one check-in however much belongs to another that is asked for beside it', async () => {
    const [talkative, quiet] = [await claimed(), await claimed()].sort((a, b) => (a.id < b.id ? -1 : 1));
    const many = 2500;
    for (const [id, count] of [
      [talkative!.id, many],
      [quiet!.id, 1],
    ] as const) {
      await app.db.query(
        `insert into check_in_comment (check_in_id, plan_id, institution_id, text, written_at, written_by, acting_as)
         select id, plan_id, institution_id, 'x', now(), 'x', 'MEL_OFFICER' from check_in, generate_series(1, $2) where id = $1`,
        [id, count],
      );
      await app.db.query(
        `insert into check_in_correction (check_in_id, reason, reopened_at, reopened_by, acting_as) select $1, 'x', now(), 'x', 'x' from generate_series(1, $2)`,
        [id, count],
      );
      await app.db.query(
        `insert into verification (check_in_id, plan_id, claim_version, finding, verified_at, verified_by, acting_as)
         select id, plan_id, 1, 'x', now(), 'x', 'x' from check_in, generate_series(1, $2) where id = $1`,
        [id, count],
      );
      await app.db.query(
        `insert into milestone_due_date (milestone_id, due_on, reason, changed_at, changed_by, acting_as) select $1, '2025-01-01', 'x', now(), 'x', 'x' from generate_series(1, $2)`,
        [id === quiet!.id ? quiet!.milestone : talkative!.milestone, count],
      );
    }
    interface Listed {
      readonly id: string;
      readonly comments: object[];
      readonly corrections: object[];
      readonly verifications: object[];
      readonly commitment: {
        readonly milestones: { readonly nodes: ReadonlyArray<{ readonly dueDateHistory: object[] }> };
      };
    }
    const { data } = await app.gql<{ checkIns: { nodes: Listed[] } }>(
      `{ checkIns(plan: "${PLAN}", first: 100, filter: { institution: "works", period: "2024-Q1" }) { nodes {
         id comments { text } corrections { reason } verifications { finding } commitment { milestones { nodes { dueDateHistory { reason } } } } } } }`,
      {},
      officer,
    );
    const counted = [talkative!, quiet!].map(({ id }) => {
      const one = data.checkIns.nodes.find((node) => node.id === id)!;
      const moves = one.commitment.milestones.nodes[0]!.dueDateHistory;
      return [one.comments, one.corrections, one.verifications, moves].map((list) => list.length);
    });
    expect(counted).toEqual([
      [100, 100, 20, 100],
      [1, 1, 1, 1],
    ]);
  });

  it('refuses what the workflow does not have, and what it cannot record, and writes nothing of it', async () => {
    const { id, version, milestone } = await claimed();
    const other = await claimed();
    const refusals = [
      await act('checkInPublish', { checkIn: id, version }, officer),
      await act('checkInReopen', { checkIn: id, version, reason: 'A slip.' }, officer),
      await act('checkInVerify', { checkIn: id, version: version + 1, finding: 'Seen.' }, officer),
    ];
    expect(refusals.map(codeOf)).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT']);
    const wrong = await act(
      'checkInVerify',
      {
        checkIn: id,
        version,
        finding: '  ',
        milestones: [{ milestone: other.milestone, status: 'COMPLETED', percent: 101 }],
      },
      officer,
    );
    expect(wrong.errors?.[0]?.extensions.violations?.map(({ field }) => field)).toEqual([
      'input.finding',
      'input.milestones.0.percent',
    ]);
    const elsewhere = await act(
      'checkInVerify',
      {
        checkIn: id,
        version,
        finding: 'Seen.',
        milestones: [
          { milestone, status: 'COMPLETED' },
          { milestone, status: 'COMPLETED' },
          { milestone: other.milestone, status: 'COMPLETED' },
        ],
      },
      officer,
    );
    expect(elsewhere.errors?.[0]?.extensions.violations?.map(({ field }) => field)).toEqual([
      'input.milestones.1.milestone',
      'input.milestones.2.milestone',
    ]);
    expect(await look(id)).toMatchObject({ status: 'SUBMITTED', version, verifications: [] });
  });
});

describe('the due date of a milestone', () => {
  let app: TestApp;
  let officer: Headers;
  beforeAll(async () => {
    app = await TestApp.start({ now: DURING });
    await app.import(given.plan());
    officer = await app.as('MEL_OFFICER', PLAN);
  });
  afterAll(() => app.close());

  const HISTORY = `id dueDate originalDueDate dueDateHistory { previousDueDate dueDate reason actingAs }`;
  const first = async () =>
    (
      await app.gql<{ commitment: { milestones: { nodes: Array<Record<string, unknown> & { id: string }> } } }>(
        `{ commitment(plan: "${PLAN}", number: 1) { milestones { nodes { ${HISTORY} } } } }`,
      )
    ).data.commitment.milestones.nodes[0]!;
  const move = (input: object, headers: Headers = officer) =>
    app.gql<{ milestoneReschedule: { milestone: Record<string, unknown> } }>(
      `mutation ($input: MilestoneRescheduleInput!) { milestoneReschedule(input: $input) { milestone { ${HISTORY} } } }`,
      { input },
      headers,
    );

  it('moves with a reason; the first date and every later one stay known to everybody', async () => {
    const { id: milestone } = await first();
    await move({ milestone, dueDate: '2024-09-30', reason: 'Elections' });
    await move({ milestone, dueDate: '2024-12-31', reason: 'Elections were moved' });
    expect(await first()).toEqual({
      id: milestone,
      dueDate: '2024-12-31',
      originalDueDate: '2024-06-30',
      dueDateHistory: [
        { previousDueDate: '2024-06-30', dueDate: '2024-09-30', reason: 'Elections', actingAs: 'MEL_OFFICER' },
        {
          previousDueDate: '2024-09-30',
          dueDate: '2024-12-31',
          reason: 'Elections were moved',
          actingAs: 'MEL_OFFICER',
        },
      ],
    });
  });

  it('is not moved without a reason, to the same day, to no day, or by anybody else', async () => {
    const { id: milestone } = await first();
    const before = await first();
    const fields = async (input: object, headers?: Headers) => {
      const { errors } = await move(input, headers);
      return [errors?.[0]?.extensions.code, ...(errors?.[0]?.extensions.violations?.map(({ field }) => field) ?? [])];
    };
    expect(await fields({ milestone, dueDate: '2025-01-31', reason: ' ' })).toEqual(['BAD_USER_INPUT', 'input.reason']);
    expect(await fields({ milestone, dueDate: '2024-12-31', reason: 'Why not' })).toEqual([
      'BAD_USER_INPUT',
      'input.dueDate',
    ]);
    expect((await fields({ milestone, dueDate: '2024-02-30', reason: 'Why not' }))[0]).toBe('BAD_USER_INPUT');
    for (const role of ['STEERING', 'COORDINATOR', 'MONITORING_BODY'] as const)
      expect(await fields({ milestone, dueDate: '2025-01-31', reason: 'x' }, await app.as(role, PLAN))).toEqual([
        'FORBIDDEN',
      ]);
    expect(
      await fields({ milestone, dueDate: '2025-01-31', reason: 'x' }, await app.as('FOCAL_POINT', PLAN, 'works')),
    ).toEqual(['FORBIDDEN']);
    expect(await first()).toEqual(before);
  });

  it('is not moved back by the plan file that was written before; a new date in a file is a move like any other', async () => {
    const again = await app.import(given.plan());
    expect(again.changes).toEqual([]);
    expect(again.kept).toEqual([
      {
        path: '$.commitments[number=1].milestones[number=1].dueOn',
        key: 'planImport.dueDateKept',
        args: { number: 1, day: '2024-12-31' },
      },
    ]);
    expect(await first()).toMatchObject({ dueDate: '2024-12-31' });

    const file = given.plan();
    file.commitments[0]!.milestones![0]!.dueOn = '2025-03-31';
    await app.import(file);
    const moved = await first();
    expect(moved).toMatchObject({ dueDate: '2025-03-31', originalDueDate: '2024-06-30' });
    expect(moved.dueDateHistory).toHaveLength(3);

    const without = given.plan();
    delete without.commitments[0]!.milestones;
    expect((await app.import(without)).kept.map(({ key }) => key)).toEqual(['planImport.milestoneKept']);
    expect((await first()).dueDateHistory).toHaveLength(3);
  });
});
