import { ArgsType, Field, InputType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { PageArgs } from '../platform/graphql/connection.js';
import { Inner, Key, Text } from '../platform/graphql/input-rules.js';
import { MailStatus } from '../platform/mail/outbox-mail.entity.js';

@InputType({ description: 'Which reminders. Several conditions hold together.' })
export class ReminderFilter {
  @Field(() => String, { nullable: true, description: 'Key of a period.' })
  @Text(20, { optional: true })
  period?: string | null;
  @Field(() => String, { nullable: true, description: 'Key of an institution.' })
  @Key({ optional: true })
  institution?: string | null;
  @Field(() => MailStatus, { nullable: true, description: 'What became of the mail.' }) status?: MailStatus | null;
}

@ArgsType()
export class RemindersArgs extends PageArgs {
  @Field(() => ReminderFilter, { nullable: true, description: 'Which reminders; all when left out.' })
  @Inner({ optional: true })
  @Type(() => ReminderFilter)
  filter?: ReminderFilter | null;
}
