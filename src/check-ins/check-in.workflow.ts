import type { Viewer } from '../platform/access/viewer.js';
import { enumOf } from '../platform/graphql/enum-of.js';
import { NotYourCheckIn, TransitionRefused } from './check-in.errors.js';

export const CheckInStatus = enumOf('CheckInStatus', 'How far a check-in has come.', {
  EXPECTED:
    'Nothing was reported yet, which is not the same as no progress. Drafts show as this to everybody but their institution and the MEL officer.',
  DRAFT: 'Begun and not handed in.',
  SUBMITTED: 'Handed in by the agency: its claim, not yet verified.',
  RETURNED: 'Sent back to the agency with a comment.',
  VERIFIED: 'Verified by the MEL officer.',
  PUBLISHED: 'Part of a published period.',
});
export type CheckInStatus = keyof typeof CheckInStatus;

export const CheckInTransition = enumOf('CheckInTransition', 'What can be done with a check-in.', {
  SAVE_DRAFT: 'Keep what is written so far: `checkInSaveDraft`.',
  SUBMIT: 'Hand it in: `checkInSubmit`.',
});
export type CheckInTransition = keyof typeof CheckInTransition;

interface Owed {
  readonly planId: string;
  readonly institutionId: string;
  readonly status: CheckInStatus;
}

const agency = (viewer: Viewer, owed: Owed): boolean => viewer.speaksFor(owed.planId, owed.institutionId);

interface Transition {
  readonly verb: CheckInTransition;
  readonly from: readonly CheckInStatus[];
  readonly to: CheckInStatus;
  readonly who: (viewer: Viewer, owed: Owed) => boolean;
}

/** The whole workflow. Permission checks and `availableTransitions` read this table. */
export const TRANSITIONS: readonly Transition[] = [
  { verb: 'SAVE_DRAFT', from: ['EXPECTED', 'DRAFT'], to: 'DRAFT', who: agency },
  { verb: 'SUBMIT', from: ['EXPECTED', 'DRAFT'], to: 'SUBMITTED', who: agency },
];

/** Statuses in which an agency has said nothing yet that counts. */
export const MISSING: readonly CheckInStatus[] = ['EXPECTED', 'DRAFT', 'RETURNED'];
/** Statuses in which the agency's claim is public. */
export const CLAIMED: readonly CheckInStatus[] = ['SUBMITTED', 'VERIFIED', 'PUBLISHED'];

/** @throws NotYourCheckIn or TransitionRefused */
export function transition(verb: CheckInTransition, viewer: Viewer, owed: Owed): CheckInStatus {
  const rows = TRANSITIONS.filter((row) => row.verb === verb && row.who(viewer, owed));
  if (rows.length === 0) throw new NotYourCheckIn();
  const row = rows.find(({ from }) => from.includes(owed.status));
  if (!row) throw new TransitionRefused({ status: owed.status });
  return row.to;
}

export const availableTransitions = (viewer: Viewer, owed: Owed): CheckInTransition[] =>
  TRANSITIONS.filter((row) => row.who(viewer, owed) && row.from.includes(owed.status)).map((row) => row.verb);
