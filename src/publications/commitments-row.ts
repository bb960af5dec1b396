import type { Day } from '../action-plans/reporting-calendar.js';
import type {
  AssessedCompletion,
  AssessmentKind,
  OpenedGovernment,
  PotentialForResults,
  Verifiability,
} from '../assessments/assessment.vocabulary.js';
import type { OgpValue } from '../commitments/commitment.vocabulary.js';
import type { LocalizedText } from '../platform/i18n/text.js';
import type { Instant, Named } from './progress-table.js';

export interface Claim extends Named {
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
