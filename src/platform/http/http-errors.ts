import { Catch, HttpException, type ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter, type AbstractHttpAdapter } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../errors/domain-error.js';
import { NotNow, Unavailable, unavailableFor } from '../errors/not-now.js';
import { refusal } from '../graphql/graphql-errors.js';
import { LIMITS } from '../graphql/query-limits.js';
import type { Messages } from '../i18n/messages.js';
import type { Log } from '../logging/log.js';
import { languagesOf } from './languages.js';

class NothingThere extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly key = 'http.notFound';
}
class BodyTooLarge extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'http.tooLarge';
}
class NotJson extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'http.notJson';
}
class MediaTypeNotTaken extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'http.mediaType';
}
class RequestRefused extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'http.refused';
}

/**
 * Puts what goes wrong before a resolver or a controller is reached into the same words as everything else: a GraphQL
 * error where GraphQL was asked, an RFC 9457 problem elsewhere. What a resolver throws is handed on as it is, for
 * `formatError`; what a controller answers on purpose, such as its health, stays as it is.
 */
@Catch()
export class HttpErrors extends BaseExceptionFilter {
  constructor(
    private readonly messages: Messages,
    private readonly log: Log,
    adapter: AbstractHttpAdapter,
  ) {
    super(adapter);
  }

  override catch(error: unknown, host: ArgumentsHost): unknown {
    if (host.getType<string>() !== 'http') return error;
    if (error instanceof HttpException && error.getStatus() >= 500) return super.catch(error, host);
    const http = host.switchToHttp();
    return this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** For what goes wrong before there is a route, too. */
  answer(found: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const error = unavailableFor(found);
    if (error instanceof Unavailable) this.log.warn({ err: found, id: request.id }, 'The database is away');
    const status = statusOf(error);
    const isRefused = status < 500 || error instanceof NotNow;
    const { message, extensions } = isRefused ? this.refused(error, status, request) : this.failed(error, request);
    if (error instanceof DomainError && error.retryAfter !== undefined)
      void reply.header('retry-after', error.retryAfter);
    if (request.url.split('?')[0] === '/graphql') return reply.code(status).send({ errors: [{ message, extensions }] });
    return reply
      .code(status)
      .type('application/problem+json')
      .send({ title: message, status, ...extensions });
  }

  private refused(error: unknown, status: number, request: FastifyRequest) {
    const language = this.messages.languageFor(languagesOf(request));
    return refusal(this.messages, language, error instanceof DomainError ? error : refusalOf(status), 'body');
  }

  private failed(error: unknown, request: FastifyRequest) {
    this.log.error({ err: error, id: request.id }, 'A request failed');
    const language = this.messages.languageFor(languagesOf(request));
    const message = this.messages.say(language, 'error.internal', { id: request.id });
    return { message, extensions: { code: 'INTERNAL', id: request.id } };
  }
}

export const STATUSES: Partial<Record<DomainError['code'], number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  RATE_LIMITED: 429,
};

function statusOf(error: unknown): number {
  if (error instanceof DomainError) return error.status ?? STATUSES[error.code] ?? 400;
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode } = error as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : 500;
}

function refusalOf(status: number): DomainError {
  if (status === 404) return new NothingThere();
  if (status === 413) return new BodyTooLarge({ megabytes: Math.round(LIMITS.bodyBytes / 1_048_576) });
  if (status === 415) return new MediaTypeNotTaken();
  return status === 400 ? new NotJson() : new RequestRefused();
}
