import { Body, Controller, Get, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Viewer } from '../platform/access/viewer.js';
import { RequestViewer } from '../platform/http/viewers.js';
import { Messages } from '../platform/i18n/messages.js';
import { pageLanguageOf, sendPage, sendTo } from '../platform/pages/page.js';
import { PageErrors } from '../platform/pages/page-errors.js';
import { mailAddress } from './mail-address.js';
import { networkOf } from '../platform/http/caller.js';
import { OpenIdService } from './open-id.service.js';
import { newSecret } from './secrets.js';
import { SignInCookies } from './sign-in.cookies.js';
import { TooManySignInRequests } from './sign-in.errors.js';
import { linkPage, linkSentPage, signInPage } from './sign-in.pages.js';
import { SignInService } from './sign-in.service.js';
import { visitorOf } from './visitor.js';

const LONGEST_SHOWN = 300;

/** Signing in by mail, in pages that need no script. */
@Controller('sign-in')
@UseFilters(PageErrors)
export class SignInController {
  constructor(
    private readonly service: SignInService,
    private readonly openId: OpenIdService,
    private readonly cookies: SignInCookies,
    private readonly messages: Messages,
  ) {}

  @Get()
  form(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @RequestViewer() viewer: Viewer): unknown {
    const inLanguage = pageLanguageOf(request, this.messages);
    if (viewer.personId) return sendTo(reply, '/account', inLanguage);
    this.forgetSession(request, reply);
    return sendPage(reply, inLanguage, signInPage(inLanguage, this.openId.isSetUp));
  }

  @Post()
  async ask(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Body() form: { address?: unknown } | undefined,
  ): Promise<unknown> {
    const inLanguage = pageLanguageOf(request, this.messages);
    const given = typeof form?.address === 'string' ? form.address.slice(0, LONGEST_SHOWN) : '';
    const again = (status: number, text: string) =>
      sendPage(reply, inLanguage, signInPage(inLanguage, this.openId.isSetUp, { status, text, address: given }));
    const address = mailAddress(form?.address);
    if (!address) return again(400, inLanguage.say('signIn.notAnAddress'));
    // The same again for a browser that asks twice, so that whichever of its mails is opened works.
    const browser = this.cookies.browser.in(request.headers.cookie) ?? newSecret();
    try {
      await this.service.ask({ address, browser, network: networkOf(request.ip), language: inLanguage.language });
    } catch (error) {
      if (!(error instanceof TooManySignInRequests)) throw error;
      void reply.header('retry-after', String(error.retryAfter));
      return again(429, inLanguage.say(error.key, error.args));
    }
    this.cookies.browser.set(reply, browser);
    return sendPage(reply, inLanguage, linkSentPage(inLanguage, address));
  }

  @Get(':secret')
  async open(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('secret') secret: string,
  ): Promise<unknown> {
    const inLanguage = pageLanguageOf(request, this.messages);
    const state = await this.service.look(secret, this.cookies.browser.in(request.headers.cookie));
    return sendPage(reply, inLanguage, linkPage(inLanguage, state, secret));
  }

  @Post(':secret')
  async use(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('secret') secret: string,
  ): Promise<unknown> {
    const inLanguage = pageLanguageOf(request, this.messages);
    const visitor = visitorOf(request, this.cookies);
    const session = await this.service.use(secret, visitor);
    if (!session) {
      const state = await this.service.look(secret, visitor.browser);
      return sendPage(reply, inLanguage, linkPage(inLanguage, state === 'READY' ? 'UNKNOWN' : state, secret));
    }
    this.cookies.session.set(reply, session);
    this.cookies.browser.clear(reply);
    return sendTo(reply, '/account', inLanguage);
  }

  /** A cookie that signs nobody in any more. */
  private forgetSession(request: FastifyRequest, reply: FastifyReply): void {
    if (this.cookies.session.in(request.headers.cookie)) this.cookies.session.clear(reply);
  }
}
