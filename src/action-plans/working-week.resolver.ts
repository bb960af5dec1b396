import { Args, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { shortListComplexity } from '../platform/graphql/connection.js';
import { Languages } from '../platform/graphql/loaders.js';
import type { Language } from '../platform/i18n/text.js';
import { CalendarTooLong } from './action-plan.errors.js';
import { HolidayNameArgs, HolidaysArgs } from './action-plan.inputs.js';
import { ActionPlanType } from './action-plan.type.js';
import type { ActionPlanRow } from './action-plans.queries.js';
import { addDays } from './reporting-calendar.js';
import { holidayName, holidaysBetween, workingWeekOf } from './working-week.js';
import { HolidayType, WorkingWeekType } from './working-week.type.js';

const MOST_DAYS = 366;

@Resolver(() => ActionPlanType)
export class PlanWorkingWeekResolver {
  @ResolveField(() => WorkingWeekType, {
    nullable: true,
    description: 'Which days are worked by those who report; null while the plan has no reporting rules.',
  })
  workingWeek(@Parent() plan: ActionPlanRow): WorkingWeekType | null {
    if (!plan.reporting) return null;
    const { weekend, holidays } = workingWeekOf(plan);
    const calendar = plan.reporting.holidayCalendar;
    return {
      weekend,
      calendarCountry: calendar?.country ?? null,
      calendarRegion: calendar?.region ?? null,
      allHolidays: holidays,
      ownLanguage: plan.ownLanguage,
    };
  }
}

@Resolver(() => WorkingWeekType)
export class WorkingWeekResolver {
  @ResolveField(() => [HolidayType], {
    description:
      'Days off beside the weekend, earliest first: the public holidays of the calendar together with the days that the plan itself lists, which may also take one out. Public holidays are known from the year before reporting starts to the year after the last check-in is due. They come from the open library date-holidays, those of Jordan from this service. BAD_USER_INPUT for more than 366 days.',
    complexity: shortListComplexity,
  })
  holidays(@Parent() week: WorkingWeekType, @Args() { from, until }: HolidaysArgs): HolidayType[] {
    if (until >= addDays(from, MOST_DAYS)) throw new CalendarTooLong({ days: MOST_DAYS }, 'until');
    return holidaysBetween(from, until, week.allHolidays).map((holiday) => ({
      date: holiday.date,
      isExpected: holiday.expected ?? false,
      holiday,
      ownLanguage: week.ownLanguage,
    }));
  }
}

@Resolver(() => HolidayType)
export class HolidaysResolver {
  @ResolveField(() => String, {
    description:
      'What the day is called: in the language asked for where the calendar knows it, else as the calendar calls it. The days that the plan itself lists have the name that stands there, in every language.',
  })
  name(
    @Parent() { holiday, ownLanguage }: HolidayType,
    @Args() { language }: HolidayNameArgs,
    @Languages() languages: readonly Language[],
  ): string {
    return holidayName(holiday, [...(language ? [language] : []), ...languages, ownLanguage]);
  }
}
