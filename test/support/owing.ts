import { addDays, startOfDay, type Day } from '../../src/action-plans/reporting-calendar.js';
import type { LocalizedText } from '../../src/platform/i18n/text.js';
import type { Owing, Recipient } from '../../src/reminders/reminder.planning.js';
import type { StageDates } from '../../src/reminders/reminder.stages.js';

/** The second quarter of 2024 in Amman, open from 1 July, due on Sunday 14 July, closed after 14 August. */
export const QUARTER = { opensOn: '2024-07-01', dueOn: '2024-07-14', closesOn: '2024-08-14', timeZone: 'Asia/Amman' };

type Days = { opensOn: Day; dueOn: Day; closesOn: Day; timeZone: string };

/** The dates of a period from its days, as the database gives them. */
export const datesOf = (days: Partial<Days> = {}): StageDates & Days => {
  const { opensOn, dueOn, closesOn, timeZone } = { ...QUARTER, ...days };
  return {
    opensOn,
    dueOn,
    closesOn,
    timeZone,
    opensAt: startOfDay(opensOn, timeZone),
    dueBefore: startOfDay(addDays(dueOn, 1), timeZone),
    closesBefore: startOfDay(addDays(closesOn, 1), timeZone),
  };
};

export const inEnglish = (text: string): LocalizedText => ({ en: { text, origin: 'ORIGINAL' } });

/** What an institution owes in the quarter: so many check-ins, all of them missing unless something else is said. */
export const owing = (institution: string, more: Partial<Owing> & { count?: number } = {}): Owing => {
  const { count = 1, ...rest } = more;
  return {
    planId: 'plan',
    planKey: 'testville-2024',
    planTitle: inEnglish('Plan of Testville'),
    planLanguage: 'en',
    country: 'JO',
    replyTo: 'mel@example.org',
    periodId: 'period',
    periodKey: '2024-Q2',
    institutionId: institution,
    institutionKey: institution,
    institutionName: inEnglish(`Institution ${institution}`),
    owed: count,
    missing: Array.from({ length: count }, (_, at) => ({
      number: at + 1,
      title: inEnglish(`Commitment ${at + 1}`),
      status: 'EXPECTED' as const,
    })),
    ...datesOf(),
    ...rest,
  };
};

export const recipient = (institutionId: string, more: Partial<Recipient> = {}): Recipient => ({
  institutionId,
  address: `${institutionId}@example.org`,
  name: `Focal point of ${institutionId}`,
  language: 'en',
  ...more,
});
