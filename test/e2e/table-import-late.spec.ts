import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { PlanFile } from '../../src/interchange/plan-file.js';
import { OgpImportService } from '../../src/interchange/ogp-import.service.js';
import { PlanImportService } from '../../src/interchange/plan-import.service.js';
import type { TablesRefused } from '../../src/interchange/table-import.errors.js';
import { Viewer } from '../../src/platform/access/viewer.js';
import { TABLE_NAMES } from '../../src/publications/progress-tables.js';
import { allRows, writtenIn } from '../support/all-rows.js';
import { TestApp } from '../support/app.js';
import { EditedFiles, paths, violations, type ImportAnswer } from '../support/edited-files.js';
import { SMALL } from '../support/files.js';
import { given } from '../support/given.js';
import { bookOf, csvOf, put, workbookOf, type Book, type Grid } from '../support/spreadsheet.js';

const PLAN = 'testville-2024';
const KEY = 'a-key-of-this-test-with-enough-characters';

const plan = (): PlanFile =>
  given.plan({
    institutions: [
      given.institution('works', { name: { en: 'Works; and Roads', ar: 'الأشغال' } }),
      given.institution('parks', { name: { en: 'Parks' } }),
      given.institution('youth', { name: { en: 'Youth' }, website: 'https://example.org/youth' }),
    ],
    plan: { participations: [{ institution: 'youth', role: 'LEAD' }] },
    commitments: [
      given.commitment(1, {
        title: { en: 'Squares', ar: 'ساحات' },
        institutions: [
          { institution: 'works', role: 'LEAD' },
          { institution: 'parks', role: 'SUPPORTING' },
        ],
        milestones: [
          { number: 1, title: { en: 'One', ar: 'واحد' }, dueOn: '2024-06-30', responsibleInstitution: 'works' },
          { number: 2, title: { en: 'Two' }, dueOn: '2024-08-31', responsibleInstitution: 'parks' },
        ],
      }),
      given.commitment(2, { institutions: [{ institution: 'parks', role: 'LEAD' }] }),
      given.commitment(3),
    ],
  });

let app: TestApp;
let admin: Record<string, string>;
let files: EditedFiles;
beforeAll(async () => {
  app = await TestApp.start({ now: '2024-07-05T08:00+03:00', settings: { SECRETS_KEY: KEY } });
  await app.import(plan());
  admin = await app.as('ADMIN', PLAN);
  files = new EditedFiles(app, PLAN, admin);
  // The first use of a token is noted, and would be a difference.
  await files.send('x');
});
afterAll(() => app.close());

/** Every test begins with the same plan, and an audit record that goes on. */
beforeEach(async () => {
  await app.import(plan());
});

const file = () => app.app.get(PlanImportService).export(PLAN);
const import_ = async (edit: (file: PlanFile) => void): Promise<void> => {
  const edited = plan();
  edit(edited);
  await app.import(edited);
};
const name = (file: PlanFile, key: string, en: string): void => {
  file.institutions.find((one) => one.key === key)!.name['en'] = en;
};
const exchangeNames = (file: PlanFile): void => {
  name(file, 'works', 'Parks');
  name(file, 'parks', 'Works; and Roads');
};

/** What others do to the plan while somebody has a file of it. */
const CHANGES: ReadonlyArray<[string, () => Promise<void>]> = [
  [
    'another lead institution',
    () => import_(({ commitments }) => (commitments[0]!.institutions = [{ institution: 'youth', role: 'LEAD' }])),
  ],
  ['another lead of the plan', () => import_(({ plan: it }) => (it.participations![0]!.institution = 'works'))],
  [
    'an institution renamed twice',
    async () => {
      await import_((edited) => name(edited, 'works', 'Public Works'));
      await import_((edited) => name(edited, 'works', 'Ministry of Works'));
    },
  ],
  ['two institutions that exchanged names', () => import_(exchangeNames)],
  ['a milestone removed', () => import_(({ commitments }) => commitments[0]!.milestones!.pop())],
  ['a commitment removed', () => import_(({ commitments }) => commitments.splice(1, 1))],
  ['half-years where there were quarters', () => import_(({ plan: it }) => (it.reporting!.cadence.months = 6))],
  [
    'more changes than the record names',
    () =>
      import_(({ commitments }) => {
        commitments.shift();
        for (let number = 10; number < 140; number++) commitments.push(given.commitment(number));
        for (const commitment of commitments.slice(0, 2)) commitment.title['en'] = 'Retitled';
      }),
  ],
];

describe.each(CHANGES)('after %s', (_, change) => {
  it('an old workbook that nobody edited changes nothing, and neither does any CSV file; the next export is the same', async () => {
    const workbook = await files.xlsx();
    const quarter = await files.xlsx('period=2024-Q1');
    const texts: string[] = [];
    for (const table of TABLE_NAMES) texts.push(await files.csv(`table=${table}`));
    await change();
    const exported = JSON.stringify(await file());
    const stored = await allRows(app.db);
    for (const sent of [workbook, quarter, ...texts]) {
      const answer = await files.send(sent);
      expect([answer.status, answer.body.violations, answer.body.changeCount]).toEqual([200, undefined, 0]);
    }
    expect(writtenIn(stored, await allRows(app.db))).toEqual({});
    expect(JSON.stringify(await file())).toBe(exported);
  });
});

const edited = async (workbook: Buffer, edit: (book: Book) => void): Promise<Buffer> => {
  const book = await bookOf(workbook);
  edit(book);
  return workbookOf(book);
};
const inTable = (table: string, row: number, column: string, value: Grid[number][number]) => (book: Book) =>
  put(book.get(table)!, row, column, value);
const notes = ({ body }: ImportAnswer) => body.notes.map(({ field, message }) => `${field}: ${message}`);

const extend = async (): Promise<void> => {
  const { errors } = await app.gql(
    'mutation ($input: PeriodExtendInput!) { periodExtend(input: $input) { __typename } }',
    { input: { plan: PLAN, period: '2024-Q2', institution: 'works', dueDate: '2024-07-30', reason: 'A flood.' } },
    admin,
  );
  expect(errors).toBeUndefined();
};

describe('what somebody edited in a file that is not of today', () => {
  it('is taken beside what others edited; what the file does not edit is left as it is now, and named', async () => {
    const exported = await files.xlsx();
    const now = plan();
    now.commitments[0]!.title['en'] = 'Changed by somebody';
    now.commitments[1]!.ogpId = 'JO1';
    now.commitments[2]!.title['en'] = 'Changed, too';
    await app.import(now);
    const [milestone] = await app.db.query<[{ id: string }]>(
      `select m.id from milestone m join commitment c on c.id = m.commitment_id where m.number = 1 and c.number = 1`,
    );
    const moved = await app.gql(
      'mutation ($input: MilestoneRescheduleInput!) { milestoneReschedule(input: $input) { __typename } }',
      { input: { milestone: milestone.id, dueDate: '2024-10-01', reason: 'Late.' } },
      admin,
    );
    expect(moved.errors).toBeUndefined();
    const untouched = await files.send(exported);
    expect(untouched).toMatchObject({ status: 200, body: { changeCount: 0 } });
    expect(untouched.body.notes.map(({ field }) => field).sort()).toEqual(
      [
        'milestones',
        'milestones!F2',
        'progress',
        'progress!A4',
        'progress!A5',
        'progress!H2',
        'progress!H3',
        'progress!H6',
        'progress!H7',
      ].sort(),
    );
    const book = await bookOf(exported);
    put(book.get('progress')!, 2, 'Commitment Title', 'Changed by me');
    put(book.get('progress')!, 4, 'URL', 'https://example.org/2');
    expect(violations(await files.send(await workbookOf(book)))).toEqual([
      ['progress!H2', 'Commitment Title', expect.stringContaining('Export it again')],
    ]);
    put(book.get('progress')!, 2, 'Commitment Title', 'Squares');
    expect(paths(await files.send(await workbookOf(book)))).toEqual(['$.commitments[number=2].url']);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['nothing of the plan', () => app.as('PARTNER')],
    ['another commitment', () => import_(({ commitments }) => (commitments[1]!.ogpId = 'JO1'))],
    ['how long the agency may report', extend],
  ])('is refused where it is a claim, when %s was changed since; what is not edited is left', async (_, change) => {
    const workbook = await files.xlsx();
    await change();
    const claimed = inTable('milestones', 2, 'Claimed Status', 'COMPLETED');
    expect(violations(await files.send(await edited(workbook, claimed)))).toEqual([
      ['milestones!L2', 'Claimed Status', expect.stringContaining('agency')],
    ]);
    expect((await files.send(workbook)).body.changeCount).toBe(0);
  });

  it('each is taken: what one changed in their language is no change in the other', async () => {
    const [english, arabic] = [
      await bookOf(await files.xlsx('language=en')),
      await bookOf(await files.xlsx('language=ar')),
    ];
    put(english.get('milestones')!, 2, 'Milestone Title', 'Said anew');
    put(arabic.get('milestones')!, 2, 'Milestone Title', 'قيل من جديد');
    expect((await files.send(await workbookOf(english), '')).body.changeCount).toBe(1);
    const second = await files.send(await workbookOf(arabic), '');
    expect([second.status, second.body.changeCount]).toEqual([200, 1]);
    const [{ title }] = await app.db.query<[{ title: Record<string, { text: string }> }]>(
      `select m.title from milestone m join commitment c on c.id = m.commitment_id join action_plan p on p.id = c.plan_id where p.key = $1 and c.number = 1 and m.number = 1`,
      [PLAN],
    );
    expect([title['en']?.text, title['ar']?.text]).toEqual(['Said anew', 'قيل من جديد']);
  });

  it('is what they saw: a name is the institution that was called so, whoever is called so now', async () => {
    const workbook = await files.xlsx();
    await import_(exchangeNames);
    const responsible = inTable('milestones', 2, 'Responsible Institution', 'Parks');
    const lead = inTable('progress', 2, 'Lead Institution', 'Youth');
    const answer = await files.send(await edited(workbook, (book) => (responsible(book), lead(book))));
    expect([answer.status, answer.body.violations]).toEqual([200, undefined]);
    const [squares] = (await file()).commitments;
    expect(squares!.milestones![0]!.responsibleInstitution).toBe('parks');
    expect(squares!.institutions![0]).toEqual({ institution: 'youth', role: 'LEAD' });
    // A name that is known only since is understood, too.
    await import_((now) => name(now, 'youth', 'Ministry of Youth'));
    const late = await edited(workbook, inTable('milestones', 2, 'Responsible Institution', 'Ministry of Youth'));
    expect((await files.send(late)).body.changes).toMatchObject([{ after: '"youth"' }]);
  });

  it('is a conflict, by sheet, row and column, where others changed the same, in a workbook and as CSV', async () => {
    const workbook = await files.xlsx();
    const csv = await files.grid('progress');
    await import_(({ commitments }) => (commitments[0]!.institutions![0]!.institution = 'youth'));
    const both = await files.send(await edited(workbook, inTable('progress', 2, 'Lead Institution', 'Parks')));
    const expected = ['progress!K2', 'Lead Institution', expect.stringContaining('after the file was exported')];
    expect(violations(both)).toEqual([expected]);
    expect(both.body.violations![0]).toMatchObject({ sheet: 'progress', row: 2, column: 'Lead Institution' });
    put(csv, 2, 'Lead Institution', 'Parks');
    put(csv, 5, 'URL', 'https://example.org/5');
    expect(violations(await files.send(csvOf(csv)))).toEqual([expected]);
    put(csv, 2, 'Lead Institution', 'Works; and Roads');
    expect(paths(await files.send(csvOf(csv)))).toEqual(['$.commitments[number=2].url']);
    expect((await file()).commitments[0]!.institutions![0]!.institution).toBe('youth');
  });

  it('of a milestone that others removed is a conflict by its cell; the row is passed over when nothing in it was edited', async () => {
    const workbook = await files.xlsx();
    await import_(({ commitments }) => commitments[0]!.milestones!.pop());
    const removed = await files.send(await edited(workbook, inTable('milestones', 3, 'Milestone Title', 'Second')));
    expect(violations(removed)).toEqual([['milestones!C3', 'Milestone Title', expect.stringContaining('took')]]);
    const other = await files.send(await edited(workbook, inTable('milestones', 2, 'Milestone Title', 'First')));
    expect(paths(other)).toEqual(['$.commitments[number=1].milestones[number=1].title.en.text']);
    expect(notes(other)).toContainEqual(
      expect.stringMatching(/^milestones: Rows that this table does not have now, passed over: 1\./),
    );
    expect((await file()).commitments[0]!.milestones).toHaveLength(1);
  });

  it('of a row that is new to both is a conflict; one that is new to them alone is added', async () => {
    const workbook = await files.xlsx();
    const third = { number: 3, title: { en: 'Three' } };
    const add = (book: Book): void => {
      const rows = book.get('milestones')!;
      rows.push([1, 3, 'Third', ...rows[0]!.slice(3).map(() => null)]);
    };
    await import_(({ commitments }) => (commitments[1]!.title['en'] = 'Retitled'));
    const added = await files.send(await edited(workbook, add), 'dryRun=true');
    expect(paths(added)).toEqual(['$.commitments[number=1].milestones[number=3]']);
    await import_(({ commitments }) => commitments[0]!.milestones!.push(third));
    expect(violations(await files.send(await edited(workbook, add)))).toEqual([
      ['milestones!C6', 'Milestone Title', expect.stringContaining('after the file was exported')],
    ]);
  });

  it('is taken where others only gave the institution another name', async () => {
    const workbook = await files.xlsx();
    await import_((now) => name(now, 'works', 'Public Works'));
    const lead = inTable('progress', 2, 'Lead Institution', 'Works; and Roads; Youth');
    const answer = await files.send(await edited(workbook, (book) => lead(book)));
    expect([answer.status, answer.body.violations]).toEqual([200, undefined]);
    const named = (await file()).commitments[0]!.institutions!;
    expect(named.map(({ institution }) => institution)).toEqual(['works', 'parks', 'youth']);
  });

  it('is back to what it was when the file says that it was exported since', async () => {
    const old = await files.grid('milestones');
    await import_(({ commitments }) => (commitments[0]!.milestones![0]!.title['en'] = 'First'));
    const kept = await files.send(csvOf(old));
    expect([kept.body.changeCount, notes(kept)]).toEqual([
      0,
      [expect.stringMatching(/^milestones!C2: This is what stood here before/)],
    ]);
    const back = await edited(await files.xlsx(), inTable('milestones', 2, 'Milestone Title', 'One'));
    expect((await files.send(back)).body.changes).toMatchObject([{ before: '"First"', after: '"One"' }]);
  });
});

interface ToldEvent {
  readonly type: string;
  readonly data: { readonly number: number; readonly dueDate: string; readonly previousDueDate: string | null };
  readonly action: string;
  readonly difference: { readonly reason: string };
}
const eventsSince = (number: string) =>
  app.db.query<ToldEvent[]>(
    `select v.type, v.facts->'data' as data, e.action, e.difference from public_event v join audit_entry e on e.number = v.number
      where v.number > $1 order by v.number`,
    [number],
  );
const newest = async () => (await app.db.query<[{ n: string }]>(`select max(number) as n from audit_entry`))[0].n;

describe('a due date that an import moves', () => {
  it('is told to those who listen, as one that a person moves: from a plan file, a workbook and CSV, each with its reason', async () => {
    const listening = await app.gql(
      'mutation ($input: WebhookCreateInput!) { webhookCreate(input: $input) { __typename } }',
      { input: { plan: PLAN, url: 'https://example.org/hook', events: ['MILESTONE_RESCHEDULED'] } },
      await app.as('PARTNER'),
    );
    expect(listening.errors).toBeUndefined();
    const before = await newest();
    const moved = plan();
    moved.commitments[1]!.milestones![0]!.dueOn = '2024-07-31';
    moved.commitments[0]!.milestones![1]!.dueOn = '2024-09-30';
    await app.import(moved);
    const book = await edited(await files.xlsx(), inTable('milestones', 4, 'Due Date', new Date('2024-10-31')));
    expect((await files.send(book, 'reason=Flooded.')).status).toBe(200);
    const csv = await files.grid('milestones');
    put(csv, 3, 'Due Date', '2024-12-31');
    expect((await files.send(csvOf(csv), 'reason=Dry.')).status).toBe(200);
    const told = await eventsSince(before);
    expect(
      told.map(({ type, action, data, difference }) => [
        type,
        action,
        data.number,
        data.previousDueDate,
        data.dueDate,
        difference.reason,
      ]),
    ).toEqual(
      [
        [1, '2024-06-30', '2024-07-31', 'As the action plan has it now.'],
        [2, '2024-08-31', '2024-09-30', 'As the action plan has it now.'],
        [1, '2024-07-31', '2024-10-31', 'Flooded.'],
        [2, '2024-09-30', '2024-12-31', 'Dry.'],
      ].map((one) => ['MILESTONE_RESCHEDULED', 'milestone.rescheduled', ...one]),
    );
    const [{ queued }] = await app.db.query<[{ queued: number }]>(
      'select count(*)::int as queued from webhook_delivery',
    );
    expect(queued).toBe(4);
    await app.db.query('delete from webhook');
  });

  it('has the reason that the importer gives, else a sentence in the language of the plan', async () => {
    const facts = {
      member: { key: 'ville', name: { fr: 'Ville' }, kind: 'LOCAL', country: 'JO' } as const,
      plan: { key: 'ville-2024', language: 'fr', title: { fr: 'Plan' } },
    };
    const moving = async (dueOn: string, reason?: string) => {
      const commitments = [given.commitment(1, { milestones: [{ number: 1, title: { fr: 'Un' }, dueOn }] })];
      const { errors } = await app.gql(
        'mutation ($input: PlanImportInput!) { planImport(input: $input) { changeCount } }',
        { input: { file: JSON.stringify(given.plan({ ...facts, commitments })), reason } },
        await app.as('ADMIN'),
      );
      expect(errors).toBeUndefined();
    };
    await moving('2024-06-30');
    await moving('2024-07-31');
    await moving('2024-08-31', 'Il a plu.');
    const { data } = await app.gql<{ commitment: { milestones: { nodes: object[] } } }>(
      `{ commitment(plan: "ville-2024", number: 1) { milestones { nodes { dueDateHistory { reason } } } } }`,
    );
    const reasons = [{ reason: 'Selon le plan d’action dans sa version actuelle.' }, { reason: 'Il a plu.' }];
    expect(data.commitment.milestones.nodes).toEqual([
      { dueDateHistory: expect.arrayContaining(reasons.map((one) => expect.objectContaining(one) as unknown)) },
    ]);
  });
});

describe('an import that changes who owes check-ins', () => {
  const ARABIC = { 'accept-language': 'ar' };

  it('says of which commitments and in how many closed periods, before and after, in the language of the caller', async () => {
    const lead = await edited(await files.xlsx(), inTable('progress', 2, 'Lead Institution', 'Youth'));
    const field = '$.commitments[number=1].institutions';
    const said = (message: string) =>
      expect.arrayContaining([{ field, message: expect.stringContaining(message) }]) as unknown;
    for (const query of ['dryRun=true', ''])
      expect((await files.send(lead, query)).body.notes).toEqual(said('in one of them'));
    await app.import(plan());
    const arabic = await files.send(lead, 'dryRun=true', undefined, { ...admin, ...ARABIC });
    expect(arabic.body.notes).toEqual(said('في فترة مغلقة واحدة'));

    const changed = plan();
    changed.plan.participations![0]!.institution = 'parks';
    changed.commitments[0]!.institutions![0]!.role = 'SUPPORTING';
    const { data } = await app.gql<{ planImport: { notes: Array<{ path: string }> } }>(
      'mutation ($input: PlanImportInput!) { planImport(input: $input) { notes { path message } } }',
      { input: { file: JSON.stringify(changed), dryRun: true } },
      { ...admin, 'accept-language': 'fr' },
    );
    // The first is owed by the same, in another role; the third names nobody, and is owed by whoever leads the plan.
    const owed = data.planImport.notes.filter(({ path }) => path.endsWith('institutions'));
    expect(owed).toEqual([
      { path: '$.commitments[number=3].institutions', message: expect.stringContaining('engagement 3') },
    ]);
  });
});

describe('a file that is none of those that come back', () => {
  it('is said to be a published one, once, with the address of the one to edit', async () => {
    const { errors } = await app.gql(
      'mutation ($input: PeriodPublishInput!) { periodPublish(input: $input) { __typename } }',
      { input: { plan: PLAN, period: '2024-Q1' } },
      await app.as('MEL_OFFICER', PLAN),
    );
    expect(errors).toBeUndefined();
    const published = await fetch(`${app.url}/api/v1/plans/${PLAN}/publications/2024-Q1/progress.xlsx`);
    expect(published.status).toBe(200);
    const answer = await files.send(Buffer.from(await published.arrayBuffer()));
    expect(answer).toMatchObject({ status: 400, body: { violations: [{ field: 'file' }] } });
    expect(answer.body.title).toContain('published');
    expect(answer.body.title).toContain(`http://mithaq.example.org/api/v1/plans/${PLAN}/progress.xlsx`);
  });

  it.each(['ods', 'docx'] as const)('is called what it is: .%s', async (kind) => {
    const answer = await files.send(SMALL[kind]!, '', `edited.${kind}`);
    expect([answer.status, answer.body.title]).toEqual([400, expect.stringContaining(`The file is .${kind}`)]);
  });
});

describe('rows are counted as a spreadsheet shows them', () => {
  const COLUMNS = 'Country/Locality,Year Of Submission,Commitment Number,Commitment Title,URL';

  it('without the line that says which separator a CSV file has', async () => {
    const rows = await files.grid('milestones');
    put(rows, 3, 'Due Date', 'soon');
    const marked = await files.send(`sep=;\r\n${csvOf(rows, ';')}`);
    expect(violations(marked)).toEqual([['milestones!F3', 'Due Date', expect.anything()]]);
  });

  it('in OGP’s table too, where what breaks a rule of a plan is named by its cell', async () => {
    const content = Buffer.from(
      [COLUMNS, 'Tunisia,2021,1,"Two\nlines",', 'Tunisia,2021,2,,', 'Tunisia,2021,3,Three,nonsense'].join('\n'),
    );
    const refused = await app.app
      .get(OgpImportService)
      .import(Viewer.system('test'), { name: 'ogp.csv', content }, { member: 'tunisia' })
      .catch((error: unknown) => error as TablesRefused);
    expect((refused as TablesRefused).violations).toEqual([
      { field: 'ogp.csv!E4', key: 'planFile.format.http-url', place: { sheet: 'ogp.csv', row: 4, column: 'URL' } },
    ]);
  });
});

describe('a number or a key that was mistyped', () => {
  it.each([
    ['milestones', 'Milestone Number', 'Milestone Number'],
    ['institutions', 'Institution', 'Institution'],
    ['progress', 'Commitment Number', 'Period'],
  ])('as that of another row of %s writes nothing over it', async (table, column, named) => {
    const workbook = await files.xlsx();
    const book = await bookOf(workbook);
    const grid = book.get(table)!;
    const at = grid[0]!.indexOf(column);
    const other = table === 'progress' ? grid.findIndex((row, n) => n > 1 && row[at] !== grid[1]![at]) : 2;
    grid[other]![at] = grid[1]![at]!;
    if (table === 'progress') put(grid, other + 1, 'Period', grid[1]![grid[0]!.indexOf('Period')]!);
    const answer = await files.send(await workbookOf(book));
    expect(answer.status).toBe(400);
    expect(answer.body.violations).toContainEqual(
      expect.objectContaining({
        row: other + 1,
        column: named,
        message: expect.stringContaining('Row 2 is about the same'),
      }),
    );
    expect(await file()).toEqual(expect.objectContaining({ institutions: expect.anything() }));
  });
});
