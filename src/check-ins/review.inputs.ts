import { Field, ID, InputType, Int } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { MilestoneStatus } from '../commitments/commitment.vocabulary.js';
import { Id, ListOf, Text, WholeNumber } from '../platform/graphql/input-rules.js';
import { UrlScalar } from '../platform/graphql/scalars.js';

const LONG = 10_000;
const LARGEST_VERSION = 2_147_483_647;

@InputType({ isAbstract: true })
abstract class Decision {
  @Field(() => ID, { description: 'Id of the check-in.' }) @Id() checkIn!: string;
  @Field(() => Int, { description: 'The `version` that was read. CONFLICT when somebody decided or saved in between.' })
  @WholeNumber(0, LARGEST_VERSION)
  version!: number;
}

@InputType({ description: 'Why a check-in goes back to its agency.' })
export class CheckInReturnInput extends Decision {
  @Field(() => String, {
    description: 'What the agency should mend: internal, sent to it by mail; at most 10,000 characters.',
  })
  @Text(LONG)
  comment!: string;
}

@InputType({ description: 'How a milestone stands, as far as it could be verified.' })
export class VerifiedMilestoneInput {
  @Field(() => ID, { description: 'Id of a milestone of this commitment; each at most once.' })
  @Id()
  milestone!: string;
  @Field(() => MilestoneStatus, { description: 'Its status as verified.' }) status!: MilestoneStatus;
  @Field(() => Int, { nullable: true, description: 'Completion in percent as verified, 0 to 100.' })
  @WholeNumber(0, 100, { optional: true })
  percent?: number | null;
}

@InputType({ description: 'Something that the MEL officer looked at.' })
export class SeenInput {
  @Field(() => UrlScalar, { description: 'Where it is.' }) @Text(2000) url!: string;
  @Field(() => String, { nullable: true, description: 'What it is; at most 300 characters.' })
  @Text(300, { optional: true })
  title?: string | null;
}

@InputType({ description: 'What the MEL officer found. It stands beside the claim and changes nothing in it.' })
export class CheckInVerifyInput extends Decision {
  @Field(() => String, { description: 'What was found, in words; public; at most 10,000 characters.' })
  @Text(LONG)
  finding!: string;
  @Field(() => [VerifiedMilestoneInput], { nullable: true, description: 'How milestones stand; at most 100.' })
  @ListOf(100, { optional: true })
  @Type(() => VerifiedMilestoneInput)
  milestones?: VerifiedMilestoneInput[] | null;
  @Field(() => [SeenInput], { nullable: true, description: 'What was looked at; at most 20.' })
  @ListOf(20, { optional: true })
  @Type(() => SeenInput)
  evidence?: SeenInput[] | null;
}

@InputType({ description: 'The verified check-in to publish.' })
export class CheckInPublishInput extends Decision {}

@InputType({ description: 'Why a published check-in is opened again.' })
export class CheckInReopenInput extends Decision {
  @Field(() => String, { description: 'The reason, for everybody to read; at most 2,000 characters.' })
  @Text(2000)
  reason!: string;
}

@InputType({ description: 'A remark on a check-in.' })
export class CheckInCommentInput {
  @Field(() => ID, { description: 'Id of the check-in.' }) @Id() checkIn!: string;
  @Field(() => String, {
    description: 'The remark; at most 10,000 characters. Only the agency and the MEL officer see it.',
  })
  @Text(LONG)
  text!: string;
}
