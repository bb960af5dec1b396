import { Field, ObjectType } from '@nestjs/graphql';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { Node } from '../platform/graphql/node.js';
import { DateTimeScalar, EmailAddressScalar } from '../platform/graphql/scalars.js';
import { MailStatus } from '../platform/mail/outbox-mail.entity.js';
import { ReminderStage } from './reminder.stages.js';

@ObjectType('Reminder', {
  implements: () => [Node],
  description:
    'That one address was reminded of one institution’s check-ins of one period, at one stage. There is never a second one.',
})
export class ReminderType extends Node {
  @Field(() => ReminderStage, { description: 'Why it went out.' }) stage!: ReminderStage;
  @Field(() => EmailAddressScalar, { description: 'The address it went to.' }) address!: string;
  @Field(() => String, { description: 'BCP 47 language of the mail.' }) language!: string;
  @Field(() => DateTimeScalar, { description: 'The instant that the run which recorded it was for.' }) asOf!: Date;
  @Field(() => DateTimeScalar, { description: 'When it was recorded and its mail queued.' }) recordedAt!: Date;
  @Field(() => MailStatus, { description: 'What became of the mail.' }) mailStatus!: MailStatus;
  @Field(() => String, { nullable: true, description: 'Why the mail was suppressed or given up.' }) mailReason!:
    string | null;
  @Field(() => String, { nullable: true, description: 'The mail server’s last answer.' }) smtpAnswer!: string | null;
  @Field(() => DateTimeScalar, { nullable: true, description: 'When the mail server accepted it.' })
  sentAt!: Date | null;
  periodId!: string;
  institutionId!: string;
}

export const ReminderConnection = ConnectionOf(ReminderType, 'Reminder');
