import { Field, Int, ObjectType } from '@nestjs/graphql';
import { MilestoneStatus } from '../commitments/commitment.vocabulary.js';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { Node } from '../platform/graphql/node.js';
import { DateScalar, DateTimeScalar } from '../platform/graphql/scalars.js';
import { EvidenceKind, Movement, Punctuality } from './check-in.vocabulary.js';
import { CheckInStatus } from './check-in.workflow.js';

@ObjectType('CheckIn', {
  implements: () => [Node],
  description:
    'What one implementing agency reports on one commitment for one reporting period: its own claim, not a verification and not an assessment. One exists for every commitment, institution and period once the period has opened.',
})
export class CheckInType extends Node {
  @Field(() => CheckInStatus, { description: 'How far it has come.' }) status!: CheckInStatus;
  @Field(() => Int, { description: 'Send it back with a change; an older one is answered with CONFLICT.' })
  version!: number;
  @Field(() => Punctuality, { nullable: true, description: 'Whether it was handed in on time; null before.' })
  punctuality!: keyof typeof Punctuality | null;
  @Field(() => Boolean, { description: 'True: the agency says explicitly that there is nothing to report.' })
  nothingToReport!: boolean;
  @Field(() => Movement, { nullable: true, description: 'How much has moved, as the agency judges it.' })
  movement!: Movement | null;
  @Field(() => String, { nullable: true, description: 'What was done.' }) progress!: string | null;
  @Field(() => String, { nullable: true, description: 'What was achieved.' }) achievements!: string | null;
  @Field(() => String, { nullable: true, description: 'What stood in the way.' }) obstacles!: string | null;
  @Field(() => String, { nullable: true, description: 'What comes next.' }) nextSteps!: string | null;
  @Field(() => String, { nullable: true, description: 'What help is needed, and from whom.' }) supportNeeded!:
    string | null;
  @Field(() => String, { nullable: true, description: 'BCP 47 language that the texts are written in.' }) language!:
    string | null;
  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was handed in.' }) submittedAt!: Date | null;
  @Field(() => DateScalar, {
    name: 'dueDate',
    description:
      'Last day, counted whole, on which it is on time, with this institution’s extension if it has one. In the plan’s time zone.',
  })
  dueOn!: string;
  @Field(() => DateScalar, { name: 'closeDate', description: 'Last day, counted whole, on which it is taken.' })
  closesOn!: string;
  planId!: string;
  commitmentId!: string;
  institutionId!: string;
  periodId!: string;
}

@ObjectType({ description: 'How a milestone stood, as one check-in claims.' })
export class MilestoneUpdateType {
  @Field(() => MilestoneStatus, { description: 'Its status.' }) status!: MilestoneStatus;
  @Field(() => Int, { nullable: true, description: 'Completion in percent, 0 to 100.' }) percent!: number | null;
  @Field(() => DateScalar, {
    name: 'forecastDate',
    nullable: true,
    description: 'When the agency expected to reach it.',
  })
  forecastOn!: string | null;
  @Field(() => String, { nullable: true, description: 'What there was to say about it.' }) note!: string | null;
  milestoneId!: string;
}

@ObjectType('Evidence', { implements: () => [Node], description: 'Something that shows what was done.' })
export class EvidenceType extends Node {
  @Field(() => EvidenceKind, { description: 'What sort of evidence it is.' }) kind!: keyof typeof EvidenceKind;
  @Field(() => String, { nullable: true, description: 'What it is.' }) title!: string | null;
  @Field(() => String, { nullable: true, description: 'Name of the file; null for a link.' }) name!: string | null;
  @Field(() => String, { nullable: true, description: 'Media type, found in the content; null for a link.' })
  mediaType!: string | null;
  @Field(() => Int, { nullable: true, description: 'Size in bytes; null for a link.' }) size!: number | null;
  @Field(() => String, {
    nullable: true,
    description: 'SHA-256 of the content in hexadecimal, so that a copy can be compared; null for a link.',
  })
  sha256!: string | null;
  /** Null for a file: its address is made where it is asked for. */
  url!: string | null;
  milestoneId!: string | null;
}

@ObjectType({ description: 'One save of a check-in. Revisions are never changed or removed.' })
export class CheckInRevisionType {
  @Field(() => Int, { description: 'The version that the save made.' }) version!: number;
  @Field(() => CheckInStatus, { description: 'The status after the save.' }) status!: CheckInStatus;
  @Field(() => DateTimeScalar, { description: 'When it was saved.' }) savedAt!: Date;
  @Field(() => String, { nullable: true, description: 'What was done.' }) progress!: string | null;
  @Field(() => String, { nullable: true, description: 'What stood in the way.' }) obstacles!: string | null;
}

export const CheckInConnection = ConnectionOf(CheckInType, 'CheckIn');

@ObjectType({ description: 'The check-in as it was saved.' })
export class CheckInSaveDraftPayload {
  @Field(() => CheckInType, { description: 'The check-in.' }) checkIn!: CheckInType;
}
@ObjectType({ description: 'The check-in as it was handed in.' })
export class CheckInSubmitPayload {
  @Field(() => CheckInType, { description: 'The check-in.' }) checkIn!: CheckInType;
}
