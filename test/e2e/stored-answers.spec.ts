import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp, type Answer } from '../support/app.js';
import { given } from '../support/given.js';
import { statementsDuring } from '../support/statements.js';
import { until } from '../support/until.js';

const PLAN = 'testville-2024';
const NOW = '2024-04-05T08:00+03:00';
const MILESTONES = `query ($plan: String!) { commitments(plan: $plan) { nodes { title milestones { nodes { id dueDate isOverdue } } } } }`;

interface Commitments {
  readonly commitments: {
    nodes: Array<{ title: string; milestones: { nodes: Array<{ id: string; dueDate: string; isOverdue: boolean }> } }>;
  };
}

describe('answers that are given again', () => {
  let app: TestApp;
  let officer: Record<string, string>;
  let milestone: string;
  let second = 0;
  beforeAll(async () => {
    app = await TestApp.start({ now: NOW, settings: { FAST_ANSWERS: 'on' } });
    await app.import(
      given.plan({ commitments: [given.commitment(1, { title: { en: 'Open the council', ar: 'فتح المجلس' } })] }),
    );
    officer = await app.as('MEL_OFFICER', PLAN);
    milestone = (await ask()).data.commitments.nodes[0]?.milestones.nodes[0]?.id ?? '';
  });
  afterAll(() => app.close());
  /** What one test has asked is no longer good in the next. */
  beforeEach(() => app.clock.set(new Date(Date.parse(NOW) + 1000 * 2 ** (second += 1))));

  const ask = (headers: Record<string, string> = {}, query = MILESTONES): Promise<Answer<Commitments>> =>
    app.gql<Commitments>(query, { plan: PLAN }, headers);
  const dueDate = ({ data }: Answer<Commitments>) => data.commitments.nodes[0]?.milestones.nodes[0]?.dueDate;
  const move = (to: string) =>
    app.gql(
      `mutation ($input: MilestoneRescheduleInput!) { milestoneReschedule(input: $input) { milestone { id } } }`,
      { input: { milestone, dueDate: to, reason: 'The tender was repeated.' } },
      officer,
    );
  const behind = (to: string) => app.db.query('update milestone set due_on = $1', [to]);

  it('take no statement of SQL, and are those of the first time, headers and all', async () => {
    const first = await ask({ 'accept-encoding': 'gzip' });
    const again: Answer<Commitments>[] = [];
    expect(await statementsDuring(async () => void again.push(await ask({ 'accept-encoding': 'gzip' })))).toBe(0);
    expect(again[0]?.data).toEqual(first.data);
    const told = ({ headers }: Answer<Commitments>) =>
      [...headers].filter(([name]) => !['x-request-id', 'date'].includes(name) && !name.startsWith('ratelimit'));
    expect(told(again[0] as Answer<Commitments>)).toEqual(told(first));
    expect(again[0]?.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
  });

  it('are put together once for all who ask the same meanwhile, and for each where they are not for everybody', async () => {
    const later = (): void => app.clock.set(new Date(Date.parse(NOW) + 1000 * 2 ** (second += 4)));
    later();
    const ofOne = await statementsDuring(() => ask());
    later();
    const together = async (headers: Record<string, string>, query = MILESTONES) => {
      let answers: Answer<Commitments>[] = [];
      const statements = await statementsDuring(async () => {
        answers = await Promise.all(Array.from({ length: 8 }, () => ask(headers, query)));
      });
      return { statements, answers };
    };
    const { statements, answers } = await together({});
    expect(statements).toBe(ofOne);
    for (const answer of answers) expect(answer.data).toEqual(answers[0]?.data);
    expect((await together(officer)).statements).toBeGreaterThan(8 * ofOne);
    const failed = await together({}, 'query ($plan: String!) { commitment(plan: $plan, number: 99) { id } }');
    expect(failed.answers.map(({ errors }) => errors?.[0]?.extensions.code)).toEqual(Array(8).fill('NOT_FOUND'));
  });

  it('are over before whoever writes hears that it is done, however many read meanwhile', async () => {
    let isOver = false;
    const readers = Array.from({ length: 8 }, async () => {
      while (!isOver) await ask();
    });
    for (let day = 10; day < 30; day += 1) {
      expect((await move(`2024-10-${day}`)).errors).toBeUndefined();
      expect(dueDate(await ask())).toBe(`2024-10-${day}`);
    }
    isOver = true;
    await Promise.all(readers);
  });

  it('are not kept when something was written while they were put together', async () => {
    const withEvidence = MILESTONES.replace('isOverdue', 'isOverdue evidence { url }');
    const lock = app.db.createQueryRunner();
    await lock.startTransaction();
    try {
      // Read after the milestones: the reader has the old day, and waits.
      await lock.query('lock table evidence in access exclusive mode');
      const reading = ask({}, withEvidence);
      await until(async () => {
        const waiting = (await lock.query('select from pg_locks where not granted')) as unknown[];
        return waiting.length > 0;
      });
      await move('2024-11-11');
      await lock.rollbackTransaction();
      expect(dueDate(await reading)).not.toBe('2024-11-11');
      expect(dueDate(await ask({}, withEvidence))).toBe('2024-11-11');
    } finally {
      await lock.release();
    }
  });

  it('miss for a second what another process has written, and then no longer', async () => {
    await ask();
    await behind('2025-01-01');
    expect(dueDate(await ask())).not.toBe('2025-01-01');
    app.clock.set(new Date(app.clock.now().getTime() + 1000));
    expect(dueDate(await ask())).toBe('2025-01-01');
  });

  it('are not kept when the clock is put back', async () => {
    await ask();
    await behind('2025-02-02');
    app.clock.set(new Date(app.clock.now().getTime() - 60_000));
    expect(dueDate(await ask())).toBe('2025-02-02');
  });

  it('are another one in another language or encoding, to another question, or with another variable', async () => {
    const titleIn = async (headers: Record<string, string>) => (await ask(headers)).data.commitments.nodes[0]?.title;
    expect(await titleIn({ 'accept-language': 'en' })).toBe('Open the council');
    expect(await titleIn({ 'accept-language': 'ar' })).toBe('فتح المجلس');
    expect(await titleIn({ 'accept-language': 'en' })).toBe('Open the council');
    expect((await ask({}, '{ viewer { name } }')).data).toHaveProperty('viewer');
    expect((await app.gql(MILESTONES, { plan: 'atlantis' })).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  });

  it('are for the public only: who is signed in, or sends a cookie, is answered anew, and what they got is given to nobody', async () => {
    const viewer = '{ viewer { name } }';
    await ask({}, viewer);
    expect((await ask(officer, viewer)).data).not.toEqual((await ask({}, viewer)).data);
    expect((await ask({}, viewer)).data).toEqual({ viewer: { name: 'public' } });
    await ask();
    for (const headers of [officer, { cookie: 'theme=dark' }])
      expect(await statementsDuring(() => ask(headers))).toBeGreaterThan(0);
  });

  it('are no errors: what failed is tried again', async () => {
    const wrong = '{ commitments(plan: "atlantis") { nodes { title } } }';
    expect((await ask({}, wrong)).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    expect(await statementsDuring(() => ask({}, wrong))).toBeGreaterThan(0);
  });
});
