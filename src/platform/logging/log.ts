import type { Logger } from 'pino';

/** The service's log, as a thing that can be injected. */
export abstract class Log {
  abstract readonly fatal: Logger['fatal'];
  abstract readonly error: Logger['error'];
  abstract readonly warn: Logger['warn'];
  abstract readonly info: Logger['info'];
  abstract readonly debug: Logger['debug'];
  abstract readonly trace: Logger['trace'];
}
