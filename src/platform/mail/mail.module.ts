import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MailGates } from './mail-gates.js';
import { MailOutbox } from './mail-outbox.js';
import { MailRelay } from './mail-relay.js';
import { MailTransport } from './mail-transport.js';
import { OutboxMail } from './outbox-mail.entity.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([OutboxMail])],
  providers: [MailGates, MailOutbox, MailRelay, MailTransport],
  exports: [MailGates, MailOutbox, MailRelay, MailTransport],
})
export class MailModule {}
