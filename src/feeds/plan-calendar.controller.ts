import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { InstitutionsQueries } from '../institutions/institutions.queries.js';
import { Viewer } from '../platform/access/viewer.js';
import { attachmentHeader } from '../platform/files/file-name.js';
import { sendText } from '../platform/rest/rest-answer.js';
import { eventsOf } from './plan-calendar.events.js';
import { PlanCalendarQueries } from './plan-calendar.queries.js';
import { Readings } from './readings.js';

/** Dates move seldom, and with notice. */
const REFRESH_HOURS = 6;

@Controller('api/v1/plans/:plan')
export class PlanCalendarController {
  constructor(
    private readonly readings: Readings,
    private readonly plans: ActionPlansQueries,
    private readonly institutions: InstitutionsQueries,
    private readonly queries: PlanCalendarQueries,
  ) {}

  /** The dates of a plan, for calendars that come back to them. Public, and the same for everybody. */
  @Get('calendar.ics')
  async read(@Param('plan') planKey: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const reading = await this.readings.of(planKey, request, ['institution']);
    const { plan, telling, language, asked, lastChange, lastModified } = reading;
    const institution = asked.institution === undefined ? null : await this.institution(plan, asked.institution);
    const days = await this.queries.of({ planId: plan.id, institutionId: institution?.id ?? null });
    const ofInstitution = institution !== null;
    const title = { plan: telling.name(plan.title) };
    const events = eventsOf(days, { ...telling, timeZone: plan.timeZone, planId: plan.id, ofInstitution });
    const { calendarFile } = await import('../platform/calendar/calendar-file.js');
    const text = calendarFile('Plan', events, {
      name: institution
        ? telling.say('planCalendar.nameOf', { ...title, institution: telling.name(institution.name) })
        : telling.say('planCalendar.name', title),
      description: telling.say('planCalendar.description'),
      language,
      source: this.readings.address(reading, '/calendar.ics', {
        language: asked.language,
        institution: asked.institution,
      }),
      url: this.readings.address(reading, ''),
      lastModified: lastChange,
      refreshHours: REFRESH_HOURS,
    });
    void reply.header('content-disposition', attachmentHeader(`${plan.key}.ics`));
    await sendText(request, reply, text, {
      viewer: Viewer.public,
      type: 'text/calendar; charset=utf-8',
      lastModified,
    });
  }

  /** @throws InstitutionNotInPlan */
  private async institution(plan: { readonly memberId: string }, key: string) {
    const id = await this.plans.institutionId(plan, key, 'institution');
    const [found] = await this.institutions.byIds([id]);
    return found ?? null;
  }
}
