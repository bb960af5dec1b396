import type { DocumentNode } from 'graphql';
import { QUESTIONS } from './questions.js';

/** A list that is read page by page. */
export interface ListResource {
  readonly question: DocumentNode;
  /** The fields of the answer that lead to the page. */
  readonly path: readonly string[];
  /** The types of GraphQL that its parameters are made from. */
  readonly filter?: string;
  readonly order?: string;
}

/** One thing, answered whole. */
export interface OneResource {
  readonly question: DocumentNode;
  readonly path: readonly string[];
}

export const LISTS = {
  plans: { question: QUESTIONS.plans, path: ['page'], filter: 'ActionPlanFilter', order: 'ActionPlanOrder' },
  commitments: {
    question: QUESTIONS.commitments,
    path: ['page'],
    filter: 'CommitmentFilter',
    order: 'CommitmentOrder',
  },
  periods: {
    question: QUESTIONS.periods,
    path: ['plan', 'page'],
    filter: 'ReportingPeriodFilter',
    order: 'ReportingPeriodOrder',
  },
  checkIns: { question: QUESTIONS.checkIns, path: ['page'], filter: 'CheckInFilter', order: 'CheckInOrder' },
  institutions: { question: QUESTIONS.institutions, path: ['page'], filter: 'InstitutionFilter' },
} satisfies Record<string, ListResource>;

export const ONES = {
  plan: { question: QUESTIONS.plan, path: ['plan'] },
  commitment: { question: QUESTIONS.commitment, path: ['commitment'] },
  reportingRate: { question: QUESTIONS.reportingRate, path: ['plan'] },
} satisfies Record<string, OneResource>;
