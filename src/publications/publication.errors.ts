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
export class WorkbookTooLarge extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'progress.workbookTooLarge';
}
