import type { Day } from '../action-plans/reporting-calendar.js';
import type { MilestoneStatus } from './commitment.vocabulary.js';

/** Past its due day, which counts whole, and neither completed nor cancelled. Derived, never stored. */
export function isOverdue(milestone: { dueOn: Day | null; status: MilestoneStatus | null }, today: Day): boolean {
  const settled = milestone.status === 'COMPLETED' || milestone.status === 'CANCELLED';
  return !settled && milestone.dueOn !== null && milestone.dueOn < today;
}
