import type { Day } from '../action-plans/reporting-calendar.js';
import type { CheckInStatus } from '../check-ins/check-in.workflow.js';
import type { Language, LocalizedText } from '../platform/i18n/text.js';
import type { ReminderAudience, ReminderStage } from './reminder.vocabulary.js';

/** The plan that a section speaks of. */
export interface LetterPlan {
  readonly id: string;
  readonly key: string;
  readonly title: LocalizedText;
  readonly language: Language;
  /** ISO 3166-1: days are written as they are there. */
  readonly country: string;
  readonly timeZone: string;
  /** Address of the plan's MEL officer; null when none is known. */
  readonly replyTo: string | null;
}

export interface LetterInstitution {
  readonly id: string;
  readonly key: string;
  readonly name: LocalizedText;
}

/** A reporting period with the days that hold for the institution. */
export interface LetterPeriod {
  readonly id: string;
  readonly key: string;
  readonly opensOn: Day;
  readonly dueOn: Day;
  readonly closesOn: Day;
}

export interface MissingCheckIn {
  readonly number: number;
  readonly title: LocalizedText;
  readonly status: CheckInStatus;
  /** Milestones that nothing was said of yet, neither in the draft nor as completed before. */
  readonly milestones: ReadonlyArray<{ readonly number: number; readonly title: LocalizedText }>;
}

/** What one institution has not reported. `REPORT` speaks to the institution, `NOT_REPORTED` about it. */
export interface ReportFacts {
  readonly template: 'REPORT' | 'NOT_REPORTED';
  readonly period: LetterPeriod;
  readonly institution: LetterInstitution;
  /** Check-ins owed in all, the filed ones included. */
  readonly owed: number;
  readonly missing: readonly MissingCheckIn[];
  /** Whether any focal point has an address that takes mail. */
  readonly isReachable: boolean;
}

export type UnreachableReason = 'NO_FOCAL_POINT' | 'NO_ADDRESS' | 'UNDELIVERABLE';

export interface UnreachableFacts {
  readonly template: 'UNREACHABLE';
  readonly period: LetterPeriod;
  readonly institutions: ReadonlyArray<LetterInstitution & { readonly owed: number; readonly why: UnreachableReason }>;
}

/** One check-in that waits: for the MEL officer (`REVIEW`) or for its agency (`MEND`). */
export interface WaitingFacts {
  readonly template: 'REVIEW' | 'MEND';
  readonly period: LetterPeriod;
  readonly institution: LetterInstitution;
  readonly checkInId: string;
  readonly number: number;
  readonly title: LocalizedText;
  /** The day on which it was handed in, or sent back. */
  readonly since: Day;
}

export interface MeetingFacts {
  readonly template: 'MEETING';
  readonly group: LocalizedText;
  readonly meetingId: string;
  /** Grows with every move. */
  readonly version: number;
  readonly day: Day;
  /** `HH:MM` in the plan's zone; null when it is not settled. */
  readonly time: string | null;
  readonly place: string | null;
}

/** A meeting that its readers were told of, and that does not take place. */
export interface MeetingCancelledFacts extends Omit<MeetingFacts, 'template' | 'place'> {
  readonly template: 'MEETING_CANCELLED';
  /** As whoever cancelled it wrote it, for everybody. */
  readonly why: string;
}

export interface NoMeetingFacts {
  readonly template: 'NO_MEETING';
  readonly group: LocalizedText;
  readonly period: { readonly id: string; readonly key: string; readonly endsOn: Day };
}

export interface AssessmentFacts {
  readonly template: 'ASSESSMENT';
  readonly kind: 'INCEPTION' | 'END_OF_COMMITMENT';
  readonly commitment: { readonly number: number; readonly title: LocalizedText } | null;
  readonly dueOn: Day;
}

export type LetterFacts =
  | ReportFacts
  | UnreachableFacts
  | WaitingFacts
  | MeetingFacts
  | MeetingCancelledFacts
  | NoMeetingFacts
  | AssessmentFacts;

/** One matter in a letter, and the stage it has come to. */
export interface LetterSection {
  readonly plan: LetterPlan;
  readonly stage: ReminderStage;
  readonly audience: ReminderAudience;
  readonly facts: LetterFacts;
  /** Where the institution reports, as a path of this service; for `REPORT` and `MEND`, once the mail is queued. */
  readonly reportPath?: string;
}

/** One mail to one address, over everything of one member that it is asked for or told. */
export interface ReminderLetter {
  readonly address: string;
  readonly name: string | null;
  readonly language: Language;
  readonly sections: readonly LetterSection[];
}
