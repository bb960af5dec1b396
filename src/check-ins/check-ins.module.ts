import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ActionPlansModule } from '../action-plans/action-plans.module.js';
import { CommitmentsModule } from '../commitments/commitments.module.js';
import { Viewer } from '../platform/access/viewer.js';
import { NodeRegistry } from '../platform/graphql/node-registry.js';
import {
  ActionPlanCheckInsResolver,
  CommitmentCheckInsResolver,
  MilestoneEvidenceResolver,
  PeriodCheckInsResolver,
} from './added-check-ins.resolver.js';
import { CheckIn, CheckInRevision, Evidence, MilestoneUpdate } from './check-in.entity.js';
import {
  CheckInById,
  EvidenceOfCheckIn,
  EvidenceOfMilestone,
  LatestCheckInOfCommitment,
  LatestCheckInOfPeriod,
  MilestoneUpdatesOfCheckIn,
  RateOfPeriod,
  RateOfPlan,
  RevisionsOfCheckIn,
} from './check-in.loaders.js';
import { CheckInsQueries } from './check-ins.queries.js';
import { CheckInsResolver, MilestoneUpdatesResolver } from './check-ins.resolver.js';
import { CheckInsService } from './check-ins.service.js';

const loaders = [
  CheckInById,
  LatestCheckInOfCommitment,
  LatestCheckInOfPeriod,
  MilestoneUpdatesOfCheckIn,
  EvidenceOfCheckIn,
  EvidenceOfMilestone,
  RevisionsOfCheckIn,
  RateOfPlan,
  RateOfPeriod,
];
const resolvers = [
  CheckInsResolver,
  MilestoneUpdatesResolver,
  CommitmentCheckInsResolver,
  PeriodCheckInsResolver,
  ActionPlanCheckInsResolver,
  MilestoneEvidenceResolver,
];

@Module({
  imports: [
    TypeOrmModule.forFeature([CheckIn, CheckInRevision, MilestoneUpdate, Evidence]),
    ActionPlansModule,
    CommitmentsModule,
  ],
  providers: [CheckInsQueries, CheckInsService, ...loaders, ...resolvers],
  exports: [CheckInsQueries, CheckInsService],
})
export class CheckInsModule {
  constructor(nodes: NodeRegistry, checkIns: CheckInsQueries) {
    nodes.register(
      'CheckIn',
      'check_in',
      async (id, viewer: Viewer) => (await checkIns.byIds([id], viewer))[0] ?? null,
    );
    nodes.register('Evidence', 'evidence', (id, viewer: Viewer) => checkIns.evidenceById(id, viewer));
  }
}
