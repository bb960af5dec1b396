import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { verifyAudit } from '../../src/audit/audit-verification.js';
import type { PlanFile } from '../../src/interchange/plan-file.js';
import { LEASE } from '../../src/platform/mail/mail-outbox.js';
import { TestApp } from './app.js';
import { emptyDatabase } from './empty-database.js';
import { given } from './given.js';
import { STATEMENT_KILL_POINTS } from './kill-points.js';
import { PlainSink, type Manners, type Moment } from './plain-sink.js';
import { Replica } from './replicas.js';

/** Steps in the conversation with the mail server, as the server sees them. */
const CONVERSATION_POINTS: Readonly<Record<string, Moment>> = {
  'at the greeting': 'CONNECT',
  'at HELO': 'HELLO',
  'at MAIL': 'MAIL',
  'at RCPT': 'RCPT',
  'at DATA': 'DATA',
  'amid the content': 'CONTENT',
  'before the 250': 'COMPLETE',
  'after the 250': 'ACCEPTED',
};

/** Every named step at which a process may be killed. */
export const KILL_POINTS: readonly string[] = [...STATEMENT_KILL_POINTS, ...Object.keys(CONVERSATION_POINTS)];

export interface Round {
  readonly replicas: number;
  /** What the clocks show. */
  readonly now: string;
  /** At each of them one replica dies: the first one that comes there. */
  readonly points?: readonly string[];
  /** At which of these moments in the conversations, counted over all replicas. */
  readonly nth?: number;
  /** Any replica dies so many milliseconds after they began. */
  readonly killAfter?: readonly number[];
  /** One replica freezes there, and goes on when the others have done everything. */
  readonly frozenAt?: string;
  /** What else happens while they work. */
  readonly meanwhile?: () => Promise<void>;
}

/** What came of a round. */
export interface Books {
  /** Mails that an undisturbed service sends at this instant. */
  readonly due: number;
  /** Of those, the ones that the mail server took at least once. */
  readonly accepted: number;
  /** Acceptances beyond the first of each mail. */
  readonly repeated: number;
  /** Acceptances that a replica had not recorded when it died: each of them is repeated, and nothing else is. */
  readonly unrecorded: number;
  readonly lost: number;
  readonly killed: number;
  /** Everything that is not as it has to be. */
  readonly problems: readonly string[];
}

/** The ledger and the mails as an undisturbed service leaves them. */
interface Reference {
  readonly addresses: readonly string[];
  readonly ledger: readonly string[];
}

/** Longer than anything takes on a busy machine. */
const PATIENCE = 120_000;
/** Accepted mails, for each connection, that a process may not have recorded yet. */
const MOST_UNRECORDED = 5;
const CONNECTIONS = 5;
/** What was found out about a mail is believed for a little less. */
const LOOK_HOLDS = 6000;

/** Replicas of the service that are killed and replaced, on one database and one mail server. */
export class CrashRounds {
  private readonly references = new Map<string, Reference>();
  /** Started ahead, because starting is what takes long. */
  private readonly spare: Array<Promise<Replica>> = [];

  private constructor(
    readonly app: TestApp,
    readonly sink: PlainSink,
    private readonly plans: readonly PlanFile[],
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  static async start(options: {
    now: string;
    institutions: number;
    manners?: Manners;
    databaseUrl?: string;
    settings?: Readonly<Record<string, string>>;
  }): Promise<CrashRounds> {
    const { now, institutions, manners, databaseUrl, settings = {} } = options;
    const app = await TestApp.start({ now, ...(databaseUrl ? { databaseUrl } : {}) });
    const plans = ['north', 'south', 'west'].map((key) => planOf(key, institutions));
    return new CrashRounds(app, new PlainSink(manners), plans, settings);
  }

  /** Has so many replicas at hand. */
  async prepare(replicas: number): Promise<void> {
    while (this.spare.length < replicas) this.spare.push(this.fresh());
    await Promise.all(this.spare);
  }

  async close(): Promise<void> {
    for (const replica of await Promise.all(this.spare)) {
      replica.kill();
      await replica.dead;
    }
    this.sink.close();
    await this.app.close();
  }

  /** What the undisturbed service does at the instant; found out once. */
  async reference(now: string): Promise<Reference> {
    const known = this.references.get(now);
    if (known) return known;
    await this.begin(now);
    await this.prepare(1);
    const replica = await this.spare[0];
    if (replica) await this.settle([replica]);
    const reference = { addresses: await this.writtenTo(), ledger: await this.ledger() };
    this.references.set(now, reference);
    return reference;
  }

  async round(round: Round): Promise<Books> {
    const reference = await this.reference(round.now);
    await this.prepare(round.replicas);
    await this.begin(round.now);
    const tokens = await mkdtemp(join(tmpdir(), 'mithaq-crashes-'));
    const shift = new Shift(await Promise.all(this.spare.splice(0, round.replicas)), { ...round, tokens }, this);
    try {
      const deaths = await shift.work();
      await this.settle(shift.replicas);
      if (await shift.thaw()) await this.settle(shift.replicas);
      return await this.balance(reference, round, deaths);
    } finally {
      this.spare.unshift(...shift.replicas.map((replica) => Promise.resolve(replica)));
      await rm(tokens, { recursive: true, force: true });
    }
  }

  /** The next replica; another one is started in its place. */
  async hire(): Promise<Replica> {
    this.spare.push(this.fresh());
    return this.spare.shift() ?? this.fresh();
  }

  /** Waits for its end, also as the database sees it. */
  async bury(replica: Replica): Promise<Death> {
    await replica.dead;
    const connections = `select count(*)::int as count from pg_stat_activity where application_name = $1`;
    while ((await this.count(connections, [replica.name])) > 0) await delay(10);
    return {
      door: replica.name,
      queued: new Set(await this.strings(`select message_id as value from outbox_mail where status = 'QUEUED'`)),
    };
  }

  /** Whether a mail waits that any replica could take right now. */
  async anythingClaimable(): Promise<boolean> {
    const claimable = `select count(*)::int as count from outbox_mail
      where status = 'QUEUED' and next_attempt_at <= $1 and (leased_until is null or leased_until <= $1)`;
    return (await this.count(claimable, [this.app.clock.now()])) > 0;
  }

  /** Longer than a lease, and than the pause after a first attempt that failed. */
  passTime(): void {
    this.app.clock.set(new Date(this.app.clock.now().getTime() + LEASE + 60_000));
  }

  private fresh(): Promise<Replica> {
    const { app, sink, settings } = this;
    return Replica.start({ databaseUrl: app.databaseUrl, sink, settings }, app.clock.now().toISOString());
  }

  private async begin(now: string): Promise<void> {
    await emptyDatabase(this.app.db);
    this.sink.clear();
    this.app.clock.set(new Date(now));
    for (const plan of this.plans) await this.app.import(plan);
  }

  /** The clock goes on, past every lease and every pause, until nothing waits any more. */
  private async settle(replicas: readonly Replica[]): Promise<void> {
    for (let tries = 0; tries < 12; tries += 1) {
      for (const replica of replicas) replica.order({ now: this.app.clock.now().toISOString() });
      await Promise.all(replicas.map((replica) => replica.beat()));
      const waiting = await this.count(`select count(*)::int as count from outbox_mail where status = 'QUEUED'`);
      // What a replica left unrecorded may come to light only when the next one plans.
      if (waiting === 0 && tries > 0) return;
      this.passTime();
    }
  }

  private async balance(reference: Reference, round: Round, deaths: readonly Death[]): Promise<Books> {
    const taken = new Map<string, number>();
    const unrecorded = new Map<string, number>();
    for (const { messageId, door } of this.sink.accepted) {
      taken.set(messageId, (taken.get(messageId) ?? 0) + 1);
      if (deaths.some((death) => death.door === door && death.queued.has(messageId)))
        unrecorded.set(messageId, (unrecorded.get(messageId) ?? 0) + 1);
    }
    const addresses = await this.writtenTo();
    const sent = await this.strings(`select message_id as value from outbox_mail where status = 'SENT'`);
    const lost = reference.addresses.length - sent.filter((messageId) => taken.has(messageId)).length;
    const wrong = [...taken].filter(([messageId, times]) => times !== 1 + (unrecorded.get(messageId) ?? 0));
    const { problems: inAudit } = await verifyAudit(this.app.db);
    const problems = [
      ...differences('mail', reference.addresses, addresses),
      ...differences('row of the ledger', reference.ledger, await this.ledger()),
      ...differences('mail that was accepted', [...sent].sort(), [...taken.keys()].sort()),
      ...(await this.strings(
        `select to_address || ' is ' || status as value from outbox_mail where status <> 'SENT' or leased_until is not null`,
      )),
      ...wrong.map(
        ([messageId, times]) =>
          `${messageId} was accepted ${times} times, ${unrecorded.get(messageId) ?? 0} of them unrecorded at a death.`,
      ),
      ...(await this
        .strings(`select 'The audit tells of ' || told || ' occurrences, the ledger of ' || kept || '.' as value
        from (select coalesce(sum(jsonb_array_length(difference->'after'->'occurrences')), 0) as told from audit_entry where action = 'reminder.queued') a,
             (select count(*) as kept from reminder where mail_id is not null) m where told <> kept`)),
      ...inAudit.map(({ number, what }) => `Audit entry ${number}: ${what}`),
      ...deaths.flatMap(({ door }) => {
        const { length } = this.sink.accepted.filter(
          (mail) =>
            mail.door === door && deaths.some((death) => death.door === door && death.queued.has(mail.messageId)),
        );
        return length > MOST_UNRECORDED * CONNECTIONS ? [`${door} died with ${length} acceptances unrecorded.`] : [];
      }),
      ...(deaths.length < wantedDeaths(round)
        ? [`Only ${deaths.length} of ${wantedDeaths(round)} replicas died.`]
        : []),
      ...(this.sink.tooEarly > 0 ? ['A client spoke before it was answered.'] : []),
    ];
    return {
      due: reference.addresses.length,
      accepted: taken.size,
      repeated: this.sink.accepted.length - taken.size,
      unrecorded: sum(unrecorded.values()),
      lost,
      killed: deaths.length,
      problems,
    };
  }

  /** Whom the mails are to, one entry a mail. */
  private writtenTo(): Promise<string[]> {
    return this.strings(`select to_address || ' ' || coalesce(reply_to, '') as value from outbox_mail order by 1`);
  }

  private ledger(): Promise<string[]> {
    return this.strings(
      `select concat_ws(' ', p.key, m.rule, coalesce(i.key, '-'), coalesce(m.address, '-'), coalesce(m.reason, '-'), m.mail_id is not null) as value
         from reminder m join action_plan p on p.id = m.plan_id left join institution i on i.id = m.institution_id order by 1`,
    );
  }

  private async strings(query: string): Promise<string[]> {
    return (await this.app.db.query<Array<{ value: string }>>(query)).map(({ value }) => value);
  }

  private async count(query: string, values: unknown[] = []): Promise<number> {
    return (await this.app.db.query<Array<{ count: number }>>(query, values))[0]?.count ?? 0;
  }
}

/** What a replica left when it died: the mails that were still queued, as the database had it. */
interface Death {
  readonly door: string;
  readonly queued: ReadonlySet<string>;
}

/** Replicas at work together, until all have died that are to. */
class Shift {
  private readonly deaths: Death[] = [];
  private frozen: Replica[] = [];
  private readonly ahead: Set<string>;
  /** Who was killed in a conversation, and at which point of it. */
  private readonly struck = new Map<Replica, string>();
  /** Who was killed at a moment of chance, and may not have died yet. */
  private readonly killed = new Set<Replica>();

  constructor(
    readonly replicas: Replica[],
    private readonly round: Round & { readonly tokens: string },
    private readonly rounds: CrashRounds,
  ) {
    this.ahead = new Set(round.points?.filter((point) => point in CONVERSATION_POINTS));
  }

  async work(): Promise<readonly Death[]> {
    const { killAfter = [], meanwhile, frozenAt } = this.round;
    this.watchConversations();
    for (const replica of this.replicas) this.putToWork(replica);
    await meanwhile?.();
    if (frozenAt !== undefined) await this.untilOneIsFrozen(frozenAt);
    await Promise.all([this.untilAllDied(), ...killAfter.map((after) => this.killAfter(after))]);
    this.rounds.sink.whim = () => 'GO_ON';
    for (const replica of this.replicas) replica.order({ ...this.end, endAt: [] });
    await Promise.all(this.replicas.map((replica) => replica.rest()));
    return this.deaths;
  }

  private putToWork(replica: Replica): void {
    replica.order({ now: this.rounds.app.clock.now().toISOString() });
    replica.order(this.end);
    replica.order({ do: 'WORK' });
  }

  private get end() {
    const { points = [], frozenAt, tokens } = this.round;
    return frozenAt === undefined
      ? ({ endAt: points, by: 'SIGKILL', tokens } as const)
      : ({ endAt: [frozenAt], by: 'SIGSTOP', tokens } as const);
  }

  private async untilOneIsFrozen(point: string): Promise<void> {
    const token = join(this.round.tokens, point);
    const pid = (): number => (existsSync(token) ? Number(readFileSync(token, 'utf8')) : 0);
    for (const end = Date.now() + PATIENCE; pid() === 0 && Date.now() < end;) await delay(20);
    const frozen = this.replicas.findIndex((replica) => replica.pid === pid());
    if (frozen < 0) throw new Error(`No replica came to freeze ${point}.`);
    this.frozen = this.replicas.splice(frozen, 1);
  }

  /** Whoever was frozen wakes up in the midst of its work, and ends it. Answers whether anybody was. */
  async thaw(): Promise<boolean> {
    // Until then it would be right to believe what it found out before it froze.
    if (this.frozen.length > 0) await delay(LOOK_HOLDS);
    for (const replica of this.frozen) {
      replica.thaw();
      replica.order({ now: this.rounds.app.clock.now().toISOString() });
      replica.order({ ...this.end, endAt: [] });
      await replica.rest();
    }
    this.replicas.push(...this.frozen);
    return this.frozen.length > 0;
  }

  private async untilAllDied(): Promise<void> {
    for (const end = Date.now() + PATIENCE; Date.now() < end; await delay(20)) {
      const dead = this.replicas.findIndex(({ isAlive }) => !isAlive);
      if (dead >= 0) await this.replace(dead);
      else if (await this.rounds.anythingClaimable()) continue;
      else if (this.deaths.length >= wantedDeaths(this.round)) return;
      else if (this.deaths.length > 0) await this.letLeasesRunOut();
    }
  }

  /** Puts a fresh replica in the place of one that died. */
  private async replace(dead: number): Promise<void> {
    for (const gone of this.replicas.splice(dead, 1)) {
      this.deaths.push(await this.rounds.bury(gone));
      const point = this.struck.get(gone);
      if (point !== undefined && this.endedItself(gone)) this.ahead.add(point);
    }
    const fresh = await this.rounds.hire();
    this.replicas.push(fresh);
    this.putToWork(fresh);
  }

  /** At a statement; what it had said before may have been heard only then, and struck a dead one. */
  private endedItself({ pid }: Replica): boolean {
    const tokens = (this.round.points ?? []).map((point) => join(this.round.tokens, point));
    return tokens.some((token) => existsSync(token) && Number(readFileSync(token, 'utf8')) === pid);
  }

  /** What the dead had claimed is wanted by those who are still to die. Nobody speaks to the mail server meanwhile. */
  private async letLeasesRunOut(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.rest()));
    this.rounds.passTime();
    for (const replica of this.replicas) this.putToWork(replica);
  }

  private watchConversations(): void {
    const { nth = 1 } = this.round;
    this.rounds.sink.whim = (moment, door, count) => {
      const point = [...this.ahead].find((name) => CONVERSATION_POINTS[name] === moment);
      const speaker = this.replicas.find(({ name, isAlive }) => isAlive && name === door);
      // It may be heard for a while after it was struck: nobody dies twice.
      if (point !== undefined && speaker && !this.struck.has(speaker) && count >= nth) {
        this.ahead.delete(point);
        this.struck.set(speaker, point);
        speaker.kill();
      }
      return 'GO_ON';
    };
  }

  private async killAfter(milliseconds: number): Promise<void> {
    await delay(milliseconds);
    const alive = (): Replica | undefined =>
      this.replicas.find((replica) => replica.isAlive && !this.killed.has(replica));
    for (let victim = alive(); ; victim = alive()) {
      if (victim) {
        this.killed.add(victim);
        return victim.kill();
      }
      await delay(5);
    }
  }
}

const wantedDeaths = ({ points = [], killAfter = [] }: Round): number => points.length + killAfter.length;

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, one) => total + one, 0);

function differences(what: string, expected: readonly string[], found: readonly string[]): string[] {
  const spare = [...found];
  const missing = expected.filter((one) => {
    const at = spare.indexOf(one);
    if (at >= 0) spare.splice(at, 1);
    return at < 0;
  });
  return [...missing.map((one) => `Missing ${what}: ${one}`), ...spare.map((one) => `One ${what} too many: ${one}`)];
}

/** A member whose institutions all lead the one commitment; one of them has no address, and an officer and a committee are told. */
function planOf(key: string, institutions: number): PlanFile {
  const keys = Array.from({ length: institutions }, (_, at) => `office-${at + 1}`);
  const contact = (role: 'FOCAL_POINT' | 'MEL_OFFICER' | 'HEAD', name: string) => ({
    role,
    email: `${name}@${key}.example`,
    language: 'en',
  });
  return given.plan({
    member: { key, name: { en: `Town ${key}` }, kind: 'LOCAL', country: 'JO' },
    plan: {
      key: `${key}-2024`,
      title: { en: `Plan of ${key}` },
      participations: [{ institution: 'committee', role: 'STEERING' }],
    },
    institutions: [
      ...keys.map((office) =>
        given.institution(office, { contacts: [contact('FOCAL_POINT', office), contact('HEAD', `head-of-${office}`)] }),
      ),
      given.institution('unreachable', { contacts: [] }),
      given.institution('committee', {
        contacts: [contact('FOCAL_POINT', 'committee'), contact('MEL_OFFICER', 'officer')],
      }),
    ],
    commitments: [
      given.commitment(1, {
        institutions: [...keys, 'unreachable'].map((institution) => ({ institution, role: 'LEAD' as const })),
      }),
    ],
  });
}
