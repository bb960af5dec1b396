import { Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Key, Text } from '../platform/graphql/input-rules.js';

@InputType({ description: 'Links in reminders that are to be good no longer.' })
export class ReportLinkRevokeInput {
  @Field(() => String, { description: 'Key of the plan.' }) @Key() plan!: string;
  @Field(() => String, { description: 'Key of the institution whose links they are, whoever of it received them.' })
  @Key()
  institution!: string;
  @Field(() => String, {
    nullable: true,
    description: 'Key of the period that they are for, for example `2024-Q2`; of every period when left out.',
  })
  @Text(20, { optional: true })
  period?: string | null;
  @Field(() => String, { description: 'Why; kept in the record.' }) @Text(2000) reason!: string;
}

@ObjectType({ description: 'How many links are good no longer.' })
export class ReportLinkRevokePayload {
  @Field(() => Int, { description: 'Links that were revoked now; 0 when none was left.' }) revoked!: number;
}
