import { Controller, Get, Param, ParseIntPipe, Post, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { availableTransitions } from '../check-ins/check-in.workflow.js';
import { CheckInsService } from '../check-ins/check-ins.service.js';
import { openReportLink, type OpenedLink } from '../check-ins/report-links.js';
import { Clock } from '../platform/clock.js';
import { DomainError, InvalidInput } from '../platform/errors/domain-error.js';
import { actAs } from '../platform/http/viewers.js';
import { STATUSES } from '../platform/http/http-errors.js';
import { Messages } from '../platform/i18n/messages.js';
import { pageLanguageOf, sendPage, sendTo, type PageLanguage } from '../platform/pages/page.js';
import { PageErrors } from '../platform/pages/page-errors.js';
import { readForm, renamed, sentForm, type SentForm } from './report-form.js';
import { formPage } from './report-form.page.js';
import { overviewPage } from './report-overview.page.js';
import { FormNotRead, NotOwedHere, ReportLinkOver } from './report.errors.js';
import { ReportsQueries, type ReportHead, type ReportItem } from './reports.queries.js';

/** The form behind a reminder: works without a script and without an account. Opening it changes nothing. */
@Controller('report/:secret')
@UseFilters(PageErrors)
export class ReportController {
  constructor(
    private readonly db: DataSource,
    private readonly queries: ReportsQueries,
    private readonly checkIns: CheckInsService,
    private readonly messages: Messages,
    private readonly clock: Clock,
  ) {}

  @Get()
  async overview(
    @Param('secret') secret: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<unknown> {
    const inLanguage = pageLanguageOf(request, this.messages);
    const { link, head } = await this.open(secret);
    return sendPage(reply, inLanguage, overviewPage(inLanguage, secret, head, await this.queries.items(link)));
  }

  @Get(':number')
  async form(
    @Param('secret') secret: string,
    @Param('number', ParseIntPipe) number: number,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<unknown> {
    const { link, head } = await this.open(secret);
    const item = await this.item(link, number);
    return this.show(reply, pageLanguageOf(request, this.messages), { secret, link, head, item });
  }

  @Post(':number')
  async write(
    @Param('secret') secret: string,
    @Param('number', ParseIntPipe) number: number,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<unknown> {
    const inLanguage = pageLanguageOf(request, this.messages);
    const { link, head } = await this.open(secret);
    const item = await this.item(link, number);
    const sent = sentForm(request.body);
    if (sent['version'] === undefined) throw new FormNotRead();
    try {
      await this.keep(link, item, sent, inLanguage);
    } catch (error) {
      // Whatever is wrong, nothing of what was typed is lost.
      if (!(error instanceof DomainError)) throw error;
      const now = await this.item(link, number);
      return this.show(reply, inLanguage, { secret, link, head, item: now, sent, error });
    }
    return sendTo(reply, `/report/${secret}`, inLanguage);
  }

  private async keep(link: OpenedLink, item: ReportItem, sent: SentForm, { language }: PageLanguage): Promise<void> {
    const milestones = await this.queries.milestones(item.checkInId);
    const form = await readForm(
      sent,
      milestones.map(({ id }) => id),
    );
    const input = {
      checkIn: item.checkInId,
      version: form.version,
      report: Object.assign(form.report, { language: item.report?.language ?? language }),
    };
    try {
      if (form.hand === 'submit') await this.checkIns.submit(link.viewer, input);
      else await this.checkIns.saveDraft(link.viewer, input);
    } catch (error) {
      throw error instanceof InvalidInput ? renamed(error, form.fieldOf) : error;
    }
  }

  private async show(
    reply: FastifyReply,
    inLanguage: PageLanguage,
    shown: {
      secret: string;
      link: OpenedLink;
      head: ReportHead;
      item: ReportItem;
      sent?: SentForm;
      error?: DomainError;
    },
  ): Promise<unknown> {
    const { item, link, error } = shown;
    const { planId, institutionId, periodId } = link;
    const open = availableTransitions(link.viewer, { planId, institutionId, periodId, status: item.status });
    const milestones = await this.queries.milestones(item.checkInId);
    const files = await this.queries.files(item.checkInId);
    const page = formPage(inLanguage, { ...shown, milestones, files, isOpen: open.includes('SAVE_DRAFT') });
    return sendPage(reply, inLanguage, { ...page, ...(error ? { status: STATUSES[error.code] ?? 400 } : {}) });
  }

  /** @throws ReportLinkOver */
  private async open(secret: string): Promise<{ link: OpenedLink; head: ReportHead }> {
    const link = await openReportLink(this.db, secret, this.clock.now());
    if (!link) throw new ReportLinkOver();
    actAs(link.viewer);
    const head = await this.queries.head(link);
    if (!head) throw new ReportLinkOver();
    return { link, head };
  }

  /** @throws NotOwedHere */
  private async item(link: OpenedLink, number: number): Promise<ReportItem> {
    const found = (await this.queries.items(link)).find((item) => item.number === number);
    if (!found) throw new NotOwedHere({ number });
    return found;
  }
}
