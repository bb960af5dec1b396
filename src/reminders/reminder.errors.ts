import { DomainError } from '../platform/errors/domain-error.js';

export class PauseNotFound extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly key = 'reminderPause.notFound';
}
export class PauseOver extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'reminderPause.over';
}
export class NothingToRemindOf extends DomainError {
  readonly code = 'CONFLICT';
  readonly key = 'reminder.nothingMissingNow';
}
export class NobodyToRemind extends DomainError {
  readonly code = 'CONFLICT';
  readonly key = 'reminder.noAddressNow';
}
export class RemindersPaused extends DomainError {
  readonly code = 'CONFLICT';
  readonly key = 'reminder.pausedNow';
}
export class RemindedToday extends DomainError {
  readonly code = 'CONFLICT';
  readonly key = 'reminder.remindedToday';
}
export class ScheduleTooLong extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'reminder.scheduleTooLong';
}
export class ScheduleTooLarge extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'reminder.scheduleTooLarge';
}
export class TooManyRules extends DomainError {
  readonly code = 'CONFLICT';
  readonly key = 'reminder.tooManyRules';
}
