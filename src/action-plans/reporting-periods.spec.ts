import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, dayOf, isWorkingDay, type ReportingRules } from './reporting-calendar.js';
import { reportingPeriods } from './reporting-periods.js';

const salt: ReportingRules = {
  timeZone: 'Asia/Amman',
  cadence: { months: 3, countedFrom: 'CALENDAR' },
  opensAfterDays: 1,
  dueAfterDays: 14,
  closesAfterDays: 45,
  weekend: [5, 6],
  holidays: [],
};
const saltSpan = { startsOn: '2024-02-08', endsBefore: '2025-12-01' };
const counted = (months: number, countedFrom: 'CALENDAR' | 'PLAN_START'): ReportingRules => ({
  ...salt,
  cadence: { months, countedFrom },
});
const keysOf = (rules: ReportingRules, span = saltSpan) => reportingPeriods(span, rules).map(({ key }) => key);

describe('the plan of Greater Salt', () => {
  const periods = reportingPeriods(saltSpan, salt);

  it('has eight calendar quarters, the first and the last of them stubs', () => {
    expect(periods.map(({ key, startsOn, endsBefore, isStub }) => [key, startsOn, endsBefore, isStub])).toEqual([
      ['2024-Q1', '2024-02-08', '2024-04-01', true],
      ['2024-Q2', '2024-04-01', '2024-07-01', false],
      ['2024-Q3', '2024-07-01', '2024-10-01', false],
      ['2024-Q4', '2024-10-01', '2025-01-01', false],
      ['2025-Q1', '2025-01-01', '2025-04-01', false],
      ['2025-Q2', '2025-04-01', '2025-07-01', false],
      ['2025-Q3', '2025-07-01', '2025-10-01', false],
      ['2025-Q4', '2025-10-01', '2025-12-01', true],
    ]);
  });

  it('reports on the second quarter of 2024 from 1 July, on time to the end of 14 July, at all to the end of 14 August', () => {
    expect(periods[1]).toEqual({
      key: '2024-Q2',
      startsOn: '2024-04-01',
      endsBefore: '2024-07-01',
      opensOn: '2024-07-01',
      dueOn: '2024-07-14',
      closesOn: '2024-08-14',
      opensAt: new Date('2024-06-30T21:00:00Z'),
      dueBefore: new Date('2024-07-14T21:00:00Z'),
      closesBefore: new Date('2024-08-14T21:00:00Z'),
      isStub: false,
    });
  });
});

describe('keys', () => {
  it.each([
    [1, '2024-02', '2025-11'],
    [2, '2024-B1', '2025-B6'],
    [3, '2024-Q1', '2025-Q4'],
    [4, '2024-T1', '2025-T3'],
    [6, '2024-H1', '2025-H2'],
    [12, '2024', '2025'],
  ])('of periods of %i months counted from the calendar go from %s to %s', (months, first, last) => {
    const keys = keysOf(counted(months, 'CALENDAR'));
    expect([keys[0], keys.at(-1)]).toEqual([first, last]);
  });

  it.each([
    [1, 'Y1-M01', 'Y2-M10'],
    [2, 'Y1-B1', 'Y2-B5'],
    [3, 'Y1-Q1', 'Y2-Q4'],
    [4, 'Y1-T1', 'Y2-T3'],
    [6, 'Y1-H1', 'Y2-H2'],
    [12, 'Y1', 'Y2'],
    [5, 'P01', 'P05'],
  ])('of periods of %i months counted from the plan’s start go from %s to %s', (months, first, last) => {
    const keys = keysOf(counted(months, 'PLAN_START'));
    expect([keys[0], keys.at(-1)]).toEqual([first, last]);
  });
});

describe('periods counted from the plan’s start', () => {
  it('do not drift when a month is too short for the day they start on', () => {
    const periods = reportingPeriods({ startsOn: '2024-01-31', endsBefore: '2024-05-31' }, counted(1, 'PLAN_START'));
    expect(periods.map(({ startsOn }) => startsOn)).toEqual(['2024-01-31', '2024-02-29', '2024-03-31', '2024-04-30']);
    expect(periods.every(({ isStub }) => !isStub)).toBe(true);
  });

  it('end in a stub when the plan ends within one', () => {
    const periods = reportingPeriods({ startsOn: '2024-02-08', endsBefore: '2024-06-01' }, counted(3, 'PLAN_START'));
    expect(periods.map(({ endsBefore, isStub }) => [endsBefore, isStub])).toEqual([
      ['2024-05-08', false],
      ['2024-06-01', true],
    ]);
  });
});

describe('opening, due and closing days', () => {
  const only = (rules: Partial<ReportingRules>, span = { startsOn: '2024-04-01', endsBefore: '2024-07-01' }) =>
    reportingPeriods(span, { ...salt, ...rules })[0];

  it('the due day moves over the weekend, the opening and closing days do not', () => {
    // 12 July 2024 is a Friday.
    expect(only({ opensAfterDays: 12, dueAfterDays: 12, closesAfterDays: 19 })).toMatchObject({
      opensOn: '2024-07-12',
      dueOn: '2024-07-14',
      closesOn: '2024-07-19',
    });
  });

  it('the closing day moves along when holidays push the due day past it', () => {
    const holidays = ['2024-07-14', '2024-07-15', '2024-07-16'].map((date) => ({ date, name: 'Feast' }));
    expect(only({ holidays, closesAfterDays: 15 })).toMatchObject({ dueOn: '2024-07-17', closesOn: '2024-07-17' });
  });

  it('reporting can open while the period is running, though not before it starts', () => {
    expect(only({ opensAfterDays: 0 })?.opensOn).toBe('2024-06-30');
    expect(only({ opensAfterDays: -10 })?.opensOn).toBe('2024-06-20');
    expect(only({ opensAfterDays: -10 }, { startsOn: '2024-06-28', endsBefore: '2024-07-01' })?.opensOn).toBe(
      '2024-06-28',
    );
  });

  it('last the whole day where the day after has no midnight', () => {
    const cairo = { timeZone: 'Africa/Cairo', dueAfterDays: 25 };
    expect(only(cairo, { startsOn: '2024-01-01', endsBefore: '2024-04-01' })).toMatchObject({
      dueOn: '2024-04-25',
      dueBefore: new Date('2024-04-25T22:00:00Z'),
    });
  });
});

describe('contradictions are refused', () => {
  it.each([
    ['an empty span', { startsOn: '2024-01-01', endsBefore: '2024-01-01' }, {}, 'before it ends'],
    ['a span that ends before it starts', { startsOn: '2024-02-01', endsBefore: '2024-01-01' }, {}, 'before it ends'],
    ['a day that does not exist', { startsOn: '2024-02-30', endsBefore: '2025-01-01' }, {}, /day/i],
    ['five months counted from the calendar', saltSpan, counted(5, 'CALENDAR'), 'divide the year'],
    ['no months', saltSpan, counted(0, 'PLAN_START'), '1 to 12 whole months'],
    ['half a month', saltSpan, counted(0.5, 'PLAN_START'), '1 to 12 whole months'],
    ['13 months', saltSpan, counted(13, 'PLAN_START'), '1 to 12 whole months'],
    ['half a day', saltSpan, { dueAfterDays: 1.5 }, 'dueAfterDays has to be a whole number'],
    ['due before the end', saltSpan, { opensAfterDays: -5, dueAfterDays: -1 }, 'before its period has ended'],
    ['due before it opens', saltSpan, { opensAfterDays: 15 }, 'later than it is due'],
    ['a weekday that does not exist', saltSpan, { weekend: [0] }, 'ISO weekdays'],
    ['a week without a working day', saltSpan, { weekend: [1, 2, 3, 4, 5, 6, 7] }, 'no working day'],
    ['a holiday that is not a day', saltSpan, { holidays: [{ date: '1 May', name: 'Labour Day' }] }, 'calendar day'],
    ['a zone that does not exist', saltSpan, { timeZone: 'Mars/Olympus' }, /time zone/i],
  ])('%s', (_what, span, rules, message) => {
    const attempt = () => reportingPeriods(span, { ...salt, ...rules });
    expect(attempt).toThrow(RangeError);
    expect(attempt).toThrow(message);
  });
});

// Few enough to stay quick; raise it after a change to the rule.
const numRuns = 60;

describe('every plan, cadence and zone', () => {
  const zones = [
    'Asia/Amman',
    'America/Sao_Paulo',
    'Africa/Cairo',
    'Asia/Beirut',
    'Pacific/Apia',
    'Pacific/Kiritimati',
    'America/New_York',
    'Asia/Kathmandu',
    'UTC',
  ];
  const cadence = fc.oneof(
    fc.record({ months: fc.constantFrom(1, 2, 3, 4, 6, 12), countedFrom: fc.constant('CALENDAR' as const) }),
    fc.record({ months: fc.integer({ min: 1, max: 12 }), countedFrom: fc.constant('PLAN_START' as const) }),
  );
  const plan = fc
    .record({
      start: fc.integer({ min: 0, max: 9000 }).map((days) => addDays('2012-01-01', days)),
      length: fc.integer({ min: 1, max: 1600 }),
      cadence,
      timeZone: fc.constantFrom(...zones),
      opensAfterDays: fc.integer({ min: -40, max: 10 }),
      dueAfterDays: fc.integer({ min: 10, max: 60 }),
      closesAfterDays: fc.integer({ min: 0, max: 120 }),
      weekend: fc.subarray([1, 2, 3, 4, 5, 6, 7], { maxLength: 4 }),
      daysOff: fc.array(fc.integer({ min: 0, max: 1700 }), { maxLength: 30 }),
    })
    .map(({ start, length, daysOff, ...rules }) => ({
      span: { startsOn: start, endsBefore: addDays(start, length) },
      rules: { ...rules, holidays: daysOff.map((days) => ({ date: addDays(start, days), name: 'Off' })) },
    }));

  it('the periods tile the plan: no day is left out, none is in two periods', () => {
    fc.assert(
      fc.property(plan, ({ span, rules }) => {
        const periods = reportingPeriods(span, rules);
        expect(periods[0]?.startsOn).toBe(span.startsOn);
        expect(periods.at(-1)?.endsBefore).toBe(span.endsBefore);
        expect(periods.every(({ startsOn, endsBefore }) => startsOn < endsBefore)).toBe(true);
        expect(periods.slice(1).map(({ startsOn }) => startsOn)).toEqual(
          periods.slice(0, -1).map(({ endsBefore }) => endsBefore),
        );
      }),
      { numRuns },
    );
  });

  it('the keys are unique and only the ends are stubs', () => {
    fc.assert(
      fc.property(plan, ({ span, rules }) => {
        const periods = reportingPeriods(span, rules);
        expect(new Set(periods.map(({ key }) => key)).size).toBe(periods.length);
        expect(periods.slice(1, -1).some(({ isStub }) => isStub)).toBe(false);
      }),
      { numRuns },
    );
  });

  it('a period opens, is due on a working day, and closes, in this order', () => {
    fc.assert(
      fc.property(plan, ({ span, rules }) => {
        for (const period of reportingPeriods(span, rules)) {
          expect(isWorkingDay(period.dueOn, rules)).toBe(true);
          expect(period.startsOn <= period.opensOn).toBe(true);
          expect(period.opensOn <= period.dueOn).toBe(true);
          expect(period.dueOn <= period.closesOn).toBe(true);
          expect(period.opensAt < period.dueBefore).toBe(true);
          expect(period.dueBefore <= period.closesBefore).toBe(true);
        }
      }),
      { numRuns },
    );
  });

  it('the instants are the first of the opening day and the first after the due and closing days', () => {
    fc.assert(
      fc.property(plan, ({ span, rules }) => {
        const dayBefore = (instant: Date) => dayOf(new Date(instant.getTime() - 1), rules.timeZone);
        for (const period of reportingPeriods(span, rules)) {
          expect(dayOf(period.opensAt, rules.timeZone)).toBe(period.opensOn);
          expect(dayBefore(period.opensAt)).toBe(addDays(period.opensOn, -1));
          expect(dayBefore(period.dueBefore)).toBe(period.dueOn);
          expect(dayOf(period.dueBefore, rules.timeZone)).toBe(addDays(period.dueOn, 1));
          expect(dayBefore(period.closesBefore)).toBe(period.closesOn);
          expect(dayOf(period.closesBefore, rules.timeZone)).toBe(addDays(period.closesOn, 1));
        }
      }),
      { numRuns },
    );
  });

  it('the same plan always has the same periods', () => {
    fc.assert(
      fc.property(plan, ({ span, rules }) => {
        expect(reportingPeriods(span, rules)).toEqual(reportingPeriods(span, rules));
      }),
      { numRuns: 10 },
    );
  });
});
