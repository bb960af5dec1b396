import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { greaterSalt } from '../support/given.js';

const PLAN = 'greater-salt-2024-2025';
const OWED = `query Owed($institution: String!) {
  checkIns(plan: "${PLAN}", filter: { period: "2024-Q2", institution: $institution }, orderBy: PERIOD_ASC) {
    nodes { id version status commitment { number } }
  }
}`;
const SUBMIT = `mutation Submit($checkIn: ID!, $version: Int!, $report: CheckInReportInput) {
  checkInSubmit(input: { checkIn: $checkIn, version: $version, report: $report }) { checkIn { version status punctuality } }
}`;
interface Owed {
  checkIns: { nodes: Array<{ id: string; version: number; status: string; commitment: { number: number } }> };
}

describe('one quarter of the Greater Salt plan', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-07-01T08:00+03:00' });
    await app.import(greaterSalt());
  });
  afterAll(() => app.close());

  const owedBy = async (institution: string) => (await app.gql<Owed>(OWED, { institution })).data.checkIns.nodes;

  it('opens with an expected check-in for each of the five leading institutions and four commitments', async () => {
    const answer = await app.gql<{
      actionPlan: {
        periods: {
          nodes: Array<{ key: string; state: string; reportingRate: { expected: number; received: number } }>;
        };
      };
    }>(`{ actionPlan(key: "${PLAN}") { periods { nodes { key state reportingRate { expected received } } } } }`);
    expect(answer.data.actionPlan.periods.nodes.find(({ key }) => key === '2024-Q2')).toEqual({
      key: '2024-Q2',
      state: 'OPEN',
      reportingRate: { expected: 20, received: 0 },
    });
    expect(await owedBy('public-relations')).toHaveLength(4);
  });

  it('tells the MEL officer who has no address before any letter goes, and reminds no agency before nine o’clock in Amman', async () => {
    expect(await app.beat()).toMatchObject({ queued: 1, sent: 1 });
    expect(app.mailbox.received.map(({ to }) => to[0])).toEqual(['mel.officer@example.org']);
    expect(await app.beat()).toMatchObject({ queued: 0, sent: 0 });
  });

  it('reminds everybody with an address at nine, once', async () => {
    const before = app.mailbox.received.length;
    app.clock.set(new Date('2024-07-01T09:00+03:00'));
    expect(await app.beat()).toMatchObject({ queued: 4, sent: 4 });
    expect(await app.beat()).toMatchObject({ queued: 0, sent: 0 });
    expect(
      app.mailbox.received
        .slice(before)
        .map(({ to }) => to[0])
        .sort(),
    ).toEqual([
      'finance.unit@example.org',
      'local.development@example.org',
      'mayor@example.org',
      'public.relations@example.org',
    ]);
  });

  it('takes a draft and a submission from a focal point, and leaves that commitment out of the next digest', async () => {
    const headers = await app.as('FOCAL_POINT', PLAN, 'public-relations');
    const [first] = (await owedBy('public-relations')).sort((a, b) => a.commitment.number - b.commitment.number);
    const saved = await app.gql<{ checkInSaveDraft: { checkIn: { version: number; status: string } } }>(
      `mutation ($checkIn: ID!, $version: Int!) { checkInSaveDraft(input: { checkIn: $checkIn, version: $version, report: { movement: CLEAR, progress: "The council met." } }) { checkIn { version status } } }`,
      { checkIn: first?.id, version: first?.version },
      headers,
    );
    expect(saved.data.checkInSaveDraft.checkIn).toEqual({ version: 1, status: 'DRAFT' });
    const submitted = await app.gql<{ checkInSubmit: { checkIn: object } }>(
      SUBMIT,
      { checkIn: first?.id, version: 1 },
      headers,
    );
    expect(submitted.data.checkInSubmit.checkIn).toEqual({ version: 2, status: 'SUBMITTED', punctuality: 'ON_TIME' });

    app.clock.set(new Date('2024-07-09T09:00+03:00'));
    // Four agencies, and the MEL officer, for whom a report has waited to be verified for two working days.
    expect(await app.beat()).toMatchObject({ queued: 5, sent: 5 });
    const digest = app.mailbox.to('public.relations@example.org').at(-1)?.mail;
    expect(digest?.subject).toContain('3 check-ins');
    expect(digest?.text).not.toContain('Commitment 1:');
    expect(digest?.text).toContain('Commitment 2:');
  });

  it('sends no mail when nothing is missing', async () => {
    const headers = await app.as('FOCAL_POINT', PLAN, 'public-relations');
    for (const { id, version, status } of await owedBy('public-relations')) {
      if (status !== 'EXPECTED') continue;
      const report = { nothingToReport: true, obstacles: 'Work begins in autumn.' };
      expect((await app.gql(SUBMIT, { checkIn: id, version, report }, headers)).errors).toBeUndefined();
    }
    app.clock.set(new Date('2024-07-17T09:00+03:00'));
    // Three agencies that have not reported, and the MEL officer; not the agency that has.
    expect(await app.beat()).toMatchObject({ queued: 4, sent: 4 });
    expect(app.mailbox.to('public.relations@example.org')).toHaveLength(2);
  });
});
