import { DomainError } from '../platform/errors/domain-error.js';

export class TooManySignInRequests extends DomainError {
  readonly code = 'RATE_LIMITED';
  readonly key = 'signIn.tooMany';

  /** @param retryAfter seconds until the next one is taken */
  constructor(override readonly retryAfter: number) {
    super({ minutes: Math.ceil(retryAfter / 60) });
  }
}
export class NoSuchSession extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly key = 'session.notFound';
}
