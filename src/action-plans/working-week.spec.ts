import { describe, expect, it } from '@jest/globals';
import { periodsOfPlan } from './period-schedule.js';
import { addWorkingDays, isWorkingDay, type OwnDay } from './reporting-calendar.js';
import { holidayName, holidaysBetween, workingWeekOf, type ReportedPlan } from './working-week.js';

const plan = (reporting: Partial<NonNullable<ReportedPlan['reporting']>> = {}, more: Partial<ReportedPlan> = {}) => ({
  submittedOn: null,
  startsOn: '2024-01-01',
  endsOn: '2025-12-31',
  timeZone: 'Asia/Amman',
  reporting: {
    startsOn: null,
    endsOn: null,
    monthPrecision: [],
    cadence: { months: 3, countedFrom: 'CALENDAR' as const },
    opensAfterDays: 1,
    dueAfterDays: 14,
    closesAfterDays: 45,
    weekend: [5, 6],
    holidays: [],
    ...reporting,
  },
  ...more,
});
const JORDAN = { country: 'JO' };
const daysOff = (holidays: readonly OwnDay[], holidayCalendar = JORDAN) =>
  workingWeekOf(plan({ holidayCalendar, holidays })).holidays.map(({ date }) => date);

describe('the working week of a plan', () => {
  it('has the plan’s own days off alone when it names no calendar', () => {
    const own = [{ date: '2024-05-01', name: 'Labour Day' }];
    expect(workingWeekOf(plan({ holidays: own }))).toEqual({ weekend: [5, 6], holidays: own });
  });

  it('has those of the calendar too, from the year before reporting to the year after its last due day', () => {
    const years = (of: ReportedPlan) => [
      ...new Set(workingWeekOf(of).holidays.map(({ date }) => Number(date.slice(0, 4)))),
    ];
    expect(years(plan({ holidayCalendar: JORDAN }))).toEqual([2023, 2024, 2025, 2026, 2027]);
    expect(years(plan({ holidayCalendar: JORDAN, endsOn: '2024-11-30' }))).toEqual([2023, 2024, 2025]);
    expect(years(plan({ holidayCalendar: JORDAN }, { startsOn: null, submittedOn: '2022-06-30' }))[0]).toBe(2021);
  });

  it('knows the calendar around the one day that a plan gives, and no calendar without any', () => {
    const open = plan({ holidayCalendar: JORDAN }, { endsOn: null });
    expect(isWorkingDay('2024-05-01', workingWeekOf(open))).toBe(false);
    expect(workingWeekOf({ ...open, startsOn: null }).holidays).toEqual([]);
  });

  it('has no day off when the plan has no rules', () => {
    expect(workingWeekOf({ ...plan(), reporting: null })).toEqual({ weekend: [], holidays: [] });
  });

  it('has an own day beside those of the calendar', () => {
    const with2 = daysOff([{ date: '2024-02-01', name: 'Day of the municipality' }]);
    expect(with2).toContain('2024-02-01');
    expect(with2).toHaveLength(daysOff([]).length + 1);
    expect(with2).toEqual([...with2].sort());
  });

  it('has a feast that was sighted a day later on the day that it was', () => {
    const moved = [
      { date: '2025-06-26', name: 'Islamic New Year', worked: true },
      { date: '2025-06-27', name: 'Islamic New Year' },
    ];
    expect(daysOff(moved)).not.toContain('2025-06-26');
    expect(daysOff(moved)).toContain('2025-06-27');
    expect(daysOff([...moved].reverse())).toEqual(daysOff(moved));
  });

  it('has what the plan says of a day in the place of what the calendar says', () => {
    const own = { date: '2024-05-01', name: 'Labour Day, confirmed' };
    const { holidays } = workingWeekOf(plan({ holidayCalendar: JORDAN, holidays: [own] }));
    expect(holidaysBetween('2024-05-01', '2024-05-01', holidays)).toEqual([own]);
  });

  it('has a day off that is also named as worked as a day off', () => {
    const both = [
      { date: '2024-05-01', name: 'Labour Day', worked: true },
      { date: '2024-05-01', name: 'Labour Day' },
    ];
    expect(daysOff(both)).toContain('2024-05-01');
    expect(daysOff([...both].reverse())).toContain('2024-05-01');
  });

  it('is not made longer by a day of the weekend that is worked', () => {
    const week = workingWeekOf(plan({ holidays: [{ date: '2024-05-03', name: 'Friday', worked: true }] }));
    expect(isWorkingDay('2024-05-03', week)).toBe(false);
  });
});

describe('working days of a plan that names a calendar', () => {
  it('are counted across Labour Day, also when the government moves it to the Thursday, as in 2024', () => {
    const week = workingWeekOf(plan({ holidayCalendar: JORDAN }));
    const moved = workingWeekOf(
      plan({
        holidayCalendar: JORDAN,
        holidays: [
          { date: '2024-05-01', name: 'Labour Day', worked: true },
          { date: '2024-05-02', name: 'Labour Day' },
        ],
      }),
    );
    expect([addWorkingDays('2024-04-30', 1, week), addWorkingDays('2024-04-30', 2, week)]).toEqual([
      '2024-05-02',
      '2024-05-05',
    ]);
    expect([addWorkingDays('2024-04-30', 1, moved), addWorkingDays('2024-04-30', 2, moved)]).toEqual([
      '2024-05-01',
      '2024-05-05',
    ]);
  });

  it('are the only ones that check-ins are due on', () => {
    const of2025 = (reporting: Parameters<typeof plan>[0]) =>
      periodsOfPlan(plan({ opensAfterDays: 0, dueAfterDays: 0, endsOn: '2025-03-31', ...reporting })).at(-1)?.dueOn;
    // 31 March and 1 April are days of the feast, which began on Sunday the 30th.
    expect(of2025({})).toBe('2025-03-31');
    expect(of2025({ holidayCalendar: JORDAN })).toBe('2025-04-02');
    expect(
      of2025({ holidayCalendar: JORDAN, holidays: [{ date: '2025-04-01', name: 'Eid al-Fitr', worked: true }] }),
    ).toBe('2025-04-01');
  });
});

describe('the name of a holiday', () => {
  const day = { date: '2024-01-01', name: 'New Year’s Day', names: { ar: 'رأس السنة', fr: 'Jour de l’an' } };

  it('is in the first wanted language that the calendar knows, whatever the region, else what it is called', () => {
    expect(holidayName(day, ['de', 'fr-CA', 'ar'])).toBe('Jour de l’an');
    expect(holidayName(day, ['AR-jo'])).toBe('رأس السنة');
    expect(holidayName(day, ['de'])).toBe('New Year’s Day');
    expect(holidayName(day, ['toString', '__proto__'])).toBe('New Year’s Day');
  });

  it('that the plan gives is the same in every language', () => {
    expect(holidayName({ date: '2024-02-01', name: 'Day of the municipality' }, ['ar'])).toBe(
      'Day of the municipality',
    );
  });
});
