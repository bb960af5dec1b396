import { currentRequest } from '../logging/request-context.js';
import { DomainError } from './domain-error.js';

/** What was asked may be right, but cannot be answered now. */
export abstract class NotNow extends DomainError {
  abstract override readonly status: number;
  /** Seconds after which to ask again. */
  abstract override readonly retryAfter: number;
}

/** More is being asked than can be answered, by this process or by its database. */
export class Overloaded extends NotNow {
  readonly code = 'OVERLOADED';
  readonly key = 'http.overloaded';
  readonly status = 503;

  private constructor(override readonly retryAfter: number) {
    super({ seconds: retryAfter });
  }

  /**
   * Made beforehand, because to say no must cost next to nothing; and by turns, because not all who are turned away
   * together shall come back together.
   */
  static readonly now = (): Overloaded => Overloaded.made[(Overloaded.count += 1) % Overloaded.made.length]!;
  private static readonly made = [1, 2, 3, 4].map((seconds) => new Overloaded(seconds));
  private static count = 0;
}

/** The database was given its time for one statement, and had no answer. */
export class TookTooLong extends NotNow {
  readonly code = 'TIMEOUT';
  readonly key = 'http.tookTooLong';
  readonly status = 504;
  readonly retryAfter = 30;
}

/** The database cannot be reached: it is stopped, starts, or was cut off. Nobody knows whether a change that was being committed was. */
export class Unavailable extends NotNow {
  readonly code = 'UNAVAILABLE';
  readonly key = 'http.unavailable';
  readonly status = 503;
  readonly retryAfter = 5;

  constructor() {
    super({ seconds: 5 });
  }
}

/**
 * Notes that the request is given up, so that nothing more is asked of the database for it: whoever tries another way
 * after a failure would only add to what was too much already.
 */
export function givenUp(refusal: NotNow): NotNow {
  const request = currentRequest();
  if (request?.outcome) request.outcome.refusal ??= refusal;
  return refusal;
}

const CANCELED = '57014';

/** What a statement failed with, as a refusal where it was its time that was up. */
export const givenUpInTime = (error: unknown): unknown =>
  currentRequest()?.lane && (error as { code?: unknown } | null)?.code === CANCELED
    ? givenUp(new TookTooLong())
    : error;

/** PostgreSQL says: connections, shutting down or starting, not the one that is written to (any more). Node says: not to be reached. */
const AWAY =
  /^(08\w{3}|57P0[1-5]|25006|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;
/** What pg says of a connection that broke or could not be had has no code; nor has what TypeORM says of its transaction. */
const AWAY_IN_WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Database connection provided by a query runner was already released|Query runner already released)/;

/** What a request failed with, as a refusal where the database was away. */
export function unavailableFor(error: unknown): unknown {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const isAway = (typeof code === 'string' && AWAY.test(code)) || AWAY_IN_WORDS.test(String(message));
  return isAway && !(error instanceof DomainError) ? givenUp(new Unavailable()) : error;
}
