import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { datesOf } from '../../test/support/owing.js';
import { addDays, dayOf } from '../action-plans/reporting-calendar.js';
import { dueStage, STAGE_RULES, type ReminderStage, type StageDates } from './reminder.stages.js';

const HALF_A_DAY = 12 * 3_600_000;

const at = (instant: string): Date => new Date(instant);
const justBefore = (instant: string): Date => new Date(at(instant).getTime() - 1);
const stageAt = (instant: string | Date, dates: StageDates = datesOf()): ReminderStage | undefined =>
  dueStage(dates, new Date(instant))?.stage;

describe('the stage that speaks', () => {
  it.each([
    ['2024-06-30T09:00+03:00', undefined, 'the day before the period opens'],
    ['2024-07-01T00:00+03:00', undefined, 'open, but nobody is at work yet'],
    ['2024-07-01T08:59:59.999+03:00', undefined, 'a moment before nine'],
    ['2024-07-01T09:00+03:00', 'OPENED', 'nine o’clock on the first day'],
    ['2024-07-07T08:59:59.999+03:00', 'OPENED', 'a moment before a week is left'],
    ['2024-07-07T09:00+03:00', 'DUE_SOON', 'a week before the due day'],
    ['2024-07-14T23:59:59.999+03:00', 'DUE_SOON', 'the due day counts whole'],
    ['2024-07-15T00:00+03:00', undefined, 'due soon is not true any more, overdue is not said yet'],
    ['2024-07-17T08:59:59.999+03:00', undefined, 'a moment before the third day'],
    ['2024-07-17T09:00+03:00', 'OVERDUE', 'three days after the due day'],
    ['2024-08-14T23:59:59.999+03:00', 'OVERDUE', 'the last day counts whole'],
    ['2024-08-15T00:00+03:00', undefined, 'closed'],
    ['2025-03-01T09:00+03:00', undefined, 'long closed'],
  ])('at %s is %s (%s)', (instant, expected, _why) => {
    expect(stageAt(instant)).toBe(expected);
  });

  it('keeps to nine o’clock on the clocks of the plan, in summer as in winter', () => {
    const spring = datesOf({
      opensOn: '2024-03-28',
      dueOn: '2024-04-11',
      closesOn: '2024-05-11',
      timeZone: 'Europe/Paris',
    });
    expect(stageAt(justBefore('2024-03-28T09:00+01:00'), spring)).toBeUndefined();
    expect(stageAt('2024-03-28T09:00+01:00', spring)).toBe('OPENED');
    expect(stageAt(justBefore('2024-04-04T09:00+02:00'), spring)).toBe('OPENED');
    expect(stageAt('2024-04-04T09:00+02:00', spring)).toBe('DUE_SOON');
    expect(stageAt(justBefore('2024-04-14T09:00+02:00'), spring)).toBeUndefined();
    expect(stageAt('2024-04-14T09:00+02:00', spring)).toBe('OVERDUE');
  });

  it('speaks earlier in the east than in the west', () => {
    const instant = '2024-07-01T06:30Z';
    expect(stageAt(instant, datesOf({ timeZone: 'Asia/Amman' }))).toBe('OPENED');
    expect(stageAt(instant, datesOf({ timeZone: 'Europe/London' }))).toBeUndefined();
  });

  it('is OPENED on a day whose midnight the clocks skip', () => {
    const cairo = datesOf({
      opensOn: '2024-04-26',
      dueOn: '2024-05-12',
      closesOn: '2024-06-12',
      timeZone: 'Africa/Cairo',
    });
    expect(stageAt('2024-04-26T08:59+03:00', cairo)).toBeUndefined();
    expect(stageAt('2024-04-26T09:00+03:00', cairo)).toBe('OPENED');
  });
});

describe('a short window', () => {
  const short = datesOf({ opensOn: '2024-07-01', dueOn: '2024-07-04', closesOn: '2024-07-10' });

  it('speaks once at nine when it opens within the last week, and says that it is due soon', () => {
    expect(stageAt('2024-07-01T00:00+03:00', short)).toBeUndefined();
    expect(stageAt(justBefore('2024-07-01T09:00+03:00'), short)).toBeUndefined();
    expect(dueStage(short, at('2024-07-01T09:00+03:00'))).toMatchObject({
      stage: 'DUE_SOON',
      includes: ['OPENED', 'DUE_SOON'],
    });
  });

  it('has no overdue stage when it closes before the third day', () => {
    const strict = datesOf({ opensOn: '2024-07-01', dueOn: '2024-07-04', closesOn: '2024-07-06' });
    for (const instant of ['2024-07-05T09:00+03:00', '2024-07-07T09:00+03:00', '2024-07-08T09:00+03:00'])
      expect(stageAt(instant, strict)).toBeUndefined();
  });

  it('that opens on its due day is due soon on that day and no longer', () => {
    const oneDay = datesOf({ opensOn: '2024-07-01', dueOn: '2024-07-01', closesOn: '2024-07-01' });
    expect(stageAt('2024-07-01T09:00+03:00', oneDay)).toBe('DUE_SOON');
    expect(stageAt('2024-07-02T00:00+03:00', oneDay)).toBeUndefined();
  });
});

describe('a run that was missed', () => {
  it('is made up for by one stage that stands for those before it', () => {
    expect(dueStage(datesOf(), at('2024-07-10T09:00+03:00'))?.includes).toEqual(['OPENED', 'DUE_SOON']);
    expect(dueStage(datesOf(), at('2024-07-20T09:00+03:00'))?.includes).toEqual(['OPENED', 'DUE_SOON', 'OVERDUE']);
  });

  it('is not made up for once the stage is not true any more', () => {
    expect(stageAt('2024-07-15T12:00+03:00')).toBeUndefined();
  });
});

describe('an extension', () => {
  it('moves due soon and overdue, and keeps the opening', () => {
    const longer = datesOf({ dueOn: '2024-07-28', closesOn: '2024-08-28' });
    expect(stageAt('2024-07-01T09:00+03:00', longer)).toBe('OPENED');
    expect(stageAt('2024-07-17T09:00+03:00', longer)).toBe('OPENED');
    expect(stageAt('2024-07-21T09:00+03:00', longer)).toBe('DUE_SOON');
    expect(stageAt('2024-07-31T09:00+03:00', longer)).toBe('OVERDUE');
    expect(stageAt('2024-08-20T09:00+03:00', longer)).toBe('OVERDUE');
  });
});

describe('whatever the dates and the zone', () => {
  const zones = [
    'Asia/Amman',
    'Europe/Paris',
    'America/Sao_Paulo',
    'Africa/Cairo',
    'Asia/Kathmandu',
    'Pacific/Apia',
    'UTC',
  ];
  const days = fc.integer({ min: 0, max: 40 });
  const period = fc
    .record({ start: fc.integer({ min: 0, max: 5000 }), due: days, close: days, timeZone: fc.constantFrom(...zones) })
    .map(({ start, due, close, timeZone }) => {
      const opensOn = addDays('2012-01-15', start);
      const dueOn = addDays(opensOn, due);
      return datesOf({ opensOn, dueOn, closesOn: addDays(dueOn, close), timeZone });
    });
  const withInstant = period.chain((dates) =>
    fc.record({
      dates: fc.constant(dates),
      now: fc.date({
        min: new Date(dates.opensAt.getTime() - 5 * 86_400_000),
        max: new Date(dates.closesBefore.getTime() + 5 * 86_400_000),
        noInvalidDate: true,
      }),
    }),
  );

  it('a stage speaks only while check-ins are taken, by day, and only what is true', () => {
    fc.assert(
      fc.property(withInstant, ({ dates, now }) => {
        const due = dueStage(dates, now);
        if (!due) return;
        expect(now >= dates.opensAt && now < dates.closesBefore && now < due.until).toBe(true);
        expect(due.stage === 'OVERDUE').toBe(now >= dates.dueBefore);
        expect(due.includes.at(-1)).toBe(due.stage);
      }),
    );
  });

  it('the stages come in their order and none comes back', () => {
    fc.assert(
      fc.property(period, (dates) => {
        const order = STAGE_RULES.map(({ stage }) => stage);
        const halfDays = (dates.closesBefore.getTime() - dates.opensAt.getTime()) / HALF_A_DAY;
        const heard = Array.from({ length: Math.ceil(halfDays) }, (_, step) =>
          stageAt(new Date(dates.opensAt.getTime() + step * HALF_A_DAY), dates),
        ).filter((stage) => stage !== undefined);
        expect(heard.map((stage) => order.indexOf(stage))).toEqual(
          heard.map((stage) => order.indexOf(stage)).sort((a, b) => a - b),
        );
      }),
      { numRuns: 25 },
    );
  });

  it('the first word is never said before nine o’clock on the first day', () => {
    fc.assert(
      fc.property(withInstant, ({ dates, now }) => {
        const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone: dates.timeZone });
        const early = dayOf(now, dates.timeZone) === dates.opensOn && Number(clock.format(now)) < 9;
        expect(early && dueStage(dates, now) !== null).toBe(false);
      }),
    );
  });
});
