import { DomainError } from '../platform/errors/domain-error.js';

export class WorkingGroupNotFound extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly key = 'meeting.groupNotFound';
}
export class MeetingNotFound extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly key = 'meeting.notFound';
}
export class MeetingSettled extends DomainError {
  readonly code = 'CONFLICT';
  readonly key = 'meeting.settled';
}
export class MeetingEditedMeanwhile extends DomainError {
  readonly code = 'CONFLICT';
  readonly key = 'meeting.editedMeanwhile';
}
export class MeetingTooEarly extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'meeting.tooEarly';
}
export class MeetingTooLate extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'meeting.tooLate';
}
export class MeetingUnchanged extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'meeting.unchanged';
}
export class MeetingStillToCome extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'meeting.stillToCome';
}
