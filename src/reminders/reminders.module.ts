import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Erasures } from '../accounts/erasures.js';
import { ActionPlansModule } from '../action-plans/action-plans.module.js';
import { AssessmentsModule } from '../assessments/assessments.module.js';
import { may } from '../platform/access/access.js';
import { NodeRegistry } from '../platform/graphql/node-registry.js';
import { MailGates } from '../platform/mail/mail-gates.js';
import { forgetAddress } from './forget-address.js';
import { LastLookService } from './last-look.service.js';
import { LedgerService } from './ledger.service.js';
import { LetterFactsQueries } from './letter-facts.queries.js';
import { LettersService, REMINDER } from './letters.service.js';
import { MattersQueries } from './matters.queries.js';
import { MeetingMattersQueries } from './meeting-matters.queries.js';
import { PlansInPlayQueries } from './plans-in-play.queries.js';
import { QuietTime } from './quiet-time.js';
import { ReminderFactsQueries } from './reminder-facts.queries.js';
import { ReminderPause, UnsubscribeLink } from './reminder-pause.entity.js';
import { ReminderPausesQueries } from './reminder-pauses.queries.js';
import { ActionPlanReminderPausesResolver, ReminderPausesResolver } from './reminder-pauses.resolver.js';
import { ReminderPausesService } from './reminder-pauses.service.js';
import { ReminderRuleRow } from './reminder-rule.entity.js';
import { ReminderRulesResolver } from './reminder-rules.resolver.js';
import { ReminderRulesService } from './reminder-rules.service.js';
import { ReminderScheduleQueries } from './reminder-schedule.queries.js';
import { ReminderScheduleResolver } from './reminder-schedule.resolver.js';
import { ReminderSendNowService } from './reminder-send-now.service.js';
import { Reminder } from './reminder.entity.js';
import { ReminderRulesOfPlan } from './reminder.loaders.js';
import { RemindersQueries } from './reminders.queries.js';
import { RemindersResolver } from './reminders.resolver.js';
import { RemindersService } from './reminders.service.js';

const resolvers = [
  RemindersResolver,
  ReminderScheduleResolver,
  ReminderRulesResolver,
  ReminderPausesResolver,
  ActionPlanReminderPausesResolver,
];

@Module({
  imports: [
    TypeOrmModule.forFeature([Reminder, ReminderRuleRow, ReminderPause, UnsubscribeLink]),
    ActionPlansModule,
    AssessmentsModule,
  ],
  providers: [
    PlansInPlayQueries,
    MattersQueries,
    MeetingMattersQueries,
    LetterFactsQueries,
    ReminderFactsQueries,
    RemindersQueries,
    LettersService,
    LedgerService,
    LastLookService,
    RemindersService,
    QuietTime,
    ReminderScheduleQueries,
    ReminderSendNowService,
    ReminderRulesService,
    ReminderRulesOfPlan,
    ReminderPausesService,
    ReminderPausesQueries,
    ...resolvers,
  ],
  exports: [RemindersService, QuietTime, ReminderScheduleQueries, ReminderPausesService],
})
export class RemindersModule {
  constructor(
    nodes: NodeRegistry,
    gates: MailGates,
    lastLook: LastLookService,
    queries: RemindersQueries,
    pauses: ReminderPausesQueries,
    erasures: Erasures,
  ) {
    erasures.register(forgetAddress);
    gates.register(REMINDER, (mails) => lastLook.lookAgain(mails));
    nodes.register('Reminder', 'reminder', async (id, viewer) => {
      const reminder = await queries.byId(id);
      return reminder && may(viewer, 'readReminders', { planId: reminder.planId }) ? reminder : null;
    });
    nodes.register('ReminderPause', 'reminder_pause', async (id, viewer) => {
      const pause = await pauses.byId(id);
      return pause && may(viewer, 'readReminders', { planId: pause.planId }) ? pause : null;
    });
  }
}
