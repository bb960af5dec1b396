import { DomainError } from '../platform/errors/domain-error.js';

export class TableNotFound extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'progress.tableUnknown';
}
export class LanguageNotTag extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'input.language';
}
export class TooManyExports extends DomainError {
  readonly code = 'RATE_LIMITED';
  readonly key = 'progress.tooMany';
}
export class PublicationNotFound extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly key = 'publication.notFound';
}
export class PeriodNotOpen extends DomainError {
  readonly code = 'CONFLICT';
  readonly key = 'publication.notOpen';
}
export class CorrectionNeedsReason extends DomainError {
  readonly code = 'CONFLICT';
  readonly key = 'publication.reasonMissing';
}
export class PublicationTooLarge extends DomainError {
  readonly code = 'CONFLICT';
  readonly key = 'publication.tooLarge';
}
