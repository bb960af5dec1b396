import { describe, expect, it } from '@jest/globals';
import { endOfCommitmentDueOn, inceptionDueOn } from './assessment-deadline.js';

describe('the deadlines of the monitoring body', () => {
  it.each([
    ['2024-02-08', '2024-04-08', 'as for Greater Salt'],
    ['2023-12-31', '2024-02-29', 'on the last day of February in a leap year'],
    ['2024-12-31', '2025-02-28', 'on the last day of February in any other'],
    ['2024-07-31', '2024-09-30', 'on the last day of a month of 30 days'],
    ['2024-11-15', '2025-01-15', 'in the next year'],
  ])('put the assessment at the inception of a plan submitted on %s on %s: %s', (submitted, due) => {
    expect(inceptionDueOn(submitted)).toBe(due);
  });

  it.each([
    ['2024-07-10', '2024-08-10', 'on the same day of the next month'],
    ['2024-01-31', '2024-02-29', 'on the last day of February in a leap year'],
    ['2025-01-29', '2025-02-28', 'on the last day of February in any other'],
    ['2024-12-31', '2025-01-31', 'in the next year'],
  ])('put the one at the end of a commitment completed on %s on %s: %s', (completed, due) => {
    expect(endOfCommitmentDueOn(completed)).toBe(due);
  });

  it('refuse what is not a day', () => {
    expect(() => inceptionDueOn('2024-02-30')).toThrow(RangeError);
    expect(() => endOfCommitmentDueOn('yesterday')).toThrow(RangeError);
  });
});
