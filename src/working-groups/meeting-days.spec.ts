import { describe, expect, it } from '@jest/globals';
import { meetingDays } from './meeting-days.js';

describe('the days on which a working group can meet', () => {
  it.each([
    ['the dates of the plan', null, '2024-01-01', '2025-12-31', '2023-01-01', '2026-12-31'],
    ['the submission where the start is not published', '2024-02-08', null, '2025-12-31', '2023-02-08', '2026-12-31'],
    ['whichever of the two is earlier', '2023-12-29', '2024-01-01', '2025-12-31', '2022-12-29', '2026-12-31'],
    ['a leap day, clamped', '2024-02-29', null, '2024-02-29', '2023-02-28', '2025-02-28'],
    ['nothing where nothing is published', null, null, null, null, null],
  ])('are counted from %s', (_, submittedOn, startsOn, endsOn, first, last) => {
    expect(meetingDays({ submittedOn, startsOn, endsOn })).toEqual({ first, last });
  });
});
