import { groupBy } from '../platform/group-by.js';
import { takesMail, type Matter, type Pause } from './matter.js';
import { BY_HAND, endOf, type ReminderRule } from './reminder-rule.js';
import { handRule } from './reminder-by-hand.js';
import type { Reminder } from './reminder.entity.js';
import {
  bySpeaking,
  editionOf,
  fits,
  isOpen,
  occurrences,
  wasSent,
  type Facts,
  type Occurrence,
} from './reminder.planning.js';
import type { SuppressionReason } from './reminder.vocabulary.js';

/** What of a mail is still to be said, and what is not and why. */
export interface LastLook {
  /** Of each matter the latest that is still true. */
  readonly kept: ReadonlyArray<{ readonly matter: Matter; readonly row: Reminder; readonly rule: ReminderRule }>;
  /** What stands otherwise in the ledger than before; a reason of null is what the mail says now. */
  readonly changed: ReadonlyArray<{ readonly row: Reminder; readonly reason: SuppressionReason | null }>;
}

/**
 * The last look before a mail leaves; the facts are as they are now.
 *
 * @param facts.matters those that the rows name and that are still waited for
 * @param rows what the mail was queued to say, or to stand for
 */
export function lookAgain(facts: Facts, rows: readonly Reminder[], now: Date): LastLook {
  const matters = new Map(facts.matters.map((matter) => [`${matter.planId} ${matter.subject}`, matter]));
  const looks = [...groupBy(rows, ({ planId, subject }) => `${planId} ${subject}`)].map(([name, ofMatter]) =>
    lookAt(facts, matters.get(name), ofMatter, now),
  );
  return {
    kept: looks.flatMap(({ kept }) => kept),
    changed: looks.flatMap(({ reasons }) => reasons).filter(({ row, reason }) => reason !== row.reason),
  };
}

/** What of one matter speaks. If what was to speak must not, what it stood for does. */
function lookAt(facts: Facts, matter: Matter | undefined, rows: readonly Reminder[], now: Date) {
  if (!matter || matter.isSettled)
    return { kept: [], reasons: rows.map((row) => ({ row, reason: 'NOTHING_MISSING' as const })) };
  const judged = rows.map((row) => judge(facts, matter, row, rows, now));
  const speaks = judged
    .flatMap(({ speaks: one, row }) => (one ? [{ one, row }] : []))
    .sort((a, b) => bySpeaking(a.one, b.one))
    .at(-1);
  return {
    kept: speaks ? [{ matter, row: speaks.row, rule: speaks.one.rule }] : [],
    reasons: judged.map(({ row, reason }) => ({
      row,
      reason: reason ?? (row === speaks?.row ? null : ('SAID_BY_ANOTHER' as const)),
    })),
  };
}

interface Judged {
  readonly row: Reminder;
  /** What is still to be said. */
  readonly speaks: Occurrence | null;
  readonly reason: SuppressionReason | null;
}

function judge(facts: Facts, matter: Matter, row: Reminder, rows: readonly Reminder[], now: Date): Judged {
  const not = (reason: SuppressionReason): Judged => ({ row, reason, speaks: null });
  const rule = ruleOf(facts, matter, row, now);
  // A rule that goes to others by now reminds them, and not who was meant when the mail was queued.
  const audience = rule?.isOn && row.rule !== BY_HAND ? rule.audience : row.audience;
  const recipient = facts.directory.of(audience, matter).find(({ address }) => address === row.address);
  if (!recipient) return not('ADDRESS_CHANGED');
  if (!takesMail(recipient)) return not('UNDELIVERABLE');
  if (!rule?.isOn) return not('RULE_OFF');
  const due = occurrences(facts, matter, now).filter((one) => one.recipient?.address === row.address);
  const itself = row.rule === BY_HAND ? byHand(row, rule, matter) : due.find((one) => one.rule.key === row.rule);
  // An extension has a series of its own, which says what holds now.
  if (row.rule !== BY_HAND && editionOf(rule, matter) !== row.edition) return not('STAGE_OVER');
  if (!itself) return not('RESCHEDULED');
  const occurrence = { ...itself, recipient };
  if (isPaused(facts, 'MUTE', occurrence, now)) return not('MUTED');
  if (isPaused(facts, 'HOLD', occurrence, now)) return not('HELD');
  if (now >= occurrence.endsAt) return not('STAGE_OVER');
  const others = due.filter((other) => !rows.some(({ rule: key }) => key === other.rule.key));
  if (others.some((other) => isSuccessor(facts, other, occurrence, now))) return not('STAGE_OVER');
  return { row, reason: null, speaks: occurrence };
}

const isPaused = (facts: Facts, kind: Pause['kind'], occurrence: Occurrence, now: Date): boolean =>
  facts.pauses.some((pause) => pause.kind === kind && fits(pause, occurrence, now));

/** A stage is left to its successor when the successor's own mail went out, or does with the next run. */
function isSuccessor(facts: Facts, other: Occurrence, { plannedAt }: Occurrence, now: Date): boolean {
  if (other.plannedAt <= plannedAt) return false;
  if (wasSent(facts, other)) return true;
  const isStopped = isPaused(facts, 'MUTE', other, now) || isPaused(facts, 'HOLD', other, now);
  return now < other.endsAt && isOpen(facts, other) && !isStopped;
}

const ruleOf = ({ rules }: Facts, matter: Matter, row: Reminder, now: Date): ReminderRule | undefined =>
  row.rule === BY_HAND ? handRule(matter, now) : rules.get(row.planId)?.find(({ key }) => key === row.rule);

const byHand = (row: Reminder, rule: ReminderRule, matter: Matter): Occurrence => ({
  rule,
  matter,
  edition: row.edition,
  plannedAt: row.plannedAt,
  endsAt: endOf(rule, row.plannedAt, matter),
  recipient: null,
});
