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
  CheckInsChangedAt,
  RevisionsOfCheckIn,
} from './check-in.loaders.js';
import { CheckInsQueries } from './check-ins.queries.js';
import { CheckInsResolver, MilestoneUpdatesResolver } from './check-ins.resolver.js';
import { CheckInsService } from './check-ins.service.js';
import { EvidenceCheck, EvidenceFile } from './evidence-file.entity.js';
import { EvidenceFilesController } from './evidence-files.controller.js';
import { EvidenceFilesQueries } from './evidence-files.queries.js';
import { EvidenceFilesResolver, LastCheckOfEvidence } from './evidence-files.resolver.js';
import { EvidenceFilesService } from './evidence-files.service.js';
import { LinkProbe } from './evidence-link-probe.js';
import { EvidenceLinksService } from './evidence-links.service.js';
import { CheckInComment, CheckInCorrection, VerifiedMilestone, Verification } from './review.entity.js';
import { ReportLink } from './report-link.entity.js';
import { ReportLinksResolver } from './report-links.resolver.js';
import { ReportLinksService } from './report-links.service.js';
import { REVIEW } from './review.mails.js';
import { RateOfCommitment, RateOfPeriod, RateOfPlan } from './reporting-rate.loaders.js';
import { ReportingRatesQueries } from './reporting-rates.queries.js';
import {
  CommitmentRateResolver,
  PeriodRateResolver,
  PlanRatesResolver,
  ReportingRateGroupsResolver,
} from './reporting-rates.resolver.js';
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
  CheckInsChangedAt,
  RateOfPlan,
  RateOfPeriod,
  RateOfCommitment,
  VerificationsOfCheckIn,
  MilestonesOfVerification,
  VerifiedOfMilestone,
  CommentsOfCheckIn,
  CorrectionsOfCheckIn,
  LastCheckOfEvidence,
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
  EvidenceFilesResolver,
  ReportLinksResolver,
  PlanRatesResolver,
  PeriodRateResolver,
  CommitmentRateResolver,
  ReportingRateGroupsResolver,
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
      EvidenceFile,
      EvidenceCheck,
    ]),
    ActionPlansModule,
    CommitmentsModule,
  ],
  controllers: [EvidenceFilesController],
  providers: [
    CheckInsQueries,
    ReportingRatesQueries,
    CheckInsService,
    ReviewsService,
    EvidenceFilesQueries,
    EvidenceFilesService,
    { provide: LinkProbe, useFactory: () => new LinkProbe() },
    EvidenceLinksService,
    ReportLinksService,
    ...loaders,
    ...resolvers,
  ],
  exports: [CheckInsQueries, CheckInsService, EvidenceFilesQueries, EvidenceFilesService, EvidenceLinksService],
})
export class CheckInsModule {
  constructor(nodes: NodeRegistry, checkIns: CheckInsQueries, reviews: ReviewsService, gates: MailGates) {
    gates.registerOneByOne(REVIEW, (mail) => reviews.lookAgain(mail));
    nodes.register(
      'CheckIn',
      'check_in',
      async (id, viewer: Viewer) => (await checkIns.byIds([id], viewer))[0] ?? null,
    );
    nodes.register('Evidence', '(select id from evidence union all select id from evidence_file) e', (id) =>
      checkIns.evidenceById(id),
    );
  }
}
