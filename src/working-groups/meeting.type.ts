import { Field, Int, ObjectType } from '@nestjs/graphql';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { Node } from '../platform/graphql/node.js';
import { DateScalar, DateTimeScalar, UrlScalar } from '../platform/graphql/scalars.js';
import { MeetingStatus } from './meeting.vocabulary.js';

@ObjectType('Meeting', {
  implements: () => [Node],
  description:
    'A meeting of a working group: planned, held or cancelled. Its texts are in the words of whoever wrote them.',
})
export class MeetingType extends Node {
  @Field(() => MeetingStatus, { description: 'Whether it is to come, took place or was called off.' })
  status!: MeetingStatus;
  @Field(() => Int, { description: 'Counts its changes; give it with the next one.' }) version!: number;
  @Field(() => DateScalar, { name: 'date', description: 'The day of the meeting.' }) day!: string;
  @Field(() => String, {
    name: 'time',
    nullable: true,
    description: 'When it begins, `HH:MM` in the time zone of the plan; null while only the day is settled.',
  })
  startsAtTime!: string | null;
  @Field(() => String, { nullable: true, description: 'Where it takes place.' }) place!: string | null;
  @Field(() => String, { nullable: true, description: 'What it is about.' }) agenda!: string | null;
  @Field(() => String, { nullable: true, description: 'What a reader should know.' }) note!: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'What came of it: milestones reached, obstacles, who does what next. Null unless it was held.',
  })
  minutes!: string | null;
  @Field(() => UrlScalar, { nullable: true, description: 'Where its minutes can be read. Null unless it was held.' })
  minutesUrl!: string | null;
  @Field(() => String, { nullable: true, description: 'Why it was moved last; null when it never was.' })
  moveReason!: string | null;
  @Field(() => String, { nullable: true, description: 'Why it was cancelled; null when it was not.' })
  cancelReason!: string | null;
  @Field(() => DateTimeScalar, { description: 'When it was entered.' }) createdAt!: Date;
  planId!: string;
  workingGroupId!: string;
}

@ObjectType({ description: 'The meeting as it was planned.' })
export class MeetingPlanPayload {
  @Field(() => MeetingType, { description: 'The meeting.' }) meeting!: MeetingType;
}
@ObjectType({ description: 'The meeting, on its new day.' })
export class MeetingMovePayload {
  @Field(() => MeetingType, { description: 'The meeting.' }) meeting!: MeetingType;
}
@ObjectType({ description: 'The meeting with what came of it.' })
export class MeetingRecordHeldPayload {
  @Field(() => MeetingType, { description: 'The meeting.' }) meeting!: MeetingType;
}
@ObjectType({ description: 'The meeting, cancelled.' })
export class MeetingCancelPayload {
  @Field(() => MeetingType, { description: 'The meeting.' }) meeting!: MeetingType;
}

export const MeetingConnection = ConnectionOf(MeetingType, 'Meeting');
