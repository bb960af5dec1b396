/** What is asked of our server and of every peer, of any plan. */
export const QUESTIONS = {
  Q1: `query ($plan: String!) { commitments(plan: $plan, first: 20) { nodes {
    id number title startDate endDate
    leadInstitution { id name }
    latestCheckIn { id status progress submittedAt }
  } } }`,
  Q2: `query ($plan: String!) { actionPlan(key: $plan) { id title commitments(first: 20) { nodes {
    id number title
    leadInstitution { id name }
    milestones(first: 100) { nodes { id number title dueDate status responsibleInstitution { id name } } }
    checkIns(first: 4, orderBy: PERIOD_DESC) { nodes { id status progress submittedAt } }
  } } } }`,
  Q3: `query ($plan: String!, $number: Int!) { commitment(plan: $plan, number: $number) {
    id number title problem action startDate endDate
    leadInstitution { id name }
  } }`,
} as const;

export type QuestionName = keyof typeof QUESTIONS;
