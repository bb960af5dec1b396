import { ArgsType, Field, ID, InputType, Int } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { PageArgs } from '../platform/graphql/connection.js';
import { enumOf } from '../platform/graphql/enum-of.js';
import { Day, Id, Inner, Key, OneLine, Text, TimeOfDay, WholeNumber } from '../platform/graphql/input-rules.js';
import { DateScalar, UrlScalar } from '../platform/graphql/scalars.js';
import { MeetingStatus } from './meeting.vocabulary.js';

const LONG = 10_000;
const LARGEST_VERSION = 2_147_483_647;

export const MeetingOrder = enumOf('MeetingOrder', 'How a list of meetings is sorted.', {
  DATE_ASC: 'Earliest first.',
  DATE_DESC: 'Latest first.',
});
export type MeetingOrder = keyof typeof MeetingOrder;

@InputType({ description: 'Which meetings. Several conditions hold together.' })
export class MeetingFilter {
  @Field(() => MeetingStatus, { nullable: true, description: 'Only those that stand so.' })
  status?: MeetingStatus | null;
  @Field(() => DateScalar, { nullable: true, description: 'Not before this day.' })
  @Day({ optional: true })
  from?: string | null;
  @Field(() => DateScalar, { nullable: true, description: 'Not after this day.' })
  @Day({ optional: true })
  until?: string | null;
}

@ArgsType()
export class MeetingsArgs extends PageArgs {
  @Field(() => MeetingFilter, { nullable: true, description: 'Which meetings; all when left out.' })
  @Inner({ optional: true })
  @Type(() => MeetingFilter)
  filter?: MeetingFilter | null;
  @Field(() => MeetingOrder, { defaultValue: 'DATE_ASC', description: 'How they are sorted.' })
  orderBy!: MeetingOrder;
}

@InputType({ description: 'A meeting to plan.' })
export class MeetingPlanInput {
  @Field(() => String, { description: 'Key of the plan.' }) @Key() plan!: string;
  @Field(() => String, { description: 'Key of the working group within the plan.' }) @Key() workingGroup!: string;
  @Field(() => DateScalar, {
    description: 'The day, in the plan’s time zone; from a year before the plan starts to a year after it ends.',
  })
  @Day()
  date!: string;
  @Field(() => String, { nullable: true, description: 'When it begins, `HH:MM` in the plan’s time zone.' })
  @TimeOfDay({ optional: true })
  time?: string | null;
  @Field(() => String, { nullable: true, description: 'Where; one line of at most 300 characters.' })
  @OneLine(300, { optional: true })
  place?: string | null;
  @Field(() => String, { nullable: true, description: 'What it is about; at most 10,000 characters.' })
  @Text(LONG, { optional: true })
  agenda?: string | null;
  @Field(() => String, { nullable: true, description: 'What a reader should know; at most 2,000 characters.' })
  @Text(2000, { optional: true })
  note?: string | null;
}

@InputType({ isAbstract: true })
abstract class MeetingEdit {
  @Field(() => ID, { description: 'Id of the meeting.' }) @Id() meeting!: string;
  @Field(() => Int, { description: 'The `version` that was read. CONFLICT when somebody changed it in between.' })
  @WholeNumber(1, LARGEST_VERSION)
  version!: number;
}

@InputType({ description: 'Where and when a meeting takes place instead. What is left out stays as it was.' })
export class MeetingMoveInput extends MeetingEdit {
  @Field(() => DateScalar, { description: 'The day, which may be the same.' }) @Day() date!: string;
  @Field(() => String, {
    nullable: true,
    description: 'When it begins, `HH:MM` in the plan’s time zone; null when that is open again.',
  })
  @TimeOfDay({ optional: true })
  time?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Where; one line of at most 300 characters; null when that is open again.',
  })
  @OneLine(300, { optional: true })
  place?: string | null;
  @Field(() => String, { description: 'Why, for everybody to read; at most 2,000 characters.' })
  @Text(2000)
  reason!: string;
}

@InputType({ description: 'That a meeting took place, and what came of it. What is left out stays as it was.' })
export class MeetingRecordHeldInput extends MeetingEdit {
  @Field(() => String, {
    nullable: true,
    description: 'Milestones reached, obstacles, who does what next; public; at most 10,000 characters.',
  })
  @Text(LONG, { optional: true })
  minutes?: string | null;
  @Field(() => UrlScalar, { nullable: true, description: 'Where its minutes can be read.' })
  @Text(2000, { optional: true })
  minutesUrl?: string | null;
}

@InputType({ description: 'A meeting to cancel.' })
export class MeetingCancelInput extends MeetingEdit {
  @Field(() => String, { description: 'Why, for everybody to read; at most 2,000 characters.' })
  @Text(2000)
  reason!: string;
}
