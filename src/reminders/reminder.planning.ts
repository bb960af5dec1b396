import type { WorkingWeek } from '../action-plans/reporting-calendar.js';
import { groupBy } from '../platform/group-by.js';
import { takesMail, type Directory, type Matter, type Pause, type Recipient } from './matter.js';
import { endOf, movesWithExtension, plannedAt, topicOf, type ReminderRule, type Topic } from './reminder-rule.js';
import type { SuppressionReason } from './reminder.vocabulary.js';

/** One reminder: a rule, a matter and an address. What it is called is unique, and never reminded of twice. */
export interface Occurrence {
  readonly rule: ReminderRule;
  readonly matter: Matter;
  /** Empty, or which extension it belongs to. */
  readonly edition: string;
  readonly plannedAt: Date;
  /** From this instant on it is not made up for. */
  readonly endsAt: Date;
  /** Null when the rule finds nobody with an address. */
  readonly recipient: Recipient | null;
}

/** What was recorded before of an occurrence. */
export interface Recorded {
  /** `TOO_LATE` as well when its mail could not be delivered in time. */
  readonly reason: SuppressionReason | null;
  /** The times that it had then; an edit may have moved them since. */
  readonly plannedAt: Date;
  readonly endsAt: Date;
  /** The mail that was to say it. */
  readonly mailId?: string | null;
}
/** By `nameOf`. */
export type Records = ReadonlyMap<string, Recorded>;

export interface Facts {
  readonly matters: readonly Matter[];
  readonly directory: Directory;
  readonly rules: ReadonlyMap<string, readonly ReminderRule[]>;
  readonly weeks: ReadonlyMap<string, WorkingWeek>;
  readonly pauses: readonly Pause[];
  readonly recorded: Records;
}

/** What one mail says to one address, of one matter: the latest of what is due; it stands for the others as well. */
export interface Said {
  readonly speaks: Occurrence;
  readonly settles: readonly Occurrence[];
}
export interface Digest {
  readonly recipient: Recipient & { readonly address: string };
  readonly said: readonly Said[];
}
export interface Suppressed {
  readonly occurrence: Occurrence;
  readonly reason: SuppressionReason;
}
export interface Plan {
  readonly digests: readonly Digest[];
  /** To be recorded: why something that was due is not sent. */
  readonly suppressed: readonly Suppressed[];
  /** Due, and held by somebody. Nothing is recorded: it goes out when it is released in time. */
  readonly held: readonly Occurrence[];
}

/** The name under which an occurrence is recorded, once. */
export const nameOf = (
  planId: string,
  rule: string,
  subject: string,
  edition: string,
  address: string | null,
): string => `${planId} ${rule} ${subject} ${edition} ${address ?? ''}`;

export const nameOfOccurrence = ({ rule, matter, edition, recipient }: Occurrence): string =>
  nameOf(matter.planId, rule.key, matter.subject, edition, recipient?.address ?? null);

/** What may be mended in time: then the reminder goes out after all. */
export const MENDABLE: readonly (SuppressionReason | null)[] = [
  'NO_ADDRESS',
  'UNDELIVERABLE',
  'HELD',
  'RESCHEDULED',
  'ADDRESS_CHANGED',
  'RULE_OFF',
  // An edit gives it more time, or clocks that were ahead are put right.
  'TOO_LATE',
];
/** What is said, or left to the mail that stands for it. It is never said again. */
export const SAID: readonly (SuppressionReason | null)[] = [null, 'SAID_BY_ANOTHER'];
/** What was settled once and may come apart without anybody handing in anything: a contact is lost, a meeting called off. */
const UNSETTLES: readonly Topic[] = ['UNREACHABLE', 'NO_MEETING'];

/** Every occurrence of the matter that is planned for `until` or earlier. */
export function occurrences(facts: Facts, matter: Matter, until: Date): Occurrence[] {
  const rules = facts.rules.get(matter.planId) ?? [];
  const week = weekOf(facts, matter);
  return rules.flatMap((rule) => {
    if (!rule.isOn || topicOf(rule) !== matter.topic) return [];
    const planned = plannedOnce(rule, matter, week);
    if (!planned || planned > until) return [];
    const edition = editionOf(rule, matter);
    const endsAt = endOf(rule, planned, matter);
    return recipientsOf(facts, rule, matter).map((recipient) => ({
      rule,
      matter,
      edition,
      plannedAt: planned,
      endsAt,
      recipient,
    }));
  });
}

/** Null stands for nobody with an address: that is written down. Whom a matter leaves out are missed by nobody. */
function recipientsOf(
  { directory }: Facts,
  { audience }: ReminderRule,
  matter: Matter,
): ReadonlyArray<Recipient | null> {
  const reachable = directory.of(audience, matter).filter(({ address }) => address !== null);
  if (matter.onlyTo) return reachable.filter(({ address }) => address !== null && matter.onlyTo?.includes(address));
  return reachable.length > 0 ? reachable : [null];
}

const NO_WEEK: WorkingWeek = { weekend: [], holidays: [] };
const weekOf = ({ weeks }: Facts, { planId }: Matter): WorkingWeek => weeks.get(planId) ?? NO_WEEK;

/** Counted once for the many matters that share their days: calendars are slow. */
const counted = new WeakMap<WorkingWeek, Map<string, Date | null>>();

function plannedOnce(rule: ReminderRule, matter: Matter, week: WorkingWeek): Date | null {
  const known = counted.get(week) ?? new Map<string, Date | null>();
  counted.set(week, known);
  const { unit, offsetDays, localTime, template, stage } = rule;
  const days = `${matter.days[rule.anchor]} ${matter.days.OPENS} ${matter.days.DUE} ${matter.timeZone}`;
  const key = `${days} ${unit} ${offsetDays} ${localTime} ${template} ${stage}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const planned = plannedAt(rule, matter, week);
  known.set(key, planned);
  return planned;
}

/** An extension is a promise of its own: its reminders come for its own days, whatever was sent for the day before. */
export const editionOf = (rule: ReminderRule, { extendedTo }: Matter): string =>
  extendedTo !== null && movesWithExtension(rule) ? `extended-${extendedTo}` : '';

/** Who is reminded of what at `now`, and what is not sent and why. Pure: the same facts give the same plan. */
export function planReminders(facts: Facts, now: Date): Plan {
  const suppressed: Suppressed[] = [];
  const held: Occurrence[] = [];
  const digests = new Map<string, { recipient: Recipient & { address: string }; said: Said[] }>();
  for (const matter of facts.matters) {
    for (const [address, due] of groupBy(occurrences(facts, matter, now), addressOf)) {
      const answer = decide(facts, due, now);
      suppressed.push(...answer.suppressed);
      held.push(...answer.held);
      const { said } = answer;
      const recipient = said?.speaks.recipient;
      if (!said || !recipient || address === null) continue;
      const digest = digests.get(address) ?? { recipient: { ...recipient, address }, said: [] };
      digest.said.push(said);
      digests.set(address, digest);
    }
  }
  return { digests: [...digests.values()], suppressed, held };
}

/**
 * The next instant at which planning can say something else although no fact changes: check-ins begin to be taken, a rule
 * begins or ceases to speak, a pause ends. Null when none will come.
 */
export function nextTurn(facts: Facts, now: Date): Date | null {
  let next = Infinity;
  const consider = (turn: Date | null): void => {
    if (turn !== null && turn > now) next = Math.min(next, turn.getTime());
  };
  for (const { until } of facts.pauses) consider(until);
  for (const matter of oneOfEachKind(facts.matters)) {
    consider(matter.opensAt);
    for (const rule of facts.rules.get(matter.planId) ?? []) {
      const planned = topicOf(rule) === matter.topic ? plannedOnce(rule, matter, weekOf(facts, matter)) : null;
      consider(planned);
      if (planned) consider(endOf(rule, planned, matter));
    }
  }
  return next === Infinity ? null : new Date(next);
}

/** Many matters share their dates. */
function oneOfEachKind(matters: readonly Matter[]): Iterable<Matter> {
  const kinds = new Map<string, Matter>();
  for (const matter of matters) {
    const { planId, topic, days, opensAt, dueBefore, closesBefore } = matter;
    const dates = [opensAt, dueBefore, closesBefore].map((date) => date?.getTime());
    kinds.set([planId, topic, ...Object.entries(days).flat(), ...dates].join(' '), matter);
  }
  return kinds.values();
}

interface Decision {
  readonly said: Said | null;
  readonly suppressed: readonly Suppressed[];
  readonly held: readonly Occurrence[];
}

/** Of everything that is due to one address about one matter: what is said, what is not and why. */
function decide(facts: Facts, due: readonly Occurrence[], now: Date): Decision {
  const open = due.filter((occurrence) => isOpen(facts, occurrence));
  const nothing = { said: null, suppressed: [], held: [] };
  const [first] = open;
  if (!first) return nothing;
  const missed = open.filter(
    (one) => now >= one.endsAt && now.getTime() - one.endsAt.getTime() < JUST_MISSED && !isKnown(facts, one),
  );
  const inTime = open.filter(({ endsAt }) => now < endsAt);
  if (first.matter.isSettled)
    return { ...nothing, suppressed: freshOf(facts, because('NOTHING_MISSING', [...missed, ...inTime])) };
  const paused = (kind: Pause['kind']) =>
    inTime.filter((one) => facts.pauses.some((pause) => pause.kind === kind && fits(pause, one, now)));
  const muted = paused('MUTE');
  const held = paused('HOLD').filter((one) => !muted.includes(one));
  const free = inTime.filter((one) => !muted.includes(one) && !held.includes(one));
  const stopped = freshOf(facts, [...because('MUTED', muted), ...because('HELD', held)]);
  const quiet = [...because('TOO_LATE', missed), ...stopped];
  const recipient = first.recipient;
  if (recipient === null)
    return { said: null, held, suppressed: [...quiet, ...freshOf(facts, because('NO_ADDRESS', free))] };
  if (!takesMail(recipient))
    return { said: null, held, suppressed: [...quiet, ...freshOf(facts, because('UNDELIVERABLE', free))] };
  const latestSent = due
    .filter((one) => !isOpen(facts, one) && wasSent(facts, one))
    .sort(bySpeaking)
    .at(-1);
  const overtaken = free.filter((one) => latestSent !== undefined && bySpeaking(one, latestSent) < 0);
  const speaking = free.filter((one) => !overtaken.includes(one)).sort(bySpeaking);
  const speaks = speaking.at(-1);
  return {
    said: speaks ? { speaks, settles: speaking.slice(0, -1) } : null,
    held,
    suppressed: [...quiet, ...freshOf(facts, because('OVERTAKEN', overtaken))],
  };
}

/** What was missed longer ago, such as before the plan was here, is not written down: the schedule tells of it. */
const JUST_MISSED = 7 * 24 * 3_600_000;

const because = (reason: SuppressionReason, found: readonly Occurrence[]): Suppressed[] =>
  found.map((occurrence) => ({ occurrence, reason }));

/** Whether it stands in the ledger: a reason that was recorded is not replaced by lateness. */
const isKnown = ({ recorded }: Facts, occurrence: Occurrence): boolean => recorded.has(nameOfOccurrence(occurrence));

/** Whether nothing was recorded of it that is for good. What was not sent is open again once its times have moved on. */
export function isOpen({ recorded }: Pick<Facts, 'recorded'>, occurrence: Occurrence): boolean {
  const record = recorded.get(nameOfOccurrence(occurrence));
  if (record === undefined || MENDABLE.includes(record.reason)) return true;
  if (SAID.includes(record.reason)) return false;
  if (record.reason === 'NOTHING_MISSING') return UNSETTLES.includes(occurrence.matter.topic);
  return occurrence.plannedAt > record.plannedAt || occurrence.endsAt > record.endsAt;
}
export const wasSent = ({ recorded }: Pick<Facts, 'recorded'>, occurrence: Occurrence): boolean =>
  recorded.get(nameOfOccurrence(occurrence))?.reason === null;
/** What was recorded already need not be recorded again. */
const freshOf = ({ recorded }: Facts, found: readonly Suppressed[]): Suppressed[] =>
  found.filter(({ occurrence, reason }) => recorded.get(nameOfOccurrence(occurrence))?.reason !== reason);

/**
 * The later speaks. Of two at the same instant: the one that asks before the one that tells, and the one that says that
 * the period has opened before the one that says when it is due, which both do.
 */
export function bySpeaking(one: Occurrence, other: Occurrence): number {
  const weight = ({ rule }: Occurrence): number =>
    rule.template === 'NOT_REPORTED' ? 0 : rule.stage === 'OPENED' ? 2 : 1;
  return one.plannedAt.getTime() - other.plannedAt.getTime() || weight(one) - weight(other);
}

export const fits = (pause: Pause, { matter, recipient, rule }: Occurrence, now: Date): boolean =>
  pause.planId === matter.planId &&
  (pause.until === null || now < pause.until) &&
  (pause.institutionId === null || pause.institutionId === matter.institutionId) &&
  (pause.periodId === null || pause.periodId === matter.periodId) &&
  (pause.address === null || pause.address === recipient?.address) &&
  (pause.audience === null || pause.audience === rule.audience);

const addressOf = ({ recipient }: Occurrence): string | null => recipient?.address ?? null;
