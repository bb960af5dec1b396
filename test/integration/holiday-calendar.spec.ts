import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import type { FilePlan } from '../../src/interchange/plan-file.js';
import { PlanImportService } from '../../src/interchange/plan-import.service.js';
import { allRows, writtenIn } from '../support/all-rows.js';
import { TestApp } from '../support/app.js';
import { emptyDatabase } from '../support/empty-database.js';
import { handIn } from '../support/filing.js';
import { given, greaterSalt } from '../support/given.js';

/** The first quarter is open. */
const NOW = '2024-04-08T10:00+03:00';
let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start({ now: NOW });
});
afterAll(() => app.close());
beforeEach(() => app.clock.set(new Date(NOW)));
afterEach(() => emptyDatabase(app.db));

/** Check-ins are due ten days after a quarter: for the first of 2024 on the first day of Eid al-Fitr. */
const reportedOn = (reporting: Partial<NonNullable<FilePlan['reporting']>> = {}, plan: Partial<FilePlan> = {}) =>
  given.plan({ plan: { reporting: { ...given.plan().plan.reporting!, dueAfterDays: 10, ...reporting }, ...plan } });
const JORDAN = { holidayCalendar: { country: 'JO' } };
const SIGHTED_LATER = [
  { date: '2024-04-10', name: 'Eid al-Fitr', worked: true },
  { date: '2024-04-13', name: 'Eid al-Fitr, day 3' },
];

const periods = () =>
  app.db.query<Array<{ id: string; due: string }>>(`select id, due_on as due from reporting_period order by starts_on`);
const firstDueDay = async () => (await periods())[0]?.due;
const filed = () => app.db.query<object[]>(`select * from check_in where version > 0 order by id`);
const exported = async () => JSON.stringify(await app.app.get(PlanImportService).export('testville-2024'), null, 2);

describe('a plan that names a holiday calendar', () => {
  it('has no check-in due on a holiday of it', async () => {
    await app.import(reportedOn());
    expect(await firstDueDay()).toBe('2024-04-10');
    await app.import(reportedOn(JORDAN));
    expect(await firstDueDay()).toBe('2024-04-14');
  });

  it('may name it late, and move a feast: due days follow, and nothing that was filed is touched', async () => {
    await app.import(reportedOn());
    await handIn(app, 'parks');
    const [before, [first]] = [await filed(), await periods()];
    expect(before).toHaveLength(1);
    const { changes } = await app.import(reportedOn(JORDAN));
    expect(changes).toEqual([{ path: '$.plan.reporting.holidayCalendar', after: { country: 'JO' } }]);
    expect((await periods())[0]).toEqual({ ...first, due: '2024-04-14' });
    await app.import(reportedOn({ ...JORDAN, holidays: SIGHTED_LATER }));
    expect((await periods())[0]).toEqual({ ...first, due: '2024-04-10' });
    await app.import(reportedOn());
    expect((await periods())[0]).toEqual(first);
    expect(await filed()).toEqual(before);
  });

  it.each([
    ['Jordan', JORDAN],
    ['Jordan with a feast sighted later', { ...JORDAN, holidays: SIGHTED_LATER }],
    ['a city of Bavaria', { holidayCalendar: { country: 'DE', region: 'BY-A' }, weekend: [6, 7] }],
  ])('comes out of an export as it went in, to the byte: %s', async (_whose, reporting) => {
    const file = reportedOn(reporting);
    await app.import(file);
    const first = await exported();
    expect((JSON.parse(first) as { plan: FilePlan }).plan.reporting).toMatchObject(reporting);
    const before = await allRows(app.db);
    expect((await app.import(first)).changes).toEqual([]);
    expect((await app.import(file)).changes).toEqual([]);
    expect(writtenIn(before, await allRows(app.db))).toEqual({});
    await emptyDatabase(app.db);
    await app.import(first);
    expect(await exported()).toBe(first);
  });

  it('is told of a day that it names as worked and that was no day off', async () => {
    const slip = { date: '2024-04-09', name: 'Eid al-Fitr', worked: true };
    const { gaps } = await app.import(reportedOn({ ...JORDAN, holidays: [...SIGHTED_LATER, slip] }));
    expect(gaps.filter(({ path }) => path.includes('holidays'))).toEqual([
      { path: '$.plan.reporting.holidays[date=2024-04-09]', key: 'gap.workedDay', args: { date: '2024-04-09' } },
    ]);
  });

  it('means the same for Greater Salt, which lists its days itself', async () => {
    const file = greaterSalt();
    await app.import(file);
    const before = await periods();
    file.plan.reporting = { ...file.plan.reporting!, ...JORDAN };
    expect((await app.import(file)).changes.map(({ path }) => path)).toEqual(['$.plan.reporting.holidayCalendar']);
    expect(await periods()).toEqual(before);
    delete file.plan.reporting.holidays;
    await app.import(file);
    expect(await periods()).toEqual(before);
  });
});

describe('the working week over GraphQL', () => {
  interface Week {
    actionPlan: {
      workingWeek: {
        weekend: number[];
        calendarCountry: string | null;
        calendarRegion: string | null;
        holidays: Array<{ date: string; name: string; isExpected: boolean }>;
      } | null;
    };
  }
  const week = (from: string, until: string, language?: string, headers: Record<string, string> = {}) =>
    app.gql<Week>(
      `query ($from: Date!, $until: Date!, $language: String) {
        actionPlan(key: "testville-2024") {
          workingWeek {
            weekend calendarCountry calendarRegion
            holidays(from: $from, until: $until) { date name(language: $language) isExpected }
          }
        }
      }`,
      { from, until, language },
      headers,
    );

  it('tells the days off, whose they are, and which of them may still move', async () => {
    await app.import(reportedOn({ ...JORDAN, holidays: [{ date: '2024-04-14', name: 'Day of Testville' }] }));
    const { data } = await week('2024-04-11', '2024-05-01');
    expect(data.actionPlan.workingWeek).toEqual({
      weekend: [5, 6],
      calendarCountry: 'JO',
      calendarRegion: null,
      holidays: [
        { date: '2024-04-11', name: 'Eid al-Fitr, day 2', isExpected: true },
        { date: '2024-04-12', name: 'Eid al-Fitr, day 3', isExpected: true },
        { date: '2024-04-14', name: 'Day of Testville', isExpected: false },
        { date: '2024-05-01', name: 'Labour Day', isExpected: false },
      ],
    });
  });

  it('names a day in the language asked for, then the caller’s, then the plan’s own', async () => {
    const file = reportedOn({ holidayCalendar: { country: 'TN' } }, { language: 'fr', timeZone: 'Africa/Tunis' });
    await app.import(file);
    const nameIn = async (language?: string, headers?: Record<string, string>) =>
      (await week('2024-05-01', '2024-05-01', language, headers)).data.actionPlan.workingWeek?.holidays[0]?.name;
    expect(await nameIn('ar')).toBe('يوم العمال');
    expect(await nameIn('en', { 'accept-language': 'ar' })).toBe('Labour Day');
    expect(await nameIn(undefined, { 'accept-language': 'ar' })).toBe('يوم العمال');
    expect(await nameIn('tlh')).toBe('Fête du travail');
  });

  it('shows a year at a time, and none while the plan has no rules', async () => {
    await app.import(reportedOn(JORDAN));
    expect((await week('2024-01-01', '2024-12-31')).data.actionPlan.workingWeek?.holidays).toHaveLength(14);
    expect((await week('2024-12-31', '2024-01-01')).data.actionPlan.workingWeek?.holidays).toEqual([]);
    const { errors } = await week('2024-01-01', '2025-01-01', undefined, { 'accept-language': 'fr' });
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      violations: [{ field: 'until', message: 'Demandez au plus 366 jours de calendrier à la fois.' }],
    });
    const bare = reportedOn();
    delete bare.plan.reporting;
    await app.import(bare);
    expect((await week('2024-01-01', '2024-12-31')).data.actionPlan.workingWeek).toBeNull();
  });
});

describe('holidays on another machine', () => {
  const saidIn = (timeZone: string, script: string): unknown =>
    JSON.parse(
      execFileSync(
        process.execPath,
        ['--import', './test/support/typescript-loader.js', '--input-type=module', '-e', script],
        { env: { ...process.env, TZ: timeZone }, encoding: 'utf8' },
      ),
    );

  it('are the same where clocks went forward at midnight on Good Friday', () => {
    const script = `
      const { publicHolidays } = await import('./src/action-plans/holiday-calendar.ts');
      console.log(JSON.stringify(publicHolidays({ country: 'CA' }, 2018).map(({ date }) => date)));`;
    expect(saidIn('Asia/Amman', script)).toContain('2018-03-30');
    expect(saidIn('Asia/Amman', script)).toEqual(saidIn('UTC', script));
  });

  it('cost a plan of Jordan nothing: the library is only loaded for others', () => {
    const script = `
      import { createRequire } from 'node:module';
      const { publicHolidays } = await import('./src/action-plans/holiday-calendar.ts');
      const loaded = () => Object.keys(createRequire(import.meta.url).cache ?? {}).some((file) => file.includes('date-holidays'));
      const after = ['JO', 'TN'].map((country) => [country, publicHolidays({ country }, 2024).length > 0, loaded()]);
      console.log(JSON.stringify(after));`;
    expect(saidIn('UTC', script)).toEqual([
      ['JO', true, false],
      ['TN', true, true],
    ]);
  });
});
