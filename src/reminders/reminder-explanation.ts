import type { Messages } from '../platform/i18n/messages.js';
import type { Language } from '../platform/i18n/text.js';
import type { ScheduledReminder } from './reminder-schedule.js';

/** How a reminder stands and why, in one sentence. Instants are given in UTC, as everywhere in the API. */
export function explained(messages: Messages, language: Language, reminder: ScheduledReminder): string {
  const { status, reason, rule, address, plannedAt, endsAt, row } = reminder;
  const args = {
    rule,
    address: address ?? '—',
    planned: minuteOf(plannedAt),
    end: minuteOf(endsAt),
    sent: row?.sentAt ? minuteOf(row.sentAt) : '—',
    answer: row?.smtpAnswer ?? '—',
  };
  if (status === 'PLANNED' && reason === null) return messages.say(language, 'reminderStatus.PLANNED', args);
  const because = reason === null ? '' : messages.say(language, `suppression.${reason}`, args);
  if (status === 'PLANNED') return messages.say(language, 'reminderStatus.PLANNED_BUT', { ...args, because });
  if (reason !== null && (status === 'SUPPRESSED' || status === 'WAITING')) return because;
  return messages.say(language, `reminderStatus.${status}`, args);
}

const minuteOf = (instant: Date): string => `${instant.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
