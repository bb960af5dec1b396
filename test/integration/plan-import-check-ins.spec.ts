import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CheckInsService } from '../../src/check-ins/check-ins.service.js';
import type { PlanFile } from '../../src/interchange/plan-file.js';
import { Viewer } from '../../src/platform/access/viewer.js';
import { allRows, writtenIn } from '../support/all-rows.js';
import { TestApp } from '../support/app.js';
import { emptyDatabase } from '../support/empty-database.js';
import { begin, handIn } from '../support/filing.js';
import { given } from '../support/given.js';

/** The second quarter is open, the first is closed. */
const NOW = '2024-07-02T10:00+03:00';
let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start({ now: NOW });
});
afterAll(() => app.close());
beforeEach(() => app.clock.set(new Date(NOW)));
afterEach(() => emptyDatabase(app.db));

const edited = (edit: (file: PlanFile) => void, file = given.plan()): PlanFile => {
  edit(file);
  return file;
};

interface FiledCheckIn {
  readonly commitment: number;
  readonly institution: string;
  readonly period: string;
  readonly status: string;
  readonly progress: string;
  readonly revisions: number;
  readonly withdrawn: boolean;
}
/** Everything that was ever filed, whatever became of what it was filed on. */
const filed = () =>
  app.db.query<FiledCheckIn[]>(
    `select c.number as commitment, i.key as institution, r.key as period, r.withdrawn, case when d.version is null then k.status else 'DRAFT' end as status, coalesce(d.report->>'progress', k.progress) as progress,
            (select count(*)::int from check_in_revision v where v.check_in_id = k.id) as revisions
       from check_in k join commitment c on c.id = k.commitment_id join institution i on i.id = k.institution_id
       join reporting_period r on r.id = k.period_id left join check_in_draft d on d.check_in_id = k.id
      where k.version > 0 or d.version > 0 order by 3, 1, 2`,
  );
const expected = async () =>
  (
    await app.db.query<Array<{ one: string }>>(
      `select concat_ws(' ', r.key, c.number, i.key) as one
         from check_in k join commitment c on c.id = k.commitment_id join institution i on i.id = k.institution_id
         join reporting_period r on r.id = k.period_id where k.version = 0 and k.id not in (select check_in_id from check_in_draft) order by 1`,
    )
  ).map(({ one }) => one);
const periods = async () =>
  (
    await app.db.query<Array<{ key: string }>>(
      `select key || case when withdrawn then ' withdrawn' else '' end as key from reporting_period order by starts_on, withdrawn desc`,
    )
  ).map(({ key }) => key);

/** Imports it, and imports it again: that changes nothing any more, whatever had to be kept. */
async function importTwice(file: PlanFile) {
  const dry = await app.import(file, { dryRun: true });
  const report = await app.import(file);
  expect(dry.changes).toEqual(report.changes);
  const before = await allRows(app.db);
  expect((await app.import(file)).changes).toEqual([]);
  expect(writtenIn(before, await allRows(app.db))).toEqual({});
  return report;
}

describe('a filed check-in survives an import that', () => {
  let before: FiledCheckIn[];
  const importFiled = async (file = given.plan()) => {
    await app.import(file);
    await handIn(app, 'parks');
    await begin(app, 'works', [1]);
    before = await filed();
    expect(before).toMatchObject([
      { commitment: 1, institution: 'works', period: '2024-Q2', status: 'DRAFT', revisions: 1, withdrawn: false },
      { commitment: 2, institution: 'parks', period: '2024-Q2', status: 'SUBMITTED', revisions: 1, withdrawn: false },
    ]);
  };

  it('no longer has the commitment: it is kept with its group and its milestones, and named', async () => {
    const file = edited(({ commitments }) => {
      commitments.push(given.commitment(3, { institutions: [{ institution: 'works', role: 'LEAD' }] }));
      commitments.forEach((commitment) => (commitment.workingGroup = `group-${commitment.number}`));
    });
    file.workingGroups = [1, 2, 3].map((number) => ({ key: `group-${number}`, name: { en: `Group ${number}` } }));
    await importFiled(file);
    const emptied = { ...file, commitments: [], workingGroups: [] };
    const { kept, changes } = await importTwice(emptied);
    expect(kept.map(({ path, key }) => `${path} ${key}`)).toEqual([
      '$.commitments[number=1] planImport.commitmentKept',
      '$.commitments[number=2] planImport.commitmentKept',
    ]);
    expect(changes.map(({ path }) => path)).toEqual(['$.workingGroups[key=group-3]', '$.commitments[number=3]']);
    expect(await filed()).toEqual(before);
    const { changes: back } = await importTwice(file);
    expect(back.map(({ path }) => path)).toEqual(['$.workingGroups[key=group-3]', '$.commitments[number=3]']);
    expect(await filed()).toEqual(before);
  });

  it('no longer has the milestone that it reports on', async () => {
    const file = edited(({ commitments }) =>
      commitments[1]!.milestones!.push({ number: 2, title: { en: 'Two' } }, { number: 3, title: { en: 'Three' } }),
    );
    await app.import(file);
    const [owed] = await app.db.query<Array<Record<'id' | 'planId' | 'institutionId' | 'one' | 'two', string>>>(
      `select k.id, k.plan_id as "planId", k.institution_id as "institutionId",
              (select id from milestone where commitment_id = c.id and number = 1) as one,
              (select id from milestone where commitment_id = c.id and number = 2) as two
         from check_in k join commitment c on c.id = k.commitment_id join institution i on i.id = k.institution_id
         join reporting_period r on r.id = k.period_id
        where c.number = 2 and i.key = 'parks' and r.key = '2024-Q2'`,
    );
    const { id, planId, institutionId, one, two } = owed!;
    await app.app.get(CheckInsService).saveDraft(Viewer.person('x', [{ role: 'FOCAL_POINT', planId, institutionId }]), {
      checkIn: id,
      version: 0,
      report: {
        nothingToReport: false,
        milestones: [{ milestone: one, status: 'COMPLETED' }],
        evidence: [{ url: 'https://example.org/minutes', milestone: two }],
      },
    });
    const without = edited(({ commitments }) => delete commitments[1]!.milestones);
    const { kept, changes } = await importTwice(without);
    expect(kept.map(({ path, key }) => `${path} ${key}`)).toEqual([
      '$.commitments[number=2].milestones[number=1] planImport.milestoneKept',
      '$.commitments[number=2].milestones[number=2] planImport.milestoneKept',
    ]);
    expect(changes.map(({ path }) => path)).toEqual(['$.commitments[number=2].milestones[number=3]']);
    expect(await app.db.query(`select report from check_in_draft`)).toMatchObject([
      { report: { milestones: [{ milestone: one }], evidence: [{ milestone: two }] } },
    ]);
  });

  it('names another lead institution: the new one owes from now on, the old one keeps what it said', async () => {
    await importFiled();
    expect(await expected()).toEqual(['2024-Q1 1 works', '2024-Q1 2 parks', '2024-Q1 2 works', '2024-Q2 2 works']);
    await importTwice(
      edited(({ commitments }) =>
        commitments.forEach((commitment) => (commitment.institutions = [{ institution: 'parks', role: 'LEAD' }])),
      ),
    );
    expect(await expected()).toEqual(['2024-Q1 1 parks', '2024-Q1 2 parks', '2024-Q2 1 parks']);
    expect(await filed()).toEqual(before);
    await importTwice(given.plan());
    expect(await expected()).toEqual(['2024-Q1 1 works', '2024-Q1 2 parks', '2024-Q1 2 works', '2024-Q2 2 works']);
    expect(await filed()).toEqual(before);
  });

  it('ends the plan before the period: it is withdrawn with what was filed, and comes back with it', async () => {
    await importFiled();
    const { kept } = await importTwice(edited(({ plan }) => (plan.endsOn = '2024-03-31')));
    expect(kept).toEqual([{ path: '$.plan.reporting', key: 'planImport.periodKept', args: { period: '2024-Q2' } }]);
    expect(await periods()).toEqual(['2024-Q1', '2024-Q2 withdrawn']);
    expect(await expected()).toEqual(['2024-Q1 1 works', '2024-Q1 2 parks', '2024-Q1 2 works']);
    expect(await filed()).toEqual(before.map((one) => ({ ...one, withdrawn: true })));
    await importTwice(given.plan());
    expect(await periods()).toEqual(['2024-Q1', '2024-Q2', '2024-Q3', '2024-Q4']);
    expect(await filed()).toEqual(before);
  });

  it('has no rules of reporting any more', async () => {
    await importFiled();
    await importTwice(edited(({ plan }) => delete plan.reporting));
    expect(await periods()).toEqual(['2024-Q2 withdrawn']);
    expect(await filed()).toEqual(before.map((one) => ({ ...one, withdrawn: true })));
    await importTwice(given.plan());
    expect(await filed()).toEqual(before);
  });

  it('moves the dates of the plan within the period', async () => {
    await importFiled();
    await importTwice(edited(({ plan }) => Object.assign(plan, { startsOn: '2024-05-15', endsOn: '2024-08' })));
    expect(await periods()).toEqual(['2024-Q2', '2024-Q3']);
    expect(await filed()).toEqual(before);
  });

  it('changes the cadence to half-years and back', async () => {
    await importFiled();
    const half = edited(({ plan }) => (plan.reporting!.cadence.months = 6));
    const { kept } = await importTwice(half);
    expect(kept.map(({ args }) => args)).toEqual([{ period: '2024-Q2' }]);
    expect(await periods()).toEqual(['2024-H1', '2024-Q2 withdrawn', '2024-H2']);
    expect(await filed()).toEqual(before.map((one) => ({ ...one, withdrawn: true })));
    await importTwice(given.plan());
    expect(await periods()).toEqual(['2024-Q1', '2024-Q2', '2024-Q3', '2024-Q4']);
    expect(await filed()).toEqual(before);
  });

  it('comes at the same instant as the filing', async () => {
    await app.import(given.plan());
    const none = edited((file) => (file.commitments = []));
    const outcomes = await Promise.allSettled([handIn(app, 'parks'), app.import(none), begin(app, 'works')]);
    const [imported] = [outcomes[1]];
    expect(imported).toMatchObject({ status: 'fulfilled' });
    const numbers = await app.db.query<Array<{ number: number }>>(`select number from commitment`);
    const survivors = new Set(numbers.map(({ number }) => number));
    for (const { commitment } of await filed()) expect(survivors).toContain(commitment);
  });
});
