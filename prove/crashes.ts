import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { CrashRounds, KILL_POINTS, type Books, type Round } from '../test/support/crash-rounds.js';
import { randomFrom } from '../test/support/moody-server.js';

/** Instants at which reminders of different kinds are due: the period opens, is nearly due, is overdue. */
const INSTANTS = ['2024-07-01T09:00+03:00', '2024-07-09T09:00+03:00', '2024-07-17T09:00+03:00'];
const REPLICAS = [1, 3];
const INSTITUTIONS = 12;

export interface CrashOptions {
  /** The same seed gives the same chances, as far as the machine is as fast. */
  readonly seed: number;
  /** Rounds in which replicas are killed at random moments. */
  readonly rounds: number;
  readonly say: (line: string) => void;
}

/**
 * Kills replicas of the service with -9 at every named step, and at random ones, and balances the books. Answers what
 * is wrong; nothing when all is well.
 */
export async function proveCrashes({ seed, rounds, say }: CrashOptions): Promise<string[]> {
  const chance = randomFrom(seed);
  say(
    `Crashes, seed ${seed}: ${KILL_POINTS.length} steps × ${REPLICAS.join(', ')} replicas, and ${rounds} rounds of chance.`,
  );
  const ground = await CrashRounds.start({ now: INSTANTS[0] ?? '', institutions: INSTITUTIONS });
  const problems: string[] = [];
  const totals = { due: 0, accepted: 0, repeated: 0, unrecorded: 0, lost: 0, killed: 0 };
  try {
    await ground.prepare(4);
    say(line('killed at', 'replicas', 'killed', 'due', 'accepted', 'repeated', 'lost', ''));
    const play = async (name: string, round: Round): Promise<void> => {
      const books = await ground.round(round);
      add(totals, books);
      say(lineOf(name, round.replicas, books));
      for (const problem of books.problems) {
        say(`    ${problem}`);
        problems.push(`${name}, ${round.replicas} replicas: ${problem}`);
      }
    };
    const anInstant = (): string => INSTANTS[Math.floor(chance() * INSTANTS.length)] ?? '';
    for (const replicas of REPLICAS)
      for (const point of KILL_POINTS)
        await play(point, {
          replicas,
          now: anInstant(),
          points: [point],
          nth: 1 + Math.floor(chance() * (point === 'at the greeting' || point === 'at HELO' ? 1 : 5)),
        });
    for (let number = 1; number <= rounds; number += 1) {
      const kills = 1 + Math.floor(chance() * 3);
      const killAfter = Array.from({ length: kills }, () => Math.floor(chance() * 1500));
      const replicas = REPLICAS[number % REPLICAS.length] ?? 1;
      await play(`after ${killAfter.join(', ')} ms`, { replicas, now: anInstant(), killAfter });
    }
    say(lineOf('all', '', { ...totals, problems }));
    say(
      `Repeated are the ${totals.unrecorded} mails that a replica had not recorded when it died after the 250, with the same Message-ID; nothing else.`,
    );
  } finally {
    await ground.close();
  }
  return problems;
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

function add(
  totals: Record<'due' | 'accepted' | 'repeated' | 'unrecorded' | 'lost' | 'killed', number>,
  books: Books,
): void {
  for (const name of Object.keys(totals) as Array<keyof typeof totals>) totals[name] += books[name];
}

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
  const { values } = parseArgs({ options: { seed: { type: 'string' }, rounds: { type: 'string' } } });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
  await startDatabase();
  const problems = await proveCrashes({ seed, rounds: Number(values.rounds ?? 20), say: (text) => console.log(text) });
  if (problems.length > 0) process.exitCode = 1;
}
