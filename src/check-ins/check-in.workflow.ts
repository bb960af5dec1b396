import type { ActionName } from '../platform/access/access-table.js';
import { may } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { enumOf } from '../platform/graphql/enum-of.js';
import { TransitionRefused } from './check-in.errors.js';

export const CheckInStatus = enumOf('CheckInStatus', 'How far a check-in has come.', {
  EXPECTED:
    'Nothing was reported yet, which is not the same as no progress. Drafts show as this to everybody but their institution and the MEL officer.',
  DRAFT: 'Begun and not handed in.',
  SUBMITTED: 'Handed in by the agency: its claim, not yet verified.',
  RETURNED: 'Sent back to the agency with a comment; the claim stays as it was until the agency hands it in again.',
  VERIFIED: 'Verified by the MEL officer, whose own record stands beside the claim.',
  PUBLISHED: 'Published. From then on it changes only by a correction with a public reason.',
});
export type CheckInStatus = keyof typeof CheckInStatus;
/** What is stored: a draft is a row of its own, which few can see. */
export type StoredStatus = Exclude<CheckInStatus, 'DRAFT'>;

export const CheckInTransition = enumOf('CheckInTransition', 'What can be done with a check-in.', {
  SAVE_DRAFT: 'Keep what is written so far: `checkInSaveDraft`.',
  SUBMIT: 'Hand it in: `checkInSubmit`.',
  RETURN: 'Send it back to the agency with a comment: `checkInReturn`.',
  VERIFY: 'Record what was verified: `checkInVerify`.',
  PUBLISH: 'Publish it: `checkInPublish`.',
  REOPEN: 'Re-open it for a correction, with a public reason: `checkInReopen`.',
});
export type CheckInTransition = keyof typeof CheckInTransition;

interface Owed {
  readonly planId: string;
  readonly institutionId: string;
  readonly periodId?: string;
  readonly status: CheckInStatus;
}

interface Transition {
  readonly verb: CheckInTransition;
  readonly from: readonly CheckInStatus[];
  /** Null: the status stays; only the agency's own copy changes. */
  readonly to: StoredStatus | null;
  /** Who may do it is said by the row of this name in the access table. */
  readonly action: ActionName;
  /** Which mail tells whom. */
  readonly mail: { readonly to: 'AGENCY'; readonly key: 'returned' | 'reopened' } | null;
}

/** The whole workflow. Permission checks, mails and `availableTransitions` read this table. */
export const TRANSITIONS: readonly Transition[] = [
  {
    verb: 'SAVE_DRAFT',
    from: ['EXPECTED', 'DRAFT', 'RETURNED'],
    to: null,
    action: 'checkInSaveDraft',
    mail: null,
  },
  {
    verb: 'SUBMIT',
    from: ['EXPECTED', 'DRAFT', 'RETURNED'],
    to: 'SUBMITTED',
    action: 'checkInSubmit',
    mail: null,
  },
  {
    verb: 'RETURN',
    from: ['SUBMITTED', 'VERIFIED'],
    to: 'RETURNED',
    action: 'checkInReturn',
    mail: { to: 'AGENCY', key: 'returned' },
  },
  { verb: 'VERIFY', from: ['SUBMITTED'], to: 'VERIFIED', action: 'checkInVerify', mail: null },
  { verb: 'PUBLISH', from: ['VERIFIED'], to: 'PUBLISHED', action: 'checkInPublish', mail: null },
  {
    verb: 'REOPEN',
    from: ['PUBLISHED'],
    to: 'RETURNED',
    action: 'checkInReopen',
    mail: { to: 'AGENCY', key: 'reopened' },
  },
];

/** Statuses in which the agency has to hand something in. */
export const MISSING: readonly CheckInStatus[] = ['EXPECTED', 'DRAFT', 'RETURNED'];
/** Statuses in which the agency has said nothing yet. What was sent back was said in time, and has its own reminders. */
export const UNREPORTED: readonly CheckInStatus[] = ['EXPECTED', 'DRAFT'];
/** Statuses in which the agency's claim counts. */
export const CLAIMED: readonly CheckInStatus[] = ['SUBMITTED', 'VERIFIED', 'PUBLISHED'];

export function transitionOf(verb: CheckInTransition): Transition {
  const found = TRANSITIONS.find((row) => row.verb === verb);
  if (!found) throw new Error(`The workflow has no row for ${verb}.`);
  return found;
}

/** The status after it. @throws TransitionRefused */
export function transition(verb: CheckInTransition, status: CheckInStatus): StoredStatus | null {
  const { from, to } = transitionOf(verb);
  if (!from.includes(status)) throw new TransitionRefused({ status });
  return to;
}

/** What the viewer may do with it next. */
export const availableTransitions = (viewer: Viewer, owed: Owed): CheckInTransition[] =>
  TRANSITIONS.filter(({ action, from }) => from.includes(owed.status) && may(viewer, action, owed)).map(
    ({ verb }) => verb,
  );
