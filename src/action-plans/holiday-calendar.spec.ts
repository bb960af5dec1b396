import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { PlanFile } from '../interchange/plan-file.js';
import { hasHolidayCalendar, holidayRegions, publicHolidays, type HolidayCalendar } from './holiday-calendar.js';
import { jordanHolidays } from './jordan-holidays.js';

const datesOf = (calendar: HolidayCalendar, year: number) => publicHolidays(calendar, year).map(({ date }) => date);

describe('the public holidays of Jordan', () => {
  it('are, for the years that the plan of Greater Salt lists in full, the days that it lists', () => {
    const { plan } = JSON.parse(readFileSync('plans/greater-salt-2024-2025.json', 'utf8')) as PlanFile;
    const listed = plan.reporting?.holidays?.filter(({ date }) => /^202[45]/.test(date));
    const worked = [2024, 2025].flatMap((year) => jordanHolidays(year).map(({ names: _, ...day }) => day));
    expect(worked).toEqual(listed);
  });

  it('were in 2019, for the Feast of Sacrifice, the days that the government announced', () => {
    const feast = jordanHolidays(2019).filter(({ name }) => /Arafat|Adha/.test(name));
    expect(feast.map(({ date }) => date)).toEqual([
      '2019-08-10',
      '2019-08-11',
      '2019-08-12',
      '2019-08-13',
      '2019-08-14',
    ]);
  });

  it('are only expected where the moon decides', () => {
    const fixed = jordanHolidays(2025).filter(({ expected }) => !expected);
    expect(fixed.map(({ date }) => date)).toEqual(['2025-01-01', '2025-05-01', '2025-05-25', '2025-12-25']);
  });

  it('come twice in a calendar year when the Islamic year ends within it twice', () => {
    const newYears = jordanHolidays(2008).filter(({ name }) => name === 'Islamic New Year');
    expect(newYears.map(({ date }) => date)).toEqual(['2008-01-10', '2008-12-29']);
  });

  it('have a name in every language of the service, and each Islamic day comes in every year', () => {
    for (let year = 1950; year < 2100; year++) {
      const days = jordanHolidays(year);
      expect(days.every(({ names }) => names?.['en'] && names['fr'] && names['ar'])).toBe(true);
      expect(new Set(days.map(({ name }) => name)).size).toBe(14);
    }
  });
});

describe('the public holidays of a country', () => {
  it('are those of the library, with names in the languages that it has', () => {
    const [first] = publicHolidays({ country: 'TN' }, 2024);
    expect(first).toMatchObject({ date: '2024-01-01', names: { en: "New Year's Day", fr: 'Nouvel An' } });
    expect(datesOf({ country: 'TN' }, 2024)).toEqual([
      '2024-01-01',
      '2024-01-14',
      '2024-03-20',
      '2024-04-09',
      '2024-04-10',
      '2024-05-01',
      '2024-06-16',
      '2024-07-07',
      '2024-07-25',
      '2024-08-13',
      '2024-09-15',
      '2024-10-15',
    ]);
  });

  it('are only expected where the moon decides', () => {
    const expected = publicHolidays({ country: 'TN' }, 2024).filter((holiday) => holiday.expected);
    expect(expected.map(({ date }) => date)).toEqual(['2024-04-10', '2024-06-16', '2024-07-07', '2024-09-15']);
  });

  it('have a day for every day of a feast, also where clocks go forward in the middle of it', () => {
    const feast = (year: number) =>
      publicHolidays({ country: 'BA' }, year)
        .filter(({ names }) => names?.['en']?.includes('Fitr'))
        .map(({ date }) => date);
    expect(feast(2024)).toEqual(['2024-04-10', '2024-04-11', '2024-04-12']);
    expect(feast(2025)).toEqual(['2025-03-30', '2025-03-31', '2025-04-01']);
  });

  it('are whole days: the half days of Iceland are worked', () => {
    const days = datesOf({ country: 'IS' }, 2024);
    expect(days).not.toContain('2024-12-24');
    expect(days).toContain('2024-12-25');
  });

  it('are the days off in lieu too, and no days that are only observed', () => {
    const days = datesOf({ country: 'GB' }, 2022);
    expect(days).toContain('2022-01-03');
    expect(days).toContain('2022-09-19');
    expect(days).not.toContain('2022-06-19');
  });

  it('include those of the part that was named, and of the place within it', () => {
    const inGermany = (region?: string) => datesOf({ country: 'DE', ...(region ? { region } : {}) }, 2024);
    expect([inGermany(), inGermany('BE'), inGermany('BY')].map((days) => days.includes('2024-08-08'))).toEqual([
      false,
      false,
      false,
    ]);
    expect(inGermany('BY-A')).toContain('2024-08-08');
    expect(inGermany('BE')).toContain('2024-03-08');
    expect(inGermany('BY')).toContain('2024-01-06');
  });

  it('are worked out once a year and calendar', () => {
    expect(publicHolidays({ country: 'CA', region: 'QC' }, 2024)).toBe(
      publicHolidays({ country: 'CA', region: 'QC' }, 2024),
    );
    expect(publicHolidays({ country: 'CA', region: 'QC' }, 2024)).not.toEqual(publicHolidays({ country: 'CA' }, 2024));
  });

  it.each(['TN', 'CA', 'NZ', 'NG', 'KE', 'PH', 'GB', 'EG', 'MA', 'FR', 'BR', 'UA', 'ID'])(
    'stand in their year and in their order: %s',
    (country) => {
      for (let year = 2010; year < 2031; year++) {
        const days = datesOf({ country }, year);
        expect(days.length).toBeGreaterThan(4);
        expect(days.filter((day) => !day.startsWith(`${year}-`))).toEqual([]);
        expect(days).toEqual([...days].sort());
      }
    },
  );
});

describe('a holiday calendar', () => {
  it('is there for Jordan and for the countries of the library, and for nothing else', () => {
    expect(['JO', 'TN', 'CA'].map(hasHolidayCalendar)).toEqual([true, true, true]);
    expect(['ZZ', 'jo', '', 'toString', '__proto__'].map(hasHolidayCalendar)).toEqual(Array(5).fill(false));
  });

  it('knows the parts of a country that have holidays of their own', () => {
    expect(holidayRegions('DE')).toEqual(expect.arrayContaining(['BY', 'BY-A', 'BE']));
    expect([holidayRegions('TN'), holidayRegions('JO'), holidayRegions('ZZ')]).toEqual([[], [], []]);
  });

  it('that does not exist has no days', () => {
    expect(publicHolidays({ country: 'ZZ' }, 2024)).toEqual([]);
  });
});
