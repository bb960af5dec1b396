import { Controller, Get, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SignInFirst } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { isId } from '../platform/graphql/id.js';
import { RequestViewer } from '../platform/http/viewers.js';
import { Messages } from '../platform/i18n/messages.js';
import { pageLanguageOf, sendPage, sendTo } from '../platform/pages/page.js';
import { PageErrors } from '../platform/pages/page-errors.js';
import { accountPage } from './account.pages.js';
import { PeopleQueries } from './people.queries.js';
import { SessionsService } from './sessions.service.js';
import { SignInCookies } from './sign-in.cookies.js';
import { NoSuchSession } from './sign-in.errors.js';

/** What somebody who signed in sees of themselves, and how they sign out. */
@Controller()
@UseFilters(PageErrors)
export class AccountController {
  constructor(
    private readonly people: PeopleQueries,
    private readonly sessions: SessionsService,
    private readonly cookies: SignInCookies,
    private readonly messages: Messages,
  ) {}

  @Get('account')
  async account(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @RequestViewer() viewer: Viewer,
  ): Promise<unknown> {
    const person = viewer.personId ? await this.people.byId(viewer.personId) : null;
    if (!person) {
      this.cookies.session.clear(reply);
      throw new SignInFirst();
    }
    const inLanguage = pageLanguageOf(request, this.messages);
    const [roles, sessions] = await Promise.all([this.people.rolesInWords(person.id), this.sessions.own(viewer)]);
    return sendPage(reply, inLanguage, accountPage(inLanguage, { ...person, roles, sessions }));
  }

  @Post('sign-out')
  async signOut(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @RequestViewer() viewer: Viewer,
  ): Promise<unknown> {
    if (viewer.sessionId) await this.sessions.end(viewer, viewer.sessionId);
    return this.goodbye(request, reply);
  }

  @Post('sign-out-everywhere')
  async signOutEverywhere(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @RequestViewer() viewer: Viewer,
  ): Promise<unknown> {
    await this.sessions.endAll(viewer);
    return this.goodbye(request, reply);
  }

  @Post('account/sessions/:session/end')
  async end(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @RequestViewer() viewer: Viewer,
    @Param('session') session: string,
  ): Promise<unknown> {
    if (!isId(session)) throw new NoSuchSession();
    await this.sessions.end(viewer, session);
    return sendTo(reply, '/account', pageLanguageOf(request, this.messages));
  }

  private goodbye(request: FastifyRequest, reply: FastifyReply): unknown {
    this.cookies.session.clear(reply);
    return sendTo(reply, '/sign-in', pageLanguageOf(request, this.messages));
  }
}
