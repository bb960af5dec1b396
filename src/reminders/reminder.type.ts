import { Field, Int, ObjectType } from '@nestjs/graphql';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { enumOf } from '../platform/graphql/enum-of.js';
import { Node } from '../platform/graphql/node.js';
import { DateTimeScalar, EmailAddressScalar } from '../platform/graphql/scalars.js';
import { MailStatus } from '../platform/mail/outbox-mail.entity.js';
import {
  DayUnit,
  ReminderAnchor,
  ReminderAudience,
  ReminderStage,
  ReminderStatus,
  ReminderTemplate,
  SuppressionReason,
} from './reminder.vocabulary.js';

@ObjectType('Reminder', {
  implements: () => [Node],
  description:
    'A row of the ledger: that one rule reminded one address of one matter, or why it did not. There is never a second one.',
})
export class ReminderType extends Node {
  @Field(() => String, { description: 'Key of the rule; `by-hand` when somebody sent it beside the rules.' })
  rule!: string;
  @Field(() => ReminderStage, { description: 'Why it was to go out.' }) stage!: ReminderStage;
  @Field(() => ReminderTemplate, { description: 'Which letter it is.' }) template!: ReminderTemplate;
  @Field(() => ReminderAudience, { description: 'Who was to get it.' }) audience!: ReminderAudience;
  @Field(() => EmailAddressScalar, {
    nullable: true,
    description: 'The address; null when nobody whom the rule reminds has one.',
  })
  address!: string | null;
  @Field(() => String, { nullable: true, description: 'BCP 47 language of the mail; null when there was none.' })
  language!: string | null;
  @Field(() => DateTimeScalar, { description: 'The instant that its rule planned it for.' }) plannedAt!: Date;
  @Field(() => DateTimeScalar, { description: 'The instant that the run which recorded it was for.' }) asOf!: Date;
  @Field(() => DateTimeScalar, { description: 'When it was recorded, and its mail queued.' }) recordedAt!: Date;
  @Field(() => ReminderStatus, { description: 'What became of it.' }) status!: ReminderStatus;
  @Field(() => SuppressionReason, { nullable: true, description: 'Why it was not sent.' })
  reason!: SuppressionReason | null;
  @Field(() => MailStatus, {
    nullable: true,
    description: 'What became of the mail; null when there was none.',
    deprecationReason: 'Use `status`.',
  })
  mailStatus!: MailStatus | null;
  @Field(() => String, {
    nullable: true,
    description: 'Why the mail was suppressed or given up.',
    deprecationReason: 'Use `reason`.',
  })
  mailReason!: string | null;
  @Field(() => Int, { description: 'How often the mail server was asked to take it.' }) attempts!: number;
  @Field(() => String, { nullable: true, description: 'The mail server’s last answer.' }) smtpAnswer!: string | null;
  @Field(() => DateTimeScalar, { nullable: true, description: 'When the mail server accepted it.' })
  sentAt!: Date | null;
  periodId!: string | null;
  institutionId!: string | null;
  workingGroupId!: string | null;
}

export const ReminderConnection = ConnectionOf(ReminderType, 'Reminder');

@ObjectType('ScheduledReminder', {
  description: 'A reminder that is to come, or has come: when, to whom, and how it stands in one sentence.',
})
export class ScheduledReminderType {
  @Field(() => String, { description: 'Key of the rule.' }) rule!: string;
  @Field(() => ReminderStage, { description: 'Why it goes out.' }) stage!: ReminderStage;
  @Field(() => ReminderTemplate, { description: 'Which letter it is.' }) template!: ReminderTemplate;
  @Field(() => ReminderAudience, { description: 'Who gets it.' }) audience!: ReminderAudience;
  @Field(() => EmailAddressScalar, {
    nullable: true,
    description: 'The address; null when nobody whom the rule reminds has one.',
  })
  address!: string | null;
  @Field(() => DateTimeScalar, { description: 'When it is planned.' }) plannedAt!: Date;
  @Field(() => DateTimeScalar, { description: 'From this instant on it is not made up for any more.' }) endsAt!: Date;
  @Field(() => ReminderStatus, { description: 'How it stands.' }) status!: ReminderStatus;
  @Field(() => SuppressionReason, {
    nullable: true,
    description: 'Why it was not sent; of one that is planned, why it would not be if nothing changes.',
  })
  reason!: SuppressionReason | null;
  periodId!: string | null;
  institutionId!: string | null;
  workingGroupId!: string | null;
}

@ObjectType('ReminderSchedule', { description: 'Reminders between two instants, by their time.' })
export class ReminderScheduleType {
  @Field(() => [ScheduledReminderType], { description: 'The reminders, earliest first.' })
  reminders!: readonly ScheduledReminderType[];
  @Field(() => Int, { description: 'How many there are in all, also beyond those asked for.' }) totalCount!: number;
}

@ObjectType('ReminderRule', { description: 'When which letter goes to whom, in one plan.' })
export class ReminderRuleType {
  @Field(() => String, { description: 'Names the rule within its plan.' }) key!: string;
  @Field(() => ReminderStage, { description: 'Why it goes out.' }) stage!: ReminderStage;
  @Field(() => ReminderTemplate, { description: 'Which letter it is.' }) template!: ReminderTemplate;
  @Field(() => ReminderAudience, { description: 'Who gets it.' }) audience!: ReminderAudience;
  @Field(() => ReminderAnchor, { description: 'The day that its own day is counted from.' }) anchor!: ReminderAnchor;
  @Field(() => Int, { description: 'Days after that day; before it when negative.' }) offsetDays!: number;
  @Field(() => DayUnit, { description: 'Whether days off count.' }) unit!: DayUnit;
  @Field(() => String, { description: 'Time of day, `HH:MM`, on the clocks of the plan’s zone.' }) localTime!: string;
  @Field(() => Int, { description: 'It is made up for within so many hours after an outage, and then not any more.' })
  latenessHours!: number;
  @Field(() => Boolean, { description: 'Whether it is switched on.' }) isOn!: boolean;
  @Field(() => Boolean, { description: 'Whether it is the usual rule, which the plan has not replaced.' })
  isUsual!: boolean;
}

export const PauseKind = enumOf('PauseKind', 'How reminders are stopped.', {
  HOLD: 'They wait, and go out when released within their lateness.',
  MUTE: 'They are not sent, and not made up for.',
});

@ObjectType('ReminderPause', {
  implements: () => [Node],
  description: 'That somebody stopped reminders by hand. What is given holds together.',
})
export class ReminderPauseType extends Node {
  @Field(() => PauseKind, { description: 'Whether they wait or are gone.' }) kind!: keyof typeof PauseKind;
  @Field(() => EmailAddressScalar, { nullable: true, description: 'Only those to this address.' }) address!:
    string | null;
  @Field(() => ReminderAudience, { nullable: true, description: 'Only what goes to this audience.' })
  audience!: ReminderAudience | null;
  @Field(() => DateTimeScalar, { nullable: true, description: 'It ends by itself at this instant.' })
  until!: Date | null;
  @Field(() => String, { description: 'Why.' }) reason!: string;
  @Field(() => DateTimeScalar, { description: 'Since when.' }) setAt!: Date;
  @Field(() => DateTimeScalar, { nullable: true, description: 'When somebody ended it.' }) liftedAt!: Date | null;
  planId!: string;
  institutionId!: string | null;
  periodId!: string | null;
}

export const ReminderPauseConnection = ConnectionOf(ReminderPauseType, 'ReminderPause');

@ObjectType({ description: 'The rule as it is now.' })
export class ReminderRuleSavePayload {
  @Field(() => ReminderRuleType, { description: 'The rule.' }) rule!: ReminderRuleType;
}
@ObjectType({ description: 'The rules that hold now.' })
export class ReminderRuleResetPayload {
  @Field(() => [ReminderRuleType], { description: 'All rules of the plan.' }) rules!: readonly ReminderRuleType[];
}
@ObjectType({ description: 'What was queued.' })
export class ReminderSendNowPayload {
  @Field(() => [ReminderType], { description: 'The reminders, one an address and period; at most 200.' })
  reminders!: readonly ReminderType[];
}
@ObjectType({ description: 'What holds reminders now.' })
export class ReminderHoldPayload {
  @Field(() => ReminderPauseType, { description: 'The hold.' }) pause!: ReminderPauseType;
}
@ObjectType({ description: 'What mutes reminders now.' })
export class ReminderMutePayload {
  @Field(() => ReminderPauseType, { description: 'The mute.' }) pause!: ReminderPauseType;
}
@ObjectType({ description: 'What stops reminders no longer.' })
export class ReminderResumePayload {
  @Field(() => ReminderPauseType, { description: 'The hold or mute that was ended.' }) pause!: ReminderPauseType;
}
