import { Field, Int, ObjectType } from '@nestjs/graphql';
import { MilestoneStatus } from '../commitments/commitment.vocabulary.js';
import { DateTimeScalar, UrlScalar } from '../platform/graphql/scalars.js';
import { CheckInType } from './check-in.type.js';

@ObjectType({ description: 'How a milestone stood, as the MEL officer verified.' })
export class VerifiedMilestoneType {
  @Field(() => MilestoneStatus, { description: 'Its status.' }) status!: MilestoneStatus;
  @Field(() => Int, { nullable: true, description: 'Completion in percent, 0 to 100.' }) percent!: number | null;
  @Field(() => DateTimeScalar, { description: 'When it was verified.' }) verifiedAt!: Date;
  milestoneId!: string;
}

@ObjectType({ description: 'Something that the MEL officer looked at.' })
export class SeenType {
  @Field(() => UrlScalar, { description: 'Where it is.' }) url!: string;
  @Field(() => String, { nullable: true, description: 'What it is.' }) title!: string | null;
}

@ObjectType('Verification', {
  description: 'What the MEL officer found about a claim: a record of its own beside it, never changed.',
})
export class VerificationType {
  @Field(() => String, { description: 'What was found.' }) finding!: string;
  @Field(() => Int, { description: 'The version of the check-in that was looked at.' }) claimVersion!: number;
  @Field(() => DateTimeScalar, { description: 'When.' }) verifiedAt!: Date;
  @Field(() => [SeenType], { description: 'What was looked at; at most 20.' }) evidence!: SeenType[];
  id!: string;
}

@ObjectType('CheckInComment', { description: 'A remark between an agency and the MEL officer.' })
export class CheckInCommentType {
  @Field(() => String, { description: 'The remark.' }) text!: string;
  @Field(() => DateTimeScalar, { description: 'When it was written.' }) writtenAt!: Date;
  @Field(() => String, { description: 'The role of whoever wrote it, such as `MEL_OFFICER`.' }) actingAs!: string;
}

@ObjectType('CheckInCorrection', { description: 'That a published check-in was opened again, and why.' })
export class CheckInCorrectionType {
  @Field(() => String, { description: 'The reason.' }) reason!: string;
  @Field(() => DateTimeScalar, { description: 'When it was opened again.' }) reopenedAt!: Date;
  @Field(() => String, { description: 'The role of whoever opened it.' }) actingAs!: string;
}

@ObjectType({ description: 'The check-in as it was sent back.' })
export class CheckInReturnPayload {
  @Field(() => CheckInType, { description: 'The check-in.' }) checkIn!: CheckInType;
}
@ObjectType({ description: 'The check-in as it was verified.' })
export class CheckInVerifyPayload {
  @Field(() => CheckInType, { description: 'The check-in.' }) checkIn!: CheckInType;
}
@ObjectType({ description: 'The check-in as it was published.' })
export class CheckInPublishPayload {
  @Field(() => CheckInType, { description: 'The check-in.' }) checkIn!: CheckInType;
}
@ObjectType({ description: 'The check-in, open again.' })
export class CheckInReopenPayload {
  @Field(() => CheckInType, { description: 'The check-in.' }) checkIn!: CheckInType;
}
@ObjectType({ description: 'The check-in with the remark.' })
export class CheckInCommentPayload {
  @Field(() => CheckInType, { description: 'The check-in.' }) checkIn!: CheckInType;
}
