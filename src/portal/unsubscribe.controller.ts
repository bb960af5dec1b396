import { Controller, Get, HttpCode, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { DomainError } from '../platform/errors/domain-error.js';
import { Messages } from '../platform/i18n/messages.js';
import { html } from '../platform/pages/html.js';
import { pageLanguageOf, sendPage } from '../platform/pages/page.js';
import { PageErrors } from '../platform/pages/page-errors.js';
import { ReminderPausesService } from '../reminders/reminder-pauses.service.js';
import { openUnsubscribeLink } from '../reminders/unsubscribe-links.js';

class UnsubscribeLinkUnknown extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly key = 'unsubscribe.unknown';
}

/**
 * Stops mails that only tell. Opening the page changes nothing, because mail programs open links; the button does, and
 * so does the one request that mail programs send for their own button (RFC 8058).
 */
@Controller('unsubscribe/:secret')
@UseFilters(PageErrors)
export class UnsubscribeController {
  constructor(
    private readonly db: DataSource,
    private readonly pauses: ReminderPausesService,
    private readonly messages: Messages,
  ) {}

  @Get()
  async ask(
    @Param('secret') secret: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<unknown> {
    const inLanguage = pageLanguageOf(request, this.messages);
    const link = await openUnsubscribeLink(this.db, secret);
    if (!link) throw new UnsubscribeLinkUnknown();
    const { say, suffix } = inLanguage;
    return sendPage(reply, inLanguage, {
      title: say('unsubscribe.title'),
      body: html`<p>${say('unsubscribe.ask', { address: link.address })}</p>
        <form method="post" action="/unsubscribe/${secret}${suffix}">
          <button>${say('unsubscribe.button')}</button>
        </form>`,
    });
  }

  @Post()
  @HttpCode(200)
  async stop(
    @Param('secret') secret: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<unknown> {
    const inLanguage = pageLanguageOf(request, this.messages);
    const link = await this.pauses.unsubscribe(secret);
    if (!link) throw new UnsubscribeLinkUnknown();
    return sendPage(reply, inLanguage, {
      title: inLanguage.say('unsubscribe.doneTitle'),
      body: html`<p>${inLanguage.say('unsubscribe.done', { address: link.address })}</p>`,
    });
  }
}
