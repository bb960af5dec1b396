import { Injectable } from '@nestjs/common';
import { Settings } from '../platform/config/settings.js';
import { OwnCookie } from '../platform/pages/cookies.js';
import { LINK_MINUTES, SESSION_DAYS } from './sign-in.terms.js';

/** What a browser is known by: while it waits for its link, and once it is signed in. */
@Injectable()
export class SignInCookies {
  readonly browser: OwnCookie;
  readonly session: OwnCookie;

  constructor(settings: Settings) {
    this.browser = new OwnCookie('mithaq_browser', settings, LINK_MINUTES * 60);
    this.session = new OwnCookie('mithaq_session', settings, SESSION_DAYS * 24 * 60 * 60);
  }
}
