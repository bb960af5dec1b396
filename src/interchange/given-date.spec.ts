import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dateReadings } from './given-date.js';

describe('a date in a spreadsheet', () => {
  it.each([
    ['2024-07-01', ['2024-07-01']],
    ['2024-07', ['2024-07']],
    ['2024-07-01T00:00:00Z', ['2024-07-01']],
    ['2024/7/1', ['2024-07-01']],
    ['1 July 2024', ['2024-07-01']],
    ['1-Jul-2024', ['2024-07-01']],
    ['July 1, 2024', ['2024-07-01']],
    ['1er juillet 2024', ['2024-07-01']],
    ['15 août 2024', ['2024-08-15']],
    ['١ تموز ٢٠٢٤', ['2024-07-01']],
    ['\u200f1 يوليو 2024', ['2024-07-01']],
    ['كانون الثاني', []],
    ['31 كانون الثاني 2024', ['2024-01-31']],
    ['01.07.2024', ['2024-07-01']],
    ['25/07/2024', ['2024-07-25']],
    ['07/25/2024', ['2024-07-25']],
    ['07/07/2024', ['2024-07-07']],
    ['01/07/2024', ['2024-07-01', '2024-01-07']],
    ['45474', ['2024-07-01']],
    [45474, ['2024-07-01']],
    [45474.5, []],
    ['2024-02-30', []],
    ['30/02/2024', []],
    ['1-Jul-24', []],
    ['soon', []],
    ['', []],
    [true, []],
  ])('%j is read as %j', (given, expected) => {
    expect(dateReadings(given)).toEqual(expected);
  });

  it('counts from 1904 in workbooks that do', () => {
    expect(dateReadings(45474 - 1462, 1462)).toEqual(['2024-07-01']);
  });

  it('is read as what it is, however it is written', () => {
    const days = fc.date({ min: new Date('1960-01-01'), max: new Date('2190-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(days, fc.constantFrom('en', 'fr', 'ar-JO', 'ar-EG'), (date, language) => {
        const day = date.toISOString().slice(0, 10);
        const midnight = new Date(`${day}T00:00:00Z`);
        const words = new Intl.DateTimeFormat(`${language}-u-nu-latn`, {
          day: 'numeric',
          month: 'long',
          year: 'numeric',
          timeZone: 'UTC',
          calendar: 'gregory',
        });
        const parts = Object.fromEntries(words.formatToParts(midnight).map(({ type, value }) => [type, value]));
        expect(dateReadings(midnight)).toEqual([day]);
        expect(dateReadings(day)).toEqual([day]);
        expect(dateReadings(Math.round(midnight.getTime() / 86_400_000) + 25_569)).toEqual([day]);
        expect(dateReadings(`${parts['day']} ${parts['month']} ${parts['year']}`)).toEqual([day]);
      }),
    );
  });
});
