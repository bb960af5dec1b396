import { takesMail, type Matter } from './matter.js';
import { endOf, type ReminderRule } from './reminder-rule.js';
import type { Reminder } from './reminder.entity.js';
import { editionOf, fits, occurrences, type Facts, type Occurrence } from './reminder.planning.js';
import type { SuppressionReason } from './reminder.vocabulary.js';

/** Key of reminders that somebody sent by hand, beside the rules. */
export const BY_HAND = 'by-hand';

/** What of a mail is still to be said, and what is not and why. */
export interface LastLook {
  readonly kept: ReadonlyArray<{ readonly matter: Matter; readonly row: Reminder }>;
  readonly dropped: ReadonlyArray<{ readonly row: Reminder; readonly reason: SuppressionReason }>;
}

/**
 * The last look before a mail leaves. `rows` is what it was queued to say; the facts are as they are now.
 *
 * @param facts.matters those that the rows name and that are still waited for
 */
export function lookAgain(facts: Facts, rows: readonly Reminder[], now: Date): LastLook {
  const matters = new Map(facts.matters.map((matter) => [`${matter.planId} ${matter.subject}`, matter]));
  const kept: Array<{ matter: Matter; row: Reminder }> = [];
  const dropped: Array<{ row: Reminder; reason: SuppressionReason }> = [];
  for (const row of rows) {
    const matter = matters.get(`${row.planId} ${row.subject}`);
    const reason = matter ? whyNot(facts, matter, row, now) : 'NOTHING_MISSING';
    if (matter && reason === null) kept.push({ matter, row });
    else if (reason !== null) dropped.push({ row, reason });
  }
  return { kept, dropped };
}

function whyNot(facts: Facts, matter: Matter, row: Reminder, now: Date): SuppressionReason | null {
  if (matter.isSettled) return 'NOTHING_MISSING';
  const recipient = facts.directory.of(row.audience, matter).find(({ address }) => address === row.address);
  if (!recipient) return 'ADDRESS_CHANGED';
  if (!takesMail(recipient)) return 'UNDELIVERABLE';
  const rule = ruleOf(facts, row);
  if (!rule?.isOn) return 'RULE_OFF';
  const due = occurrences(facts, matter, now).filter((one) => one.recipient?.address === row.address);
  const itself = row.rule === BY_HAND ? byHand(row, rule, matter) : due.find((one) => one.rule.key === row.rule);
  const occurrence = itself ? { ...itself, recipient } : null;
  const paused = (kind: 'HOLD' | 'MUTE'): boolean =>
    occurrence !== null && facts.pauses.some((pause) => pause.kind === kind && fits(pause, occurrence, now));
  // An extension has a series of its own, which says what holds now.
  if (row.rule !== BY_HAND && editionOf(rule, matter) !== row.edition) return 'STAGE_OVER';
  if (!occurrence) return 'RESCHEDULED';
  if (paused('MUTE')) return 'MUTED';
  if (paused('HOLD')) return 'HELD';
  if (now >= occurrence.endsAt) return 'STAGE_OVER';
  return due.some((other) => isSuccessor(other, occurrence, now)) ? 'STAGE_OVER' : null;
}

/** A stage whose successor has come is left to the successor's own mail. */
const isSuccessor = (other: Occurrence, { plannedAt }: Occurrence, now: Date): boolean =>
  other.plannedAt > plannedAt && now < other.endsAt;

/** A reminder by hand has no rule; it behaves as one that was planned for the moment of sending. */
function ruleOf({ rules }: Facts, row: Reminder): ReminderRule | undefined {
  if (row.rule !== BY_HAND) return rules.get(row.planId)?.find(({ key }) => key === row.rule);
  const { stage, template, audience } = row;
  const offset = { anchor: 'DUE', offsetDays: 0, unit: 'DAYS', localTime: '00:00', latenessHours: 24 } as const;
  return { key: BY_HAND, stage, template, audience, ...offset, isOn: true };
}

const byHand = (row: Reminder, rule: ReminderRule, matter: Matter): Occurrence => ({
  rule,
  matter,
  edition: row.edition,
  plannedAt: row.plannedAt,
  endsAt: endOf(rule, row.plannedAt, matter),
  recipient: null,
});
