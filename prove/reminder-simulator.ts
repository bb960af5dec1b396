import { Chance } from './chance.js';
import { historyOf, type Happening, type History } from './reminder-histories.js';
import { Oracle, type Complaint, type Tally } from './reminder-oracle.js';
import { SimService } from './reminder-service.js';
import { World } from './reminder-world.js';

export interface Sum extends Tally {
  histories: number;
}

export interface Failure {
  readonly seed: number;
  readonly complaint: Complaint;
  /** The smallest history that was found to fail in the same way, told. */
  readonly story: string;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** So many histories, each from a seed of its own. Stops at the first that fails. */
export function simulate(seed: number, histories: number): { sum: Sum; failure: Failure | null } {
  const sum: Sum = { histories: 0, runs: 0, occurrences: 0, mails: 0, spoken: 0, coalesced: 0, reasons: new Map() };
  for (let at = 0; at < histories; at += 1) {
    const history = historyOf(seed + at, new Chance(seed + at));
    const { complaints, tally } = live(history);
    add(sum, tally);
    const [complaint] = complaints;
    if (complaint) return { sum, failure: told(history, complaint) };
  }
  return { sum, failure: null };
}

/** Lets a history happen, and answers what the oracle has to say of it. */
export function live(history: History): { complaints: readonly Complaint[]; tally: Tally } {
  const chance = new Chance(history.seed + 1);
  const world = new World(
    history.plans.map((plan) => ({
      ...plan,
      ownRules: [...plan.ownRules],
      assessments: plan.assessments.map((one) => ({ ...one })),
    })),
  );
  world.people = [...history.people];
  const ledger = (): SimService['ledger'] => service.ledger;
  const oracle = new Oracle(world, ledger);
  const service = new SimService(world, oracle, chance);
  const down = { SERVICE: 0, 'MAIL SERVER': 0 };
  let ahead = 0;
  let [now, done, isQuiet] = [history.from, 0, false];
  while (now < history.until && oracle.complaints.length === 0) {
    const next = history.happenings[done];
    const wake = isQuiet ? oracle.nextChange(now + ahead) - ahead : now;
    const beatAt = beatAfter(Math.max(now + 1, wake), down.SERVICE, history, chance);
    if (next && next.at <= beatAt) {
      now = Math.max(now, next.at);
      done += 1;
      if ('deed' in next) world.apply(next.deed, now + ahead);
      else if ('outage' in next) down[next.outage] = Math.max(down[next.outage], next.until);
      else ahead = next.clockIsAhead;
      isQuiet = false;
      continue;
    }
    now = beatAt;
    if (now >= history.until) break;
    const gotInTheWay = service.run(now + ahead);
    const isUp = now >= down['MAIL SERVER'];
    // A mail may wait although the server is up: the relay of this process is busy, or gone.
    const delivered = chance.isLucky(0.7) && service.deliver(now + ahead, isUp ? 'UP' : 'DOWN');
    // A quiet service does the same again until something changes; with mail in the queue it goes on trying.
    isQuiet = !gotInTheWay && !delivered && service.waiting.length === 0 && chance.isLucky(0.9);
    if (service.waiting.length > 0 && !gotInTheWay && !delivered)
      now = Math.max(now, Math.min(isUp ? now + HOUR : down['MAIL SERVER'], now + DAY, next?.at ?? Infinity) - 1);
  }
  if (oracle.complaints.length === 0)
    for (let later = 1; later < 100 && service.waiting.length > 0; later += 1)
      service.deliver(now + ahead + later * HOUR, 'UP');
  return { complaints: oracle.complaints, tally: oracle.tally };
}

/** The first time that the service wakes at the instant or later. */
function beatAfter(instant: number, downUntil: number, { from, until, beat }: History, chance: Chance): number {
  const earliest = Math.min(Math.max(instant, downUntil), until);
  if (beat === 0) return earliest + chance.whole(1, chance.isLucky(0.5) ? 60 : 2 * 24 * 60) * MINUTE;
  return from + Math.ceil((earliest - from) / beat) * beat;
}

function add(sum: Sum, tally: Tally): void {
  sum.histories += 1;
  for (const what of ['runs', 'occurrences', 'mails', 'spoken', 'coalesced'] as const) sum[what] += tally[what];
  for (const [reason, count] of tally.reasons) sum.reasons.set(reason, (sum.reasons.get(reason) ?? 0) + count);
}

/** The history without whatever can be left out of it. */
function told(history: History, first: Complaint): Failure {
  let [smallest, complaint] = [{ ...history, until: Math.min(history.until, first.at + 40 * DAY) }, first];
  const kind = kindOf(first);
  const isSmaller = (candidate: History): boolean => {
    const [found] = live(candidate).complaints;
    if (!found || kindOf(found) !== kind) return false;
    [smallest, complaint] = [candidate, found];
    return true;
  };
  for (let size = Math.ceil(smallest.happenings.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < smallest.happenings.length;) {
      const happenings = smallest.happenings.filter((_, index) => index < at || index >= at + size);
      if (!isSmaller({ ...smallest, happenings })) at += size;
    }
  }
  for (let at = 0; at < smallest.people.length;)
    if (!isSmaller({ ...smallest, people: smallest.people.filter((_, index) => index !== at) })) at += 1;
  return { seed: history.seed, complaint, story: storyOf(smallest, complaint) };
}

/** What a complaint is about, without its names. */
const kindOf = ({ says }: Complaint): string => says.replace(/\S*[\d/@]\S*/g, '');

function storyOf({ plans, people, beat, happenings }: History, { at, says }: Complaint): string {
  const when = (instant: number): string => new Date(instant).toISOString().slice(0, 16);
  return [
    ...plans.map(
      (plan) =>
        `plan ${plan.id} ${JSON.stringify({ ...plan, institutions: [...plan.institutions], reporting: { ...plan.reporting, holidays: plan.reporting.holidays.length } })}`,
    ),
    ...people.map(
      ({ planId, audience, institutionId, address }) => `${audience} ${planId} ${institutionId ?? ''} ${address}`,
    ),
    `wakes every ${beat / MINUTE} minutes`,
    ...happenings.filter((one) => one.at <= at + 40 * DAY).map((one) => `${when(one.at)} ${tellingOf(one)}`),
    `${when(at)} ${says}`,
  ].join('\n');
}

function tellingOf(happening: Happening): string {
  if ('deed' in happening) return JSON.stringify(happening.deed);
  if ('outage' in happening)
    return `${happening.outage} is down until ${new Date(happening.until).toISOString().slice(0, 16)}`;
  return `clocks are ${happening.clockIsAhead / HOUR} h ahead`;
}
