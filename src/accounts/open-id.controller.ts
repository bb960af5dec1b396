import { Controller, Get, NotFoundException, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Messages } from '../platform/i18n/messages.js';
import { pageLanguageOf, sendPage, sendTo } from '../platform/pages/page.js';
import { PageErrors } from '../platform/pages/page-errors.js';
import { OpenIdService } from './open-id.service.js';
import { SignInCookies } from './sign-in.cookies.js';
import { openIdRefusedPage } from './sign-in.pages.js';
import { visitorOf } from './visitor.js';

/** Signing in with an account elsewhere, where that is set up. */
@Controller('sign-in/oidc')
@UseFilters(PageErrors)
export class OpenIdController {
  constructor(
    private readonly openId: OpenIdService,
    private readonly cookies: SignInCookies,
    private readonly messages: Messages,
  ) {}

  @Get()
  async begin(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<unknown> {
    if (!this.openId.isSetUp) throw new NotFoundException();
    const begun = await this.openId.begin();
    if (!begun) return this.refuse(request, reply, 'UNREACHABLE');
    this.cookies.openId.set(reply, begun.keep);
    return reply.header('cache-control', 'no-store').redirect(begun.url, 303);
  }

  @Get('callback')
  async finish(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<unknown> {
    if (!this.openId.isSetUp) throw new NotFoundException();
    const kept = this.cookies.openId.in(request.headers.cookie);
    // Good for one answer, whatever it is.
    this.cookies.openId.clear(reply);
    const finished = await this.openId.finish(request.url, kept, visitorOf(request, this.cookies));
    if ('refusal' in finished) return this.refuse(request, reply, finished.refusal);
    this.cookies.session.set(reply, finished.session);
    return sendTo(reply, '/account', pageLanguageOf(request, this.messages));
  }

  private refuse(request: FastifyRequest, reply: FastifyReply, why: Parameters<typeof openIdRefusedPage>[1]): unknown {
    const inLanguage = pageLanguageOf(request, this.messages);
    return sendPage(reply, inLanguage, openIdRefusedPage(inLanguage, why));
  }
}
