import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, atLocalTime, dayOf, isWorkingDay, nextWorkingDay, startOfDay } from './reporting-calendar.js';

const jordan = {
  weekend: [5, 6],
  holidays: [
    { date: '2024-06-16', name: 'Eid al-Adha', expected: true },
    { date: '2024-06-17', name: 'Eid al-Adha', expected: true },
  ],
};

describe('the first instant of a day', () => {
  it.each([
    ['2024-07-01', 'Asia/Amman', '2024-06-30T21:00:00Z', 'a zone without summer time'],
    ['2021-03-26', 'Asia/Amman', '2021-03-25T22:00:00Z', 'clocks go from 24:00 to 01:00'],
    ['2021-10-29', 'Asia/Amman', '2021-10-28T21:00:00Z', 'clocks go from 01:00 back to 00:00'],
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00Z', 'no midnight'],
    ['2024-04-26', 'Africa/Cairo', '2024-04-25T22:00:00Z', 'no midnight'],
    ['2024-03-31', 'Asia/Beirut', '2024-03-30T22:00:00Z', 'no midnight'],
    ['2024-10-27', 'Asia/Beirut', '2024-10-26T22:00:00Z', 'clocks go back at midnight'],
    ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00Z', 'a day that was skipped starts where the next one does'],
    ['2011-12-31', 'Pacific/Apia', '2011-12-30T10:00:00Z', 'the day after a skipped one'],
    ['2024-02-29', 'UTC', '2024-02-29T00:00:00Z', 'UTC'],
  ])('of %s in %s is %s (%s)', (day, timeZone, expected) => {
    expect(startOfDay(day, timeZone)).toEqual(new Date(expected));
  });

  it('belongs to that day, and the millisecond before it to the day before', () => {
    const zones = ['Asia/Amman', 'America/Sao_Paulo', 'Africa/Cairo', 'Asia/Beirut', 'Pacific/Apia', 'Asia/Kathmandu'];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12_000 }), fc.constantFrom(...zones), (days, timeZone) => {
        const day = addDays('2012-01-01', days);
        const start = startOfDay(day, timeZone);
        expect(dayOf(start, timeZone)).toBe(day);
        expect(dayOf(new Date(start.getTime() - 1), timeZone)).toBe(addDays(day, -1));
      }),
    );
  });

  it.each(['2023-02-29', '2024-2-1', '20240201', '2024-02-01T10:00', '2024-02-01[u-ca=hebrew]', ''])(
    'is refused for "%s", which is not a calendar day',
    (day) => {
      expect(() => startOfDay(day, 'UTC')).toThrow(RangeError);
    },
  );

  it('is refused in a zone that does not exist', () => {
    expect(() => startOfDay('2024-01-01', 'Mars/Olympus')).toThrow(RangeError);
  });
});

describe('the day at an instant', () => {
  it('depends on the zone', () => {
    const instant = new Date('2024-06-30T21:00:00Z');
    expect(dayOf(instant, 'Asia/Amman')).toBe('2024-07-01');
    expect(dayOf(instant, 'Europe/London')).toBe('2024-06-30');
  });

  it('never is a day that the zone skipped', () => {
    expect(dayOf(new Date('2011-12-30T09:59:59.999Z'), 'Pacific/Apia')).toBe('2011-12-29');
    expect(dayOf(new Date('2011-12-30T10:00:00Z'), 'Pacific/Apia')).toBe('2011-12-31');
  });
});

describe('a local time', () => {
  it('is the instant at which clocks there show it', () => {
    expect(atLocalTime('2024-07-14', '08:30', 'Asia/Amman')).toEqual(new Date('2024-07-14T05:30:00Z'));
  });

  it('that clocks jump over moves forward by the jump', () => {
    expect(atLocalTime('2024-04-26', '00:30', 'Africa/Cairo')).toEqual(
      atLocalTime('2024-04-26', '01:30', 'Africa/Cairo'),
    );
  });

  it('that happens twice is the first of the two', () => {
    expect(atLocalTime('2021-10-29', '00:30', 'Asia/Amman')).toEqual(new Date('2021-10-28T21:30:00Z'));
  });

  it.each(['8:30', '24:00', '12:60', '12:00:00', ''])('is refused when written "%s"', (time) => {
    expect(() => atLocalTime('2024-07-14', time, 'Asia/Amman')).toThrow(RangeError);
  });
});

describe('working days', () => {
  it('in Jordan are Sunday to Thursday', () => {
    expect(isWorkingDay('2024-07-11', jordan)).toBe(true);
    expect(isWorkingDay('2024-07-12', jordan)).toBe(false);
    expect(isWorkingDay('2024-07-13', jordan)).toBe(false);
    expect(isWorkingDay('2024-07-14', jordan)).toBe(true);
  });

  it('are not holidays, even those that are only expected', () => {
    expect(isWorkingDay('2024-06-16', jordan)).toBe(false);
  });

  it('are found from the day itself onwards, over weekend and holidays together', () => {
    expect(nextWorkingDay('2024-06-13', jordan)).toBe('2024-06-13');
    expect(nextWorkingDay('2024-06-14', jordan)).toBe('2024-06-18');
  });

  it('are refused when there are none, instead of looked for for ever', () => {
    expect(() => nextWorkingDay('2024-01-01', { weekend: [1, 2, 3, 4, 5, 6, 7], holidays: [] })).toThrow(RangeError);
    const holidays = Array.from({ length: 400 }, (_, days) => ({ date: addDays('2024-01-01', days), name: 'Off' }));
    expect(() => nextWorkingDay('2024-01-01', { weekend: [], holidays })).toThrow('check weekend and holidays');
  });
});
