import { Field, Int, ObjectType } from '@nestjs/graphql';
import { InstitutionType } from '../institutions/institution.type.js';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { LocalizedField } from '../platform/graphql/marked-fields.js';
import { Node } from '../platform/graphql/node.js';
import { DateScalar, DateTimeScalar, UrlScalar } from '../platform/graphql/scalars.js';
import type { LocalizedText } from '../platform/i18n/text.js';
import { CommitmentRole, MilestoneStatus, OgpValue } from './commitment.vocabulary.js';

@ObjectType('Commitment', {
  implements: () => [Node],
  description: 'What a plan promises. Most of it can be missing in a real plan; null means not published.',
})
export class CommitmentType extends Node {
  @Field(() => Int, { description: 'Number within the plan.' }) number!: number;
  @Field(() => String, {
    nullable: true,
    description: 'Identifier given by OGP, for example `JO0066`. Not unique in the wild: use `id`.',
  })
  ogpId!: string | null;
  @LocalizedField('Title, or the theme where no title is published.') title!: LocalizedText;
  @LocalizedField('The problem it addresses.', { nullable: true }) problem!: LocalizedText | null;
  @LocalizedField('How things stood at the start.', { nullable: true }) statusQuo!: LocalizedText | null;
  @LocalizedField('What will be done.', { nullable: true }) action!: LocalizedText | null;
  @LocalizedField('How that solves the problem.', { nullable: true }) solution!: LocalizedText | null;
  @LocalizedField('What it leads to in the end.', { nullable: true }) longTermGoal!: LocalizedText | null;
  @LocalizedField('What will exist.', { nullable: true }) expectedOutputs!: LocalizedText | null;
  @LocalizedField('What will change.', { nullable: true }) expectedOutcomes!: LocalizedText | null;
  @Field(() => DateScalar, { name: 'startDate', nullable: true, description: 'First day.' }) startsOn!: string | null;
  @Field(() => DateScalar, { name: 'endDate', nullable: true, description: 'Last day.' }) endsOn!: string | null;
  @Field(() => [String], {
    description:
      'Which of the dates above are known only to the month: a start then counts from its first day, an end to its last.',
  })
  datesKnownToMonth!: string[];
  @Field(() => [String], { description: 'Primary policy areas, at most 50.' }) policyAreas!: string[];
  @Field(() => [String], { description: 'Primary sectors, at most 50.' }) sectors!: string[];
  @Field(() => [OgpValue], { description: 'OGP values that it serves.' }) ogpValues!: OgpValue[];
  @Field(() => UrlScalar, { nullable: true, description: 'Where it is published.' }) url!: string | null;
  @LocalizedField('What a reader should know about this record.', { nullable: true }) note!: LocalizedText | null;
  @Field(() => InstitutionType, {
    nullable: true,
    description:
      'The (first) institution that leads it; null where the plan names none. Who owes its check-ins then: see `implementingInstitutions`.',
  })
  leadInstitution!: InstitutionType | null;
  planId!: string;
  workingGroupId!: string | null;
}

@ObjectType('Milestone', { implements: () => [Node], description: 'A step of a commitment with a due date.' })
export class MilestoneType extends Node {
  @Field(() => Int, { description: 'Number within the commitment.' }) number!: number;
  @LocalizedField('Title.') title!: LocalizedText;
  @LocalizedField('What will exist when it is reached.', { nullable: true }) expectedOutput!: LocalizedText | null;
  @Field(() => DateScalar, { name: 'startDate', nullable: true, description: 'When work starts.' }) startsOn!:
    string | null;
  @Field(() => DateScalar, { name: 'dueDate', nullable: true, description: 'Due date, as it stands now.' }) dueOn!:
    string | null;
  @Field(() => DateScalar, {
    name: 'originalDueDate',
    nullable: true,
    description: 'Due date as first published; kept when the due date moves.',
  })
  originalDueOn!: string | null;
  @Field(() => [String], {
    description:
      'Which of the dates above are known only to the month: a start then counts from its first day, a due date to its last.',
  })
  datesKnownToMonth!: string[];
  @Field(() => MilestoneStatus, {
    nullable: true,
    description:
      'As the newest submitted check-in claims it, else as the plan published it. Null: nobody has said, which is not the same as not started.',
  })
  status!: MilestoneStatus | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Completion in percent (0–100) as claimed or published; null when nobody has said.',
  })
  percent!: number | null;
  @Field(() => DateScalar, {
    name: 'forecastDate',
    nullable: true,
    description: 'When the agency now expects to reach it.',
  })
  forecastOn!: string | null;
  @LocalizedField('What a reader should know, for example where this milestone comes from.', { nullable: true })
  note!: LocalizedText | null;
  commitmentId!: string;
  responsibleInstitutionId!: string | null;
}

@ObjectType({ description: 'One move of a milestone’s due date.' })
export class DueDateChange {
  @Field(() => DateScalar, { nullable: true, description: 'The due date before; null where there was none.' })
  previousDueDate!: string | null;
  @Field(() => DateScalar, { description: 'The due date from then on.' }) dueDate!: string;
  @Field(() => String, { description: 'Why it was moved.' }) reason!: string;
  @Field(() => DateTimeScalar, { description: 'When it was moved.' }) changedAt!: Date;
  @Field(() => String, { description: 'The role of whoever moved it, such as `MEL_OFFICER`.' }) actingAs!: string;
}

@ObjectType({ description: 'The milestone with its new due date.' })
export class MilestoneReschedulePayload {
  @Field(() => MilestoneType, { description: 'The milestone.' }) milestone!: MilestoneType;
}

@ObjectType({ description: 'An institution that owes check-ins on a commitment.' })
export class ImplementingInstitution {
  @Field(() => InstitutionType, { description: 'The institution.' }) institution!: InstitutionType;
  @Field(() => CommitmentRole, { description: 'What it does for the commitment.' }) role!: CommitmentRole;
  @Field(() => Boolean, {
    description:
      'False: the commitment names nobody, and the institution owes its check-ins because it leads the plan.',
  })
  namedByCommitment!: boolean;
}

@ObjectType({
  description: 'Progress in counts of milestones. There is no published formula for a percentage, so none is made up.',
})
export class CommitmentProgress {
  @Field(() => Int, { description: 'Milestones in all.' }) milestones!: number;
  @Field(() => Int, { description: 'Completed.' }) completed!: number;
  @Field(() => Int, { description: 'In progress.' }) inProgress!: number;
  @Field(() => Int, { description: 'Not started.' }) notStarted!: number;
  @Field(() => Int, { description: 'Cancelled.' }) cancelled!: number;
  @Field(() => Int, { description: 'Nobody has said how they stand.' }) unknown!: number;
  @Field(() => Int, { description: 'Overdue: past their due date, neither completed nor cancelled.' }) overdue!: number;
  @Field(() => DateScalar, { nullable: true, description: 'The earliest due date among the overdue.' }) overdueSince!:
    string | null;
}

export const CommitmentConnection = ConnectionOf(CommitmentType, 'Commitment');
export const MilestoneConnection = ConnectionOf(MilestoneType, 'Milestone');
