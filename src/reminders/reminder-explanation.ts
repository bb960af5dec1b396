import { localMinute } from '../action-plans/reporting-calendar.js';
import type { Messages } from '../platform/i18n/messages.js';
import type { Language } from '../platform/i18n/text.js';
import type { ScheduledReminder } from './reminder-schedule.js';

/** How a reminder stands and why, in one sentence, with times as clocks of the plan's zone show them. */
export function explained(messages: Messages, language: Language, reminder: ScheduledReminder): string {
  const { status, reason, rule, address, plannedAt, endsAt, timeZone, row } = reminder;
  const shown = (instant: Date): string => `${localMinute(instant, timeZone)} (${timeZone})`;
  const args = {
    rule,
    address: address ?? '—',
    planned: shown(plannedAt),
    end: shown(endsAt),
    sent: row?.sentAt ? shown(row.sentAt) : '—',
    answer: row?.smtpAnswer ?? '—',
  };
  if (status === 'PLANNED' && reason === null) return messages.say(language, 'reminderStatus.PLANNED', args);
  const because = reason === null ? '' : messages.say(language, `suppression.${reason}`, args);
  if (status === 'PLANNED') return messages.say(language, 'reminderStatus.PLANNED_BUT', { ...args, because });
  if (reason !== null && (status === 'SUPPRESSED' || status === 'WAITING')) return because;
  return messages.say(language, `reminderStatus.${status}`, args);
}
