import { DomainError } from '../platform/errors/domain-error.js';

export class CheckInNotFound extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly key = 'checkIn.notFound';
}
export class TransitionRefused extends DomainError {
  readonly code = 'CONFLICT';
  readonly key = 'checkIn.transitionRefused';
}
export class EditedMeanwhile extends DomainError {
  readonly code = 'CONFLICT';
  readonly key = 'checkIn.editedMeanwhile';
}
export class PeriodNotOpenYet extends DomainError {
  readonly code = 'CONFLICT';
  readonly key = 'checkIn.periodNotOpenYet';
}
export class PeriodClosed extends DomainError {
  readonly code = 'CONFLICT';
  readonly key = 'checkIn.periodClosed';
}
export class NotImplementingAnyMore extends DomainError {
  readonly code = 'CONFLICT';
  readonly key = 'checkIn.notImplementing';
}
