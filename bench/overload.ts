import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { OwnPostgres } from '../test/support/own-postgres.js';
import { fill, USUAL } from './reading/fill.js';
import { QUESTIONS } from './reading/questions.js';
import { tellCores } from './serving/cores.js';
import { cpuOf } from './serving/processes.js';
import { startOurs } from './serving/start-ours.js';

/**
 * What is still answered when twice as much is asked as can be: `npm run bench overload -- --rounds 7 --times 2`. The peak is
 * found with a few who ask again as soon as they are answered; then questions come at twice that rate, whether or not
 * those before were answered, as they do from the world outside.
 */
const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    times: { type: 'string', default: '2' },
    plans: { type: 'string', default: '50' },
    rounds: { type: 'string', default: '7' },
  },
});
const [seconds, times, plans, rounds] = [options.seconds, options.times, options.plans, options.rounds].map(Number) as [
  number,
  number,
  number,
  number,
];
const AT_ONCE = 8;
/** An answer that comes later is of no use to anybody. */
const PATIENCE = 2_000;
const TICK = 10;

const agent = new Agent({ keepAlive: true });

interface Reply {
  readonly status: number;
  readonly milliseconds: number;
  readonly retryAfter: string | undefined;
}

function send(url: string, body?: string): Promise<Reply> {
  const begin = performance.now();
  return new Promise((resolve) => {
    const headers = body ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } : {};
    const sent = request(url, { method: body ? 'POST' : 'GET', agent, headers }, (response) => {
      response.resume();
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          milliseconds: performance.now() - begin,
          retryAfter: response.headers['retry-after'],
        }),
      );
    });
    sent.on('error', () => resolve({ status: 0, milliseconds: performance.now() - begin, retryAfter: undefined }));
    sent.end(body);
  });
}

let asked = 0;
const question = (): string =>
  JSON.stringify({ query: QUESTIONS.Q1, variables: { plan: `plan-${1 + (((asked += 1) * 7919) % plans)}` } });

const isGood = ({ status, milliseconds }: Reply): boolean => status === 200 && milliseconds <= PATIENCE;

/** Answers a second, to a few who ask again at once. */
async function peak(url: string): Promise<number> {
  const begin = performance.now();
  let good = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (performance.now() - begin < 1000 * seconds) if (isGood(await send(url, question()))) good += 1;
    }),
  );
  return (1000 * good) / (performance.now() - begin);
}

/** What becomes of questions that come at a rate. */
async function atRate(url: string, rate: number): Promise<Reply[]> {
  const [begin, replies]: [number, Promise<Reply>[]] = [performance.now(), []];
  while (performance.now() - begin < 1000 * seconds) {
    const due = (rate * (performance.now() - begin)) / 1000;
    while (replies.length < due) replies.push(send(url, question()));
    await delay(TICK);
  }
  return Promise.all(replies);
}

/** Meanwhile somebody watches, and somebody wants to sign in. */
async function essential(origin: string, until: Promise<unknown>): Promise<Reply[]> {
  const [replies, state]: [Reply[], { isOver: boolean }] = [[], { isOver: false }];
  void until.then(() => (state.isOver = true));
  while (!state.isOver) {
    replies.push(...(await Promise.all(['/health/ready', '/sign-in'].map((path) => send(origin + path)))));
    await delay(200);
  }
  return replies;
}

interface Round {
  readonly most: number;
  readonly cpuOfPeak: number;
  readonly replies: readonly Reply[];
  readonly watched: readonly Reply[];
  readonly cpuOfFlood: number;
}

/** The machine is not equally fast all the time: hence the medians, and what an answer took of the server's processor. */
function tell(made: readonly Round[]): void {
  const median = (of: (round: Round) => number): number => quantile(made.map(of), 0.5);
  const sum = (of: (round: Round) => number): number => made.reduce((total, round) => total + of(round), 0);
  const good = ({ replies }: Round): number => replies.filter(isGood).length;
  const [all, watched] = [made.flatMap(({ replies }) => replies), made.flatMap((round) => round.watched)];
  const refused = all.filter(({ status }) => status === 503);
  const within = (replies: readonly Reply[], part: number): number =>
    Math.round(
      quantile(
        replies.map(({ milliseconds }) => milliseconds),
        part,
      ),
    );
  const [peakRate, goodRate] = [median(({ most }) => most), median((round) => good(round) / seconds)];
  const [ofPeak, ofFlood] = [
    sum(({ cpuOfPeak }) => cpuOfPeak) / sum(({ most }) => most * seconds),
    sum(({ cpuOfFlood }) => cpuOfFlood) / sum(good),
  ];
  const ratios = made.map((round) => (good(round) / seconds / round.most).toFixed(2));
  console.log(`peak: ${Math.round(peakRate)} answers/s, ${ofPeak.toFixed(2)} ms of processor each`);
  console.log(
    `${times} times as many: ${Math.round(goodRate)} good answers/s, 95 % within ${within(all.filter(isGood), 0.95)} ms, ${ofFlood.toFixed(2)} ms of processor each, that of the refusals among it`,
  );
  console.log(
    `${refused.length} of ${all.length} refused, ${refused.filter(({ retryAfter }) => retryAfter).length} with Retry-After, 95 % within ${within(refused, 0.95)} ms; ${all.length - sum(good) - refused.length} neither answered in ${PATIENCE} ms nor refused`,
  );
  console.log(
    `goodput: ${(goodRate / peakRate).toFixed(2)} of peak (rounds: ${ratios.join(', ')}), for the same processor ${(ofPeak / ofFlood).toFixed(2)} (wanted: at least 0.80)`,
  );
  console.log(
    `health and sign-in meanwhile: ${watched.filter(({ status }) => status === 200).length} of ${watched.length} answered, 95 % within ${within(watched, 0.95)} ms, the slowest in ${within(watched, 1)} ms`,
  );
}

const quantile = (numbers: readonly number[], part: number): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(part * (numbers.length - 1))] ?? 0;

const database = await OwnPostgres.start();
try {
  const client = new pg.Client(database.url);
  await client.connect();
  await fill(client, { ...USUAL, plans });
  await client.end();
  tellCores();
  const server = await startOurs('ours', database.url, { FAST_ANSWERS: 'always' });
  const { url } = server;
  await peak(url);
  // The refusals too are compiled by being asked for.
  await atRate(url, times * (await peak(url)));
  const made: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const [before, most, between] = [cpuOf(server.pid), await peak(url), cpuOf(server.pid)];
    const flood = atRate(url, times * most);
    const [replies, watched] = await Promise.all([flood, essential(new URL(url).origin, flood)]);
    made.push({ most, cpuOfPeak: between - before, replies, watched, cpuOfFlood: cpuOf(server.pid) - between });
  }
  tell(made);
  await server.stop();
} finally {
  agent.destroy();
  await database.remove();
}
