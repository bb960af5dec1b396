import type { Matter } from '../src/reminders/matter.js';
import type { ReminderRule } from '../src/reminders/reminder-rule.js';
import type { Digest } from '../src/reminders/reminder.planning.js';
import type { SuppressionReason } from '../src/reminders/reminder.vocabulary.js';
import { dayLater, instantOf, workingDaysLater } from './naive-calendar.js';
import type { SimMail, SimRow, Watcher } from './reminder-service.js';
import type { SimPlan, World } from './reminder-world.js';

/**
 * What must be true of reminders, said as plainly as possible and without a line of the service's own rules. It watches
 * everything that the service writes down and sends, and complains.
 */
export interface Complaint {
  readonly at: number;
  readonly says: string;
}

/** When a rule speaks of a matter: from `planned` on, and no longer from `end` on. */
interface Dated {
  readonly rule: ReminderRule;
  readonly edition: string;
  readonly planned: number;
  readonly end: number;
}

export interface Tally {
  runs: number;
  occurrences: number;
  mails: number;
  spoken: number;
  coalesced: number;
  readonly reasons: Map<string, number>;
}

const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;
const ABOUT: Readonly<Record<string, string>> = { REPORT: 'CHECK_INS', NOT_REPORTED: 'CHECK_INS' };
/** As long as its times stand. */
const FINAL: readonly SuppressionReason[] = ['MUTED', 'STAGE_OVER', 'OVERTAKEN'];

export class Oracle implements Watcher {
  readonly complaints: Complaint[] = [];
  readonly tally: Tally = { runs: 0, occurrences: 0, mails: 0, spoken: 0, coalesced: 0, reasons: new Map() };
  private readonly dates = new WeakMap<Matter, readonly Dated[]>();
  private readonly saidBy = new Map<string, number>();
  private readonly sentOf = new Map<string, string[]>();
  private inThisPass = new Set<string>();
  private spokenNow: readonly SimRow[] = [];

  constructor(
    private readonly world: World,
    private readonly ledger: () => ReadonlyMap<string, SimRow>,
  ) {}

  /** The first instant after `now` at which something begins or ends by itself. */
  nextChange(now: number): number {
    let next = Infinity;
    const consider = (instant: number): void => {
      if (instant > now && instant < next) next = instant;
    };
    for (const matter of this.world.mattersInPlay(this.world.plans, now))
      for (const { planned, end } of this.datesOf(matter)) [planned, end].forEach(consider);
    for (const { until } of this.world.pauses.values()) if (until) consider(until.getTime());
    return next;
  }

  recorded(
    { name, row, mail }: SimRow,
    before: SuppressionReason | null | undefined,
    now: number,
    isStale: boolean,
  ): void {
    if (before === undefined) this.tally.occurrences += 1;
    if (row.reason === null || row.reason === 'SAID_BY_ANOTHER') {
      if (row.reason !== null) this.tally.coalesced += 1;
      if (mail?.status === 'QUEUED' && mail.queuedAt === now && row.plannedAt.getTime() > now)
        this.complain(now, `${name} was queued before its time`);
      return;
    }
    this.tally.reasons.set(row.reason, (this.tally.reasons.get(row.reason) ?? 0) + 1);
    if (!isStale && !this.agrees(row.reason, name, row, now))
      this.complain(now, `${name} was not sent as ${row.reason}, which is not so`);
  }

  ran(plans: readonly SimPlan[], digests: readonly Digest[], wasRaced: boolean, now: number): void {
    this.tally.runs += 1;
    const addresses = digests.map(({ recipient }) => recipient.address);
    if (new Set(addresses).size !== addresses.length) this.complain(now, 'one run wrote twice to one address');
    const own = new Set(plans.map(({ id }) => id));
    for (const { said, recipient } of digests) {
      if (said.some(({ speaks, settles }) => [speaks, ...settles].some(({ matter }) => !own.has(matter.planId))))
        this.complain(now, `the digest to ${recipient.address} mixes members`);
    }
    // Whoever lost a race looks again in the next run.
    if (wasRaced) return;
    for (const matter of this.world.mattersInPlay(plans, now)) if (!matter.isSettled) this.nothingIsLost(matter, now);
  }

  private nothingIsLost(matter: Matter, now: number): void {
    for (const dated of this.datesOf(matter)) {
      const { rule, planned, end } = dated;
      if (!rule.isOn || planned > now || now - end >= WEEK) continue;
      const people = this.world.audience(rule.audience, matter).flatMap(({ address }) => address ?? []);
      for (const address of people.length > 0 ? new Set(people) : [null]) {
        const name = nameOf(dated, matter, address);
        const found = this.ledger().get(name);
        if (now >= end) {
          if (!found) this.complain(now, `${name} was missed, and nobody is told`);
        } else if (this.isPaused('MUTE', rule, matter, address, now)) {
          if (!found) this.complain(now, `${name} is muted, and nobody is told`);
        } else if (!this.isPaused('HOLD', rule, matter, address, now)) {
          const reason = address === null ? 'NO_ADDRESS' : this.world.takesMail(address) ? null : 'UNDELIVERABLE';
          const isTold = reason !== null && found?.row.reason === reason;
          if (!isTold && !(found && this.isGoodReason(found, dated)))
            this.complain(
              now,
              `${name} is lost: ${found ? `${found.row.reason}, mail ${found.mail?.status}` : 'not recorded'}`,
            );
        }
      }
    }
  }

  /** Whether what the ledger says is reason enough that it is not said although it could be. */
  private isGoodReason({ row, mail }: SimRow, { planned, end }: Dated): boolean {
    if (row.reason === null || row.reason === 'SAID_BY_ANOTHER')
      return mail?.status === 'QUEUED' || mail?.status === 'SENT' || mail?.status === 'REFUSED';
    if (row.reason === 'NOTHING_MISSING') return row.template !== 'UNREACHABLE' && row.template !== 'NO_MEETING';
    return FINAL.includes(row.reason) && planned <= row.plannedAt.getTime() && end <= row.endsAt.getTime();
  }

  sent(mail: SimMail, spoken: readonly SimRow[], rows: readonly SimRow[], now: number): void {
    this.tally.mails += 1;
    this.tally.spoken += spoken.length;
    this.spokenNow = spoken;
    const subjects = spoken.map(({ row }) => `${row.planId} ${row.subject}`);
    if (new Set(subjects).size !== subjects.length) this.complain(now, `mail ${mail.id} speaks of one matter twice`);
    for (const one of spoken) this.maySay(mail, one, now);
    for (const { name, row } of rows) {
      if (row.reason !== null && row.reason !== 'SAID_BY_ANOTHER') continue;
      if (this.saidBy.has(name))
        this.complain(now, `${name} is said by mail ${mail.id} after mail ${this.saidBy.get(name)}`);
      this.saidBy.set(name, mail.id);
    }
  }

  private maySay(mail: SimMail, { name, row }: SimRow, now: number): void {
    const wrong = (why: string): void => this.complain(now, `mail ${mail.id} says ${name} ${why}`);
    const matter = this.matterOf(row);
    if (!matter || matter.isSettled) return wrong('although nothing is missing');
    if (this.world.plan(row.planId).memberId !== mail.memberId) wrong('to somebody of another member');
    if (row.address !== mail.address) wrong('to somebody else');
    const dated = this.datesOf(matter).find(({ rule }) => rule.key === row.rule);
    if (!dated) return wrong('by no rule');
    const { rule, edition, planned, end } = dated;
    if (!rule.isOn) wrong('by a rule that is off');
    if (edition !== row.edition) wrong('of an edition that is over');
    if (now < planned) wrong('before its time');
    if (now >= end) wrong('too late, or when it was not true any more');
    if (!this.world.audience(rule.audience, matter).some(({ address }) => address === row.address))
      wrong('to an address that is nobody’s');
    if (!this.world.takesMail(row.address)) wrong('to an address that takes no mail');
    for (const kind of ['MUTE', 'HOLD'] as const)
      if (this.isPaused(kind, rule, matter, row.address, now)) wrong(`in spite of a ${kind}`);
    const key = `${row.planId} ${row.subject} ${row.address}`;
    if (this.inThisPass.has(key)) wrong('after another mail of the same breath spoke of the same matter');
    this.inThisPass.add(key);
    const earlier = this.sentOf.get(key) ?? [];
    const isLater = this.datesOf(matter).some(
      (other) =>
        other.planned > planned && other.planned <= now && earlier.includes(nameOf(other, matter, row.address)),
    );
    if (isLater) wrong('after a later stage was sent');
    this.sentOf.set(key, [...earlier, name]);
  }

  ended(mail: SimMail, rows: readonly SimRow[], now: number): void {
    const spoken = mail.status === 'SENT' ? this.spokenNow : [];
    this.spokenNow = [];
    for (const one of rows) {
      const { row, name } = one;
      if (spoken.includes(one) || (row.reason !== null && row.reason !== 'SAID_BY_ANOTHER')) continue;
      const isSaid =
        row.reason !== null &&
        spoken.some(({ row: other }) => other.planId === row.planId && other.subject === row.subject);
      if (isSaid || mail.status === 'REFUSED') continue;
      if (mail.status === 'SENT' || (mail.status === 'SUPPRESSED' && this.isSayable(row, now)))
        this.complain(now, `${name} stands as ${row.reason ?? 'said'} by mail ${mail.id}, which was ${mail.status}`);
    }
  }

  delivered(): void {
    this.inThisPass = new Set();
  }

  private isSayable(row: SimRow['row'], now: number): boolean {
    const matter = this.matterOf(row);
    const dated = matter && this.datesOf(matter).find(({ rule }) => rule.key === row.rule);
    if (!matter || !dated) return false;
    return (
      !matter.isSettled &&
      dated.rule.isOn &&
      dated.edition === row.edition &&
      now >= dated.planned &&
      now < dated.end &&
      this.world.audience(dated.rule.audience, matter).some(({ address }) => address === row.address) &&
      this.world.takesMail(row.address) &&
      !this.isPaused('MUTE', dated.rule, matter, row.address, now) &&
      !this.isPaused('HOLD', dated.rule, matter, row.address, now)
    );
  }

  private agrees(reason: SuppressionReason, name: string, row: SimRow['row'], now: number): boolean {
    const matter = this.matterOf(row);
    if (!matter || matter.isSettled) return reason === 'NOTHING_MISSING' || reason === 'TOO_LATE';
    const dated = this.datesOf(matter).find(({ rule }) => rule.key === row.rule);
    const people = this.world.audience(dated?.rule.audience ?? row.audience, matter).map(({ address }) => address);
    const laterOnes = dated
      ? this.datesOf(matter).filter(
          (other) => other.rule.isOn && other.planned >= dated.planned && nameOf(other, matter, row.address) !== name,
        )
      : [];
    const isSaid = (other: Dated): boolean => {
      const found = this.ledger().get(nameOf(other, matter, row.address));
      return (
        found?.row.reason === null &&
        (found.mail?.status === 'QUEUED' || found.mail?.status === 'SENT' || found.mail?.status === 'REFUSED')
      );
    };
    switch (reason) {
      case 'NOTHING_MISSING':
      case 'SAID_BY_ANOTHER':
      case 'ERASED':
        return false;
      case 'NO_ADDRESS':
        return people.every((address) => address === null);
      case 'UNDELIVERABLE':
        return row.address !== null && !this.world.takesMail(row.address);
      case 'MUTED':
      case 'HELD':
        return (
          dated !== undefined &&
          this.isPaused(reason === 'HELD' ? 'HOLD' : 'MUTE', dated.rule, matter, row.address, now)
        );
      case 'TOO_LATE':
        return dated !== undefined && now >= dated.end;
      case 'OVERTAKEN':
        return laterOnes.some(isSaid);
      case 'ADDRESS_CHANGED':
        return (
          !people.includes(row.address) ||
          !this.world.audience(row.audience, matter).some(({ address }) => address === row.address)
        );
      case 'RULE_OFF':
        return !this.world.rulesOf(row.planId).some(({ key, isOn }) => key === row.rule && isOn);
      case 'RESCHEDULED':
        return dated === undefined || now < dated.planned;
      case 'STAGE_OVER':
        return (
          dated === undefined ||
          dated.edition !== row.edition ||
          now >= dated.end ||
          laterOnes.some(
            (other) =>
              other.planned > dated.planned &&
              other.planned <= now &&
              (isSaid(other) || this.willBeSaid(other, matter, row.address, now)),
          )
        );
    }
  }

  /** Whether the next run takes it up. */
  private willBeSaid(dated: Dated, matter: Matter, address: string | null, now: number): boolean {
    const found = this.ledger().get(nameOf(dated, matter, address));
    return (
      now < dated.end &&
      this.world.audience(dated.rule.audience, matter).some((person) => person.address === address) &&
      !this.isPaused('MUTE', dated.rule, matter, address, now) &&
      !this.isPaused('HOLD', dated.rule, matter, address, now) &&
      (!found || !this.isGoodReason(found, dated))
    );
  }

  private isPaused(
    kind: 'HOLD' | 'MUTE',
    rule: ReminderRule,
    matter: Matter,
    address: string | null,
    now: number,
  ): boolean {
    for (const pause of this.world.pauses.values()) {
      if (pause.kind !== kind || pause.planId !== matter.planId) continue;
      if (pause.until && now >= pause.until.getTime()) continue;
      if (pause.institutionId && pause.institutionId !== matter.institutionId) continue;
      if (pause.periodId && pause.periodId !== matter.periodId) continue;
      if (pause.address && pause.address !== address) continue;
      if (pause.audience && pause.audience !== rule.audience) continue;
      return true;
    }
    return false;
  }

  private matterOf({ planId, subject }: SimRow['row']): Matter | undefined {
    return this.world.matters([this.world.plan(planId)]).find((matter) => matter.subject === subject);
  }

  /** By every rule that speaks of such matters, on or off. */
  private datesOf(matter: Matter): readonly Dated[] {
    const known = this.dates.get(matter);
    if (known) return known;
    const found = this.world.rulesOf(matter.planId).flatMap((rule) => this.dated(rule, matter) ?? []);
    this.dates.set(matter, found);
    return found;
  }

  private dated(rule: ReminderRule, matter: Matter): Dated | null {
    const anchor = matter.days[rule.anchor];
    if ((ABOUT[rule.template] ?? rule.template) !== matter.topic || anchor === undefined) return null;
    const { timeZone, days } = matter;
    const { reporting } = this.world.plan(matter.planId);
    let day =
      rule.unit === 'DAYS' ? dayLater(anchor, rule.offsetDays) : workingDaysLater(anchor, rule.offsetDays, reporting);
    // Nobody is asked before check-ins are taken, and nobody is called late before the due day is over.
    if (rule.template === 'REPORT' && days.OPENS && day < days.OPENS) day = days.OPENS;
    if ((rule.stage === 'OVERDUE' || rule.stage === 'ESCALATED') && days.DUE && day <= days.DUE)
      day = dayLater(days.DUE, 1);
    const planned = instantOf(day, rule.localTime, timeZone);
    const lastDay = lastTrueDay(rule, matter);
    const end = Math.min(
      planned + rule.latenessHours * HOUR,
      lastDay === undefined ? Infinity : instantOf(dayLater(lastDay, 1), '00:00', timeZone),
    );
    const isExtended = matter.extendedTo !== null && (rule.anchor === 'DUE' || rule.anchor === 'CLOSES');
    return { rule, edition: isExtended ? `extended-${matter.extendedTo}` : '', planned, end };
  }

  private complain(at: number, says: string): void {
    this.complaints.push({ at, says });
  }
}

/** The last day on which what the rule says is true; undefined when it stays true. */
function lastTrueDay({ stage, template, audience }: ReminderRule, { days }: Matter): string | undefined {
  switch (stage) {
    case 'PREFLIGHT':
    case 'OPENED':
    case 'DUE_SOON':
    case 'DUE_TODAY':
      return days.DUE;
    case 'OVERDUE':
      return template === 'REPORT' ? days.CLOSES : undefined;
    case 'MEETING':
      return template === 'MEETING' ? days.MEETING : days.ENDS;
    case 'ESCALATED':
      return audience === 'HEAD' ? days.CLOSES : undefined;
    case 'WAITING':
      return undefined;
  }
}

const nameOf = ({ rule, edition }: Dated, { planId, subject }: Matter, address: string | null): string =>
  `${planId} ${rule.key} ${subject} ${edition} ${address ?? ''}`;
