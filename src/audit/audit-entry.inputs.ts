import { ArgsType, Field, ID, InputType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { PageArgs } from '../platform/graphql/connection.js';
import { Id, Inner, Text } from '../platform/graphql/input-rules.js';
import { DateTimeScalar } from '../platform/graphql/scalars.js';

@InputType({ description: 'Which changes. Several conditions hold together.' })
export class AuditEntryFilter {
  @Field(() => String, { nullable: true, description: 'What was done, such as `checkIn.submitted`.' })
  @Text(100, { optional: true })
  action?: string | null;
  @Field(() => ID, { nullable: true, description: 'Id of what it was done to.' })
  @Id({ optional: true })
  subject?: string | null;
  @Field(() => DateTimeScalar, { nullable: true, description: 'Not before this instant.' }) since?: Date | null;
  @Field(() => DateTimeScalar, { nullable: true, description: 'Before this instant.' }) until?: Date | null;
}

@ArgsType()
export class AuditEntriesArgs extends PageArgs {
  @Field(() => AuditEntryFilter, { nullable: true, description: 'Which changes; all when left out.' })
  @Inner({ optional: true })
  @Type(() => AuditEntryFilter)
  filter?: AuditEntryFilter | null;
}
