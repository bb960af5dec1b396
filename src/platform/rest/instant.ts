import { DomainError } from '../errors/domain-error.js';

export class NotAnInstant extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'input.instant';
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/i;

/** The instant that a parameter of an address names; null where it names none. */
export function instantIn(text: string): Date | null {
  // In an address a plus that nobody escaped is read as a space.
  const given = text.replace(/ (\d{2}:\d{2})$/, '+$1');
  const parsed = INSTANT.test(given) ? new Date(given) : null;
  return parsed && !Number.isNaN(parsed.getTime()) ? parsed : null;
}
