import { DomainError } from '../platform/errors/domain-error.js';

export class AssessmentNeedsCommitment extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'assessment.needsCommitment';
}
