import { FEED_OPERATIONS } from './feed-operations.js';
import { FILE_OPERATIONS } from './file-operations.js';
import { IMPORT_OPERATION } from './import-operation.js';
import type { Operation } from './operation.js';
import { LISTS, ONES } from './resources.js';

const CHECK_IN = '/plans/{plan}/commitments/{number}/check-ins/{period}';
const WRITE_REFUSALS = [400, 401, 403, 404, 409, 412, 413, 415];

export const OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/plans',
    id: 'listPlans',
    tag: 'Plans',
    summary: 'Action plans',
    description: 'All plans of all members, page by page.',
    answers: { list: LISTS.plans },
    refusals: [400],
  },
  {
    method: 'get',
    path: '/plans/{plan}',
    id: 'getPlan',
    tag: 'Plans',
    summary: 'One action plan',
    description: 'Everything that is published of one plan, except what has an address of its own.',
    answers: { one: ONES.plan },
    refusals: [400, 404],
  },
  {
    method: 'get',
    path: '/plans/{plan}/commitments',
    id: 'listCommitments',
    tag: 'Plans',
    summary: 'Commitments of a plan',
    description: 'Each with its texts, its institutions, counts of its milestones and its newest check-in.',
    answers: { list: LISTS.commitments },
    refusals: [400, 404],
  },
  {
    method: 'get',
    path: '/plans/{plan}/commitments/{number}',
    id: 'getCommitment',
    tag: 'Plans',
    summary: 'One commitment',
    description:
      'With its milestones, who owes check-ins on it, and the three facts that never overwrite one another: what agencies claim, what the MEL officer verified, and what the monitoring body found. Lists inside it hold at most 100 entries; `progress.milestones` counts all milestones.',
    answers: { one: ONES.commitment },
    refusals: [400, 404],
  },
  {
    method: 'get',
    path: '/plans/{plan}/periods',
    id: 'listPeriods',
    tag: 'Plans',
    summary: 'Reporting periods of a plan',
    description: 'With their windows, the extensions of single institutions, and how many check-ins came.',
    answers: { list: LISTS.periods },
    refusals: [400, 404],
  },
  {
    method: 'get',
    path: '/plans/{plan}/institutions',
    id: 'listInstitutions',
    tag: 'Plans',
    summary: 'Institutions of a plan',
    description: 'Every body that the plan, a working group, a commitment or a milestone names.',
    answers: { list: LISTS.institutions },
    refusals: [400, 404],
  },
  {
    method: 'get',
    path: '/plans/{plan}/reporting-rate',
    id: 'getReportingRate',
    tag: 'Check-ins',
    summary: 'How many check-ins were due and how many came',
    description:
      'Over all periods that have opened, and then in each period, of each institution and on each commitment: at most 100 of each, in the order of their days, keys and numbers. Larger plans, and tables such as institutions by periods, page by page: `ActionPlan.reportingRates` in GraphQL.',
    answers: { one: ONES.reportingRate },
    refusals: [400, 404],
  },
  {
    method: 'get',
    path: '/plans/{plan}/check-ins',
    id: 'listCheckIns',
    tag: 'Check-ins',
    summary: 'Check-ins of a plan',
    description:
      'To follow what changes: keep `changesUntil` of the first page, and give it as `updatedSince` the next time. Nothing is missed; something may come twice.',
    answers: { list: LISTS.checkIns, withChanges: true },
    refusals: [400, 404],
  },
  {
    method: 'get',
    path: CHECK_IN,
    id: 'getCheckIn',
    tag: 'Check-ins',
    summary: 'One check-in',
    description:
      'Of the institution that the caller reports for, else of the only one that reports. Drafts are shown to their agency and the MEL officer. CONFLICT while the period has not opened.',
    answers: 'CHECK_IN',
    refusals: [400, 404, 409],
  },
  {
    method: 'put',
    path: CHECK_IN,
    id: 'saveCheckInDraft',
    tag: 'Check-ins',
    summary: 'Keep a draft',
    description:
      'Takes the place of the last draft; nobody but the agency and the MEL officer sees it. Say which version was read, in the body or by its tag in `If-Match`, so that two people do not undo each other’s work.',
    answers: 'CHECK_IN',
    takes: 'CheckInSaveDraftInput',
    refusals: WRITE_REFUSALS,
  },
  {
    method: 'post',
    path: `${CHECK_IN}/submit`,
    id: 'submitCheckIn',
    tag: 'Check-ins',
    summary: 'Hand a check-in in',
    description:
      'From then on the claim is public. After the due day it is taken and marked late. Without a `report` the saved draft is handed in. BAD_USER_INPUT names what is missing.',
    answers: 'CHECK_IN',
    takes: 'CheckInSubmitInput',
    refusals: WRITE_REFUSALS,
  },
  ...FILE_OPERATIONS,
  ...FEED_OPERATIONS,
  IMPORT_OPERATION,
  {
    method: 'get',
    path: '/openapi.json',
    id: 'getOpenApi',
    tag: 'Description',
    summary: 'This document',
    description: 'OpenAPI 3.1, for pages such as `/api/docs` and for generators of clients.',
    answers: 'DOCUMENT',
    refusals: [],
  },
];
