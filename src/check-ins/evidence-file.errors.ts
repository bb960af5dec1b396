import { DomainError } from '../platform/errors/domain-error.js';

export class EvidenceFileNotFound extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly key = 'evidence.notFound';
}
export class EvidenceFilesFull extends DomainError {
  readonly code = 'CONFLICT';
  readonly key = 'evidence.full';
}
