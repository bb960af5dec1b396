import { Args, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ReportingPeriodById } from '../action-plans/action-plan.loaders.js';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { ReportingPeriodType } from '../action-plans/reporting-period.type.js';
import { InstitutionById } from '../institutions/institution.loaders.js';
import { InstitutionType } from '../institutions/institution.type.js';
import { assertMay } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { listComplexity } from '../platform/graphql/connection.js';
import { CurrentViewer, Loader, Loaders, type LoaderOf, type RequestLoaders } from '../platform/graphql/loaders.js';
import { RemindersArgs } from './reminder.inputs.js';
import { ReminderConnection, ReminderType } from './reminder.type.js';
import { RemindersQueries } from './reminders.queries.js';

@Resolver(() => ReminderType)
export class RemindersResolver {
  constructor(
    private readonly queries: RemindersQueries,
    private readonly plans: ActionPlansQueries,
  ) {}

  @Query(() => ReminderConnection, {
    description:
      'Reminders of a plan, newest first. For its MEL officer: FORBIDDEN for others, NOT_FOUND when there is no such plan.',
    complexity: listComplexity,
  })
  async reminders(
    @Args('plan', { description: 'Key of the plan.' }) key: string,
    @Args() args: RemindersArgs,
    @CurrentViewer() viewer: Viewer,
    @Loaders() loaders: RequestLoaders,
  ) {
    const plan = await this.plans.byKey(key);
    assertMay(viewer, 'readReminders', { planId: plan.id });
    return loaders.connection(this.queries.list(args.filter ?? {}), args, plan.id);
  }

  @ResolveField(() => ReportingPeriodType, { description: 'The period whose check-ins were missing.' })
  period(@Parent() reminder: ReminderType, @Loader(ReportingPeriodById) periods: LoaderOf<ReportingPeriodById>) {
    return periods.load(reminder.periodId);
  }

  @ResolveField(() => InstitutionType, { description: 'The institution that owed them.' })
  institution(@Parent() reminder: ReminderType, @Loader(InstitutionById) institutions: LoaderOf<InstitutionById>) {
    return institutions.load(reminder.institutionId);
  }
}
