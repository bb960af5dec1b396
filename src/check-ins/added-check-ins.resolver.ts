import { Args, ResolveField, Resolver } from '@nestjs/graphql';
import { ActionPlanType } from '../action-plans/action-plan.type.js';
import { ReportingPeriodType } from '../action-plans/reporting-period.type.js';
import { CommitmentType, MilestoneType } from '../commitments/commitment.type.js';
import type { Viewer } from '../platform/access/viewer.js';
import { listComplexity, shortListComplexity } from '../platform/graphql/connection.js';
import { DateTimeScalar } from '../platform/graphql/scalars.js';
import {
  CurrentViewer,
  Its,
  Loader,
  Loaders,
  Now,
  type LoaderOf,
  RowLoader,
  type RequestLoaders,
} from '../platform/graphql/loaders.js';
import { CheckInsArgs } from './check-in.inputs.js';
import {
  CheckInsChangedAt,
  EvidenceOfMilestone,
  LatestCheckInOfCommitment,
  LatestCheckInOfPeriod,
} from './check-in.loaders.js';
import { CheckInConnection, CheckInType, EvidenceType } from './check-in.type.js';
import { CheckInsQueries } from './check-ins.queries.js';

/** What check-ins add to a commitment. */
@Resolver(() => CommitmentType)
export class CommitmentCheckInsResolver {
  constructor(private readonly queries: CheckInsQueries) {}

  @ResolveField(() => CheckInType, {
    nullable: true,
    description:
      'The newest check-in that was handed in: of the latest period, and within it the last. Null while nobody has reported.',
  })
  latestCheckIn(
    @Its<CommitmentType>('id') id: string,
    @RowLoader(LatestCheckInOfCommitment) latest: LoaderOf<LatestCheckInOfCommitment>,
  ) {
    return latest.load(id);
  }

  @ResolveField(() => CheckInConnection, { description: 'Its check-ins.', complexity: listComplexity })
  checkIns(
    @Its<CommitmentType>('id') id: string,
    @Args() args: CheckInsArgs,
    @CurrentViewer() viewer: Viewer,
    @Loaders() loaders: RequestLoaders,
    @Now() now: Date,
  ) {
    return loaders.connection(this.queries.list(viewer, args.orderBy, args.filter ?? {}, 'commitment', now), args, id);
  }
}

/** What check-ins add to a reporting period. */
@Resolver(() => ReportingPeriodType)
export class PeriodCheckInsResolver {
  constructor(private readonly queries: CheckInsQueries) {}

  @ResolveField(() => CheckInType, {
    nullable: true,
    description: 'The check-in of this period that was handed in last; null while nobody has reported.',
  })
  latestCheckIn(
    @Its<ReportingPeriodType>('id') id: string,
    @RowLoader(LatestCheckInOfPeriod) latest: LoaderOf<LatestCheckInOfPeriod>,
  ) {
    return latest.load(id);
  }

  @ResolveField(() => CheckInConnection, {
    description: 'Its check-ins; none before it opens.',
    complexity: listComplexity,
  })
  checkIns(
    @Its<ReportingPeriodType>('id') id: string,
    @Args() args: CheckInsArgs,
    @CurrentViewer() viewer: Viewer,
    @Loaders() loaders: RequestLoaders,
    @Now() now: Date,
  ) {
    return loaders.connection(this.queries.list(viewer, args.orderBy, args.filter ?? {}, 'period', now), args, id);
  }
}

/** What check-ins add to a plan. */
@Resolver(() => ActionPlanType)
export class ActionPlanCheckInsResolver {
  @ResolveField(() => DateTimeScalar, {
    nullable: true,
    description:
      'When something last happened to its check-ins that everybody may know of. Ask for it before a list of check-ins, and give it as `updatedSince` the next time: nothing is missed.',
  })
  checkInsChangedAt(
    @Its<ActionPlanType>('id') id: string,
    @Loader(CheckInsChangedAt) changedAt: LoaderOf<CheckInsChangedAt>,
  ) {
    return changedAt.load(id);
  }
}

/** What check-ins add to a milestone. */
@Resolver(() => MilestoneType)
export class MilestoneEvidenceResolver {
  @ResolveField(() => [EvidenceType], {
    description:
      'What agencies have shown for it in check-ins that were handed in; at most 20 links and 3 files a check-in.',
    complexity: shortListComplexity,
  })
  evidence(@Its<MilestoneType>('id') id: string, @Loader(EvidenceOfMilestone) evidence: LoaderOf<EvidenceOfMilestone>) {
    return evidence.load(id);
  }
}
