import { DomainError } from '../platform/errors/domain-error.js';

/** The same for a link that is unknown, cut short, revoked or over. */
export class ReportLinkOver extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly key = 'report.linkOver';
}
export class NotOwedHere extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly key = 'report.notOwedHere';
}
/** Not sent by the form: another kind of body, or cut short. */
export class FormNotRead extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'report.formNotRead';
}
