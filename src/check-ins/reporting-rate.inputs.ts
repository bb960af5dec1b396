import { ArgsType, Field, InputType, Int } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { PageArgs } from '../platform/graphql/connection.js';
import { enumOf } from '../platform/graphql/enum-of.js';
import { Inner, Key, Text, WholeNumber } from '../platform/graphql/input-rules.js';

export const ReportingRateBy = enumOf('ReportingRateBy', 'What reporting rates are told apart by.', {
  INSTITUTION: 'By the agency that owes the check-ins.',
  COMMITMENT: 'By the commitment that they are on.',
  PERIOD: 'By the reporting period.',
});
export type ReportingRateBy = keyof typeof ReportingRateBy;

@InputType({ description: 'Which check-ins are counted.' })
export class ReportingRateFilter {
  @Field(() => String, { nullable: true, description: 'Of the period with this key.' })
  @Text(20, { optional: true })
  period?: string | null;
  @Field(() => String, { nullable: true, description: 'Of the institution with this key.' })
  @Key({ optional: true })
  institution?: string | null;
  @Field(() => Int, { nullable: true, description: 'Of the commitment with this number.' })
  @WholeNumber(0, 2_147_483_647, { optional: true })
  commitment?: number | null;
}

@ArgsType()
export class ReportingRatesArgs extends PageArgs {
  @Field(() => [ReportingRateBy], {
    description:
      'By what: one for a list, two for a table such as institutions by periods. Rows come in this order: commitments by number, periods by their start, institutions by their key. Without any there is one row, of the whole.',
  })
  by!: ReportingRateBy[];
  @Field(() => ReportingRateFilter, { nullable: true, description: 'Which check-ins are counted.' })
  @Inner({ optional: true })
  @Type(() => ReportingRateFilter)
  filter?: ReportingRateFilter | null;
}
