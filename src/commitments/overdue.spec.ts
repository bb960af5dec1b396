import { describe, expect, it } from '@jest/globals';
import { isOverdue } from './overdue.js';

describe('a milestone', () => {
  it.each([
    ['on the day before it is due', '2024-06-29', false],
    ['on the due day, which counts whole', '2024-06-30', false],
    ['on the day after', '2024-07-01', true],
  ])('%s (%s) is overdue: %s', (_, today, expected) => {
    expect(isOverdue({ dueOn: '2024-06-30', status: null }, today)).toBe(expected);
    expect(isOverdue({ dueOn: '2024-06-30', status: 'NOT_STARTED' }, today)).toBe(expected);
    expect(isOverdue({ dueOn: '2024-06-30', status: 'IN_PROGRESS' }, today)).toBe(expected);
  });

  it('is never overdue once it is completed or cancelled, or when it has no due day', () => {
    expect(isOverdue({ dueOn: '2024-06-30', status: 'COMPLETED' }, '2030-01-01')).toBe(false);
    expect(isOverdue({ dueOn: '2024-06-30', status: 'CANCELLED' }, '2030-01-01')).toBe(false);
    expect(isOverdue({ dueOn: null, status: 'IN_PROGRESS' }, '2030-01-01')).toBe(false);
  });
});
