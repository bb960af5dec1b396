import { DomainError } from '../platform/errors/domain-error.js';

export class TokenNotGood extends DomainError {
  readonly code = 'UNAUTHENTICATED';
  readonly key = 'token.notGood';
}
export class RoleNeeds extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'token.roleNeeds';
}
export class ScopeBeyondRole extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'token.scopeBeyondRole';
}
export class TokenNotFound extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly key = 'token.notFound';
}
