import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ReportingPeriodById } from '../action-plans/action-plan.loaders.js';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { ReportingPeriodType } from '../action-plans/reporting-period.type.js';
import { InstitutionById } from '../institutions/institution.loaders.js';
import { InstitutionType } from '../institutions/institution.type.js';
import { assertMay } from '../platform/access/access.js';
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
import { WorkingGroupById } from '../working-groups/working-group.loaders.js';
import { WorkingGroupType } from '../working-groups/working-group.type.js';
import { ReminderSendNowInput, RemindersArgs } from './reminder.inputs.js';
import { ReminderSendNowService } from './reminder-send-now.service.js';
import { ReminderConnection, ReminderSendNowPayload, ReminderType } from './reminder.type.js';
import { RemindersQueries } from './reminders.queries.js';

@Resolver(() => ReminderType)
export class RemindersResolver {
  constructor(
    private readonly queries: RemindersQueries,
    private readonly plans: ActionPlansQueries,
    private readonly sending: ReminderSendNowService,
  ) {}

  @Query(() => ReminderConnection, {
    description:
      'The ledger of a plan’s reminders, newest first: sent or not, and why. For its MEL officer: FORBIDDEN for others, NOT_FOUND when there is no such plan.',
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

  @Mutation(() => ReminderSendNowPayload, {
    description:
      'Reminds the focal points of an institution now of what is missing, beside the rules; once a day at most. For the MEL officer. FORBIDDEN for others, NOT_FOUND for an unknown plan, period or institution, CONFLICT when nothing is missing, nobody has an address that takes mail, its reminders are stopped, or it was reminded by hand today.',
  })
  async reminderSendNow(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Whom, of what, and why.' }) input: ReminderSendNowInput,
  ) {
    return { reminders: await this.queries.byIds(await this.sending.sendNow(viewer, input)) };
  }

  @ResolveField(() => ReportingPeriodType, { nullable: true, description: 'The period that it was about, if any.' })
  period(
    @Its<ReminderType>('periodId') periodId: string | null,
    @Loader(ReportingPeriodById) periods: LoaderOf<ReportingPeriodById>,
  ) {
    return periodId ? periods.load(periodId) : null;
  }

  @ResolveField(() => InstitutionType, { nullable: true, description: 'The institution that it was about, if any.' })
  institution(@Parent() reminder: ReminderType, @Loader(InstitutionById) institutions: LoaderOf<InstitutionById>) {
    return reminder.institutionId ? institutions.load(reminder.institutionId) : null;
  }

  @ResolveField(() => WorkingGroupType, { nullable: true, description: 'The working group that it was about, if any.' })
  workingGroup(@Parent() reminder: ReminderType, @Loader(WorkingGroupById) groups: LoaderOf<WorkingGroupById>) {
    return reminder.workingGroupId ? groups.load(reminder.workingGroupId) : null;
  }
}
