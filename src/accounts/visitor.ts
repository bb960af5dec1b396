import type { FastifyRequest } from 'fastify';
import { browserName } from './browser-name.js';
import type { SignInCookies } from './sign-in.cookies.js';

/** What a browser says of itself. */
export interface Visitor {
  /** The secret of its own that it was given when it asked for a link. */
  readonly browser: string | null;
  /** The secret of the session that it is signed in with so far. */
  readonly session: string | null;
  readonly browserName: string;
}

export const visitorOf = ({ headers }: FastifyRequest, cookies: SignInCookies): Visitor => ({
  browser: cookies.browser.in(headers.cookie),
  session: cookies.session.in(headers.cookie),
  browserName: browserName(headers['user-agent']),
});
