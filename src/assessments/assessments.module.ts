import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ActionPlansModule } from '../action-plans/action-plans.module.js';
import { NodeRegistry } from '../platform/graphql/node-registry.js';
import { Assessment } from './assessment.entity.js';
import { DeadlinesOfPlan } from './assessment.loaders.js';
import { AssessmentsQueries } from './assessments.queries.js';
import {
  ActionPlanAssessmentsResolver,
  AssessmentDeadlinesResolver,
  AssessmentsResolver,
  CommitmentAssessmentsResolver,
} from './assessments.resolver.js';
import { AssessmentsService } from './assessments.service.js';

const resolvers = [
  AssessmentsResolver,
  AssessmentDeadlinesResolver,
  CommitmentAssessmentsResolver,
  ActionPlanAssessmentsResolver,
];

@Module({
  imports: [TypeOrmModule.forFeature([Assessment]), ActionPlansModule],
  providers: [AssessmentsQueries, AssessmentsService, DeadlinesOfPlan, ...resolvers],
  exports: [AssessmentsQueries],
})
export class AssessmentsModule {
  constructor(nodes: NodeRegistry, assessments: AssessmentsQueries) {
    nodes.register('Assessment', 'assessment', async (id) => (await assessments.byIds([id]))[0] ?? null);
  }
}
