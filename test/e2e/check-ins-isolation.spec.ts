import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { given } from '../support/given.js';

const PLAN = 'testville-2024';
const OTHER_PLAN = 'elsewhere-2024';
const SECRET = 'not-for-others';
const ID = 'query ($id: ID!)';

/** Everything that a check-in could tell, by every way that leads to it. */
const WAYS = (plan: string) => `query ($id: ID!, $milestone: ID!) {
  node(id: $id) { ...All }
  milestone: node(id: $milestone) { ... on Milestone { status percent forecastDate evidence { url title } } }
  drafts: checkIns(plan: "${plan}", filter: { statuses: [DRAFT] }) { totalCount nodes { ...All } }
  expected: checkIns(plan: "${plan}", filter: { statuses: [EXPECTED] }) { totalCount nodes { ...All } }
  down: checkIns(plan: "${plan}", orderBy: SUBMITTED_DESC) { edges { cursor } nodes { ...All } }
  commitment(plan: "${plan}", number: 1) { latestCheckIn { ...All } checkIns { nodes { ...All } } progress { inProgress completed } }
  claimed: commitments(plan: "${plan}", filter: { missingIn: "2024-Q1" }) { totalCount }
  actionPlan(key: "${plan}") { reportingRate { received } periods(first: 1) { nodes { latestCheckIn { ...All } reportingRate { received } checkIns { nodes { ...All } } } } }
}
fragment All on CheckIn { id version status punctuality nothingToReport movement progress achievements obstacles nextSteps supportNeeded language submittedAt
  availableTransitions milestoneUpdates { status percent note forecastDate } evidence { url title } revisions { version status progress obstacles savedAt } }`;

interface Seen {
  readonly node: Readonly<Record<string, unknown>>;
  readonly milestone: object;
  readonly drafts: { readonly totalCount: number };
  readonly expected: { readonly totalCount: number };
}

describe('what others see of a check-in that is not handed in', () => {
  let app: TestApp;
  let id: string;
  let milestone: string;
  let before: Seen;
  const viewers: Record<string, Record<string, string>> = {};

  const look = async (headers: Record<string, string> = {}) => {
    const answer = await app.gql<Seen>(WAYS(PLAN), { id, milestone }, headers);
    expect(answer.errors).toBeUndefined();
    return answer.data;
  };

  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-04-05T08:00+03:00' });
    await app.import(given.plan());
    // Another member's plan, with an institution of the same key and a commitment of the same number.
    await app.import(
      given.plan({
        member: { key: 'elsewhere', name: { en: 'Elsewhere' }, kind: 'LOCAL', country: 'JO' },
        plan: { key: OTHER_PLAN },
      }),
    );
    Object.assign(viewers, {
      'the public': {},
      'a focal point of another institution': await app.as('FOCAL_POINT', PLAN, 'parks'),
      'a focal point of the same key in another member’s plan': await app.as('FOCAL_POINT', OTHER_PLAN, 'works'),
      'the MEL officer of another plan': await app.as('MEL_OFFICER', OTHER_PLAN),
      'an administrator of another plan': await app.as('ADMIN', OTHER_PLAN),
      'a partner': await app.as('PARTNER'),
      'OGP staff': await app.as('OGP_STAFF'),
      'a coordinator': await app.as('COORDINATOR', PLAN),
      'the steering committee': await app.as('STEERING', PLAN),
      'the monitoring body': await app.as('MONITORING_BODY', PLAN),
    });
    const owed = await app.gql<{
      checkIns: { nodes: Array<{ id: string; commitment: { milestones: { nodes: Array<{ id: string }> } } }> };
    }>(
      `{ checkIns(plan: "${PLAN}", filter: { institution: "works", commitment: 1 }) { nodes { id commitment { milestones { nodes { id } } } } } }`,
    );
    id = owed.data.checkIns.nodes[0]?.id ?? '';
    milestone = owed.data.checkIns.nodes[0]?.commitment.milestones.nodes[0]?.id ?? '';
    before = await look();
    const report = {
      movement: 'LITTLE',
      progress: SECRET,
      achievements: SECRET,
      obstacles: SECRET,
      nextSteps: SECRET,
      supportNeeded: SECRET,
      language: 'fr',
      milestones: [{ milestone, status: 'COMPLETED', percent: 77, forecastDate: '2024-09-09', note: SECRET }],
      evidence: [{ url: `https://example.org/${SECRET}`, title: SECRET, milestone }],
    };
    const saved = await app.gql(
      'mutation ($id: ID!, $report: CheckInReportInput!) { checkInSaveDraft(input: { checkIn: $id, version: 0, report: $report }) { checkIn { id } } }',
      { id, report },
      await app.as('FOCAL_POINT', PLAN, 'works'),
    );
    expect(saved.errors).toBeUndefined();
  });
  afterAll(() => app.close());

  const strangers = [
    'the public',
    'a focal point of another institution',
    'a focal point of the same key in another member’s plan',
    'the MEL officer of another plan',
    'an administrator of another plan',
    'a partner',
    'OGP staff',
    'a coordinator',
    'the steering committee',
    'the monitoring body',
  ];

  it.each(strangers)('%s sees exactly what was there before it was begun', async (who) => {
    const seen = await look(viewers[who]);
    expect(JSON.stringify(seen)).not.toContain(SECRET);
    // What a viewer may do with it and the check-ins of their own differ between viewers, and are no secret.
    const unlike = (all: Seen) =>
      JSON.parse(
        JSON.stringify(all).replaceAll(/"availableTransitions":\[[^\]]*\]/g, '"availableTransitions":[]'),
      ) as Seen;
    expect(unlike(seen)).toEqual(unlike(before));
    expect(seen.node).toMatchObject({
      status: 'EXPECTED',
      version: 0,
      availableTransitions: [],
      revisions: [],
      evidence: [],
      milestoneUpdates: [],
    });
    expect(seen.drafts.totalCount).toBe(0);
  });

  it.each(strangers)('%s cannot save or hand it in, and learns nothing from trying', async (who) => {
    for (const version of [0, 1]) {
      const answer = await app.gql(
        'mutation ($id: ID!, $version: Int!) { checkInSubmit(input: { checkIn: $id, version: $version }) { checkIn { progress } } }',
        { id, version },
        viewers[who],
      );
      expect(answer.errors?.[0]?.extensions.code).toBe(who === 'the public' ? 'UNAUTHENTICATED' : 'FORBIDDEN');
      expect(JSON.stringify(answer)).not.toContain(SECRET);
    }
  });

  it('evidence of a draft is nowhere to be had by its id', async () => {
    const officer = await app.as('MEL_OFFICER', PLAN);
    const { data } = await app.gql<{ node: { evidence: Array<{ id: string; title: string }> } }>(
      `${ID} { node(id: $id) { ... on CheckIn { evidence { id title } } } }`,
      { id },
      officer,
    );
    const [evidence] = data.node.evidence;
    expect(evidence?.title).toBe(SECRET);
    for (const headers of [...strangers.map((who) => viewers[who]), officer]) {
      expect((await app.gql(`${ID} { node(id: $id) { id } }`, { id: evidence?.id }, headers)).data).toEqual({
        node: null,
      });
    }
  });

  it('its institution, the plan’s MEL officer and administrators see all of it; the milestone claims nothing yet', async () => {
    for (const headers of [
      await app.as('FOCAL_POINT', PLAN, 'works'),
      await app.as('MEL_OFFICER', PLAN),
      await app.as('ADMIN', PLAN),
      await app.as('ADMIN'),
    ]) {
      const seen = await look(headers);
      expect(seen.node).toMatchObject({
        status: 'DRAFT',
        version: 1,
        movement: 'LITTLE',
        progress: SECRET,
        language: 'fr',
        milestoneUpdates: [{ status: 'COMPLETED', percent: 77 }],
        evidence: [{ title: SECRET }],
        revisions: [{ version: 1, status: 'DRAFT', progress: SECRET }],
      });
      expect(seen.drafts.totalCount).toBe(1);
      expect(seen.expected.totalCount).toBe(before.expected.totalCount - 1);
      expect(seen.milestone).toEqual(before.milestone);
    }
  });

  it('once handed in it is public, the drafts before it are not', async () => {
    const focal = await app.as('FOCAL_POINT', PLAN, 'works');
    const sent = await app.gql(
      'mutation ($id: ID!) { checkInSubmit(input: { checkIn: $id, version: 1, report: { movement: CLEAR, progress: "public" } }) { checkIn { id } } }',
      { id },
      focal,
    );
    expect(sent.errors).toBeUndefined();
    for (const who of strangers) {
      const seen = await look(viewers[who]);
      expect(seen.node).toMatchObject({
        status: 'SUBMITTED',
        version: 2,
        progress: 'public',
        revisions: [{ version: 2, status: 'SUBMITTED' }],
      });
      expect(JSON.stringify(seen)).not.toContain(SECRET);
    }
  });

  it('names and addresses of contacts are for those who run a plan of that member', async () => {
    const contacts = async (headers?: Record<string, string>) =>
      (
        await app.gql<{
          institutions: {
            nodes: Array<{ contacts: Array<{ hasAddress: boolean; name: string | null; email: string | null }> }>;
          };
        }>(`{ institutions(plan: "${PLAN}") { nodes { contacts { hasAddress name email } } } }`, {}, headers)
      ).data.institutions.nodes.flatMap((institution) => institution.contacts);
    for (const who of strangers) {
      expect(await contacts(viewers[who])).toEqual(Array(2).fill({ hasAddress: true, name: null, email: null }));
    }
    expect(await contacts(await app.as('FOCAL_POINT', PLAN, 'works'))).toEqual(
      Array(2).fill({ hasAddress: true, name: null, email: null }),
    );
    for (const headers of [await app.as('MEL_OFFICER', PLAN), await app.as('ADMIN')]) {
      expect((await contacts(headers)).map(({ email }) => email)).toEqual(['parks@example.org', 'works@example.org']);
    }
  });

  it('reminders are for those who run the plan', async () => {
    await app.beat();
    const reminders = (headers?: Record<string, string>) =>
      app.gql<{ reminders: { totalCount: number } }>(
        `{ reminders(plan: "${PLAN}") { totalCount nodes { address } } }`,
        {},
        headers,
      );
    for (const who of strangers) {
      const answer = await reminders(viewers[who]);
      expect(answer.errors?.[0]?.extensions.code).toBe(who === 'the public' ? 'UNAUTHENTICATED' : 'FORBIDDEN');
      expect(JSON.stringify(answer)).not.toContain('@');
    }
    expect((await reminders(await app.as('MEL_OFFICER', PLAN))).errors).toBeUndefined();
  });
});
