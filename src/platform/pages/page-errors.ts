import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SignInFirst } from '../access/access.js';
import { DomainError } from '../errors/domain-error.js';
import { Unavailable, unavailableFor } from '../errors/not-now.js';
import { STATUSES } from '../http/http-errors.js';
import { Messages } from '../i18n/messages.js';
import { Log } from '../logging/log.js';
import { html } from './html.js';
import { pageLanguageOf, sendPage, sendTo } from './page.js';

/** On pages, what goes wrong is a page too; whoever is not signed in is asked to do so. */
@Catch()
export class PageErrors implements ExceptionFilter {
  constructor(
    private readonly messages: Messages,
    private readonly log: Log,
  ) {}

  catch(found: unknown, host: ArgumentsHost): unknown {
    const error = unavailableFor(found);
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    if (error instanceof Unavailable) this.log.warn({ err: found, id: request.id }, 'The database is away');
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const inLanguage = pageLanguageOf(request, this.messages);
    const { say } = inLanguage;
    if (error instanceof SignInFirst) return sendTo(reply, '/sign-in', inLanguage);
    const title = say('pages.trouble');
    if (error instanceof DomainError) {
      const body = html`<p>${say(error.key, error.args)}</p>`;
      if (error.retryAfter !== undefined) void reply.header('retry-after', error.retryAfter);
      return sendPage(reply, inLanguage, { title, body, status: error.status ?? STATUSES[error.code] ?? 400 });
    }
    if (error instanceof HttpException && error.getStatus() < 500) {
      const status = error.getStatus();
      const body = html`<p>${say(status === 404 ? 'http.notFound' : 'http.refused')}</p>`;
      return sendPage(reply, inLanguage, { title, body, status });
    }
    this.log.error({ err: error, id: request.id }, 'A page failed');
    return sendPage(reply, inLanguage, {
      title,
      body: html`<p>${say('error.internal', { id: request.id })}</p>`,
      status: 500,
    });
  }
}
