import { DomainError } from '../platform/errors/domain-error.js';

export class InstitutionWanted extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'rest.institutionWanted';
}
export class VersionWanted extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'rest.versionWanted';
}
export class BodyWanted extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'http.notJson';
}
/** What `If-Match` named is not what is there any more. */
export class ChangedMeanwhile extends DomainError {
  readonly code = 'CONFLICT';
  readonly key = 'checkIn.editedMeanwhile';
  override readonly status = 412;
}
