import { Args, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { ReportingPeriodById } from '../action-plans/action-plan.loaders.js';
import { ActionPlanType } from '../action-plans/action-plan.type.js';
import { ReportingPeriodType } from '../action-plans/reporting-period.type.js';
import { InstitutionById } from '../institutions/institution.loaders.js';
import { InstitutionType } from '../institutions/institution.type.js';
import { may } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { listComplexity, PageArgs } from '../platform/graphql/connection.js';
import {
  CurrentViewer,
  Its,
  Loader,
  Loaders,
  type LoaderOf,
  type RequestLoaders,
} from '../platform/graphql/loaders.js';
import { ReminderPausesQueries } from './reminder-pauses.queries.js';
import { ReminderPausesService } from './reminder-pauses.service.js';
import { ReminderHoldInput, ReminderMuteInput, ReminderResumeInput } from './reminder.inputs.js';
import {
  ReminderHoldPayload,
  ReminderMutePayload,
  ReminderPauseConnection,
  ReminderPauseType,
  ReminderResumePayload,
} from './reminder.type.js';

@Resolver(() => ReminderPauseType)
export class ReminderPausesResolver {
  constructor(
    private readonly service: ReminderPausesService,
    private readonly queries: ReminderPausesQueries,
  ) {}

  @Mutation(() => ReminderHoldPayload, {
    description:
      'Holds reminders: they wait, also those whose mail is queued, and go out when released within their lateness. For the MEL officer. FORBIDDEN for others, NOT_FOUND for an unknown plan, period or institution, BAD_USER_INPUT for an end that has passed.',
  })
  reminderHold(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Which, until when, and why.' }) input: ReminderHoldInput,
  ) {
    return this.payload(this.service.pause(viewer, 'HOLD', input));
  }

  @Mutation(() => ReminderMutePayload, {
    description:
      'Mutes reminders: they are not sent and not made up for. For the MEL officer. FORBIDDEN for others, NOT_FOUND for an unknown plan, period or institution, BAD_USER_INPUT for an end that has passed.',
  })
  reminderMute(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Which, until when, and why.' }) input: ReminderMuteInput,
  ) {
    return this.payload(this.service.pause(viewer, 'MUTE', input));
  }

  @Mutation(() => ReminderResumePayload, {
    description:
      'Ends a hold or a mute. For the MEL officer. FORBIDDEN for others, NOT_FOUND when it has ended or there is none.',
  })
  reminderResume(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Which.' }) input: ReminderResumeInput,
  ) {
    return this.payload(this.service.resume(viewer, input));
  }

  @ResolveField(() => ReportingPeriodType, { nullable: true, description: 'Only reminders about this period.' })
  period(
    @Its<ReminderPauseType>('periodId') periodId: string | null,
    @Loader(ReportingPeriodById) periods: LoaderOf<ReportingPeriodById>,
  ) {
    return periodId ? periods.load(periodId) : null;
  }

  @ResolveField(() => InstitutionType, { nullable: true, description: 'Only reminders about this institution.' })
  institution(@Parent() pause: ReminderPauseType, @Loader(InstitutionById) found: LoaderOf<InstitutionById>) {
    return pause.institutionId ? found.load(pause.institutionId) : null;
  }

  private async payload(saved: Promise<string>) {
    return { pause: await this.queries.byId(await saved) };
  }
}

@Resolver(() => ActionPlanType)
export class ActionPlanReminderPausesResolver {
  constructor(private readonly queries: ReminderPausesQueries) {}

  @ResolveField(() => ReminderPauseConnection, {
    nullable: true,
    description:
      'What stops reminders by hand, newest first, ended ones included. Null for whoever does not run the plan.',
    complexity: listComplexity,
  })
  reminderPauses(
    @Its<ActionPlanType>('id') id: string,
    @Args() page: PageArgs,
    @CurrentViewer() viewer: Viewer,
    @Loaders() loaders: RequestLoaders,
  ) {
    return may(viewer, 'readReminders', { planId: id }) ? loaders.connection(this.queries.list(), page, id) : null;
  }
}
