import { ArgsType, Field, ObjectType } from '@nestjs/graphql';
import { Key, Text } from '../platform/graphql/input-rules.js';
import { DateTimeScalar } from '../platform/graphql/scalars.js';

const CURSOR =
  'Place of this event; opaque. Give the last one as `after` when you connect again, and nothing is missed in between.';

@ArgsType()
export class NewsArgs {
  @Field(() => String, { description: 'Key of the plan.' }) @Key() plan!: string;
  @Field(() => String, {
    nullable: true,
    description: 'Cursor of an event that you know: all since then come first. From now on when left out.',
  })
  @Text(40, { optional: true })
  after?: string | null;
}

@ObjectType({ description: 'A check-in was published after it had been verified.' })
export class CheckInPublishedEvent {
  @Field(() => String, { description: CURSOR }) cursor!: string;
  @Field(() => DateTimeScalar, { description: 'When it was published.' }) publishedAt!: Date;
}

@ObjectType({ description: 'A reporting period was published, or its correction.' })
export class PublicationPublishedEvent {
  @Field(() => String, { description: CURSOR }) cursor!: string;
  @Field(() => DateTimeScalar, { description: 'When it was published.' }) publishedAt!: Date;
}
