import { ArgsType, Field, InputType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { InstitutionKind } from '../institutions/institution.vocabulary.js';
import { PageArgs } from '../platform/graphql/connection.js';
import { enumOf } from '../platform/graphql/enum-of.js';
import { Day, Inner, Key, LanguageTag, Text } from '../platform/graphql/input-rules.js';
import { DateScalar, EmailAddressScalar } from '../platform/graphql/scalars.js';
import { ParticipationRole } from './action-plan.vocabulary.js';
import { PeriodStateType } from './reporting-period.type.js';
import type { PeriodState } from './reporting-window.js';

export const ActionPlanOrder = enumOf('ActionPlanOrder', 'How a list of plans is sorted.', {
  KEY_ASC: 'By key, from A.',
  KEY_DESC: 'By key, from Z.',
  END_DATE_ASC: 'Ending first comes first; plans without an end come last.',
  END_DATE_DESC: 'Ending last comes first; plans without an end come first.',
});
export type ActionPlanOrder = keyof typeof ActionPlanOrder;

export const ReportingPeriodOrder = enumOf('ReportingPeriodOrder', 'How a list of reporting periods is sorted.', {
  START_DATE_ASC: 'Earliest first.',
  START_DATE_DESC: 'Latest first.',
});
export type ReportingPeriodOrder = keyof typeof ReportingPeriodOrder;

@InputType({ description: 'Which plans.' })
export class ActionPlanFilter {
  @Field(() => String, { nullable: true, description: 'Key of the member.' }) @Key({ optional: true }) member?:
    string | null;
}
@ArgsType()
export class ActionPlansArgs extends PageArgs {
  @Field(() => ActionPlanFilter, { nullable: true, description: 'Which plans; all when left out.' })
  @Inner({ optional: true })
  @Type(() => ActionPlanFilter)
  filter?: ActionPlanFilter | null;
  @Field(() => ActionPlanOrder, { defaultValue: 'KEY_ASC', description: 'How they are sorted.' })
  orderBy!: ActionPlanOrder;
}

@ArgsType()
export class ParticipationsArgs extends PageArgs {
  @Field(() => ParticipationRole, { nullable: true, description: 'Only this role.' }) role?: ParticipationRole | null;
}

@InputType({ description: 'Which reporting periods.' })
export class ReportingPeriodFilter {
  @Field(() => [PeriodStateType], { nullable: true, description: 'Only those in one of these states now.' }) states?:
    PeriodState[] | null;
}
@ArgsType()
export class ReportingPeriodsArgs extends PageArgs {
  @Field(() => ReportingPeriodFilter, { nullable: true, description: 'Which periods; all when left out.' })
  filter?: ReportingPeriodFilter | null;
  @Field(() => ReportingPeriodOrder, { defaultValue: 'START_DATE_ASC', description: 'How they are sorted.' })
  orderBy!: ReportingPeriodOrder;
}

@ArgsType()
export class HolidaysArgs {
  @Field(() => DateScalar, { description: 'First day to look at.' }) @Day() from!: string;
  @Field(() => DateScalar, { description: 'Last day to look at; at most 366 days in all.' }) @Day() until!: string;
}

@ArgsType()
export class HolidayNameArgs {
  @Field(() => String, {
    nullable: true,
    description: 'BCP 47 language wanted. Without it: `Accept-Language`, then the plan’s own language.',
  })
  @LanguageTag({ optional: true })
  language?: string | null;
}

@InputType({ description: 'Which institutions.' })
export class InstitutionFilter {
  @Field(() => InstitutionKind, { nullable: true, description: 'Only this sort of body.' })
  kind?: InstitutionKind | null;
  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: only those whose focal points have no address that mail reaches, so that no reminder can reach them.',
  })
  withoutAddress?: boolean | null;
}
@ArgsType()
export class InstitutionsArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Key of a plan: only institutions that it names.' })
  @Key({ optional: true })
  plan?: string | null;
  @Field(() => InstitutionFilter, { nullable: true, description: 'Which institutions; all when left out.' })
  filter?: InstitutionFilter | null;
}

@InputType({ description: 'More time for one institution in one period.' })
export class PeriodExtendInput {
  @Field(() => String, { description: 'Key of the plan.' }) @Key() plan!: string;
  @Field(() => String, { description: 'Key of the period, for example `2024-Q2`.' }) @Text(20) period!: string;
  @Field(() => String, { description: 'Key of the institution.' }) @Key() institution!: string;
  @Field(() => DateScalar, {
    description: 'New last day, counted whole, on which a check-in is on time. Not earlier than the period’s own.',
  })
  @Day()
  dueDate!: string;
  @Field(() => DateScalar, {
    nullable: true,
    description:
      'New last day on which a check-in is taken; the period’s own, or the new due date if that is later, when left out.',
  })
  @Day({ optional: true })
  closeDate?: string | null;
  @Field(() => String, { description: 'Why; shown with the extension.' }) @Text(2000) reason!: string;
}

@InputType({ description: 'An address that mail reaches again.' })
export class UndeliverableAddressClearInput {
  @Field(() => String, { description: 'Key of a plan of the member that the contact belongs to.' })
  @Key()
  plan!: string;
  @Field(() => EmailAddressScalar, { description: 'The address of a contact.' }) @Text(254) address!: string;
  @Field(() => String, { description: 'What was mended, or how you know; kept in the record.' })
  @Text(2000)
  reason!: string;
}
