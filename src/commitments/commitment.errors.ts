import { DomainError } from '../platform/errors/domain-error.js';

export class CommitmentNotFound extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly key = 'commitment.notFound';
}
