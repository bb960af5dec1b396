import { describe, expect, it } from '@jest/globals';
import { ownWords } from './rows.js';

describe('words of the service in a statement', () => {
  it('stand in it as they are', () => {
    expect(ownWords(['SUBMITTED', 'checkIn.returned'])).toMatchObject({
      text: `array['SUBMITTED', 'checkIn.returned']::text[]`,
      values: [],
    });
  });

  it.each(["O'Brien", 'a b', '', 'x); drop table person; --', 'ألف'])('are nothing else: %s', (strange) => {
    expect(() => ownWords(['SUBMITTED', strange])).toThrow('is no word of the service');
  });
});
