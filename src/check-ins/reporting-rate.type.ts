import { Field, Int, ObjectType } from '@nestjs/graphql';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { DateScalar } from '../platform/graphql/scalars.js';
import type { Day } from '../action-plans/reporting-calendar.js';

@ObjectType({
  description:
    'How many check-ins were due and how many came, of the periods that have opened. What nobody handed in counts as expected, never as no progress; "nothing to report" counts as received. Counts what implementing agencies owe now: an agency that a commitment no longer names owes nothing.',
})
export class ReportingRate {
  @Field(() => Int, { description: 'Check-ins owed: one of each implementing agency, commitment and period.' })
  expected!: number;
  @Field(() => Int, {
    description:
      'Handed in, on time or late, "nothing to report" included. What was sent back counts again when it is handed in again.',
  })
  received!: number;
  @Field(() => Int, {
    description:
      'Of those received, handed in by the due day of the agency, its extension counted in. Decided when it is first handed in: an extension that is granted later changes nothing, nor does being sent back.',
  })
  onTime!: number;
  @Field(() => Int, { description: 'Of those received, handed in after that day.' }) late!: number;
  @Field(() => Int, { description: 'Of those received, verified by the MEL officer; published ones included.' })
  verified!: number;
  @Field(() => Int, {
    description:
      'Past the due day of the agency and not handed in, or sent back and not handed in again. The day in the plan’s time zone counts whole.',
  })
  overdue!: number;
  @Field(() => DateScalar, {
    nullable: true,
    description: 'The earliest due day among those overdue; null when nothing is.',
  })
  overdueSince!: Day | null;
  @Field(() => Int, {
    nullable: true,
    description: 'For how many days the one that is longest overdue has been so; null when nothing is.',
  })
  longestOverdueDays!: number | null;
  @Field(() => Int, {
    nullable: true,
    description:
      'The median of those days, over all that are overdue: of an even number the smaller of the two in the middle. Null when nothing is.',
  })
  medianOverdueDays!: number | null;
}

@ObjectType({ description: 'The reporting rate of a part of a plan.' })
export class ReportingRateGroup {
  @Field(() => ReportingRate, { description: 'How many check-ins of it were due and how many came.' })
  rate!: ReportingRate;
}

export const ReportingRateGroupConnection = ConnectionOf(ReportingRateGroup, 'ReportingRateGroup');
