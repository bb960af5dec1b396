import { Field, Int, ObjectType } from '@nestjs/graphql';
import { DateScalar } from '../platform/graphql/scalars.js';
import type { Language } from '../platform/i18n/text.js';
import type { Holiday } from './reporting-calendar.js';

@ObjectType('Holiday', { description: 'A day on which nobody is expected to work, beside the weekend.' })
export class HolidayType {
  @Field(() => DateScalar, { description: 'The day off.' }) date!: string;
  @Field(() => Boolean, {
    description: 'Whether the date is only expected: it is announced by sighting and may still move by a day.',
  })
  isExpected!: boolean;
  readonly holiday!: Holiday;
  readonly ownLanguage!: Language;
}

@ObjectType('WorkingWeek', {
  description:
    'Which days are worked by those who report on a plan. Due days are moved to working days, and reminders that are counted in working days count these.',
})
export class WorkingWeekType {
  @Field(() => [Int], { description: 'The days off in every week, at most 6: 1 is Monday, 7 is Sunday.' })
  weekend!: readonly number[];
  @Field(() => String, {
    nullable: true,
    description:
      'ISO 3166-1 code of the country whose public holidays are days off. Null: only the days that the plan itself lists are.',
  })
  calendarCountry!: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'The part of that country whose own holidays count too, for example `QC` or `BY-A`; null for none.',
  })
  calendarRegion!: string | null;
  readonly allHolidays!: readonly Holiday[];
  readonly ownLanguage!: Language;
}
