import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MailGates } from './mail-gates.js';
import { MailOutbox } from './mail-outbox.js';
import { MailRelay } from './mail-relay.js';
import { MailTransport } from './mail-transport.js';
import { MailEventsController } from './mail-events.controller.js';
import { MailEvent } from './mail-event.entity.js';
import { OutboxMail } from './outbox-mail.entity.js';
import { ReturnedMailsService } from './returned-mails.service.js';
import { UndeliverableAddress } from './undeliverable-address.entity.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([OutboxMail, UndeliverableAddress, MailEvent])],
  controllers: [MailEventsController],
  providers: [ReturnedMailsService, MailGates, MailOutbox, MailRelay, MailTransport],
  exports: [ReturnedMailsService, MailGates, MailOutbox, MailRelay, MailTransport],
})
export class MailModule {}
