import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { extended, periodStateAt, punctualityAt } from './reporting-window.js';

const period = {
  startsOn: '2024-04-01',
  opensAt: new Date('2024-06-30T21:00:00Z'),
  dueBefore: new Date('2024-07-14T21:00:00Z'),
  closesBefore: new Date('2024-08-14T21:00:00Z'),
};
const window = { opensAt: period.opensAt, dueBefore: period.dueBefore, closesBefore: period.closesBefore };

describe('a period', () => {
  it.each([
    ['2024-03-31T20:59:59.999Z', 'UPCOMING', 'NOT_OPEN'],
    ['2024-03-31T21:00:00.000Z', 'RUNNING', 'NOT_OPEN'],
    ['2024-06-30T20:59:59.999Z', 'RUNNING', 'NOT_OPEN'],
    ['2024-06-30T21:00:00.000Z', 'OPEN', 'ON_TIME'],
    ['2024-07-14T20:59:59.999Z', 'OPEN', 'ON_TIME'],
    ['2024-07-14T21:00:00.000Z', 'LATE', 'LATE'],
    ['2024-08-14T20:59:59.999Z', 'LATE', 'LATE'],
    ['2024-08-14T21:00:00.000Z', 'CLOSED', 'CLOSED'],
  ])('is at %s %s, and filing is %s', (instant, state, punctuality) => {
    const now = new Date(instant);
    expect(periodStateAt(now, period, 'Asia/Amman')).toBe(state);
    expect(punctualityAt(now, period)).toBe(punctuality);
  });

  it('is never late when it closes as soon as it is due', () => {
    const strict = { ...period, closesBefore: period.dueBefore };
    expect(periodStateAt(period.dueBefore, strict, 'Asia/Amman')).toBe('CLOSED');
  });
});

describe('an extension for one institution', () => {
  it('that does not exist leaves the window as it is', () => {
    expect(extended(period, null)).toEqual(window);
  });

  it('makes on time what was late, and late what was closed', () => {
    const longer = extended(period, {
      dueBefore: new Date('2024-07-31T21:00:00Z'),
      closesBefore: new Date('2024-08-31T21:00:00Z'),
    });
    expect(punctualityAt(new Date('2024-07-20T00:00:00Z'), longer)).toBe('ON_TIME');
    expect(punctualityAt(new Date('2024-08-20T00:00:00Z'), longer)).toBe('LATE');
  });

  it('moves the close along when it is due after the close', () => {
    const dueBefore = new Date('2024-09-30T21:00:00Z');
    expect(extended(period, { dueBefore, closesBefore: period.closesBefore })).toEqual({
      opensAt: period.opensAt,
      dueBefore,
      closesBefore: dueBefore,
    });
  });

  it('never shortens anything', () => {
    const instant = fc.date({ min: new Date('2024-01-01'), max: new Date('2025-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(instant, instant, (dueBefore, closesBefore) => {
        const longer = extended(period, { dueBefore, closesBefore });
        expect(longer.opensAt).toEqual(period.opensAt);
        expect(longer.dueBefore >= period.dueBefore).toBe(true);
        expect(longer.closesBefore >= period.closesBefore).toBe(true);
        expect(longer.closesBefore >= longer.dueBefore).toBe(true);
      }),
    );
  });
});
