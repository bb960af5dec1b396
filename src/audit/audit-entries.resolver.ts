import { Args, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ActionPlanById } from '../action-plans/action-plan.loaders.js';
import { ActionPlanType } from '../action-plans/action-plan.type.js';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import type { Viewer } from '../platform/access/viewer.js';
import { listComplexity } from '../platform/graphql/connection.js';
import {
  CurrentViewer,
  Its,
  Loader,
  Loaders,
  type LoaderOf,
  type RequestLoaders,
} from '../platform/graphql/loaders.js';
import { AuditEntriesArgs } from './audit-entry.inputs.js';
import { AuditEntryConnection, AuditEntryType } from './audit-entry.type.js';
import { AuditEntriesQueries } from './audit-entries.queries.js';

@Resolver(() => AuditEntryType)
export class AuditEntriesResolver {
  constructor(
    private readonly queries: AuditEntriesQueries,
    private readonly plans: ActionPlansQueries,
  ) {}

  @Query(() => AuditEntryConnection, {
    description:
      'What was changed, newest first. The public sees changes to what is public; the MEL officer and administrators everything in their plans. NOT_FOUND when there is no such plan.',
    complexity: listComplexity,
  })
  async auditEntries(
    @Args('plan', {
      type: () => String,
      nullable: true,
      description: 'Key of a plan; left out: of all plans, and of what belongs to none.',
    })
    plan: string | null,
    @Args() args: AuditEntriesArgs,
    @CurrentViewer() viewer: Viewer,
    @Loaders() loaders: RequestLoaders,
  ) {
    const planId = plan ? (await this.plans.byKey(plan)).id : null;
    return loaders.connection(this.queries.list(viewer, planId, args.filter ?? {}), args);
  }

  @ResolveField(() => ActionPlanType, { nullable: true, description: 'The plan; null where it belongs to none.' })
  plan(@Its<AuditEntryType>('planId') planId: string | null, @Loader(ActionPlanById) plans: LoaderOf<ActionPlanById>) {
    return planId ? plans.load(planId) : null;
  }
}
