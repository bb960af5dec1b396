import { bytesOf, Connection, type Asked } from './asking.js';
import { cpuOf } from './processes.js';
import type { Server } from './server.js';

/** Whoever is measured: a server, and what it is asked the nth time. */
export interface Contender {
  readonly name: string;
  readonly server: Pick<Server, 'pid'>;
  ask(n: number): Asked;
}

export interface Round {
  /** Answers a second. */
  readonly rate: number;
  /** Milliseconds of processor of the server, an answer. */
  readonly cpu: number;
  readonly answers: number;
}

export interface Load {
  readonly rounds: number;
  readonly seconds: number;
  /** After so many answers a round is over, however short it was. */
  readonly most?: number;
  /** How many ask at the same time, each on a connection of its own. */
  readonly atOnce: number;
}

export async function round(
  contender: Contender,
  { seconds, most = Infinity, atOnce }: Load,
  from = 0,
): Promise<Round> {
  const connections = await Promise.all(Array.from({ length: atOnce }, () => Connection.open(contender.ask(from).url)));
  let next = from;
  const [before, begin] = [cpuOf(contender.server.pid), performance.now()];
  const end = begin + seconds * 1000;
  try {
    await Promise.all(
      connections.map(async (connection) => {
        do await connection.ask(bytesOf(contender.ask(next++)));
        while (performance.now() < end && next - from < most);
      }),
    );
  } catch (error) {
    throw new Error(`${contender.name} refused a question`, { cause: error });
  }
  const answers = next - from;
  const taken = performance.now() - begin;
  for (const connection of connections) connection.close();
  return { rate: (1000 * answers) / taken, cpu: (cpuOf(contender.server.pid) - before) / answers, answers };
}

/** Seconds until the engine has compiled what is asked again and again. */
const WARMING = 5;

/**
 * Everybody in turn, again and again, so that what else happens on the machine meets all of them; every other time the
 * other way round. The first time warms up and does not count.
 */
export async function rounds(contenders: readonly Contender[], load: Load): Promise<ReadonlyArray<readonly Round[]>> {
  const made = contenders.map((): Round[] => []);
  const asked = contenders.map(() => 0);
  for (let n = 0; n <= load.rounds; n += 1) {
    const length = n > 0 ? load : { ...load, seconds: Math.max(load.seconds, WARMING) };
    const order = contenders.map((contender, at) => ({ contender, at }));
    for (const { contender, at } of n % 2 === 0 ? order : order.reverse()) {
      const one = await round(contender, length, asked[at]);
      asked[at] = (asked[at] ?? 0) + one.answers;
      if (n > 0) made[at]?.push(one);
    }
  }
  return made;
}

export const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;

export const rateOf = (made: readonly Round[]): number => median(made.map(({ rate }) => rate));
export const cpuOfAnswer = (made: readonly Round[]): number => median(made.map(({ cpu }) => cpu));

export function tell(question: string, name: string, made: readonly Round[]): void {
  const rates = made.map(({ rate }) => rate);
  const [rate, least, most] = [median(rates), Math.min(...rates), Math.max(...rates)].map(Math.round);
  console.log(
    `${question.padEnd(5)} ${name.padEnd(26)} ${String(rate).padStart(6)} answers/s (${least} to ${most}), ${cpuOfAnswer(made).toFixed(2)} ms of processor each`,
  );
}

/** A figure beside the one that is wanted. */
export function tellRatio(what: string, ratio: number, wanted: number, most = false): void {
  const met = most ? ratio <= wanted : ratio >= wanted;
  console.log(
    `${what.padEnd(44)} ${ratio.toFixed(2).padStart(6)}  (wanted: at ${most ? 'most' : 'least'} ${wanted}) ${met ? 'met' : 'MISSED'}`,
  );
}
