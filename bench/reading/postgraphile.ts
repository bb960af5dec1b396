import type { QuestionName } from './questions.js';

/** The same facts by the names that PostGraphile gives them. */
export const ITS_QUESTIONS: Readonly<Record<QuestionName, string>> = {
  Q1: `query ($plan: String!) { commitments: allCommitments(condition: { plan: $plan }, first: 20, orderBy: NUMBER_ASC) { nodes {
    id: rowId number title startDate endDate
    leadInstitution { id: rowId name }
    latestCheckIn: checkIns(first: 1, orderBy: [PERIOD_DESC, SUBMITTED_AT_DESC]) { nodes { id: rowId status progress submittedAt } }
  } } }`,
  Q2: `query ($plan: String!) { actionPlan: actionPlanByKey(key: $plan) { id: rowId title commitments(first: 20, orderBy: NUMBER_ASC) { nodes {
    id: rowId number title
    leadInstitution { id: rowId name }
    milestones(first: 100, orderBy: NUMBER_ASC) { nodes { id: rowId number title dueDate status responsibleInstitution { id: rowId name } } }
    checkIns(first: 4, orderBy: [PERIOD_DESC, ROW_ID_DESC]) { nodes { id: rowId status progress submittedAt } }
  } } } }`,
  Q3: `query ($plan: String!, $number: Int!) { commitment: commitmentByPlanAndNumber(plan: $plan, number: $number) {
    id: rowId number title problem action startDate endDate
    leadInstitution { id: rowId name }
  } }`,
};

interface CheckIn {
  submittedAt: string;
}
interface List<Row> {
  nodes: Row[];
}

const claim = (checkIn: CheckIn): CheckIn => ({ ...checkIn, submittedAt: new Date(checkIn.submittedAt).toISOString() });

/** Its answer as ours would be: the latest check-in is a list of one there, and instants are written in another way. */
export function asOurs(name: QuestionName, data: unknown): unknown {
  if (name === 'Q1') {
    const { commitments } = data as { commitments: List<{ latestCheckIn: List<CheckIn> }> };
    return {
      commitments: {
        nodes: commitments.nodes.map((commitment) => ({
          ...commitment,
          latestCheckIn: commitment.latestCheckIn.nodes.map(claim)[0] ?? null,
        })),
      },
    };
  }
  if (name === 'Q3') return data;
  const { actionPlan } = data as { actionPlan: { commitments: List<{ checkIns: List<CheckIn> }> } };
  return {
    actionPlan: {
      ...actionPlan,
      commitments: {
        nodes: actionPlan.commitments.nodes.map((commitment) => ({
          ...commitment,
          checkIns: { nodes: commitment.checkIns.nodes.map(claim) },
        })),
      },
    },
  };
}
