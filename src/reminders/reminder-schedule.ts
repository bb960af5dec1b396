import type { Matter } from './matter.js';
import {
  fits,
  nameOf,
  nameOfOccurrence,
  isOpen,
  occurrences,
  type Facts,
  type Occurrence,
} from './reminder.planning.js';
import { takesMail } from './matter.js';
import type {
  ReminderAudience,
  ReminderStage,
  ReminderStatus,
  ReminderTemplate,
  SuppressionReason,
} from './reminder.vocabulary.js';
import type { ReminderRow } from './reminders.queries.js';

/** One reminder of the past or the future, and how it stands. */
export interface ScheduledReminder {
  readonly rule: string;
  readonly stage: ReminderStage;
  readonly template: ReminderTemplate;
  readonly audience: ReminderAudience;
  readonly address: string | null;
  readonly plannedAt: Date;
  readonly endsAt: Date;
  readonly status: ReminderStatus;
  /** Why it was not sent; of one that is planned, why it would not be if nothing changes. */
  readonly reason: SuppressionReason | null;
  readonly periodId: string | null;
  readonly institutionId: string | null;
  readonly workingGroupId: string | null;
  /** The plan's. */
  readonly timeZone: string;
  readonly row: ReminderRow | null;
}

/**
 * Everything that rules say of the matters between two instants, with what became of it so far, by its time. What the
 * ledger has and today's rules and addresses no longer say is listed as well.
 */
export function schedule(
  facts: Facts,
  ledger: readonly ReminderRow[],
  { from, until, timeZone }: { from: Date; until: Date; timeZone: string },
  now: Date,
): ScheduledReminder[] {
  const recorded = new Map(
    ledger.map((row) => [nameOf(row.planId, row.rule, row.subject, row.edition, row.address), row]),
  );
  const said = facts.matters
    .flatMap((matter) => occurrences(facts, matter, until).filter(({ plannedAt }) => plannedAt >= from))
    .map((one) => standing(facts, one, recorded.get(nameOfOccurrence(one)) ?? null, now));
  const listed = new Set(said.flatMap(({ row }) => row?.id ?? []));
  // A row that is about the same, planned for another time, says something of its own time alone.
  const others = ledger
    .filter(({ id, plannedAt }) => !listed.has(id) && plannedAt >= from && plannedAt <= until)
    .map((row) => ({ ...row, timeZone, row }));
  return [...said, ...others].sort((a, b) => a.plannedAt.getTime() - b.plannedAt.getTime());
}

function standing(facts: Facts, one: Occurrence, row: ReminderRow | null, now: Date): ScheduledReminder {
  const { rule, matter, plannedAt, endsAt, recipient } = one;
  const { key, stage, template, audience } = rule;
  const { periodId, institutionId, workingGroupId } = matter;
  const about = {
    rule: key,
    stage,
    template,
    audience,
    plannedAt,
    endsAt,
    periodId,
    institutionId,
    workingGroupId,
    timeZone: matter.timeZone,
  };
  const address = recipient?.address ?? null;
  const comesAgain = row !== null && isOpen(facts, one) && now < plannedAt;
  if (row && !comesAgain)
    return { ...about, plannedAt: row.plannedAt, address, status: row.status, reason: row.reason, row };
  if (plannedAt > now)
    return { ...about, address, status: 'PLANNED', reason: asThingsStand(facts, one, plannedAt), row };
  if (now >= endsAt) return { ...about, address, status: 'SUPPRESSED', reason: 'TOO_LATE', row };
  return { ...about, address, status: 'WAITING', reason: asThingsStand(facts, one, now), row };
}

/** Why it would not be sent at that instant if nothing changed. */
function asThingsStand(facts: Facts, one: Occurrence, at: Date): SuppressionReason | null {
  const paused = (kind: 'HOLD' | 'MUTE'): boolean =>
    facts.pauses.some((pause) => pause.kind === kind && fits(pause, one, at));
  if (one.matter.isSettled) return 'NOTHING_MISSING';
  if (one.recipient === null) return 'NO_ADDRESS';
  if (!takesMail(one.recipient)) return 'UNDELIVERABLE';
  if (paused('MUTE')) return 'MUTED';
  return paused('HOLD') ? 'HELD' : null;
}

export const concerns =
  ({ institutionId, periodId }: { institutionId?: string | null | undefined; periodId?: string | null | undefined }) =>
  (matter: Matter): boolean =>
    (!institutionId || matter.institutionId === institutionId) && (!periodId || matter.periodId === periodId);
