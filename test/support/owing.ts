import { addDays, startOfDay, type Day } from '../../src/action-plans/reporting-calendar.js';
import type { LocalizedText } from '../../src/platform/i18n/text.js';
import { Directory, subjectOf, type Matter, type Pause, type Recipient } from '../../src/reminders/matter.js';
import type { Facts, Records } from '../../src/reminders/reminder.planning.js';
import { DEFAULT_RULES, type ReminderRule } from '../../src/reminders/reminder-rule.js';

/** The second quarter of 2024 in Amman, open from 1 July, due on Sunday 14 July, closed after 14 August. */
export const QUARTER = { opensOn: '2024-07-01', dueOn: '2024-07-14', closesOn: '2024-08-14', timeZone: 'Asia/Amman' };

type Days = { opensOn: Day; dueOn: Day; closesOn: Day; timeZone: string };

/** The dates of a period from its days, as the database gives them. */
export const datesOf = (
  days: Partial<Days> = {},
): Pick<Matter, 'days' | 'timeZone' | 'opensAt' | 'dueBefore' | 'closesBefore'> => {
  const { opensOn, dueOn, closesOn, timeZone } = { ...QUARTER, ...days };
  return {
    days: { OPENS: opensOn, DUE: dueOn, CLOSES: closesOn, ENDS: addDays(opensOn, -1) },
    timeZone,
    opensAt: startOfDay(opensOn, timeZone),
    dueBefore: startOfDay(addDays(dueOn, 1), timeZone),
    closesBefore: startOfDay(addDays(closesOn, 1), timeZone),
  };
};

export const inEnglish = (text: string): LocalizedText => ({ en: { text, origin: 'ORIGINAL' } });

/** What an institution owes in the quarter, all of it missing unless something else is said. */
export const owing = (institution: string, more: Partial<Matter> = {}): Matter => ({
  topic: 'CHECK_INS',
  planId: 'plan',
  subject: subjectOf.checkIns(more.periodId ?? 'period', institution),
  extendedTo: null,
  isSettled: false,
  periodId: 'period',
  institutionId: institution,
  workingGroupId: null,
  ...datesOf(),
  ...more,
});

export const recipient = (institutionId: string | null, more: Partial<Recipient> = {}): Recipient => ({
  planId: 'plan',
  audience: 'FOCAL_POINT',
  institutionId,
  workingGroupId: null,
  address: `${institutionId ?? 'somebody'}@example.org`,
  name: `Focal point of ${institutionId}`,
  language: 'en',
  isUndeliverable: false,
  ...more,
});

/** Jordan's working week, without a holiday. */
export const WEEK = { weekend: [5, 6], holidays: [] };

/** What planning decides by, for one plan with the usual rules. */
export const factsOf = (
  matters: readonly Matter[],
  recipients: readonly Recipient[],
  more: { recorded?: Records; rules?: readonly ReminderRule[]; pauses?: readonly Pause[] } = {},
): Facts => {
  const planIds = [...new Set(['plan', ...matters.map(({ planId }) => planId)])];
  return {
    matters,
    directory: new Directory(recipients),
    rules: new Map(planIds.map((id) => [id, more.rules ?? DEFAULT_RULES])),
    weeks: new Map(planIds.map((id) => [id, WEEK])),
    pauses: more.pauses ?? [],
    recorded: more.recorded ?? new Map(),
  };
};
