import { describe, expect, it } from '@jest/globals';
import { Role, Viewer } from '../platform/access/viewer.js';
import { TransitionRefused } from './check-in.errors.js';
import { availableTransitions, CheckInStatus, CLAIMED, MISSING, transition, TRANSITIONS } from './check-in.workflow.js';

const STATUSES = Object.keys(CheckInStatus) as CheckInStatus[];
const owed = (status: CheckInStatus) => ({ planId: 'plan', institutionId: 'works', status });
const holder = (role: Role, planId: string | null, institutionId: string | null = null) =>
  Viewer.person('somebody', [{ role, planId, institutionId }]);
const agency = holder('FOCAL_POINT', 'plan', 'works');
const officer = holder('MEL_OFFICER', 'plan');
const possibleFor = (viewer: Viewer) =>
  Object.fromEntries(STATUSES.map((status) => [status, availableTransitions(viewer, owed(status))]));

describe('the workflow of a check-in', () => {
  it('lets the agency save and hand in what was not handed in or was sent back, and nothing else', () => {
    expect(possibleFor(agency)).toEqual({
      EXPECTED: ['SAVE_DRAFT', 'SUBMIT'],
      DRAFT: ['SAVE_DRAFT', 'SUBMIT'],
      SUBMITTED: [],
      RETURNED: ['SAVE_DRAFT', 'SUBMIT'],
      VERIFIED: [],
      PUBLISHED: [],
    });
  });

  it('lets the MEL officer decide on claims, and write none', () => {
    expect(possibleFor(officer)).toEqual({
      EXPECTED: [],
      DRAFT: [],
      SUBMITTED: ['RETURN', 'VERIFY'],
      RETURNED: [],
      VERIFIED: ['RETURN', 'PUBLISH'],
      PUBLISHED: ['REOPEN'],
    });
  });

  it('lets nobody else, whatever the role, do anything with it', () => {
    const others = [
      Viewer.public,
      Viewer.system('reminders'),
      holder('FOCAL_POINT', 'plan', 'parks'),
      holder('FOCAL_POINT', 'other-plan', 'works'),
      holder('MEL_OFFICER', 'other-plan'),
      Viewer.token(
        't',
        'a token that only reads',
        [{ role: 'FOCAL_POINT', planId: 'plan', institutionId: 'works' }],
        ['READ_OWN'],
      ),
      Viewer.token(
        't',
        'a token that only reports',
        [{ role: 'MEL_OFFICER', planId: 'plan', institutionId: null }],
        ['WRITE_CHECK_INS'],
      ),
      ...(Object.keys(Role) as Role[])
        .filter((role) => role !== 'FOCAL_POINT' && role !== 'MEL_OFFICER')
        .flatMap((role) => [holder(role, 'plan', 'works'), holder(role, null)]),
    ];
    for (const viewer of others)
      for (const status of STATUSES) expect(availableTransitions(viewer, owed(status))).toEqual([]);
  });

  it('does what it offers and refuses the rest', () => {
    for (const status of STATUSES) {
      for (const { verb, from, to } of TRANSITIONS) {
        if (from.includes(status)) expect(transition(verb, status)).toBe(to);
        else expect(() => transition(verb, status)).toThrow(TransitionRefused);
      }
    }
  });

  it('leaves no status that nothing leads to or out of', () => {
    const reached = new Set(TRANSITIONS.flatMap(({ to }) => to ?? 'DRAFT'));
    expect([...reached, 'EXPECTED'].sort()).toEqual([...STATUSES].sort());
    for (const status of STATUSES) expect(TRANSITIONS.some(({ from }) => from.includes(status))).toBe(true);
  });

  it('every status either counts as an answer or is missing one', () => {
    expect([...CLAIMED, ...MISSING].sort()).toEqual([...STATUSES].sort());
  });
});
