import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CrashRounds, KILL_POINTS, type Books, type Round } from '../test/support/crash-rounds.js';
import { OwnPostgres } from '../test/support/own-postgres.js';
import type { Manners } from '../test/support/plain-sink.js';
import { Chance } from './chance.js';

/** Instants at which reminders of different kinds are due: the period opens, is nearly due, is overdue. */
const OPENED = '2024-07-01T09:00+03:00';
const INSTANTS = [OPENED, '2024-07-09T09:00+03:00', '2024-07-17T09:00+03:00'];
const REPLICAS = [1, 3];
const INSTITUTIONS = 12;
/** One holds the locks of a transaction that everybody waits for, others hold mails that they have claimed. */
const FROZEN_AT = ['before the audit entry', 'after a claim', 'after the last look'];

export interface CrashOptions {
  /** The same seed gives the same chances, as far as the machine is as fast. */
  readonly seed: number;
  /** Rounds in which replicas are killed at random moments. */
  readonly rounds: number;
  /** Seconds that PostgreSQL is away. */
  readonly away: number;
  /** Only rounds whose name has this in it; all when left out. */
  readonly only?: string;
  readonly say: (line: string) => void;
}

/**
 * Kills replicas of the service with -9 at every named step, and at random ones, freezes them, takes PostgreSQL away, and
 * balances the books after each. Answers what is wrong; nothing when all is well.
 */
export async function proveCrashes(options: CrashOptions): Promise<string[]> {
  const { seed, rounds, away, say } = options;
  say(
    `Crashes, seed ${seed}: ${KILL_POINTS.length} steps × ${REPLICAS.join(', ')} replicas, ${rounds} rounds of chance, PostgreSQL away for ${away} s.`,
  );
  say(line('killed at', 'replicas', 'killed', 'due', 'accepted', 'repeated', 'lost', ''));
  const chance = new Chance(seed);
  const results = new Results(options);
  await withGround({}, async (ground) => {
    for (const { name, ...round } of roundsOf(chance, rounds))
      await results.add(name, round, () => ground.round(round));
  });
  for (const end of ['stopAtOnce', 'kill'] as const)
    for (const replicas of REPLICAS) {
      const round = { replicas, now: chance.one(INSTANTS) };
      await results.add(`PostgreSQL away: ${end}`, round, () => withoutDatabase(round, end, away));
    }
  return results.tell();
}

function roundsOf(chance: Chance, rounds: number): Array<Round & { readonly name: string }> {
  const now = (): string => chance.one(INSTANTS);
  const named = REPLICAS.flatMap((replicas) =>
    KILL_POINTS.map((point) => {
      // A connection is opened once and then held.
      const latest = point === 'at the greeting' || point === 'at HELO' ? 1 : 5;
      return { name: point, replicas, now: now(), points: [point], nth: chance.whole(1, latest) };
    }),
  );
  const random = Array.from({ length: rounds }, () => {
    const killAfter = Array.from({ length: chance.whole(1, 3) }, () => chance.whole(0, 1500));
    return { name: `after ${killAfter.join(', ')} ms`, replicas: chance.one(REPLICAS), now: now(), killAfter };
  });
  const frozen = FROZEN_AT.map((point) => ({ name: `frozen ${point}`, replicas: 3, now: now(), frozenAt: point }));
  return [...named, ...random, ...frozen];
}

/** PostgreSQL goes away while mails are on their way, and comes back. */
async function withoutDatabase(round: Round, end: 'stopAtOnce' | 'kill', seconds: number): Promise<Books> {
  const postgres = await OwnPostgres.start();
  try {
    const manners = { extensions: ['SIZE'], answersAfter: 20 };
    return await withGround({ databaseUrl: postgres.url, manners }, (ground) => {
      const meanwhile = async (): Promise<void> => {
        while (ground.sink.accepted.length < INSTITUTIONS / 2) await delay(5);
        await postgres[end]();
        await delay(seconds * 1000);
        await postgres.startAgain();
      };
      return ground.round({ ...round, meanwhile });
    });
  } finally {
    await postgres.remove();
  }
}

async function withGround<T>(
  more: { databaseUrl?: string; manners?: Manners },
  work: (ground: CrashRounds) => Promise<T>,
): Promise<T> {
  const ground = await CrashRounds.start({ now: OPENED, institutions: INSTITUTIONS, ...more });
  try {
    return await work(ground);
  } finally {
    await ground.close();
  }
}

const FIGURES = ['due', 'accepted', 'repeated', 'unrecorded', 'lost', 'killed'] as const;

class Results {
  private readonly problems: string[] = [];
  private readonly totals = { due: 0, accepted: 0, repeated: 0, unrecorded: 0, lost: 0, killed: 0 };

  constructor(private readonly options: CrashOptions) {}

  async add(name: string, { replicas }: Round, play: () => Promise<Books>): Promise<void> {
    const { say, only = '' } = this.options;
    if (!name.includes(only)) return;
    const books = await play();
    for (const figure of FIGURES) this.totals[figure] += books[figure];
    say(lineOf(name, replicas, books));
    for (const problem of books.problems) say(`    ${problem}`);
    this.problems.push(...books.problems.map((problem) => `${name}, ${replicas} replicas: ${problem}`));
  }

  tell(): string[] {
    const { totals, problems } = this;
    const { say } = this.options;
    say(lineOf('all', '', { ...totals, problems }));
    say(
      `Repeated, with the same Message-ID: ${totals.repeated} mails; taken by the mail server and not yet recorded when a replica died: ${totals.unrecorded}.`,
    );
    return problems;
  }
}

const WIDTHS = [42, 9, 7, 6, 9, 9, 5, 0];
const line = (...cells: Array<string | number>): string =>
  cells
    .map((cell, at) => (at === 0 ? String(cell).padEnd(WIDTHS[0] ?? 0) : String(cell).padStart(WIDTHS[at] ?? 0)))
    .join(' ');
const lineOf = (
  name: string,
  replicas: number | string,
  { killed, due, accepted, repeated, lost, problems }: Books,
): string => line(name, replicas, killed, due, accepted, repeated, lost, problems.length > 0 ? 'WRONG' : 'ok');

/** PostgreSQL of its own, which ends with this process. */
async function startDatabase(): Promise<void> {
  const cluster = fork('test/support/cluster-process.ts', {
    execArgv: ['--import', './test/support/typescript-loader.js'],
    detached: true,
  });
  const [{ adminUrl }] = (await once(cluster, 'message')) as [{ adminUrl: string }];
  process.env['MITHAQ_TEST_ADMIN_URL'] = adminUrl;
  cluster.unref();
  cluster.channel?.unref();
}

if (process.argv[1]?.endsWith('crashes.ts')) {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      rounds: { type: 'string' },
      away: { type: 'string' },
      only: { type: 'string' },
    },
  });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
  await startDatabase();
  const problems = await proveCrashes({
    seed,
    rounds: Number(values.rounds ?? 20),
    away: Number(values.away ?? 60),
    ...(values.only ? { only: values.only } : {}),
    say: (text) => console.log(text),
  });
  if (problems.length > 0) process.exitCode = 1;
}
