import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pauseAfter } from './pause-after.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const chance = fc.double({ min: 0, max: 1, noNaN: true });

describe('the pause before a mail is tried again', () => {
  it.each([
    [1, MINUTE],
    [2, 2 * MINUTE],
    [5, 16 * MINUTE],
    [8, 128 * MINUTE],
    [9, 4 * HOUR],
    [10, 4 * HOUR],
    [2000, 4 * HOUR],
  ])('is after %i attempts about %i ms', (attempts, pause) => {
    expect(pauseAfter(attempts, 0.5)).toBe(pause);
  });

  it('grows with every attempt up to its maximum, whatever the chance', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1200 }), chance, chance, (attempts, one, other) => {
        const [now, next] = [pauseAfter(attempts, one), pauseAfter(attempts + 1, other)];
        expect(now).toBeGreaterThanOrEqual(0.9 * MINUTE);
        expect(now).toBeLessThanOrEqual(1.1 * 4 * HOUR);
        if (attempts <= 7) expect(next).toBeGreaterThan(now);
        else expect(next).toBeGreaterThan(1.9 * HOUR);
      }),
    );
  });

  it('differs from mail to mail, so that they do not all come back at once', () => {
    expect(new Set(Array.from({ length: 20 }, () => pauseAfter(3))).size).toBeGreaterThan(10);
  });
});
