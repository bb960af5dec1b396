import { addDays, atLocalTime, type Day } from '../action-plans/reporting-calendar.js';
import { enumOf } from '../platform/graphql/enum-of.js';

export const ReminderStage = enumOf('ReminderStage', 'Why a reminder goes out.', {
  OPENED: 'The period has opened for check-ins.',
  DUE_SOON: 'The due day is a week away or less.',
  OVERDUE: 'The due day passed three days ago or more.',
});
export type ReminderStage = keyof typeof ReminderStage;

/** The dates of a period as they hold for one institution. */
export interface StageDates {
  readonly opensOn: Day;
  readonly dueOn: Day;
  readonly opensAt: Date;
  readonly dueBefore: Date;
  readonly closesBefore: Date;
  readonly timeZone: string;
}

interface StageRule {
  readonly stage: ReminderStage;
  readonly anchor: 'opensOn' | 'dueOn';
  readonly days: number;
  /** Local time of day in the plan's zone. */
  readonly time: string;
  /** From this instant on it would say something untrue. */
  readonly until: 'dueBefore' | 'closesBefore';
}

/** In the order in which they come; a later one takes the place of an earlier one that was never sent. */
export const STAGE_RULES: readonly StageRule[] = [
  { stage: 'OPENED', anchor: 'opensOn', days: 0, time: '09:00', until: 'dueBefore' },
  { stage: 'DUE_SOON', anchor: 'dueOn', days: -7, time: '09:00', until: 'dueBefore' },
  { stage: 'OVERDUE', anchor: 'dueOn', days: 3, time: '09:00', until: 'closesBefore' },
];

export interface DueStage {
  readonly stage: ReminderStage;
  readonly until: Date;
  /** Stages whose time has come as well; one mail stands for all of them. */
  readonly includes: readonly ReminderStage[];
}

/** The stage that speaks at `now`: the last whose time has come and that is still true. Null when none is. */
export function dueStage(dates: StageDates, now: Date): DueStage | null {
  if (now < dates.opensAt || now >= dates.closesBefore) return null;
  const come = STAGE_RULES.filter((rule) => startOf(rule, dates) <= now);
  const speaks = come.at(-1);
  if (!speaks || now >= dates[speaks.until]) return null;
  return { stage: speaks.stage, until: dates[speaks.until], includes: come.map(({ stage }) => stage) };
}

/** Whether the one comes after the other. */
export const isLater = (one: ReminderStage, other: ReminderStage): boolean => orderOf(one) > orderOf(other);

const orderOf = (stage: ReminderStage): number => STAGE_RULES.findIndex((rule) => rule.stage === stage);

/** Never before the day on which the period opens, however short the time to the due day; and at its time of day then too. */
function startOf(rule: StageRule, dates: StageDates): Date {
  const planned = addDays(dates[rule.anchor], rule.days);
  return atLocalTime(planned < dates.opensOn ? dates.opensOn : planned, rule.time, dates.timeZone);
}
