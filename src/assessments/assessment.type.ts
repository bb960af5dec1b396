import { Field, ObjectType } from '@nestjs/graphql';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { Node } from '../platform/graphql/node.js';
import { DateScalar, DateTimeScalar, UrlScalar } from '../platform/graphql/scalars.js';
import {
  AssessedCompletion,
  AssessmentKind,
  OpenedGovernment,
  PotentialForResults,
  Verifiability,
} from './assessment.vocabulary.js';

@ObjectType('Assessment', {
  implements: () => [Node],
  description:
    'What the independent monitoring body found: a record of its own beside what agencies claim and what the MEL officer verified, never changed. A question that it left open is null.',
})
export class AssessmentType extends Node {
  @Field(() => AssessmentKind, { description: 'Which assessment it is.' }) kind!: AssessmentKind;
  @Field(() => String, { description: 'What was found, in the words of the monitoring body.' }) summary!: string;
  @Field(() => UrlScalar, { nullable: true, description: 'Where the whole assessment can be read.' })
  url!: string | null;
  @Field(() => AssessedCompletion, {
    nullable: true,
    description: 'How far it was implemented. Not computed from milestones: there is no published formula.',
  })
  completion!: AssessedCompletion | null;
  @Field(() => Verifiability, { nullable: true, description: 'Whether it can be told what would be done.' })
  verifiability!: Verifiability | null;
  @Field(() => PotentialForResults, { nullable: true, description: 'How much it could change.' })
  potentialForResults!: PotentialForResults | null;
  @Field(() => OpenedGovernment, { nullable: true, description: 'Whether it made government more open.' })
  openedGovernment!: OpenedGovernment | null;
  @Field(() => DateScalar, {
    name: 'dueDate',
    nullable: true,
    description: 'The last day for it, as it was when it was filed; null where none was due yet.',
  })
  dueOn!: string | null;
  @Field(() => DateScalar, { name: 'filedDate', description: 'The day on which it was filed.' }) filedOn!: string;
  @Field(() => DateTimeScalar, { description: 'When it was filed.' }) filedAt!: Date;
  @Field(() => Boolean, {
    description: 'Whether a newer assessment of the same kind and of the same commitment, or plan, takes its place.',
  })
  isSuperseded!: boolean;
  planId!: string;
  commitmentId!: string | null;
  institutionId!: string | null;
}

@ObjectType({ description: 'An assessment that the monitoring body owes or owed, with both dates side by side.' })
export class AssessmentDeadline {
  @Field(() => AssessmentKind, { description: 'Which assessment it is.' }) kind!: AssessmentKind;
  @Field(() => DateScalar, { name: 'dueDate', description: 'The last day for it.' }) dueOn!: string;
  @Field(() => DateScalar, {
    name: 'filedDate',
    nullable: true,
    description: 'The day on which it was first filed; null while it is not.',
  })
  filedOn!: string | null;
  commitmentId!: string | null;
  timeZone!: string;
}

@ObjectType({ description: 'The assessment as it was filed.' })
export class AssessmentFilePayload {
  @Field(() => AssessmentType, { description: 'The assessment.' }) assessment!: AssessmentType;
}

export const AssessmentConnection = ConnectionOf(AssessmentType, 'Assessment');
