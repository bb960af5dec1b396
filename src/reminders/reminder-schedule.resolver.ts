import { Args, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ReportingPeriodById } from '../action-plans/action-plan.loaders.js';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { ReportingPeriodsQueries } from '../action-plans/reporting-periods.queries.js';
import { ReportingPeriodType } from '../action-plans/reporting-period.type.js';
import { InstitutionById } from '../institutions/institution.loaders.js';
import { InstitutionType } from '../institutions/institution.type.js';
import { assertMay } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { CurrentViewer, Languages, Loader, type LoaderOf } from '../platform/graphql/loaders.js';
import type { Language } from '../platform/i18n/text.js';
import { Messages } from '../platform/i18n/messages.js';
import { WorkingGroupById } from '../working-groups/working-group.loaders.js';
import { WorkingGroupType } from '../working-groups/working-group.type.js';
import { explained } from './reminder-explanation.js';
import { ScheduleTooLong } from './reminder.errors.js';
import { MOST_SCHEDULED, ReminderScheduleArgs } from './reminder.inputs.js';
import { ReminderScheduleQueries } from './reminder-schedule.queries.js';
import type { ScheduledReminder } from './reminder-schedule.js';
import { ReminderScheduleType, ReminderType, ScheduledReminderType } from './reminder.type.js';

const LONGEST = 400 * 24 * 3_600_000;

@Resolver(() => ScheduledReminderType)
export class ReminderScheduleResolver {
  constructor(
    private readonly queries: ReminderScheduleQueries,
    private readonly plans: ActionPlansQueries,
    private readonly periods: ReportingPeriodsQueries,
    private readonly messages: Messages,
  ) {}

  @Query(() => ReminderScheduleType, {
    description:
      'The reminders of a plan between two instants, past and to come, each with how it stands and why: what is going to be sent, and why somebody got a reminder or did not. For its MEL officer: FORBIDDEN for others, NOT_FOUND for an unknown plan, period or institution, BAD_USER_INPUT when the time is longer than 400 days.',
    complexity: ({ args, childComplexity }) =>
      50 + Math.min(Number(args['first'] ?? 100), MOST_SCHEDULED) * childComplexity,
  })
  async reminderSchedule(
    @Args() args: ReminderScheduleArgs,
    @CurrentViewer() viewer: Viewer,
  ): Promise<{ reminders: readonly ScheduledReminder[]; totalCount: number }> {
    const plan = await this.plans.byKey(args.plan);
    assertMay(viewer, 'readReminders', { planId: plan.id });
    const { from, until } = args;
    if (until < from || until.getTime() - from.getTime() > LONGEST) throw new ScheduleTooLong({ days: 400 }, 'until');
    const period = args.period ? await this.periods.byKey(plan.id, args.period) : null;
    const institutionId = args.institution
      ? await this.plans.institutionId(plan, args.institution, 'institution')
      : null;
    const address = args.address?.toLowerCase() ?? null;
    const found = await this.queries.of({
      planId: plan.id,
      from,
      until,
      institutionId,
      periodId: period?.id ?? null,
      address,
    });
    return { reminders: found.slice(0, args.first), totalCount: found.length };
  }

  @ResolveField(() => String, {
    description: 'How it stands and why, in one sentence, in the language that was asked for (`Accept-Language`).',
  })
  explanation(@Parent() reminder: ScheduledReminder, @Languages() languages: readonly Language[]): string {
    return explained(this.messages, this.messages.languageFor(languages), reminder);
  }

  @ResolveField(() => ReminderType, { nullable: true, description: 'Its row in the ledger, once there is one.' })
  ledger(@Parent() { row }: ScheduledReminder) {
    return row;
  }

  @ResolveField(() => ReportingPeriodType, { nullable: true, description: 'The period that it is about, if any.' })
  period(
    @Parent() { periodId }: ScheduledReminder,
    @Loader(ReportingPeriodById) periods: LoaderOf<ReportingPeriodById>,
  ) {
    return periodId ? periods.load(periodId) : null;
  }

  @ResolveField(() => InstitutionType, { nullable: true, description: 'The institution that it is about, if any.' })
  institution(
    @Parent() { institutionId }: ScheduledReminder,
    @Loader(InstitutionById) found: LoaderOf<InstitutionById>,
  ) {
    return institutionId ? found.load(institutionId) : null;
  }

  @ResolveField(() => WorkingGroupType, { nullable: true, description: 'The working group that it is about, if any.' })
  workingGroup(
    @Parent() { workingGroupId }: ScheduledReminder,
    @Loader(WorkingGroupById) found: LoaderOf<WorkingGroupById>,
  ) {
    return workingGroupId ? found.load(workingGroupId) : null;
  }
}
