import { Injectable } from '@nestjs/common';
import { groupedBy } from '../platform/database/rows.js';
import type { Batch } from '../platform/graphql/loaders.js';
import { AssessmentsQueries, type AssessmentDue } from './assessments.queries.js';

export const MOST_DEADLINES = 200;

@Injectable()
export class DeadlinesOfPlan implements Batch<string, AssessmentDue[]> {
  constructor(private readonly assessments: AssessmentsQueries) {}

  async loadMany(planIds: readonly string[]): Promise<AssessmentDue[][]> {
    const found = groupedBy(planIds, await this.assessments.due(planIds), 'planId');
    return found.map((ofPlan) => ofPlan.slice(0, MOST_DEADLINES));
  }
}
