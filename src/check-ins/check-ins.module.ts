import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ActionPlansModule } from '../action-plans/action-plans.module.js';
import { CommitmentsModule } from '../commitments/commitments.module.js';
import { Viewer } from '../platform/access/viewer.js';
import { NodeRegistry } from '../platform/graphql/node-registry.js';
import { MailGates } from '../platform/mail/mail-gates.js';
import {
  ActionPlanCheckInsResolver,
  CommitmentCheckInsResolver,
  MilestoneEvidenceResolver,
  PeriodCheckInsResolver,
} from './added-check-ins.resolver.js';
import { CheckIn, CheckInDraft, CheckInRevision, Evidence, MilestoneUpdate } from './check-in.entity.js';
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
import { CheckInComment, CheckInCorrection, VerifiedMilestone, Verification } from './review.entity.js';
import { ReportLink } from './report-link.entity.js';
import { REVIEW } from './review.mails.js';
import {
  CommentsOfCheckIn,
  CorrectionsOfCheckIn,
  MilestonesOfVerification,
  VerificationsOfCheckIn,
  VerifiedOfMilestone,
} from './reviews.queries.js';
import {
  MilestoneVerifiedResolver,
  ReviewsResolver,
  VerificationsResolver,
  VerifiedMilestonesResolver,
} from './reviews.resolver.js';
import { ReviewsService } from './reviews.service.js';

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
  VerificationsOfCheckIn,
  MilestonesOfVerification,
  VerifiedOfMilestone,
  CommentsOfCheckIn,
  CorrectionsOfCheckIn,
];
const resolvers = [
  CheckInsResolver,
  MilestoneUpdatesResolver,
  CommitmentCheckInsResolver,
  PeriodCheckInsResolver,
  ActionPlanCheckInsResolver,
  MilestoneEvidenceResolver,
  ReviewsResolver,
  VerificationsResolver,
  VerifiedMilestonesResolver,
  MilestoneVerifiedResolver,
];

@Module({
  imports: [
    TypeOrmModule.forFeature([
      CheckIn,
      CheckInDraft,
      CheckInRevision,
      MilestoneUpdate,
      Evidence,
      Verification,
      VerifiedMilestone,
      CheckInComment,
      CheckInCorrection,
      ReportLink,
    ]),
    ActionPlansModule,
    CommitmentsModule,
  ],
  providers: [CheckInsQueries, CheckInsService, ReviewsService, ...loaders, ...resolvers],
  exports: [CheckInsQueries, CheckInsService],
})
export class CheckInsModule {
  constructor(nodes: NodeRegistry, checkIns: CheckInsQueries, reviews: ReviewsService, gates: MailGates) {
    gates.register(REVIEW, (mail) => reviews.lookAgain(mail));
    nodes.register(
      'CheckIn',
      'check_in',
      async (id, viewer: Viewer) => (await checkIns.byIds([id], viewer))[0] ?? null,
    );
    nodes.register('Evidence', 'evidence', (id) => checkIns.evidenceById(id));
  }
}
