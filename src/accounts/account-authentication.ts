import { Injectable } from '@nestjs/common';
import { Authentication, Viewer, type Credentials } from '../platform/access/viewer.js';
import { SessionAuthentication } from './session-authentication.js';
import { SignInCookies } from './sign-in.cookies.js';
import { TokenAuthentication } from './token-authentication.js';

/**
 * Programs send a token, browsers a session's cookie, and everybody else is the public. A cookie that is no longer good
 * makes its sender the public as well: browsers keep sending it, and nobody can be asked to delete one by hand.
 */
@Injectable()
export class AccountAuthentication extends Authentication {
  constructor(
    private readonly tokens: TokenAuthentication,
    private readonly sessions: SessionAuthentication,
    private readonly cookies: SignInCookies,
  ) {
    super();
  }

  async viewerOf({ headers: { authorization, cookie } }: Credentials): Promise<Viewer> {
    if (authorization) return this.tokens.viewerOf(authorization);
    const secret = this.cookies.session.in(cookie);
    return (secret && (await this.sessions.viewerOf(secret))) || Viewer.public;
  }
}
