import { enumOf } from '../platform/graphql/enum-of.js';

export const AssessmentKind = enumOf('AssessmentKind', 'Which of the assessments that a plan owes it is.', {
  INCEPTION: 'Of the plan, or of one commitment in it, as it was submitted; owed two months after the submission.',
  END_OF_COMMITMENT: 'Of a commitment once it is fully implemented; owed one month after that.',
});
export type AssessmentKind = keyof typeof AssessmentKind;

export const AssessedCompletion = enumOf(
  'AssessedCompletion',
  'How far a commitment was implemented, as the monitoring body judges it.',
  {
    NO_EVIDENCE_AVAILABLE: 'Nothing was found to judge by.',
    NOT_STARTED: 'Not started.',
    LIMITED: 'Limited.',
    SUBSTANTIAL: 'Substantial.',
    COMPLETE: 'Complete.',
  },
);
export type AssessedCompletion = keyof typeof AssessedCompletion;

export const Verifiability = enumOf('Verifiability', 'Whether it can be told from the text what would be done.', {
  VERIFIABLE: 'What is promised is clear enough to see whether it was done.',
  NOT_VERIFIABLE: 'What is promised is not clear enough to see whether it was done.',
});
export type Verifiability = keyof typeof Verifiability;

export const PotentialForResults = enumOf(
  'PotentialForResults',
  'How much the commitment could change if it were fully implemented.',
  {
    UNCLEAR: 'It is unclear what would change.',
    MODEST: 'A modest change.',
    SUBSTANTIAL: 'A substantial change.',
  },
);
export type PotentialForResults = keyof typeof PotentialForResults;

export const OpenedGovernment = enumOf('OpenedGovernment', 'Whether the commitment made government more open.', {
  NOT_APPLICABLE: 'The question does not apply.',
  WORSENED: 'Government became less open.',
  DID_NOT_CHANGE: 'Government is as open as before.',
  MARGINAL: 'A marginal change for the better.',
  MAJOR: 'A major change for the better.',
  OUTSTANDING: 'An outstanding change for the better.',
});
export type OpenedGovernment = keyof typeof OpenedGovernment;
