import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ActionPlansModule } from '../action-plans/action-plans.module.js';
import { may } from '../platform/access/access.js';
import { NodeRegistry } from '../platform/graphql/node-registry.js';
import { MailGates } from '../platform/mail/mail-gates.js';
import { Reminder } from './reminder.entity.js';
import { RemindersQueries } from './reminders.queries.js';
import { RemindersResolver } from './reminders.resolver.js';
import { REMINDER, RemindersService } from './reminders.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Reminder]), ActionPlansModule],
  providers: [RemindersQueries, RemindersService, RemindersResolver],
  exports: [RemindersService],
})
export class RemindersModule {
  constructor(nodes: NodeRegistry, gates: MailGates, service: RemindersService, queries: RemindersQueries) {
    gates.registerOneByOne(REMINDER, (mail) => service.lookAgain(mail));
    nodes.register('Reminder', 'reminder', async (id, viewer) => {
      const reminder = await queries.byId(id);
      return reminder && may(viewer, 'readReminders', { planId: reminder.planId }) ? reminder : null;
    });
  }
}
