import { Args, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ActionPlanById } from '../action-plans/action-plan.loaders.js';
import { ActionPlanType } from '../action-plans/action-plan.type.js';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { InstitutionById } from '../institutions/institution.loaders.js';
import { InstitutionConnection, InstitutionType } from '../institutions/institution.type.js';
import { listComplexity, PageArgs } from '../platform/graphql/connection.js';
import { Its, Loader, Loaders, type LoaderOf, type RequestLoaders } from '../platform/graphql/loaders.js';
import { WorkingGroupConnection, WorkingGroupType } from './working-group.type.js';
import { WorkingGroupsQueries, type WorkingGroupRow } from './working-groups.queries.js';

@Resolver(() => WorkingGroupType)
export class WorkingGroupsResolver {
  constructor(
    private readonly groups: WorkingGroupsQueries,
    private readonly plans: ActionPlansQueries,
  ) {}

  @Query(() => WorkingGroupConnection, {
    description: 'The working groups of a plan. NOT_FOUND when there is no such plan.',
    complexity: listComplexity,
  })
  async workingGroups(
    @Args('plan', { description: 'Key of the plan.' }) plan: string,
    @Args() page: PageArgs,
    @Loaders() loaders: RequestLoaders,
  ) {
    return loaders.connection(this.groups.list(), page, (await this.plans.byKey(plan)).id);
  }

  @ResolveField(() => ActionPlanType, { description: 'The plan it belongs to.' })
  plan(@Its<WorkingGroupRow>('planId') planId: string, @Loader(ActionPlanById) plans: LoaderOf<ActionPlanById>) {
    return plans.load(planId);
  }

  @ResolveField(() => InstitutionType, {
    nullable: true,
    description: 'The government entity in charge; null where none is named.',
  })
  coordinator(@Parent() group: WorkingGroupRow, @Loader(InstitutionById) institutions: LoaderOf<InstitutionById>) {
    return group.coordinatorInstitutionId ? institutions.load(group.coordinatorInstitutionId) : null;
  }

  @ResolveField(() => InstitutionConnection, { description: 'Its member institutions.', complexity: listComplexity })
  members(@Its<WorkingGroupRow>('id') id: string, @Args() page: PageArgs, @Loaders() loaders: RequestLoaders) {
    return loaders.connection(this.groups.members(), page, id);
  }
}

/** What working groups add to a plan. */
@Resolver(() => ActionPlanType)
export class ActionPlanWorkingGroupsResolver {
  constructor(private readonly groups: WorkingGroupsQueries) {}

  @ResolveField(() => WorkingGroupConnection, { description: 'Its working groups.', complexity: listComplexity })
  workingGroups(@Its<ActionPlanType>('id') id: string, @Args() page: PageArgs, @Loaders() loaders: RequestLoaders) {
    return loaders.connection(this.groups.list(), page, id);
  }
}
