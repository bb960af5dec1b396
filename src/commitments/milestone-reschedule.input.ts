import { Field, ID, InputType } from '@nestjs/graphql';
import { Day, Id, Text } from '../platform/graphql/input-rules.js';
import { DateScalar } from '../platform/graphql/scalars.js';

@InputType({ description: 'A milestone that will be reached on another day than was promised.' })
export class MilestoneRescheduleInput {
  @Field(() => ID, { description: 'Id of the milestone.' }) @Id() milestone!: string;
  @Field(() => DateScalar, { description: 'The new due date: the last day, counted whole, in the plan’s time zone.' })
  @Day()
  dueDate!: string;
  @Field(() => String, { description: 'Why, for everybody to read; at most 2,000 characters.' })
  @Text(2000)
  reason!: string;
}
