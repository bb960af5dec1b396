import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { PlanFile } from '../../src/interchange/plan-file.js';
import { PlanImportService } from '../../src/interchange/plan-import.service.js';
import { Viewer } from '../../src/platform/access/viewer.js';
import { allRows, writtenIn } from '../support/all-rows.js';
import { TestApp } from '../support/app.js';
import { emptyDatabase } from '../support/empty-database.js';
import { given } from '../support/given.js';
import { unseenPlan } from '../support/unseen-plan.js';

const shipped = (name: string) => readFileSync(`plans/${name}.json`, 'utf8');
const PLANS: ReadonlyArray<[string, string]> = [
  ['greater-salt-2024-2025', shipped('greater-salt-2024-2025')],
  ['jordan-2021-2025', shipped('jordan-2021-2025')],
  ['tunisie-2023-2025', JSON.stringify(unseenPlan())],
  ['testville-2024', JSON.stringify(given.plan())],
];

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start({ now: '2024-07-01T08:00+03:00' });
});
afterAll(() => app.close());
afterEach(() => emptyDatabase(app.db));

const imports = () => app.app.get(PlanImportService);
const exported = async (plan: string) => JSON.stringify(await imports().export(plan), null, 2);
const addresses = async (institution: string) =>
  (
    await app.db.query<Array<{ email: string }>>(
      `select email from contact c join institution i on i.id = c.institution_id where i.key = $1 order by position`,
      [institution],
    )
  ).map(({ email }) => email);
const auditEntries = () =>
  app.db.query<Array<{ action: string; difference: object }>>(`select action, difference from audit_entry order by id`);
/** The small plan after an edit. */
const edited = (edit: (file: PlanFile) => void): PlanFile => {
  const file = given.plan();
  edit(file);
  return file;
};

describe.each(PLANS)('the plan %s', (plan, file) => {
  it('is imported once; the same file again writes nothing at all', async () => {
    expect(await app.import(file)).toMatchObject({ plan, isNew: true, kept: [] });
    const before = await allRows(app.db);
    expect(await app.import(file)).toMatchObject({ isNew: false, changes: [], kept: [] });
    expect(writtenIn(before, await allRows(app.db))).toEqual({});
    expect(await auditEntries()).toHaveLength(1);
  });

  it('comes out as a file that changes nothing, here and in an empty database, and comes out the same again', async () => {
    await app.import(file);
    const first = await exported(plan);
    const before = await allRows(app.db);
    expect((await app.import(first)).changes).toEqual([]);
    expect(writtenIn(before, await allRows(app.db))).toEqual({});
    await emptyDatabase(app.db);
    await app.import(first);
    expect(await exported(plan)).toBe(first);
    expect((await app.import(file)).changes).toEqual([]);
  });

  it('is told in a dry run and not stored', async () => {
    const before = await allRows(app.db);
    expect(await app.import(file, { dryRun: true })).toMatchObject({ plan, dryRun: true, isNew: true });
    expect(writtenIn(before, await allRows(app.db))).toEqual({});
  });
});

describe('the plan of a shape that nobody saw before', () => {
  it('keeps its odd characters, long texts, half-years and gaps', async () => {
    const { gaps } = await app.import(unseenPlan());
    const file = await imports().export('tunisie-2023-2025');
    expect(file.commitments).toHaveLength(12);
    expect(file.commitments.flatMap(({ milestones }) => milestones ?? [])).toHaveLength(60);
    expect(file.commitments[6]?.title).toEqual({
      fr: '<b>Budget</b> & "transparence" \u200fالميزانية\u200e 👩🏽‍🌾 \u202Etxet\u202C',
    });
    expect(file.plan.foreword?.['fr'] === unseenPlan().plan.foreword?.['fr']).toBe(true);
    expect(file.textOrigins).toEqual({ ar: 'HUMAN_TRANSLATION', en: 'MACHINE_TRANSLATION', fr: 'ORIGINAL' });
    const periods = await app.db.query<Array<Record<string, unknown>>>(
      `select key, is_stub as stub, opens_on as opens, due_on as due from reporting_period order by starts_on`,
    );
    expect(periods).toEqual([
      { key: '2023-H2', stub: true, opens: '2023-12-21', due: '2024-02-01' },
      { key: '2024-H1', stub: false, opens: '2024-06-20', due: '2024-07-30' },
      { key: '2024-H2', stub: false, opens: '2024-12-21', due: '2025-01-30' },
      { key: '2025-H1', stub: false, opens: '2025-06-20', due: '2025-07-30' },
      { key: '2025-H2', stub: false, opens: '2025-12-21', due: '2026-01-30' },
    ]);
    expect(gaps.map(({ path, key }) => `${path} ${key}`)).toEqual(
      expect.arrayContaining([
        '$.commitments[number=12].institutions gap.leadFromPlan',
        '$.commitments[number=1].ogpId gap.ogpId',
        '$.institutions[key=societe-civile].contacts gap.focalPoint',
      ]),
    );
  });

  it('may report every four months, counted from its start', async () => {
    const cadence = { months: 4, countedFrom: 'PLAN_START' } as const;
    const file = unseenPlan();
    file.plan.reporting = { ...file.plan.reporting!, cadence };
    await app.import(file);
    const keys = await app.db.query<Array<{ key: string }>>(`select key from reporting_period order by starts_on`);
    expect(keys.map(({ key }) => key)).toEqual(['Y1-T1', 'Y1-T2', 'Y1-T3', 'Y2-T1', 'Y2-T2', 'Y2-T3', 'Y3-T1']);
  });
});

describe('a plan that says hardly anything', () => {
  const bare: PlanFile = {
    format: 'mithaq-plan/1',
    member: { key: 'bare', name: { en: 'Bare' }, kind: 'LOCAL', country: 'JO' },
    institutions: [],
    plan: { key: 'bare-1', title: { en: 'Bare plan' }, language: 'en', timeZone: 'Asia/Amman' },
    commitments: [{ number: 1, title: { en: 'One' } }],
  };

  it('is imported, and everything that somebody will miss is named', async () => {
    const { gaps } = await app.import(bare);
    expect(gaps.map(({ key }) => key).sort()).toEqual(
      [
        'planStart',
        'planEnd',
        'reporting',
        'monitoringBody',
        'melOfficer',
        'nobodyOwes',
        'ogpId',
        'commitmentStart',
        'commitmentEnd',
        'workingGroup',
        'milestones',
      ]
        .map((name) => `gap.${name}`)
        .sort(),
    );
    expect(await imports().gapsOf('bare-1')).toEqual(gaps);
    expect((await app.import(bare)).changes).toEqual([]);
  });

  it('owes no check-ins, and begins to when it says who and when', async () => {
    await app.import(bare);
    expect(await app.db.query(`select from check_in`)).toHaveLength(0);
    const { reporting } = given.plan().plan;
    await app.import({
      ...bare,
      institutions: [given.institution('works')],
      plan: {
        ...bare.plan,
        submittedOn: '2024-02-08',
        endsOn: '2024-12',
        reporting,
        participations: [{ institution: 'works', role: 'LEAD' }],
      },
    });
    expect(await app.db.query(`select from check_in`)).toHaveLength(2);
  });
});

describe('a changed file', () => {
  it('that differs in one title is one difference, and one row is written', async () => {
    await app.import(given.plan());
    const before = await allRows(app.db);
    const file = edited(({ commitments }) => (commitments[1]!.milestones![0]!.title = { en: 'Another title' }));
    const path = '$.commitments[number=2].milestones[number=1].title.en.text';
    const changes = [{ path, before: 'Milestone 2.1', after: 'Another title' }];
    expect((await app.import(file, { dryRun: true })).changes).toEqual(changes);
    expect(writtenIn(before, await allRows(app.db))).toEqual({});
    expect((await app.import(file)).changes).toEqual(changes);
    expect(writtenIn(before, await allRows(app.db))).toEqual({ milestone: 1, audit_entry: 1 });
    expect((await auditEntries()).at(-1)).toEqual({
      action: 'plan.imported',
      difference: { after: { count: 1, changes } },
    });
  });

  it('that only lists things in another order differs where the order is shown, and then no more', async () => {
    await app.import(
      edited(({ plan }) => (plan.questions = ['a', 'b'].map((key) => ({ key, question: { en: key } })))),
    );
    const turned = edited((file) => {
      file.institutions.reverse();
      file.commitments.reverse();
      file.commitments[0]!.institutions!.reverse();
      file.plan.questions = ['b', 'a'].map((key) => ({ key, question: { en: key } }));
    });
    expect((await app.import(turned)).changes.map(({ path }) => path)).toEqual([
      '$.plan.questions',
      '$.commitments[number=2].institutions',
    ]);
    expect((await app.import(turned)).changes).toEqual([]);
  });

  it('that moves a due date keeps the one that was promised first, until a file says otherwise', async () => {
    const moved = (dates: object) => edited(({ commitments }) => Object.assign(commitments[0]!.milestones![0]!, dates));
    const dates = () =>
      app.db.query<object[]>(
        `select due_on as due, original_due_on as original from milestone m join commitment c on c.id = m.commitment_id where c.number = 1`,
      );
    await app.import(moved({ dueOn: '2024-06-30' }));
    expect(
      (await app.import(moved({ dueOn: '2024-09-30' }))).changes.map(({ path, after }) => [
        path.split('.').at(-1),
        after,
      ]),
    ).toEqual([
      ['dueOn', '2024-09-30'],
      ['originalDueOn', '2024-06-30'],
    ]);
    expect((await app.import(moved({ dueOn: '2024-09-30' }))).changes).toEqual([]);
    await app.import(moved({ dueOn: '2024-12' }));
    expect(await dates()).toEqual([{ due: '2024-12-31', original: '2024-06-30' }]);
    await app.import(moved({ dueOn: '2024-12', originalDueOn: '2024-12' }));
    expect(await dates()).toEqual([{ due: '2024-12-31', original: '2024-12-31' }]);
  });

  it('takes away what it no longer has: commitments, milestones, groups, participations', async () => {
    const file = given.plan({ workingGroups: [{ key: 'group', name: { en: 'Group' }, members: ['works'] }] });
    file.plan.participations = [{ institution: 'works', role: 'LEAD' }];
    file.commitments[1]!.workingGroup = 'group';
    await app.import(file);
    const { changes, kept } = await app.import(
      edited(({ commitments }) => {
        commitments.pop();
        delete commitments[0]!.milestones;
      }),
    );
    expect(kept).toEqual([]);
    expect(changes.map(({ path, after }) => [path, after])).toEqual([
      ['$.plan.participations[institution=works,role=LEAD]', undefined],
      ['$.workingGroups[key=group]', undefined],
      ['$.commitments[number=1].milestones[number=1]', undefined],
      ['$.commitments[number=2]', undefined],
    ]);
    for (const table of ['milestone', 'working_group', 'working_group_member', 'plan_participation'])
      expect([table, await app.db.query(`select from ${table}`)]).toEqual([table, []]);
  });
});

describe('contacts', () => {
  const withoutContacts = () => edited(({ institutions }) => institutions.forEach((each) => delete each.contacts));

  it('stay when a public file has no list of them, and are no gap then', async () => {
    const { gaps } = await app.import(given.plan());
    const again = await app.import(withoutContacts());
    expect(again.changes).toEqual([]);
    expect(again.gaps).toEqual(gaps);
    expect(await addresses('works')).toEqual(['works@example.org']);
  });

  it('are those of the list where there is one, even an empty one', async () => {
    await app.import(given.plan());
    await app.import(edited(({ institutions }) => (institutions[0]!.contacts = [])));
    expect([await addresses('works'), await addresses('parks')]).toEqual([[], ['parks@example.org']]);
  });

  it('do not show in the audit, which nobody can erase', async () => {
    await app.import(given.plan());
    await app.import(edited(({ institutions }) => (institutions[0]!.contacts![0]!.email = 'new@example.org')));
    await app.import(edited(({ institutions }) => institutions.push(given.institution('third'))));
    const entries = await auditEntries();
    expect(entries).toHaveLength(3);
    expect(JSON.stringify(entries)).not.toMatch(/@|Focal point of/);
  });
});

describe('an import that fails at its end', () => {
  const failing = async (work: () => Promise<unknown>) => {
    await app.db.query(
      `create function fail_here() returns trigger language plpgsql as $$ begin raise exception 'failed for the test'; end $$`,
    );
    await app.db.query(
      `create trigger fail_here before insert on audit_entry for each row execute function fail_here()`,
    );
    try {
      await expect(work()).rejects.toThrow('failed for the test');
    } finally {
      await app.db.query(`drop function fail_here cascade`);
    }
  };

  it('leaves nothing of a new plan behind', async () => {
    const before = await allRows(app.db);
    await failing(() => app.import(unseenPlan()));
    expect(await allRows(app.db)).toEqual(before);
  });

  it('leaves everything of a stored plan as it was', async () => {
    await app.import(given.plan());
    const before = await allRows(app.db);
    await failing(() =>
      app.import(
        edited((file) => {
          file.institutions.push(given.institution('third', { contacts: [] }));
          file.institutions[0]!.contacts = [];
          file.commitments.pop();
          file.plan.endsOn = '2026-12-31';
          file.plan.participations = [{ institution: 'third', role: 'LEAD' }];
          file.workingGroups = [{ key: 'group', name: { en: 'Group' } }];
        }),
      ),
    );
    expect(await allRows(app.db)).toEqual(before);
  });
});

describe('two plans', () => {
  const second = (more: Partial<PlanFile> = {}) =>
    given.plan({ ...more, plan: { key: 'testville-2026', startsOn: '2026-01-01', endsOn: '2026-12-31' } });

  it('of one member share its institutions, and neither file takes away those of the other', async () => {
    await app.import(given.plan());
    await app.import(
      second({
        institutions: [given.institution('works', { name: { en: 'Public works' } }), given.institution('water')],
        commitments: [given.commitment(1, { institutions: [{ institution: 'water', role: 'LEAD' }] })],
      }),
    );
    const institutions = await app.db.query<Array<{ key: string }>>(`select key from institution order by key`);
    expect(institutions.map(({ key }) => key)).toEqual(['parks', 'water', 'works']);
    expect((await app.import(given.plan())).changes.map(({ path }) => path)).toEqual([
      '$.institutions[key=works].name.en.text',
    ]);
    expect((await imports().export('testville-2024')).commitments).toHaveLength(2);
    expect((await imports().export('testville-2026')).commitments).toHaveLength(1);
  });

  it('of two members do not mix: a plan cannot change hands, and equal keys of institutions are different institutions', async () => {
    await app.import(given.plan());
    const member = { ...given.plan().member, key: 'elsewhere' };
    const before = await allRows(app.db);
    await expect(app.import(given.plan({ member }))).rejects.toMatchObject({
      code: 'CONFLICT',
      key: 'planImport.otherMember',
    });
    await expect(app.import(given.plan({ member }), { dryRun: true })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await allRows(app.db)).toEqual(before);
    await app.import(
      second({ member, institutions: [given.institution('works', { contacts: [] }), given.institution('parks')] }),
    );
    expect(await addresses('works')).toEqual(['works@example.org']);
  });

  it('at once from one new file are one plan, imported once', async () => {
    const reports = await Promise.all([1, 2, 3].map(() => app.import(unseenPlan())));
    expect(reports.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(reports.filter(({ changes }) => changes.length === 0)).toHaveLength(2);
    expect(await app.db.query(`select from action_plan`)).toHaveLength(1);
    expect(await auditEntries()).toHaveLength(1);
  });
});

describe('whoever imports', () => {
  it('administers the plan; nobody else may even have a file read', async () => {
    await app.import(given.plan());
    await app.import({ ...unseenPlan() });
    const [salt] = await app.db.query<Array<{ id: string }>>(`select id from action_plan where key = 'testville-2024'`);
    const as = (role: 'ADMIN' | 'MEL_OFFICER', planId: string | null) =>
      Viewer.person('x', [{ role, planId, institutionId: null }]);
    const file = JSON.stringify(given.plan());
    for (const [viewer, code] of [
      [Viewer.public, 'UNAUTHENTICATED'],
      [as('MEL_OFFICER', salt!.id), 'FORBIDDEN'],
    ] as const)
      await expect(imports().import(viewer, 'no file at all')).rejects.toMatchObject({ code });
    expect(await imports().import(as('ADMIN', salt!.id), file)).toMatchObject({ changes: [] });
    for (const other of [JSON.stringify(unseenPlan()), JSON.stringify(second())])
      for (const dryRun of [true, false])
        await expect(imports().import(as('ADMIN', salt!.id), other, { dryRun })).rejects.toMatchObject({
          code: 'FORBIDDEN',
          key: 'access.notAllowed',
        });
  });
  const second = () => given.plan({ plan: { key: 'new-plan' } });
});
