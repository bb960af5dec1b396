import { Args, Mutation, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ActionPlanById, ReportingPeriodById } from '../action-plans/action-plan.loaders.js';
import { ActionPlanType } from '../action-plans/action-plan.type.js';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { ReportingPeriodType } from '../action-plans/reporting-period.type.js';
import { CommitmentById, MilestoneById } from '../commitments/commitment.loaders.js';
import { CommitmentType, MilestoneType } from '../commitments/commitment.type.js';
import { InstitutionById } from '../institutions/institution.loaders.js';
import { InstitutionType } from '../institutions/institution.type.js';
import type { Viewer } from '../platform/access/viewer.js';
import { AsOf } from '../platform/graphql/as-of.js';
import { listComplexity, shortListComplexity } from '../platform/graphql/connection.js';
import {
  CurrentViewer,
  Its,
  Loader,
  Loaders,
  Now,
  type LoaderOf,
  type RequestLoaders,
} from '../platform/graphql/loaders.js';
import { CheckInsArgs, CheckInSaveDraftInput, CheckInSubmitInput } from './check-in.inputs.js';
import { EvidenceOfCheckIn, MilestoneUpdatesOfCheckIn, RevisionsOfCheckIn } from './check-in.loaders.js';
import {
  CheckInConnection,
  CheckInRevisionType,
  CheckInSaveDraftPayload,
  CheckInSubmitPayload,
  CheckInType,
  EvidenceType,
  MilestoneUpdateType,
} from './check-in.type.js';
import { availableTransitions, CheckInTransition, type CheckInStatus } from './check-in.workflow.js';
import { CheckInsQueries } from './check-ins.queries.js';
import { CheckInsService } from './check-ins.service.js';

@Resolver(() => CheckInType)
export class CheckInsResolver {
  constructor(
    private readonly queries: CheckInsQueries,
    private readonly service: CheckInsService,
    private readonly plans: ActionPlansQueries,
  ) {}

  @Query(() => CheckInConnection, {
    description: 'Check-ins of a plan. NOT_FOUND when there is no such plan.',
    complexity: listComplexity,
  })
  async checkIns(
    @Args('plan', { description: 'Key of the plan.' }) plan: string,
    @Args() args: CheckInsArgs,
    @AsOf() _asOf: Date | null,
    @CurrentViewer() viewer: Viewer,
    @Loaders() loaders: RequestLoaders,
    @Now() now: Date,
  ) {
    const list = this.plans.listOf(plan, this.queries.list(viewer, args.orderBy, args.filter ?? {}, 'plan', now));
    return this.plans.unlessUnknown(plan, await loaders.connection(list, args));
  }

  @Mutation(() => CheckInSaveDraftPayload, {
    description:
      'Keeps what a focal point has written so far; nobody else but the MEL officer sees it. FORBIDDEN for other institutions, CONFLICT outside the reporting window, after handing in, or when somebody saved in between.',
  })
  async checkInSaveDraft(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'What is written.' }) input: CheckInSaveDraftInput,
  ) {
    return { checkIn: await this.read(await this.service.saveDraft(viewer, input), viewer) };
  }

  @Mutation(() => CheckInSubmitPayload, {
    description:
      'Hands a check-in in; from then on the claim is public. After the due day it is taken and marked late. FORBIDDEN for other institutions, CONFLICT outside the reporting window, after handing in, or when somebody saved in between; BAD_USER_INPUT names what is missing.',
  })
  async checkInSubmit(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'What is written.' }) input: CheckInSubmitInput,
  ) {
    return { checkIn: await this.read(await this.service.submit(viewer, input), viewer) };
  }

  @ResolveField(() => ActionPlanType, { description: 'The plan.' })
  plan(@Its<CheckInType>('planId') planId: string, @Loader(ActionPlanById) plans: LoaderOf<ActionPlanById>) {
    return plans.load(planId);
  }

  @ResolveField(() => CommitmentType, { description: 'The commitment that is reported on.' })
  commitment(
    @Its<CheckInType>('commitmentId') commitmentId: string,
    @Loader(CommitmentById) commitments: LoaderOf<CommitmentById>,
  ) {
    return commitments.load(commitmentId);
  }

  @ResolveField(() => InstitutionType, { description: 'The implementing agency that reports.' })
  institution(
    @Its<CheckInType>('institutionId') institutionId: string,
    @Loader(InstitutionById) institutions: LoaderOf<InstitutionById>,
  ) {
    return institutions.load(institutionId);
  }

  @ResolveField(() => ReportingPeriodType, { description: 'The period that is reported on.' })
  period(
    @Its<CheckInType>('periodId') periodId: string,
    @Loader(ReportingPeriodById) periods: LoaderOf<ReportingPeriodById>,
  ) {
    return periods.load(periodId);
  }

  @ResolveField(() => [MilestoneUpdateType], {
    description: 'How the milestones stood, as this check-in claims; at most 100.',
    complexity: shortListComplexity,
  })
  milestoneUpdates(
    @Its<CheckInType>('id') id: string,
    @Loader(MilestoneUpdatesOfCheckIn) updates: LoaderOf<MilestoneUpdatesOfCheckIn>,
  ) {
    return updates.load(id);
  }

  @ResolveField(() => [EvidenceType], {
    description: 'What shows it: at most 20 links and 3 files, links first.',
    complexity: shortListComplexity,
  })
  evidence(@Its<CheckInType>('id') id: string, @Loader(EvidenceOfCheckIn) evidence: LoaderOf<EvidenceOfCheckIn>) {
    return evidence.load(id);
  }

  @ResolveField(() => [CheckInRevisionType], {
    description: 'Its saves, newest first; at most 50. Drafts only for its institution and the MEL officer.',
    complexity: shortListComplexity,
  })
  revisions(@Its<CheckInType>('id') id: string, @Loader(RevisionsOfCheckIn) revisions: LoaderOf<RevisionsOfCheckIn>) {
    return revisions.load(id);
  }

  @ResolveField(() => [CheckInTransition], {
    description: 'What the viewer can do with it next, the reporting window left aside.',
  })
  availableTransitions(
    @Its<CheckInType>('status') status: CheckInStatus,
    @Its<CheckInType>('planId') planId: string,
    @Its<CheckInType>('institutionId') institutionId: string,
    @CurrentViewer() viewer: Viewer,
  ): CheckInTransition[] {
    return availableTransitions(viewer, { status, planId, institutionId });
  }

  private async read(id: string, viewer: Viewer): Promise<CheckInType | undefined> {
    return (await this.queries.byIds([id], viewer))[0];
  }
}

@Resolver(() => MilestoneUpdateType)
export class MilestoneUpdatesResolver {
  @ResolveField(() => MilestoneType, { description: 'The milestone.' })
  milestone(
    @Its<MilestoneUpdateType>('milestoneId') milestoneId: string,
    @Loader(MilestoneById) milestones: LoaderOf<MilestoneById>,
  ) {
    return milestones.load(milestoneId);
  }
}
