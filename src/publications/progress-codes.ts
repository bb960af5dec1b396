import type { AssessedCompletion, OpenedGovernment } from '../assessments/assessment.vocabulary.js';
import type { OgpValue } from '../commitments/commitment.vocabulary.js';
import type { ProgressRow } from './commitments-row.js';
import type { CodeList } from './progress-column.js';

/** Whether agencies have said something. A silent agency, one that has nothing to say, and work that has not begun are three things. */
export const REPORTING = {
  NOT_OPEN: 'Reporting on the period has not opened yet.',
  NOT_OWED: 'No agency owes a report on it.',
  NO_REPORT: 'No report: nobody handed anything in. This says nothing about progress.',
  PARTLY_REPORTED: 'Some of the agencies handed something in, others did not.',
  NOTHING_TO_REPORT: 'Everybody handed in, and said that there is nothing to report.',
  REPORTED: 'Everybody handed in, and at least one reports on progress.',
} as const satisfies CodeList;
export type Reporting = keyof typeof REPORTING;

/** Whether agencies have said something on a commitment in a period. */
export function reportingOf(row: Pick<ProgressRow, 'isOpen' | 'expected' | 'received' | 'nothing'>): Reporting {
  if (!row.isOpen) return 'NOT_OPEN';
  if (row.expected === 0) return 'NOT_OWED';
  if (row.received === 0) return 'NO_REPORT';
  if (row.received < row.expected) return 'PARTLY_REPORTED';
  return row.nothing === row.received ? 'NOTHING_TO_REPORT' : 'REPORTED';
}

/** The same of one agency. */
export const REPORT = {
  NO_REPORT: 'No report: nothing was handed in. This says nothing about progress.',
  NOTHING_TO_REPORT: 'The agency handed in, and said that there is nothing to report.',
  REPORTED: 'The agency reports on progress.',
} as const satisfies CodeList;

export const CHECK_IN_STATUS: CodeList = {
  EXPECTED: 'Nothing was handed in yet.',
  SUBMITTED: 'Handed in by the agency: its claim, not yet verified.',
  RETURNED: 'Sent back to the agency; the claim stays as it was until the agency hands it in again.',
  VERIFIED: 'Verified by the MEL officer.',
  PUBLISHED: 'Published: changes only by a correction with a public reason.',
};

export const MILESTONE_STATUS: CodeList = {
  NOT_STARTED: 'Work has not begun.',
  IN_PROGRESS: 'Work has begun.',
  COMPLETED: 'The milestone is reached.',
  CANCELLED: 'The milestone was given up; it is never overdue.',
};

export const MOVEMENT: CodeList = {
  NOTHING: 'Nothing has moved.',
  LITTLE: 'Little has moved.',
  CLEAR: 'There was clear movement.',
};

export const PUNCTUALITY: CodeList = { ON_TIME: 'By the due day.', LATE: 'After the due day and before the close.' };

export const ROLE: CodeList = { LEAD: 'Leads the commitment.', SUPPORTING: 'Supports the commitment.' };

export const EVIDENCE_KIND: CodeList = { LINK: 'A link.', FILE: 'A file that this service keeps.' };

export const ASSESSMENT_KIND: CodeList = {
  INCEPTION: 'Of the plan, or of one commitment in it, as it was submitted.',
  END_OF_COMMITMENT: 'Of a commitment once it is fully implemented.',
};

export const COMPLETION: Readonly<Record<AssessedCompletion, string>> = {
  NO_EVIDENCE_AVAILABLE: 'No evidence available',
  NOT_STARTED: 'Not started',
  LIMITED: 'Limited',
  SUBSTANTIAL: 'Substantial',
  COMPLETE: 'Complete',
};

export const OPENED_GOVERNMENT: Readonly<Record<OpenedGovernment, string>> = {
  NOT_APPLICABLE: 'Not applicable',
  WORSENED: 'Worsened',
  DID_NOT_CHANGE: 'Did not change',
  MARGINAL: 'Marginal',
  MAJOR: 'Major',
  OUTSTANDING: 'Outstanding',
};

export const VERIFIABILITY: CodeList = {
  VERIFIABLE: 'It is clear enough to see whether it was done.',
  NOT_VERIFIABLE: 'It is not clear enough to see whether it was done.',
};

export const POTENTIAL: CodeList = {
  UNCLEAR: 'It is unclear what would change.',
  MODEST: 'A modest change.',
  SUBSTANTIAL: 'A substantial change.',
};

export const NO_OR_YES: CodeList = { 0: 'No', 1: 'Yes' };

/** OGP's own column of each value. */
export const VALUE_COLUMNS: Readonly<Record<OgpValue, string>> = {
  ACCESS_TO_INFORMATION: 'OGP Value Access To Information',
  CIVIC_PARTICIPATION: 'OGP Value Civic Participation',
  PUBLIC_ACCOUNTABILITY: 'OGP Value Public Accountability',
  TECHNOLOGY_AND_INNOVATION: 'OGP Value Technology',
};

/** A code list of OGP's words themselves, for the columns that OGP names. */
export const wordsOf = (codes: CodeList): CodeList =>
  Object.fromEntries(Object.values(codes).map((word) => [word, word]));
