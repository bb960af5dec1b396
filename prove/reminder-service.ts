import { groupBy } from '../src/platform/group-by.js';
import { Directory, type Matter, type Recipient } from '../src/reminders/matter.js';
import { lookAgain } from '../src/reminders/reminder-last-look.js';
import type { Reminder } from '../src/reminders/reminder.entity.js';
import {
  nameOfOccurrence,
  planReminders,
  type Digest,
  type Facts,
  type Occurrence,
  type Plan,
  type Recorded,
} from '../src/reminders/reminder.planning.js';
import type { SuppressionReason } from '../src/reminders/reminder.vocabulary.js';
import type { Chance } from './chance.js';
import type { SimPlan, World } from './reminder-world.js';

/**
 * The service around the rules, without database and mail server: a ledger with unique rows, an outbox with unique
 * keys, processes that race for both. What is decided is decided by the real `planReminders` and `lookAgain`.
 */
export interface SimMail {
  readonly id: number;
  readonly key: string;
  readonly memberId: string;
  readonly address: string;
  readonly queuedAt: number;
  readonly expiresAt: number;
  readonly names: readonly string[];
  status: 'QUEUED' | 'SENT' | 'SUPPRESSED' | 'REFUSED' | 'EXPIRED';
  nextAttempt: number;
}

/** A row of the ledger, with what an observer remembers of it. */
export interface SimRow {
  readonly name: string;
  readonly rule: string;
  readonly matter: Matter;
  row: Reminder;
  mail: SimMail | null;
}

/** Whoever watches what the service does. */
export interface Watcher {
  recorded(row: SimRow, before: SuppressionReason | null | undefined, now: number, isStale: boolean): void;
  /** After one or more processes have run for the plans of a member, and of those that did at least one saw the present. */
  ran(plans: readonly SimPlan[], digests: readonly Digest[], wasRaced: boolean, now: number): void;
  sent(mail: SimMail, spoken: readonly SimRow[], rows: readonly SimRow[], now: number): void;
  ended(mail: SimMail, rows: readonly SimRow[], now: number): void;
  delivered(now: number): void;
}

export class SimService {
  readonly ledger = new Map<string, SimRow>();
  private readonly mails: SimMail[] = [];
  private readonly keys = new Set<string>();
  private queued: SimMail[] = [];
  /** What a slow process has planned and not written yet. */
  private slow: Plan | null = null;

  constructor(
    private readonly world: World,
    private readonly watcher: Watcher,
    private readonly chance: Chance,
  ) {}

  get waiting(): readonly SimMail[] {
    return this.queued;
  }

  get mailCount(): number {
    return this.mails.length;
  }

  /** What one or two processes do when their timers fire. Answers whether they got in each other's way. */
  run(now: number): boolean {
    let gotInTheWay = false;
    for (const plans of groupBy(this.world.plans, ({ memberId }) => memberId).values()) {
      const facts = this.facts(plans, this.world.mattersInPlay(plans, now));
      const first = planReminders(facts, new Date(now));
      const others = this.chance.isLucky(0.1) ? [{ plan: planReminders(facts, new Date(now)), isStale: false }] : [];
      if (this.slow && this.chance.isLucky(0.5)) {
        others.push({ plan: this.slow, isStale: true });
        this.slow = null;
      }
      const writers = [{ plan: first, isStale: false }, ...others].flatMap(({ plan, isStale }) => [
        ...plan.digests.map((digest) => () => this.record(digest, now)),
        ...plan.suppressed.map(
          ({ occurrence, reason }) =>
            () =>
              this.note(occurrence, reason, null, now, isStale),
        ),
      ]);
      const wasRaced = others.length > 0;
      if (wasRaced) shuffle(writers, this.chance);
      for (const write of writers) write();
      if (this.chance.isLucky(0.05)) this.slow = first;
      this.watcher.ran(plans, first.digests, wasRaced, now);
      gotInTheWay ||= wasRaced;
    }
    return gotInTheWay;
  }

  /** One pass of the relay over what is queued. Answers whether anything but that mails were sent came of it. */
  deliver(now: number, server: 'UP' | 'DOWN'): boolean {
    let changed = false;
    for (const mail of this.queued.filter(({ nextAttempt }) => nextAttempt <= now)) {
      const rows = mail.names.flatMap((name) => this.ledger.get(name) ?? []).filter((row) => row.mail === mail);
      if (mail.expiresAt <= now) this.end(mail, 'EXPIRED', rows, now);
      else if (!this.look(mail, rows, server, now)) continue;
      changed ||= mail.status !== 'SENT';
    }
    this.queued = this.queued.filter(({ status }) => status === 'QUEUED');
    this.watcher.delivered(now);
    return changed;
  }

  private look(mail: SimMail, all: readonly SimRow[], server: 'UP' | 'DOWN', now: number): boolean {
    const live = all.filter(({ row }) => row.reason === null || row.reason === 'SAID_BY_ANOTHER');
    const plans = this.world.plans.filter(({ memberId }) => memberId === mail.memberId);
    const subjects = new Set(live.map(({ row }) => row.subject));
    const matters = this.world.matters(plans).filter(({ subject }) => subjects.has(subject));
    const look = lookAgain(
      this.facts(plans, matters),
      live.map(({ row }) => row),
      new Date(now),
    );
    const rowOf = (row: Reminder): SimRow[] => live.filter(({ name }) => name === row.id);
    const spoken = look.kept.flatMap(({ row }) => rowOf(row));
    for (const { row, reason } of look.changed)
      for (const found of rowOf(row)) this.change(found, { ...row, reason }, now);
    if (spoken.length === 0) {
      this.end(mail, 'SUPPRESSED', all, now);
      return true;
    }
    if (server === 'DOWN' || this.chance.isLucky(0.05)) {
      mail.nextAttempt = now + this.chance.whole(1, 60) * 60_000;
      return look.changed.length > 0;
    }
    if (this.chance.isLucky(0.01)) {
      this.world.apply({ does: 'mark', address: mail.address }, now);
      this.end(mail, 'REFUSED', all, now);
      return true;
    }
    this.watcher.sent(mail, spoken, all, now);
    this.end(mail, 'SENT', all, now);
    return true;
  }

  private end(mail: SimMail, status: SimMail['status'], rows: readonly SimRow[], now: number): void {
    mail.status = status;
    this.watcher.ended(mail, rows, now);
  }

  private change(found: SimRow, row: Reminder, now: number): void {
    const before = found.row.reason;
    found.row = row;
    this.watcher.recorded(found, before, now, false);
  }

  /** A digest with its rows in one transaction: all or none. */
  private record(digest: Digest, now: number): boolean {
    const entries = digest.said.flatMap(({ speaks, settles }) => [
      { occurrence: speaks, reason: null },
      ...settles.map((occurrence) => ({ occurrence, reason: 'SAID_BY_ANOTHER' as const })),
    ]);
    const names = entries.map(({ occurrence }) => nameOfOccurrence(occurrence));
    const key = names.map((name) => `${name} ${this.ledger.get(name)?.mail?.id ?? ''}`).join('\n');
    if (this.keys.has(key) || entries.some(({ occurrence, reason }) => !this.mayWrite(occurrence, reason)))
      return false;
    this.keys.add(key);
    const mail: SimMail = {
      id: this.mails.length + 1,
      key,
      memberId: this.world.plan(digest.said[0]?.speaks.matter.planId ?? '').memberId,
      address: digest.recipient.address,
      queuedAt: now,
      expiresAt: Math.max(...entries.map(({ occurrence }) => occurrence.endsAt.getTime())),
      names,
      status: 'QUEUED',
      nextAttempt: now,
    };
    this.mails.push(mail);
    this.queued.push(mail);
    for (const { occurrence, reason } of entries) this.note(occurrence, reason, mail, now);
    return true;
  }

  /** What the unique constraint and its `on conflict` do. */
  private mayWrite(occurrence: Occurrence, reason: SuppressionReason | null): boolean {
    const before = this.ledger.get(nameOfOccurrence(occurrence));
    if (!before || before.mail?.status === 'EXPIRED') return true;
    return before.row.reason !== null && before.row.reason !== 'SAID_BY_ANOTHER' && before.row.reason !== reason;
  }

  private note(
    occurrence: Occurrence,
    reason: SuppressionReason | null,
    mail: SimMail | null,
    now: number,
    isStale = false,
  ): boolean {
    if (!this.mayWrite(occurrence, reason)) return false;
    const { rule, matter, edition, recipient, plannedAt, endsAt } = occurrence;
    const name = nameOfOccurrence(occurrence);
    const before = this.ledger.get(name)?.row.reason;
    const row: Reminder = {
      id: name,
      planId: matter.planId,
      rule: rule.key,
      stage: rule.stage,
      template: rule.template,
      audience: rule.audience,
      subject: matter.subject,
      edition,
      periodId: matter.periodId,
      institutionId: matter.institutionId,
      workingGroupId: matter.workingGroupId,
      dueOn: matter.days.DUE ?? null,
      address: recipient?.address ?? null,
      language: null,
      plannedAt,
      endsAt,
      asOf: new Date(now),
      recordedAt: new Date(now),
      reason,
      mailId: mail ? String(mail.id) : null,
      toldHash: null,
    };
    const noted: SimRow = { name, rule: rule.key, matter, row, mail };
    this.ledger.set(name, noted);
    this.watcher.recorded(noted, before, now, isStale);
    return true;
  }

  private facts(plans: readonly SimPlan[], matters: readonly Matter[]): Facts {
    const { world } = this;
    return {
      matters,
      directory: new Directory(recipients(world, plans)),
      rules: new Map(plans.map(({ id }) => [id, world.rulesOf(id)])),
      weeks: new Map(plans.map(({ id, reporting }) => [id, reporting])),
      pauses: [...world.pauses.values()],
      recorded: new Recordings(this.ledger),
    };
  }
}

/** The ledger as planning reads it, as it stands at each moment. */
class Recordings extends Map<string, Recorded> {
  constructor(private readonly ledger: ReadonlyMap<string, SimRow>) {
    super();
  }

  override get(name: string): Recorded | undefined {
    const found = this.ledger.get(name);
    if (!found) return undefined;
    const { row, mail } = found;
    const isSaid = row.reason === null || row.reason === 'SAID_BY_ANOTHER';
    return mail?.status === 'EXPIRED' && isSaid ? { ...row, reason: 'TOO_LATE' } : row;
  }

  override has(name: string): boolean {
    return this.ledger.has(name);
  }
}

function recipients(world: World, plans: readonly SimPlan[]): Recipient[] {
  const say = (
    person: { address: string | null },
    more: Pick<Recipient, 'planId' | 'audience' | 'institutionId' | 'workingGroupId'>,
  ): Recipient => ({
    address: person.address,
    name: null,
    language: 'en',
    isUndeliverable: person.address !== null && world.undeliverable.has(person.address),
    ...more,
  });
  return plans.flatMap(({ id: planId, groups }) => [
    ...world.people
      .filter((person) => person.planId === planId)
      .map((person) =>
        say(person, { planId, audience: person.audience, institutionId: person.institutionId, workingGroupId: null }),
      ),
    ...groups.flatMap(({ id: workingGroupId }) =>
      (['COORDINATOR', 'WORKING_GROUP'] as const).flatMap((audience) =>
        world
          .audience(audience, { planId, institutionId: null, workingGroupId })
          .map((person) => say(person, { planId, audience, institutionId: person.institutionId, workingGroupId })),
      ),
    ),
  ]);
}

function shuffle<T>(all: T[], chance: Chance): void {
  for (let at = all.length - 1; at > 0; at -= 1) {
    const other = chance.whole(0, at);
    [all[at], all[other]] = [all[other] as T, all[at] as T];
  }
}
