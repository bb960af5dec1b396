import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ActionPlansModule } from '../action-plans/action-plans.module.js';
import { InstitutionsModule } from '../institutions/institutions.module.js';
import { NodeRegistry } from '../platform/graphql/node-registry.js';
import { WorkingGroupsModule } from '../working-groups/working-groups.module.js';
import { Commitment, CommitmentInstitution } from './commitment.entity.js';
import {
  CommitmentById,
  DueDatesOfMilestone,
  ImplementingOfCommitment,
  MilestoneById,
  ProgressOfCommitment,
} from './commitment.loaders.js';
import { CommitmentsQueries } from './commitments.queries.js';
import {
  ActionPlanCommitmentsResolver,
  CommitmentsResolver,
  WorkingGroupCommitmentsResolver,
} from './commitments.resolver.js';
import { Milestone } from './milestone.entity.js';
import { MilestoneDueDate } from './milestone-due-date.entity.js';
import { MilestonesQueries } from './milestones.queries.js';
import { MilestonesService } from './milestones.service.js';
import { MilestonesResolver } from './milestones.resolver.js';

const loaders = [CommitmentById, MilestoneById, DueDatesOfMilestone, ImplementingOfCommitment, ProgressOfCommitment];
const resolvers = [
  CommitmentsResolver,
  ActionPlanCommitmentsResolver,
  WorkingGroupCommitmentsResolver,
  MilestonesResolver,
];

@Module({
  imports: [
    TypeOrmModule.forFeature([Commitment, CommitmentInstitution, Milestone, MilestoneDueDate]),
    InstitutionsModule,
    ActionPlansModule,
    WorkingGroupsModule,
  ],
  providers: [CommitmentsQueries, MilestonesQueries, MilestonesService, ...loaders, ...resolvers],
  exports: [CommitmentsQueries, MilestonesQueries],
})
export class CommitmentsModule {
  constructor(nodes: NodeRegistry, commitments: CommitmentsQueries, milestones: MilestonesQueries) {
    nodes.register('Commitment', 'commitment', async (id) => (await commitments.byIds([id]))[0] ?? null);
    nodes.register('Milestone', 'milestone', async (id) => (await milestones.byIds([id]))[0] ?? null);
  }
}
