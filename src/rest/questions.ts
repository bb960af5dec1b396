import { parse, type DocumentNode } from 'graphql';

/** What the addresses of REST answer, as questions to the same schema that GraphQL serves. A fragment is a schema in OpenAPI. */
const SOURCE = `{ language origin direction availableLanguages }`;
const texts = (...names: string[]): string => names.map((name) => `${name} ${name}Source ${SOURCE}`).join(' ');

const NAMED = `
  fragment InstitutionName on Institution { id key ${texts('name')} }
  fragment Institution on Institution { ...InstitutionName kind website }
  fragment ReportingRate on ReportingRate {
    expected received onTime late verified overdue overdueSince longestOverdueDays medianOverdueDays
  }
`;

const PLANS = `
  fragment Member on Member { id key ${texts('name')} kind country website }
  fragment Plan on ActionPlan {
    id key ${texts('title')} member { ...Member } language timeZone submissionDate startDate endDate datesKnownToMonth website
    currentPeriod { id key } reportingRate { ...ReportingRate }
  }
  fragment PlanDetail on ActionPlan {
    ...Plan administrationStartDate termEndDate ${texts('foreword')}
    questions { key ${texts('question', 'answer')} }
    coCreation { groups publicMeetings governmentInstitutions localParticipants plannedPublicMeetingsPerYear ${texts('note')} }
    dissemination { ${texts('text')} }
    documents { key ${texts('title')} year url }
    endorsements { name ${texts('affiliation')} }
    participations(first: 100) { nodes { role ${texts('note')} institution { ...InstitutionName } } }
    sources
  }
`;

const EVIDENCE = `
  fragment Evidence on Evidence { id kind url title name mediaType size sha256 }
`;

const COMMITMENTS = `
  fragment CommitmentProgress on CommitmentProgress {
    milestones completed inProgress notStarted cancelled unknown overdue overdueSince
  }
  fragment Commitment on Commitment {
    id number ogpId ${texts('title', 'problem', 'statusQuo', 'action', 'solution', 'longTermGoal', 'expectedOutputs', 'expectedOutcomes', 'note')}
    startDate endDate datesKnownToMonth policyAreas sectors ogpValues url
    leadInstitutions(first: 100) { nodes { ...InstitutionName } }
    supportingInstitutions(first: 100) { nodes { ...InstitutionName } }
    progress { ...CommitmentProgress }
    latestCheckIn { id status punctuality movement submittedAt period { id key } institution { id key } }
  }
  fragment Milestone on Milestone {
    id number ${texts('title', 'expectedOutput', 'note')} startDate dueDate originalDueDate forecastDate datesKnownToMonth
    status percent isOverdue responsibleInstitution { ...InstitutionName }
    dueDateHistory { previousDueDate dueDate reason changedAt actingAs }
    verified { status percent verifiedAt }
    evidence { ...Evidence }
  }
  fragment CommitmentDetail on Commitment {
    ...Commitment
    milestones(first: 100) { nodes { ...Milestone } }
    implementingInstitutions { role namedByCommitment institution { ...InstitutionName } }
    workingGroup { id key ${texts('name')} }
    assessments(first: 100) {
      nodes {
        id kind summary url completion verifiability potentialForResults openedGovernment dueDate filedDate filedAt isSuperseded
        institution { ...InstitutionName }
      }
    }
  }
`;

const PERIODS = `
  fragment Period on ReportingPeriod {
    id key startDate endsBefore isStub state openDate opensAt dueDate dueBefore closeDate closesBefore
    reportingRate { ...ReportingRate }
    extensions { dueDate closeDate reason grantedAt institution { ...InstitutionName } }
  }
`;

const CHECK_INS = `
  fragment CheckIn on CheckIn {
    id status version punctuality nothingToReport movement progress achievements obstacles nextSteps supportNeeded language
    submittedAt dueDate closeDate availableTransitions
    plan { id key } commitment { id number } period { id key } institution { ...InstitutionName }
    milestoneUpdates { status percent forecastDate note milestone { id number } }
    evidence { ...Evidence }
    verifications { finding claimVersion verifiedAt evidence { url title } milestones { status percent milestone { id number } } }
    corrections { reason reopenedAt actingAs }
  }
`;

const PAGE = `totalCount pageInfo { hasNextPage endCursor }`;

export const QUESTIONS = {
  plans: parse(`${NAMED} ${PLANS}
    query ($filter: ActionPlanFilter, $orderBy: ActionPlanOrder, $first: Int, $after: String) {
      page: actionPlans(filter: $filter, orderBy: $orderBy, first: $first, after: $after) { nodes { ...Plan } ${PAGE} }
    }`),
  plan: parse(
    `${NAMED} ${PLANS} query ($plan: String!, $asOf: DateTime) { plan: actionPlan(key: $plan, asOf: $asOf) { ...PlanDetail } }`,
  ),
  commitments: parse(`${NAMED} ${COMMITMENTS}
    query ($plan: String!, $filter: CommitmentFilter, $orderBy: CommitmentOrder, $first: Int, $after: String, $asOf: DateTime) {
      page: commitments(plan: $plan, asOf: $asOf, filter: $filter, orderBy: $orderBy, first: $first, after: $after) { nodes { ...Commitment } ${PAGE} }
    }`),
  commitment: parse(`${NAMED} ${EVIDENCE} ${COMMITMENTS}
    query ($plan: String!, $number: Int!, $asOf: DateTime) {
      commitment(plan: $plan, number: $number, asOf: $asOf) { ...CommitmentDetail }
    }`),
  periods: parse(`${NAMED} ${PERIODS}
    query ($plan: String!, $filter: ReportingPeriodFilter, $orderBy: ReportingPeriodOrder, $first: Int, $after: String, $asOf: DateTime) {
      plan: actionPlan(key: $plan, asOf: $asOf) {
        page: periods(filter: $filter, orderBy: $orderBy, first: $first, after: $after) { nodes { ...Period } ${PAGE} }
      }
    }`),
  checkIns: parse(`${NAMED} ${EVIDENCE} ${CHECK_INS}
    query ($plan: String!, $filter: CheckInFilter, $orderBy: CheckInOrder, $first: Int, $after: String, $asOf: DateTime) {
      page: checkIns(plan: $plan, asOf: $asOf, filter: $filter, orderBy: $orderBy, first: $first, after: $after) { nodes { ...CheckIn } ${PAGE} }
    }`),
  institutions: parse(`${NAMED}
    query ($plan: String!, $filter: InstitutionFilter, $first: Int, $after: String, $asOf: DateTime) {
      page: institutions(plan: $plan, asOf: $asOf, filter: $filter, first: $first, after: $after) { nodes { ...Institution } ${PAGE} }
    }`),
  reportingRate: parse(`${NAMED}
    query ($plan: String!, $asOf: DateTime) {
      plan: actionPlan(key: $plan, asOf: $asOf) {
        id key reportingRate { ...ReportingRate }
        periods(first: 100) { nodes { id key state reportingRate { ...ReportingRate } } }
        byInstitution: reportingRates(by: [INSTITUTION], first: 100) {
          nodes { institution { ...InstitutionName } reportingRate: rate { ...ReportingRate } }
        }
        byCommitment: reportingRates(by: [COMMITMENT], first: 100) {
          nodes { commitment { id number ${texts('title')} } reportingRate: rate { ...ReportingRate } }
        }
      }
    }`),
  checkInsChangedAt: parse(
    `query ($plan: String!, $asOf: DateTime) { plan: actionPlan(key: $plan, asOf: $asOf) { checkInsChangedAt } }`,
  ),
  checkInPlace: parse(`${NAMED} ${EVIDENCE} ${CHECK_INS}
    query ($plan: String!, $number: Int!, $filter: CheckInFilter) {
      commitment(plan: $plan, number: $number) { id }
      plan: actionPlan(key: $plan) { id periods(first: 100) { nodes { key } } }
      found: checkIns(plan: $plan, filter: $filter, first: 100) { nodes { ...CheckIn } }
    }`),
  saveDraft: parse(`${NAMED} ${EVIDENCE} ${CHECK_INS}
    mutation ($input: CheckInSaveDraftInput!) { saved: checkInSaveDraft(input: $input) { checkIn { ...CheckIn } } }`),
  submit: parse(`${NAMED} ${EVIDENCE} ${CHECK_INS}
    mutation ($input: CheckInSubmitInput!) { saved: checkInSubmit(input: $input) { checkIn { ...CheckIn } } }`),
} satisfies Record<string, DocumentNode>;
