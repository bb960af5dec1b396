import { Field, ID, InputType } from '@nestjs/graphql';
import { Id } from '../platform/graphql/input-rules.js';

@InputType({ description: 'The file to take out.' })
export class EvidenceFileRemoveInput {
  @Field(() => ID, { description: 'Id of the evidence, which must be a file.' }) @Id() file!: string;
}
