import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { OwnPostgres } from '../test/support/own-postgres.js';
import { fill, USUAL } from './reading/fill.js';
import { QUESTIONS, type QuestionName } from './reading/questions.js';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    requests: { type: 'string', default: '400' },
    plans: { type: 'string', default: String(USUAL.plans) },
  },
});
const [rounds, requests, plans] = [options.rounds, options.requests, options.plans].map(Number) as [
  number,
  number,
  number,
];
const AT_ONCE = 8;
/** What `/proc` counts in, on every Linux. */
const TICK = 10;

interface Server {
  readonly name: string;
  readonly url: string;
  readonly process: ChildProcess;
}

interface Round {
  readonly rate: number;
  /** Milliseconds of processor of the server, an answer. */
  readonly cpu: number;
}

async function start(name: string, file: string, env: Record<string, string>): Promise<Server> {
  const child = fork(`bench/reading/${file}.ts`, {
    env: { ...process.env, ...env },
    execArgv: ['--import', './test/support/typescript-loader.js'],
  });
  child.once('exit', (code) => code && process.exit(code));
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return { name, url, process: child };
}

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

function ask(url: string, body: string): Promise<string> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => resolve(text.trim()));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function cpuOf({ process: { pid } }: Server): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK;
}

/** Each time of another plan, so that nobody answers from memory. */
const bodyOf = (name: QuestionName, n: number): string =>
  JSON.stringify({
    name,
    query: QUESTIONS[name],
    variables: {
      plan: `plan-${1 + ((n * 7919) % plans)}`,
      ...(name === 'Q3' ? { number: 1 + (n % USUAL.commitmentsOfPlan) } : {}),
    },
  });

async function round(server: Server, name: QuestionName): Promise<Round> {
  let next = 0;
  const [before, begin] = [cpuOf(server), performance.now()];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < requests) await ask(server.url, bodyOf(name, next++));
    }),
  );
  return { rate: (1000 * requests) / (performance.now() - begin), cpu: (cpuOf(server) - before) / requests };
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

/** How much slower than the fastest there can be: a file of the same bytes over plain node http. */
async function answersGivenAgain(ours: Server): Promise<void> {
  const body = JSON.stringify({ query: QUESTIONS.Q2, variables: { plan: 'plan-1' } });
  const still = await start('static JSON', 'static', { ANSWER: await ask(ours.url, body) });
  const again = async (server: Server): Promise<number> => {
    let left = requests * 4;
    const begin = performance.now();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (left-- > 0) await ask(server.url, body);
      }),
    );
    return (1000 * requests * 4) / (performance.now() - begin);
  };
  const made = new Map<Server, number[]>([ours, still].map((server) => [server, []]));
  for (const server of [ours, still]) await again(server);
  for (let n = 0; n < rounds; n += 1) for (const [server, rates] of made) rates.push(await again(server));
  const [mine = 0, its = 1] = [...made.values()].map(median);
  console.log(
    `Q2 given again: ours ${Math.round(mine)} answers/s, static JSON ${Math.round(its)}, ratio ${(mine / its).toFixed(2)}`,
  );
  for (const server of [ours, still]) server.process.disconnect();
}

/** Reads of our server, and of the least that could answer them, on the same database, round by round in turn. */
const database = await OwnPostgres.start();
try {
  const client = new pg.Client(database.url);
  await client.connect();
  await fill(client, { ...USUAL, plans });
  await client.end();
  const env = { DATABASE_URL: database.url };
  const servers = [
    // Compiled, and nothing given again.
    await start('ours', 'ours', { ...env, FAST_ANSWERS: 'always' }),
    await start('ours, FAST_ANSWERS=off', 'ours', { ...env, FAST_ANSWERS: 'off' }),
    await start('raw node http + pg', 'raw', env),
  ];
  for (const name of Object.keys(QUESTIONS) as QuestionName[]) {
    const answers = await Promise.all(servers.map(({ url }) => ask(url, bodyOf(name, 3))));
    if (new Set(answers).size > 1) throw new Error(`${name} is answered differently.`);
    const made = new Map<Server, Round[]>(servers.map((server) => [server, []]));
    for (const server of servers) await round(server, name);
    for (let n = 0; n < rounds; n += 1) for (const server of servers) made.get(server)?.push(await round(server, name));
    const limit = median((made.get(servers.at(-1)!) ?? []).map(({ rate }) => rate));
    for (const [server, ofServer] of made) {
      const rates = ofServer.map(({ rate }) => rate);
      const [rate, least, most] = [median(rates), Math.min(...rates), Math.max(...rates)].map(Math.round);
      const cpu = median(ofServer.map((one) => one.cpu)).toFixed(2);
      console.log(
        `${name}  ${server.name.padEnd(22)} ${rate} answers/s (${least} to ${most}), ${cpu} ms of processor each, ${(median(rates) / limit).toFixed(2)} of raw`,
      );
    }
  }
  await answersGivenAgain(await start('ours', 'ours', env));
  for (const server of servers) server.process.disconnect();
} finally {
  agent.destroy();
  await database.remove();
}
