import { Args, Int, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ActionPlanById } from '../action-plans/action-plan.loaders.js';
import { ActionPlanType } from '../action-plans/action-plan.type.js';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { InstitutionById } from '../institutions/institution.loaders.js';
import { InstitutionConnection } from '../institutions/institution.type.js';
import type { AskedColumns } from '../platform/database/columns.js';
import { AsOf } from '../platform/graphql/as-of.js';
import { listComplexity, PageArgs, shortListComplexity } from '../platform/graphql/connection.js';
import { Asked, Its, Loader, Loaders, Now, type LoaderOf, type RequestLoaders } from '../platform/graphql/loaders.js';
import { WorkingGroupById } from '../working-groups/working-group.loaders.js';
import { WorkingGroupType } from '../working-groups/working-group.type.js';
import { CommitmentsArgs, MilestonesArgs } from './commitment.inputs.js';
import { ImplementingOfCommitment, ProgressOfCommitment, type Implementing } from './commitment.loaders.js';
import {
  CommitmentConnection,
  CommitmentProgress,
  CommitmentType,
  ImplementingInstitution,
  MilestoneConnection,
} from './commitment.type.js';
import { CommitmentsQueries, type CommitmentRow } from './commitments.queries.js';
import { MilestonesQueries } from './milestones.queries.js';
import { publicDateNames } from './public-date-names.js';

@Resolver(() => CommitmentType)
export class CommitmentsResolver {
  constructor(
    private readonly queries: CommitmentsQueries,
    private readonly milestonesQueries: MilestonesQueries,
    private readonly plans: ActionPlansQueries,
  ) {}

  @Query(() => CommitmentType, {
    nullable: true,
    description: 'One commitment of a plan by its number. NOT_FOUND when there is no such plan or number.',
  })
  commitment(
    @Args('plan', { description: 'Key of the plan.' }) plan: string,
    @Args('number', { type: () => Int, description: 'Number within the plan.' }) number: number,
    @AsOf() _asOf: Date | null,
    @Asked() asked: AskedColumns,
  ) {
    return this.queries.byNumber(plan, number, asked);
  }

  @Query(() => CommitmentConnection, {
    description: 'Commitments of a plan. NOT_FOUND when there is no such plan.',
    complexity: listComplexity,
  })
  async commitments(
    @Args('plan', { description: 'Key of the plan.' }) plan: string,
    @Args() args: CommitmentsArgs,
    @AsOf() _asOf: Date | null,
    @Loaders() loaders: RequestLoaders,
    @Now() now: Date,
  ) {
    const list = this.plans.listOf(plan, this.queries.list(args.orderBy, args.filter ?? {}, now));
    return this.plans.unlessUnknown(plan, await loaders.connection(list, args));
  }

  @ResolveField(() => ActionPlanType, { description: 'The plan it belongs to.' })
  plan(@Its<CommitmentRow>('planId') planId: string, @Loader(ActionPlanById) plans: LoaderOf<ActionPlanById>) {
    return plans.load(planId);
  }

  @ResolveField(() => [String])
  datesKnownToMonth(@Its<CommitmentRow>('monthPrecision') monthPrecision: string[]): string[] {
    return publicDateNames(monthPrecision);
  }

  @ResolveField(() => InstitutionConnection, {
    description: 'All institutions that lead it; national plans name several.',
    complexity: listComplexity,
  })
  leadInstitutions(@Its<CommitmentRow>('id') id: string, @Args() page: PageArgs, @Loaders() loaders: RequestLoaders) {
    return loaders.connection(this.queries.institutionsNamed('LEAD'), page, id);
  }

  @ResolveField(() => InstitutionConnection, {
    description: 'Institutions that support it.',
    complexity: listComplexity,
  })
  supportingInstitutions(
    @Its<CommitmentRow>('id') id: string,
    @Args() page: PageArgs,
    @Loaders() loaders: RequestLoaders,
  ) {
    return loaders.connection(this.queries.institutionsNamed('SUPPORTING'), page, id);
  }

  @ResolveField(() => [ImplementingInstitution], {
    description:
      'Who owes check-ins on it: the institutions that it names, else those that lead the plan. At most 200.',
    complexity: shortListComplexity,
  })
  async implementingInstitutions(
    @Its<CommitmentRow>('id') id: string,
    @Loader(ImplementingOfCommitment) implementing: LoaderOf<ImplementingOfCommitment>,
    @Loader(InstitutionById) institutions: LoaderOf<InstitutionById>,
  ) {
    const found: Implementing[] = await implementing.load(id);
    return found.map((row) => ({ ...row, institution: institutions.load(row.institutionId) }));
  }

  @ResolveField(() => WorkingGroupType, { nullable: true, description: 'The working group that follows it.' })
  workingGroup(
    @Its<CommitmentRow>('workingGroupId') workingGroupId: string | null,
    @Loader(WorkingGroupById) groups: LoaderOf<WorkingGroupById>,
  ) {
    return workingGroupId ? groups.load(workingGroupId) : null;
  }

  @ResolveField(() => MilestoneConnection, { description: 'Its milestones.', complexity: listComplexity })
  milestones(
    @Its<CommitmentRow>('id') id: string,
    @Args() args: MilestonesArgs,
    @Loaders() loaders: RequestLoaders,
    @Now() now: Date,
  ) {
    return loaders.connection(this.milestonesQueries.list(args.orderBy, args.filter ?? {}, now), args, id);
  }

  @ResolveField(() => CommitmentProgress, { description: 'How its milestones stand, in counts.' })
  progress(
    @Its<CommitmentRow>('id') id: string,
    @Loader(ProgressOfCommitment) progress: LoaderOf<ProgressOfCommitment>,
  ) {
    return progress.load(id);
  }
}

/** What commitments add to a plan. */
@Resolver(() => ActionPlanType)
export class ActionPlanCommitmentsResolver {
  constructor(private readonly queries: CommitmentsQueries) {}

  @ResolveField(() => CommitmentConnection, { description: 'Its commitments.', complexity: listComplexity })
  commitments(
    @Its<ActionPlanType>('id') id: string,
    @Args() args: CommitmentsArgs,
    @Loaders() loaders: RequestLoaders,
    @Now() now: Date,
  ) {
    return loaders.connection(this.queries.list(args.orderBy, args.filter ?? {}, now), args, id);
  }
}

/** What commitments add to a working group. */
@Resolver(() => WorkingGroupType)
export class WorkingGroupCommitmentsResolver {
  constructor(private readonly queries: CommitmentsQueries) {}

  @ResolveField(() => CommitmentConnection, {
    description: 'The commitments that it follows.',
    complexity: listComplexity,
  })
  commitments(
    @Its<WorkingGroupType>('id') id: string,
    @Args() args: CommitmentsArgs,
    @Loaders() loaders: RequestLoaders,
    @Now() now: Date,
  ) {
    return loaders.connection(this.queries.list(args.orderBy, args.filter ?? {}, now, 'workingGroup'), args, id);
  }
}
