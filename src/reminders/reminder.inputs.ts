import { ArgsType, Field, InputType, Int } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { PageArgs } from '../platform/graphql/connection.js';
import { Id, Inner, Key, Text, WholeNumber } from '../platform/graphql/input-rules.js';
import { DateTimeScalar, EmailAddressScalar } from '../platform/graphql/scalars.js';
import { MailStatus } from '../platform/mail/outbox-mail.entity.js';
import {
  DayUnit,
  ReminderAnchor,
  ReminderAudience,
  ReminderStage,
  ReminderStatus,
  ReminderTemplate,
} from './reminder.vocabulary.js';

@InputType({ description: 'Which reminders. Several conditions hold together.' })
export class ReminderFilter {
  @Field(() => String, { nullable: true, description: 'Key of a period.' })
  @Text(20, { optional: true })
  period?: string | null;
  @Field(() => String, { nullable: true, description: 'Key of an institution.' })
  @Key({ optional: true })
  institution?: string | null;
  @Field(() => EmailAddressScalar, { nullable: true, description: 'The address that was to be reminded.' })
  address?: string | null;
  @Field(() => String, { nullable: true, description: 'Key of a rule, such as `due-in-3`.' })
  @Key({ optional: true })
  rule?: string | null;
  @Field(() => [ReminderStatus], { nullable: true, description: 'What became of them.' })
  statuses?: ReminderStatus[] | null;
  @Field(() => MailStatus, {
    nullable: true,
    description: 'What became of the mail.',
    deprecationReason: 'Use `statuses`, which also knows reminders that had no mail.',
  })
  status?: MailStatus | null;
}

@ArgsType()
export class RemindersArgs extends PageArgs {
  @Field(() => ReminderFilter, { nullable: true, description: 'Which reminders; all when left out.' })
  @Inner({ optional: true })
  @Type(() => ReminderFilter)
  filter?: ReminderFilter | null;
}

/** More than the reminders of a large plan in a quarter. */
export const MOST_SCHEDULED = 500;

@ArgsType()
export class ReminderScheduleArgs {
  @Field(() => String, { description: 'Key of the plan.' }) @Key() plan!: string;
  @Field(() => DateTimeScalar, { description: 'From this instant on.' }) from!: Date;
  @Field(() => DateTimeScalar, { description: 'Up to this instant, at most 400 days later.' }) until!: Date;
  @Field(() => String, { nullable: true, description: 'Key of an institution: only reminders about it.' })
  @Key({ optional: true })
  institution?: string | null;
  @Field(() => String, { nullable: true, description: 'Key of a period: only reminders about it.' })
  @Text(20, { optional: true })
  period?: string | null;
  @Field(() => EmailAddressScalar, { nullable: true, description: 'Only reminders to this address.' })
  address?: string | null;
  @Field(() => Int, { defaultValue: 100, description: `At most so many, up to ${MOST_SCHEDULED}.` })
  @WholeNumber(1, MOST_SCHEDULED)
  first!: number;
}

@InputType({
  description: 'A rule of reminders, as it is to be from now on. What was sent under its key is never sent again.',
})
export class ReminderRuleSaveInput {
  @Field(() => String, { description: 'Key of the plan.' }) @Key() plan!: string;
  @Field(() => String, {
    description: 'Names the rule for ever: one of the usual rules, such as `due-in-3`, or a new one.',
  })
  @Key()
  key!: string;
  @Field(() => ReminderStage, { description: 'Why it goes out.' }) stage!: ReminderStage;
  @Field(() => ReminderTemplate, { description: 'Which letter it is.' }) template!: ReminderTemplate;
  @Field(() => ReminderAudience, { description: 'Who gets it.' }) audience!: ReminderAudience;
  @Field(() => ReminderAnchor, { description: 'The day that its own day is counted from.' }) anchor!: ReminderAnchor;
  @Field(() => Int, { description: 'Days after that day; before it when negative; -366 to 366.' }) offsetDays!: number;
  @Field(() => DayUnit, { description: 'Whether days off count.' }) unit!: DayUnit;
  @Field(() => String, { description: 'Time of day, `HH:MM`, on the clocks of the plan’s zone.' })
  @Text(5)
  localTime!: string;
  @Field(() => Int, {
    description: 'It is made up for within so many hours after an outage, 1 to 2160, and then not any more.',
  })
  latenessHours!: number;
  @Field(() => Boolean, { defaultValue: true, description: 'False: it is switched off.' }) isOn!: boolean;
}

@InputType({ description: 'Which rule of which plan.' })
export class ReminderRuleResetInput {
  @Field(() => String, { description: 'Key of the plan.' }) @Key() plan!: string;
  @Field(() => String, { description: 'Key of the rule.' }) @Key() key!: string;
}

@InputType({ description: 'Whom to remind now, of what is missing.' })
export class ReminderSendNowInput {
  @Field(() => String, { description: 'Key of the plan.' }) @Key() plan!: string;
  @Field(() => String, { description: 'Key of the institution.' }) @Key() institution!: string;
  @Field(() => String, {
    nullable: true,
    description: 'Key of the period; every one that takes check-ins now when left out.',
  })
  @Text(20, { optional: true })
  period?: string | null;
  @Field(() => String, { description: 'Why, for the record.' }) @Text(2000) reason!: string;
}

@InputType({ isAbstract: true })
export abstract class ReminderPauseInput {
  @Field(() => String, { description: 'Key of the plan.' }) @Key() plan!: string;
  @Field(() => String, { nullable: true, description: 'Key of an institution: only reminders about it.' })
  @Key({ optional: true })
  institution?: string | null;
  @Field(() => String, { nullable: true, description: 'Key of a period: only reminders about it.' })
  @Text(20, { optional: true })
  period?: string | null;
  @Field(() => EmailAddressScalar, { nullable: true, description: 'Only reminders to this address.' })
  address?: string | null;
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'It ends by itself at this instant; when somebody ends it, when left out.',
  })
  until?: Date | null;
  @Field(() => String, { description: 'Why, for the record.' }) @Text(2000) reason!: string;
}

@InputType({
  description: 'Which reminders are to wait. What is given holds together; all of the plan when nothing is.',
})
export class ReminderHoldInput extends ReminderPauseInput {}

@InputType({
  description: 'Which reminders not to send. What is given holds together; all of the plan when nothing is.',
})
export class ReminderMuteInput extends ReminderPauseInput {}

@InputType({ description: 'What stopped reminders is to stop them no longer.' })
export class ReminderResumeInput {
  @Field(() => String, { description: 'Id of the `ReminderPause`.' }) @Id() pause!: string;
}
