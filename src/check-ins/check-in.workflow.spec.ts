import { describe, expect, it } from '@jest/globals';
import { Role, Viewer } from '../platform/access/viewer.js';
import { NotYourCheckIn, TransitionRefused } from './check-in.errors.js';
import { availableTransitions, CheckInStatus, CLAIMED, MISSING, transition, TRANSITIONS } from './check-in.workflow.js';

const STATUSES = Object.keys(CheckInStatus) as CheckInStatus[];
const owed = (status: CheckInStatus) => ({ planId: 'plan', institutionId: 'works', status });
const holder = (role: Role, planId: string | null, institutionId: string | null = null) =>
  Viewer.holderOf('somebody', [{ role, planId, institutionId }]);
const agency = holder('FOCAL_POINT', 'plan', 'works');

describe('the workflow of a check-in', () => {
  it('lets the agency save and hand in while nothing was handed in, and nothing afterwards', () => {
    const possible = Object.fromEntries(STATUSES.map((status) => [status, availableTransitions(agency, owed(status))]));
    expect(possible).toEqual({
      EXPECTED: ['SAVE_DRAFT', 'SUBMIT'],
      DRAFT: ['SAVE_DRAFT', 'SUBMIT'],
      SUBMITTED: [],
      RETURNED: [],
      VERIFIED: [],
      PUBLISHED: [],
    });
  });

  it('lets nobody else, whatever the role, report in the agency’s name', () => {
    const others = [
      Viewer.public,
      Viewer.system('reminders'),
      holder('FOCAL_POINT', 'plan', 'parks'),
      holder('FOCAL_POINT', 'other-plan', 'works'),
      ...(Object.keys(Role) as Role[])
        .filter((role) => role !== 'FOCAL_POINT')
        .flatMap((role) => [holder(role, 'plan', 'works'), holder(role, null)]),
    ];
    for (const viewer of others) {
      for (const status of STATUSES) {
        expect(availableTransitions(viewer, owed(status))).toEqual([]);
        for (const { verb } of TRANSITIONS)
          expect(() => transition(verb, viewer, owed(status))).toThrow(NotYourCheckIn);
      }
    }
  });

  it('does what it offers and refuses the rest', () => {
    for (const status of STATUSES) {
      for (const { verb, to } of TRANSITIONS) {
        const offered = availableTransitions(agency, owed(status)).includes(verb);
        if (offered) expect(transition(verb, agency, owed(status))).toBe(to);
        else expect(() => transition(verb, agency, owed(status))).toThrow(TransitionRefused);
      }
    }
  });

  it('every status either counts as an answer or is missing one', () => {
    expect([...CLAIMED, ...MISSING].sort()).toEqual([...STATUSES].sort());
  });
});
