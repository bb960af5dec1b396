import type { Day } from '../action-plans/reporting-calendar.js';
import type {
  AssessedCompletion,
  AssessmentKind,
  OpenedGovernment,
  PotentialForResults,
  Verifiability,
} from '../assessments/assessment.vocabulary.js';
import type { Movement } from '../check-ins/check-in.vocabulary.js';
import type { StoredStatus } from '../check-ins/check-in.workflow.js';
import type { CommitmentRole, MilestoneStatus, OgpValue } from '../commitments/commitment.vocabulary.js';
import type { LocalizedText } from '../platform/i18n/text.js';

/* What the statements of `progress.queries.ts` answer. Instants are text already, so that a stream and a frozen copy agree. */

type Instant = string;
interface Named {
  readonly institution: LocalizedText;
}
interface Claim extends Named {
  readonly progress: string | null;
  readonly obstacles: string | null;
  readonly nextSteps: string | null;
}

/** One commitment in one period. Without a period where none has opened yet. */
export interface ProgressRow {
  readonly plan: string;
  readonly member: LocalizedText;
  readonly submittedIn: number | null;
  readonly number: number;
  readonly ogpId: string | null;
  readonly title: LocalizedText;
  readonly problem: LocalizedText | null;
  readonly statusQuo: LocalizedText | null;
  readonly action: LocalizedText | null;
  readonly solution: LocalizedText | null;
  readonly policyAreas: readonly string[];
  readonly ogpValues: readonly OgpValue[];
  readonly url: string | null;
  readonly startsOn: Day | null;
  readonly endsOn: Day | null;
  readonly leads: readonly LocalizedText[];
  readonly supporting: readonly LocalizedText[];
  readonly period: string | null;
  readonly periodStartsOn: Day | null;
  readonly periodEndsOn: Day | null;
  readonly periodDueOn: Day | null;
  readonly isOpen: boolean;
  readonly expected: number;
  readonly received: number;
  readonly onTime: number;
  readonly late: number;
  readonly nothing: number;
  readonly returned: number;
  readonly verified: number;
  readonly published: number;
  readonly movedNothing: number;
  readonly movedLittle: number;
  readonly movedClear: number;
  readonly lastSubmittedAt: Instant | null;
  readonly claims: readonly Claim[];
  readonly milestones: number;
  readonly completed: number;
  readonly inProgress: number;
  readonly notStarted: number;
  readonly cancelled: number;
  readonly unknown: number;
  readonly overdue: number;
  readonly overdueSince: Day | null;
  readonly verifiedCompleted: number;
  readonly findings: ReadonlyArray<Named & { readonly finding: string }>;
  readonly lastVerifiedAt: Instant | null;
  readonly assessmentKind: AssessmentKind | null;
  readonly assessmentFiledOn: Day | null;
  readonly assessmentCompletion: AssessedCompletion | null;
  readonly verifiability: Verifiability | null;
  readonly potentialForResults: PotentialForResults | null;
  readonly openedGovernment: OpenedGovernment | null;
  readonly assessmentSummary: string | null;
}

export interface MilestoneProgressRow {
  readonly commitment: number;
  readonly number: number;
  readonly title: LocalizedText;
  readonly expectedOutput: LocalizedText | null;
  readonly startsOn: Day | null;
  readonly dueOn: Day | null;
  readonly originalDueOn: Day | null;
  readonly moves: number;
  readonly responsible: LocalizedText | null;
  readonly publishedStatus: MilestoneStatus | null;
  readonly publishedPercent: number | null;
  readonly claimedStatus: MilestoneStatus | null;
  readonly claimedPercent: number | null;
  readonly forecastOn: Day | null;
  readonly claimNote: string | null;
  readonly claimedIn: string | null;
  readonly verifiedStatus: MilestoneStatus | null;
  readonly verifiedPercent: number | null;
  readonly verifiedAt: Instant | null;
  readonly isOverdue: boolean;
}

export interface CheckInProgressRow {
  readonly commitment: number;
  readonly period: string;
  readonly institution: string;
  readonly institutionName: LocalizedText;
  readonly role: CommitmentRole | null;
  readonly dueOn: Day;
  readonly id: string | null;
  readonly status: StoredStatus;
  readonly nothingToReport: boolean;
  readonly submittedAt: Instant | null;
  readonly punctuality: 'ON_TIME' | 'LATE' | null;
  readonly movement: Movement | null;
  readonly progress: string | null;
  readonly achievements: string | null;
  readonly obstacles: string | null;
  readonly nextSteps: string | null;
  readonly supportNeeded: string | null;
  readonly language: string | null;
  readonly finding: string | null;
  readonly verifiedAt: Instant | null;
  readonly corrections: number;
  readonly correctionReason: string | null;
}

export interface InstitutionProgressRow {
  readonly key: string;
  readonly name: LocalizedText;
  readonly kind: string;
  readonly website: string | null;
  readonly roles: readonly string[];
  readonly leads: readonly number[];
  readonly supports: readonly number[];
}

export interface EvidenceProgressRow {
  readonly id: string;
  readonly commitment: number;
  readonly milestone: number | null;
  readonly period: string;
  readonly institution: string;
  readonly checkIn: string;
  readonly kind: 'LINK' | 'FILE';
  readonly title: string | null;
  readonly url: string | null;
  readonly name: string | null;
  readonly mediaType: string | null;
  readonly size: number | null;
  readonly sha256: string | null;
}

export interface AssessmentProgressRow {
  readonly id: string;
  readonly commitment: number | null;
  readonly kind: AssessmentKind;
  readonly institution: LocalizedText | null;
  readonly dueOn: Day | null;
  readonly filedOn: Day;
  readonly completion: AssessedCompletion | null;
  readonly verifiability: Verifiability | null;
  readonly potentialForResults: PotentialForResults | null;
  readonly openedGovernment: OpenedGovernment | null;
  readonly summary: string;
  readonly url: string | null;
  readonly isSuperseded: boolean;
}
