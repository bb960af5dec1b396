import { DomainError } from '../platform/errors/domain-error.js';

export class CommitmentNotFound extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly key = 'commitment.notFound';
}
export class MilestoneNotFound extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly key = 'milestone.notFound';
}
export class DueDateUnchanged extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'milestone.dueDateUnchanged';
}
export class DueBeforeStart extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'milestone.dueBeforeStart';
}
