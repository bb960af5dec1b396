import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addDays,
  addWorkingDays,
  atLocalTime,
  dayOf,
  isWorkingDay,
  nextWorkingDay,
  startOfDay,
  type Day,
  type WorkingWeek,
} from './reporting-calendar.js';

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

  it.each([
    ['2024-10-06', '02:15', 'Australia/Lord_Howe', '2024-10-05T15:45:00Z', 'forward by half an hour'],
    ['2024-04-07', '01:45', 'Australia/Lord_Howe', '2024-04-06T14:45:00Z', 'twice, half an hour apart'],
    ['2024-03-31', '02:30', 'Antarctica/Troll', '2024-03-31T02:30:00Z', 'forward by two hours'],
    ['2011-12-30', '08:30', 'Pacific/Apia', '2011-12-30T18:30:00Z', 'forward by a whole day'],
    ['2018-02-17', '23:30', 'America/Sao_Paulo', '2018-02-18T01:30:00Z', 'twice, before midnight'],
    ['2022-10-28', '00:30', 'Asia/Amman', '2022-10-27T21:30:00Z', 'summer time that stays for good'],
    ['2023-03-31', '00:30', 'Asia/Amman', '2023-03-30T21:30:00Z', 'no jump any more'],
    ['2024-03-10', '02:30', 'Africa/Casablanca', '2024-03-10T01:30:00Z', 'the hour before Ramadan, once more'],
  ])('of %s %s in %s is %s (%s)', (day, time, timeZone, expected) => {
    expect(atLocalTime(day, time, timeZone)).toEqual(new Date(expected));
  });

  describe('by what Intl shows of clocks', () => {
    const MINUTE = 60_000;
    const clocks = new Map<string, Intl.DateTimeFormat>();
    const clockOf = (timeZone: string): Intl.DateTimeFormat =>
      new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
        timeZone,
        hourCycle: 'h23',
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
        hour: '2-digit',
        minute: '2-digit',
      });
    const offsets = new Map<string, number>();

    /** How far clocks in the zone are ahead of UTC at an instant. */
    function offsetAt(instant: number, timeZone: string): number {
      const name = `${timeZone} ${instant}`;
      const known = offsets.get(name);
      if (known !== undefined) return known;
      const clock = clocks.get(timeZone) ?? clockOf(timeZone);
      clocks.set(timeZone, clock);
      const shown = Object.fromEntries(clock.formatToParts(instant).map(({ type, value }) => [type, value]));
      const day = `${shown['year']}-${shown['month']}-${shown['day']}`;
      const offset = Date.parse(`${day}T${shown['hour']}:${shown['minute']}Z`) - instant;
      offsets.set(name, offset);
      return offset;
    }

    /** The first instant at which clocks show it; if they never do, by the offset that held before they jumped. */
    function shownAt(day: Day, time: string, timeZone: string): number {
      const asUtc = Date.parse(`${day}T${time}Z`);
      const hours = Array.from({ length: 57 }, (_, hour) => hour - 28);
      const around = hours.map((hour) => offsetAt(asUtc + hour * 60 * MINUTE, timeZone));
      const shown = around.map((offset) => asUtc - offset).filter((at) => at + offsetAt(at, timeZone) === asUtc);
      return shown.length > 0 ? Math.min(...shown) : asUtc - offsetAt(asUtc - Math.max(...around), timeZone);
    }

    const JUMPS = [
      ['Asia/Amman', '2021-03-26', '2021-10-29', '2022-02-25', '2022-10-28'],
      ['Europe/Paris', '2024-03-31', '2024-10-27'],
      ['America/Sao_Paulo', '2018-02-18', '2018-11-04', '2019-02-17'],
      ['Africa/Cairo', '2024-04-26', '2024-11-01', '2014-05-16', '2014-06-27'],
      ['Pacific/Apia', '2011-12-30', '2011-12-31', '2012-04-01', '2020-09-27'],
      ['Australia/Lord_Howe', '2024-04-07', '2024-10-06'],
      ['Antarctica/Troll', '2024-03-31', '2024-10-27'],
      ['Africa/Casablanca', '2024-03-10', '2024-04-14'],
      ['Pacific/Chatham', '2024-04-07', '2024-09-29'],
      ['America/Nuuk', '2023-03-26', '2024-03-31', '2024-10-27'],
      ['Asia/Beirut', '2024-03-31', '2024-10-27'],
    ] as const;

    const everyQuarterOfAnHour = Array.from({ length: 96 }, (_, n) =>
      new Date(n * 15 * MINUTE).toISOString().slice(11, 16),
    );

    it.each(JUMPS)('is right at every quarter of an hour around the jumps of %s', (timeZone, ...jumps) => {
      const days = jumps.flatMap((jump) => [-1, 0, 1].map((later) => addDays(jump, later)));
      const times = days.flatMap((day) => everyQuarterOfAnHour.map((time) => [day, time] as const));
      const wrong = times.filter(
        ([day, time]) => atLocalTime(day, time, timeZone).getTime() !== shownAt(day, time, timeZone),
      );
      expect(wrong).toEqual([]);
    });

    it.each(JUMPS)('is never before the first instant of its day, and once is that, in %s', (timeZone, ...jumps) => {
      for (const day of jumps.flatMap((jump) => [-1, 0, 1].map((later) => addDays(jump, later)))) {
        const instants = everyQuarterOfAnHour.map((time) => shownAt(day, time, timeZone));
        expect([day, startOfDay(day, timeZone).getTime()]).toEqual([day, Math.min(...instants)]);
      }
    });

    it('is right on any day in any zone', () => {
      const anyTime = fc.constantFrom(...everyQuarterOfAnHour);
      const anyDay = fc.integer({ min: 0, max: 40 * 365 }).map((days) => addDays('1995-01-01', days));
      fc.assert(
        fc.property(anyDay, anyTime, fc.constantFrom(...Intl.supportedValuesOf('timeZone')), (day, time, timeZone) => {
          expect(atLocalTime(day, time, timeZone).getTime()).toBe(shownAt(day, time, timeZone));
        }),
        { numRuns: 200 },
      );
    });
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

describe('so many working days', () => {
  /** Weeks with at least one worked weekday, and holidays that stand alone, in rows, on weekends and twice. */
  const weeks: fc.Arbitrary<WorkingWeek> = fc.record({
    weekend: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 6 }),
    holidays: fc
      .array(fc.tuple(fc.integer({ min: -60, max: 60 }), fc.integer({ min: 1, max: 9 })), { maxLength: 8 })
      .map((runs) =>
        runs.flatMap(([first, length]) =>
          Array.from({ length }, (_, n) => ({ date: addDays('2024-03-01', first + n), name: 'Off' })),
        ),
      ),
  });
  const days = fc.integer({ min: -40, max: 40 }).map((distance) => addDays('2024-03-01', distance));

  /** Walks one day at a time, in the words of the definition. */
  function walk(from: Day, count: number, week: WorkingWeek): Day {
    let day = from;
    for (let left = Math.abs(count); left > 0;) {
      day = addDays(day, Math.sign(count));
      if (isWorkingDay(day, week)) left -= 1;
    }
    return day;
  }

  it.each([
    ['2024-06-13', 1, '2024-06-18', 'over the weekend and a feast that touches it'],
    ['2024-06-18', -1, '2024-06-13', 'and back'],
    ['2024-06-15', 1, '2024-06-18', 'from a day off, which is not counted'],
    ['2024-06-15', -1, '2024-06-13', 'from a day off, backwards'],
    ['2024-06-15', 0, '2024-06-15', 'none is the day itself, worked or not'],
    ['2024-07-14', -3, '2024-07-09', 'three before a Sunday'],
    ['2024-07-14', 10, '2024-07-28', 'two weeks'],
    ['2024-12-31', 1, '2025-01-01', 'over the end of a year'],
  ])('from %s, %i, lead to %s (%s)', (from, count, to) => {
    expect(addWorkingDays(from, count, jordan)).toBe(to);
  });

  it('are what walking day by day counts, whatever the week and the holidays', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: -30, max: 30 }), weeks, (from, count, week) => {
        expect(addWorkingDays(from, count, week)).toBe(walk(from, count, week));
      }),
    );
  });

  it('end on a working day, and there and back is where they began when that was one', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: -30, max: 30 }), weeks, (day, count, week) => {
        const from = nextWorkingDay(day, week);
        const reached = addWorkingDays(from, count, week);
        expect(isWorkingDay(reached, week)).toBe(true);
        expect(addWorkingDays(reached, -count, week)).toBe(from);
      }),
    );
  });

  it('add up', () => {
    const counts = fc.integer({ min: 0, max: 20 });
    fc.assert(
      fc.property(days, counts, counts, fc.constantFrom(1, -1), weeks, (from, a, b, sign, week) => {
        const inTwoSteps = addWorkingDays(addWorkingDays(from, sign * a, week), sign * b, week);
        expect(inTwoSteps).toBe(addWorkingDays(from, sign * (a + b), week));
      }),
    );
  });

  it('are found across a whole year off, and refused beyond it in both directions', () => {
    const off = (length: number) => Array.from({ length }, (_, n) => ({ date: addDays('2024-01-02', n), name: 'Off' }));
    const long = { weekend: [], holidays: off(366) };
    expect(addWorkingDays('2024-01-01', 1, long)).toBe('2025-01-02');
    expect(addWorkingDays('2025-01-02', -1, long)).toBe('2024-01-01');
    const tooLong = { weekend: [], holidays: off(367) };
    expect(() => addWorkingDays('2024-01-01', 1, tooLong)).toThrow('check weekend and holidays');
    expect(() => addWorkingDays('2025-01-03', -1, tooLong)).toThrow(RangeError);
    expect(() => addWorkingDays('2024-01-01', -1, { weekend: [1, 2, 3, 4, 5, 6, 7], holidays: [] })).toThrow(
      RangeError,
    );
  });

  it('are refused when there is no whole number of them', () => {
    expect(() => addWorkingDays('2024-01-01', 1.5, jordan)).toThrow(RangeError);
    expect(() => addWorkingDays('2024-01-01', Infinity, jordan)).toThrow(RangeError);
    expect(() => addWorkingDays('2024-02-30', 1, jordan)).toThrow(RangeError);
  });
});
