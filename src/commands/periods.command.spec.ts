import { describe, expect, it } from '@jest/globals';
import type { ReportedPlan } from '../action-plans/working-week.js';
import { dueMoved } from './periods.command.js';

describe('why a period is due later than its rules count', () => {
  const plan: ReportedPlan = {
    submittedOn: null,
    startsOn: '2024-01-01',
    endsOn: '2024-12-31',
    reporting: {
      startsOn: null,
      endsOn: null,
      monthPrecision: [],
      cadence: { months: 3, countedFrom: 'CALENDAR' },
      opensAfterDays: 1,
      dueAfterDays: 10,
      closesAfterDays: 45,
      weekend: [5, 6],
      holidayCalendar: { country: 'JO' },
      holidays: [],
    },
  };

  it.each([
    ['a holiday of the calendar', '2024-04-01', '2024-04-14', 'due moved from 2024-04-10: Eid al-Fitr, day 1'],
    ['a holiday on the weekend', '2024-04-03', '2024-04-14', 'due moved from 2024-04-12: Eid al-Fitr, day 3'],
    ['a weekend without a feast', '2024-07-04', '2024-07-14', 'due moved from 2024-07-13: weekend'],
    ['nothing', '2024-07-01', '2024-07-10', null],
  ])('is %s', (_what, endsBefore, dueOn, said) => {
    expect(dueMoved({ endsBefore, dueOn }, plan)).toBe(said);
  });

  it('is unknown when the plan has lost its rules and the period stays because something was filed', () => {
    expect(dueMoved({ endsBefore: '2024-04-01', dueOn: '2024-04-14' }, { ...plan, reporting: null })).toBeNull();
  });
});
