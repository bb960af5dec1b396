import { plainDate, type Day } from '../action-plans/reporting-calendar.js';

/** Groups meet while a plan is written and while it is looked back on: so long before its start and after its end. */
const MARGIN = { years: 1 };

/** The first and the last day that a group of the plan can meet on; null where the plan has no such date to count from. */
export function meetingDays(plan: { submittedOn: Day | null; startsOn: Day | null; endsOn: Day | null }): {
  first: Day | null;
  last: Day | null;
} {
  const start = earlier(plan.startsOn, plan.submittedOn);
  return {
    first: start && plainDate(start).subtract(MARGIN).toString(),
    last: plan.endsOn && plainDate(plan.endsOn).add(MARGIN).toString(),
  };
}

const earlier = (one: Day | null, other: Day | null): Day | null =>
  one && other && other < one ? other : (one ?? other);
