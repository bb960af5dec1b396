import { DomainError } from '../platform/errors/domain-error.js';

export class PlanNotFound extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly key = 'plan.notFound';
}
export class PeriodNotFound extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly key = 'period.notFound';
}
export class InstitutionNotInPlan extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly key = 'institution.notInPlan';
}
export class CalendarTooLong extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'calendar.tooLong';
}
export class ExtensionShortens extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'extension.shortens';
}
export class UndeliverableAddressNotFound extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly key = 'undeliverableAddress.notFound';
}
