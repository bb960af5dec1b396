import { ArgsType, Field, InputType } from '@nestjs/graphql';
import { PageArgs } from '../platform/graphql/connection.js';
import { Key, Text } from '../platform/graphql/input-rules.js';

@InputType({ description: 'Which period is published, and why it is corrected.' })
export class PeriodPublishInput {
  @Field(() => String, { description: 'Key of the plan.' }) @Key() plan!: string;
  @Field(() => String, { description: 'Key of the reporting period.' }) @Text(20) period!: string;
  @Field(() => String, {
    nullable: true,
    description:
      'Why it is corrected, for everybody to read; at most 2,000 characters. Needed when the period was published before and has changed since; not kept otherwise.',
  })
  @Text(2000, { optional: true })
  reason?: string | null;
}

@ArgsType()
export class PublicationsArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Only those of the period with this key.' })
  @Text(20, { optional: true })
  period?: string | null;
}

@ArgsType()
export class PublicationsOfPlanArgs extends PublicationsArgs {
  @Field(() => String, { description: 'Key of the plan.' }) @Key() plan!: string;
}
