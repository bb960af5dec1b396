import { enumOf } from '../platform/graphql/enum-of.js';

export const CommitmentRole = enumOf('CommitmentRole', 'What an implementing agency does for a commitment.', {
  LEAD: 'Leads the commitment.',
  SUPPORTING: 'Supports the commitment.',
});
export type CommitmentRole = keyof typeof CommitmentRole;

export const MilestoneStatus = enumOf(
  'MilestoneStatus',
  'How far a milestone has come. Overdue is no status: see `isOverdue`.',
  {
    NOT_STARTED: 'Work has not begun.',
    IN_PROGRESS: 'Work has begun.',
    COMPLETED: 'The milestone is reached.',
    CANCELLED: 'The milestone was given up; it is never overdue.',
  },
);
export type MilestoneStatus = keyof typeof MilestoneStatus;

export const OgpValue = enumOf('OgpValue', 'The values of the Open Government Partnership that a commitment serves.', {
  ACCESS_TO_INFORMATION: 'Access to information.',
  CIVIC_PARTICIPATION: 'Civic participation.',
  PUBLIC_ACCOUNTABILITY: 'Public accountability.',
  TECHNOLOGY_AND_INNOVATION: 'Technology and innovation for openness.',
});
export type OgpValue = keyof typeof OgpValue;
