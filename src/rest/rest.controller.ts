import { Controller, Get, HttpCode, Param, Post, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Viewer } from '../platform/access/viewer.js';
import { RequestViewer } from '../platform/http/viewers.js';
import { wholeNumberIn } from '../platform/rest/query-parameters.js';
import { sendJson } from '../platform/rest/rest-answer.js';
import { StoredQuestions } from '../platform/rest/stored-question.js';
import { QUESTIONS } from './questions.js';
import { LISTS, ONES, type ListResource } from './resources.js';
import { RestCheckIns, type CheckInAddress } from './rest-check-ins.js';
import { RestReads } from './rest-reads.js';

/** Doors of the REST API. What each answers stands in `questions.ts`, what each takes is described in `open-api.ts`. */
@Controller('api/v1/plans')
export class RestController {
  constructor(
    private readonly reads: RestReads,
    private readonly checkIns: RestCheckIns,
    private readonly questions: StoredQuestions,
  ) {}

  @Get()
  plans(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @RequestViewer() viewer: Viewer) {
    return this.list(LISTS.plans, {}, request, reply, viewer);
  }

  @Get(':plan')
  async plan(
    @Param('plan') plan: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @RequestViewer() viewer: Viewer,
  ) {
    return sendJson(request, reply, await this.reads.one(ONES.plan, { plan }, request, viewer), { viewer });
  }

  @Get(':plan/commitments')
  commitments(
    @Param('plan') plan: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @RequestViewer() viewer: Viewer,
  ) {
    return this.list(LISTS.commitments, { plan }, request, reply, viewer);
  }

  @Get(':plan/commitments/:number')
  async commitment(
    @Param('plan') plan: string,
    @Param('number') number: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @RequestViewer() viewer: Viewer,
  ) {
    const places = { plan, number: wholeNumberIn(number, 'number') };
    return sendJson(request, reply, await this.reads.one(ONES.commitment, places, request, viewer), { viewer });
  }

  @Get(':plan/periods')
  periods(
    @Param('plan') plan: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @RequestViewer() viewer: Viewer,
  ) {
    return this.list(LISTS.periods, { plan }, request, reply, viewer);
  }

  @Get(':plan/check-ins')
  async checkInsOfPlan(
    @Param('plan') plan: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @RequestViewer() viewer: Viewer,
  ) {
    // Before the page: what changes while the page is read comes again the next time.
    const known = await this.questions.ask(QUESTIONS.checkInsChangedAt, { plan }, viewer);
    const changesUntil = (known as { plan: { checkInsChangedAt: unknown } }).plan.checkInsChangedAt;
    const { page, next } = await this.reads.page(LISTS.checkIns, { plan }, request, viewer);
    return sendJson(request, reply, { ...page, changesUntil }, { viewer, next });
  }

  @Get(':plan/institutions')
  institutions(
    @Param('plan') plan: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @RequestViewer() viewer: Viewer,
  ) {
    return this.list(LISTS.institutions, { plan }, request, reply, viewer);
  }

  @Get(':plan/reporting-rate')
  async reportingRate(
    @Param('plan') plan: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @RequestViewer() viewer: Viewer,
  ) {
    return sendJson(request, reply, await this.reads.one(ONES.reportingRate, { plan }, request, viewer), { viewer });
  }

  @Get(':plan/commitments/:number/check-ins/:period')
  async checkIn(
    @Param() places: CheckInPlaces,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @RequestViewer() viewer: Viewer,
  ) {
    return sendJson(request, reply, await this.checkIns.read(addressOf(places), request, viewer), { viewer });
  }

  @Put(':plan/commitments/:number/check-ins/:period')
  async saveDraft(
    @Param() places: CheckInPlaces,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @RequestViewer() viewer: Viewer,
  ) {
    return sendJson(request, reply, await this.checkIns.saveDraft(addressOf(places), request, viewer), { viewer });
  }

  @Post(':plan/commitments/:number/check-ins/:period/submit')
  @HttpCode(200)
  async submit(
    @Param() places: CheckInPlaces,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @RequestViewer() viewer: Viewer,
  ) {
    return sendJson(request, reply, await this.checkIns.submit(addressOf(places), request, viewer), { viewer });
  }

  private async list(
    list: ListResource,
    places: Record<string, string>,
    request: FastifyRequest,
    reply: FastifyReply,
    viewer: Viewer,
  ): Promise<void> {
    const { page, next } = await this.reads.page(list, places, request, viewer);
    return sendJson(request, reply, page, { viewer, next });
  }
}

interface CheckInPlaces {
  readonly plan: string;
  readonly number: string;
  readonly period: string;
}

const addressOf = ({ plan, number, period }: CheckInPlaces): CheckInAddress => ({
  plan,
  number: wholeNumberIn(number, 'number'),
  period,
});
