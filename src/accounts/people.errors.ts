import { DomainError } from '../platform/errors/domain-error.js';

export class PersonNotFound extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly key = 'person.notFound';
}
export class RoleNotHeld extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly key = 'person.roleNotHeld';
}
export class NotAMailAddress extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'signIn.notAnAddress';
}
/** Whoever collects the reports of a plan does not assess them too. */
export class OfficerAndMonitor extends DomainError {
  readonly code = 'CONFLICT';
  readonly key = 'person.officerAndMonitor';
}
