import { ArgsType, Field, InputType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { PageArgs } from '../platform/graphql/connection.js';
import { enumOf } from '../platform/graphql/enum-of.js';
import { Inner, Key, Text } from '../platform/graphql/input-rules.js';
import { OgpValue } from './commitment.vocabulary.js';

export const CommitmentOrder = enumOf('CommitmentOrder', 'How a list of commitments is sorted.', {
  NUMBER_ASC: 'By number within the plan.',
  NUMBER_DESC: 'By number within the plan, highest first.',
  END_DATE_ASC: 'Ending first comes first; those without an end come last.',
  END_DATE_DESC: 'Ending last comes first; those without an end come first.',
});
export type CommitmentOrder = keyof typeof CommitmentOrder;

export const MilestoneOrder = enumOf('MilestoneOrder', 'How a list of milestones is sorted.', {
  NUMBER_ASC: 'By number within the commitment.',
  DUE_DATE_ASC: 'Due first comes first; those without a due date come last.',
  DUE_DATE_DESC: 'Due last comes first; those without a due date come first.',
});
export type MilestoneOrder = keyof typeof MilestoneOrder;

@InputType({ description: 'Which commitments. Several conditions hold together.' })
export class CommitmentFilter {
  @Field(() => String, { nullable: true, description: 'Key of an institution that owes check-ins on it.' })
  @Key({ optional: true })
  institution?: string | null;
  @Field(() => String, { nullable: true, description: 'A primary policy area, spelled as in the plan.' })
  @Text(300, { optional: true })
  policyArea?: string | null;
  @Field(() => OgpValue, { nullable: true, description: 'An OGP value that it serves.' }) ogpValue?: OgpValue | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'True: only those with an overdue milestone; false: only those without.',
  })
  overdue?: boolean | null;
  @Field(() => String, {
    nullable: true,
    description: 'Key of a period: only those that a check-in of that period is still missing from.',
  })
  @Text(20, { optional: true })
  missingIn?: string | null;
  @Field(() => String, {
    nullable: true,
    description:
      'Words, or beginnings of words, in any of its texts in any language; at most 200 characters. Accents, Arabic vowels and hamza do not count, nor does the Arabic article; ه finds ة, and ي finds ى.',
  })
  @Text(200, { optional: true })
  search?: string | null;
}

@ArgsType()
export class CommitmentsArgs extends PageArgs {
  @Field(() => CommitmentFilter, { nullable: true, description: 'Which commitments; all when left out.' })
  @Inner({ optional: true })
  @Type(() => CommitmentFilter)
  filter?: CommitmentFilter | null;
  @Field(() => CommitmentOrder, { defaultValue: 'NUMBER_ASC', description: 'How they are sorted.' })
  orderBy!: CommitmentOrder;
}

@InputType({ description: 'Which milestones.' })
export class MilestoneFilter {
  @Field(() => Boolean, { nullable: true, description: 'True: only overdue ones; false: only the others.' }) overdue?:
    boolean | null;
}

@ArgsType()
export class MilestonesArgs extends PageArgs {
  @Field(() => MilestoneFilter, { nullable: true, description: 'Which milestones; all when left out.' })
  filter?: MilestoneFilter | null;
  @Field(() => MilestoneOrder, { defaultValue: 'NUMBER_ASC', description: 'How they are sorted.' })
  orderBy!: MilestoneOrder;
}
