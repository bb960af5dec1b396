import { ArgsType, Field, InputType, Int } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { PageArgs } from '../platform/graphql/connection.js';
import { Inner, Key, Text, WholeNumber } from '../platform/graphql/input-rules.js';
import { UrlScalar } from '../platform/graphql/scalars.js';
import {
  AssessedCompletion,
  AssessmentKind,
  OpenedGovernment,
  PotentialForResults,
  Verifiability,
} from './assessment.vocabulary.js';

const LARGEST_NUMBER = 2_147_483_647;

@InputType({ description: 'Which assessments. Several conditions hold together.' })
export class AssessmentFilter {
  @Field(() => AssessmentKind, { nullable: true, description: 'Only those of this kind.' })
  kind?: AssessmentKind | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'False: only those that no newer one took the place of; true: only the others.',
  })
  superseded?: boolean | null;
}

@ArgsType()
export class AssessmentsArgs extends PageArgs {
  @Field(() => AssessmentFilter, { nullable: true, description: 'Which assessments; all when left out.' })
  @Inner({ optional: true })
  @Type(() => AssessmentFilter)
  filter?: AssessmentFilter | null;
}

@InputType({ description: 'What the monitoring body found. Questions that are left out stay open.' })
export class AssessmentFileInput {
  @Field(() => String, { description: 'Key of the plan.' }) @Key() plan!: string;
  @Field(() => AssessmentKind, { description: 'Which assessment it is.' }) kind!: AssessmentKind;
  @Field(() => Int, {
    nullable: true,
    description:
      'Number of the commitment within the plan. Left out: the assessment is of the plan as a whole, which one at the end of a commitment cannot be.',
  })
  @WholeNumber(1, LARGEST_NUMBER, { optional: true })
  commitment?: number | null;
  @Field(() => String, { description: 'What was found, in words; public; at most 20,000 characters.' })
  @Text(20_000)
  summary!: string;
  @Field(() => UrlScalar, { nullable: true, description: 'Where the whole assessment can be read.' })
  @Text(2000, { optional: true })
  url?: string | null;
  @Field(() => AssessedCompletion, { nullable: true, description: 'How far it was implemented.' })
  completion?: AssessedCompletion | null;
  @Field(() => Verifiability, { nullable: true, description: 'Whether it can be told what would be done.' })
  verifiability?: Verifiability | null;
  @Field(() => PotentialForResults, { nullable: true, description: 'How much it could change.' })
  potentialForResults?: PotentialForResults | null;
  @Field(() => OpenedGovernment, { nullable: true, description: 'Whether it made government more open.' })
  openedGovernment?: OpenedGovernment | null;
}
