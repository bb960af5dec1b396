import { Field, ObjectType } from '@nestjs/graphql';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { enumOf } from '../platform/graphql/enum-of.js';
import { Node } from '../platform/graphql/node.js';
import { DateScalar, DateTimeScalar } from '../platform/graphql/scalars.js';

export const PeriodStateType = enumOf('PeriodState', 'Where a reporting period stands now.', {
  UPCOMING: 'Its first day has not begun.',
  RUNNING: 'It has begun, and reporting on it has not opened yet.',
  OPEN: 'Check-ins are taken and are on time.',
  LATE: 'Check-ins are overdue and still taken.',
  CLOSED: 'Nothing is taken any more.',
});

@ObjectType('ReportingPeriod', {
  implements: () => [Node],
  description:
    'A quarter (or half-year) of a plan, with the days on which its check-ins open, are due and close. Days are counted in the plan’s time zone.',
})
export class ReportingPeriodType extends Node {
  @Field(() => String, {
    description: 'Short name within the plan: `2024-Q2`, `2024-H1`, or `Y1-Q2` when counted from the plan’s start.',
  })
  key!: string;
  @Field(() => DateScalar, { name: 'startDate', description: 'First day of the period.' }) startsOn!: string;
  @Field(() => DateScalar, { description: 'First day after the period: periods are half-open and tile the plan.' })
  endsBefore!: string;
  @Field(() => DateScalar, { name: 'openDate', description: 'First day on which check-ins are taken.' })
  opensOn!: string;
  @Field(() => DateScalar, {
    name: 'dueDate',
    description: 'Last day, counted whole, on which a check-in is on time. Moved off weekends and holidays.',
  })
  dueOn!: string;
  @Field(() => DateScalar, {
    name: 'closeDate',
    description: 'Last day, counted whole, on which a late check-in is taken.',
  })
  closesOn!: string;
  @Field(() => DateTimeScalar, { description: 'The instant from which check-ins are taken.' }) opensAt!: Date;
  @Field(() => DateTimeScalar, { description: 'A check-in is on time strictly before this instant.' }) dueBefore!: Date;
  @Field(() => DateTimeScalar, { description: 'A check-in is taken strictly before this instant.' })
  closesBefore!: Date;
  @Field(() => Boolean, {
    description: 'Whether it is shorter than a full period, as the first and the last of a plan can be.',
  })
  isStub!: boolean;
  @Field(() => Boolean, {
    description: 'Whether an edit of the plan’s dates took it out of the plan; it is kept because something was filed.',
  })
  withdrawn!: boolean;
  planId!: string;
  timeZone!: string;
}

@ObjectType('PeriodExtension', { description: 'More time for one institution in one period, with the reason.' })
export class PeriodExtensionType {
  @Field(() => DateScalar, {
    name: 'dueDate',
    description: 'Last day, counted whole, on which this institution’s check-ins are on time.',
  })
  dueOn!: string;
  @Field(() => DateScalar, { name: 'closeDate', description: 'Last day, counted whole, on which they are taken.' })
  closesOn!: string;
  @Field(() => String, { description: 'Why more time was given.' }) reason!: string;
  @Field(() => DateTimeScalar, { description: 'When it was granted.' }) grantedAt!: Date;
  institutionId!: string;
}

export const ReportingPeriodConnection = ConnectionOf(ReportingPeriodType, 'ReportingPeriod');
