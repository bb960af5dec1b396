import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import pg from 'pg';
import { OwnPostgres } from '../test/support/own-postgres.js';
import { fill, USUAL } from './reading/fill.js';
import { QUESTIONS, type QuestionName } from './reading/questions.js';

/** Reads of our server and of its peers on the same database, round by round in turn. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
const REQUESTS = Number(process.env['REQUESTS'] ?? 400);
const AT_ONCE = 8;
/** What `/proc` counts in, on every Linux. */
const TICK = 10;

interface Peer {
  readonly name: string;
  readonly url: string;
  readonly process: ChildProcess;
}

async function start(name: string, env: Record<string, string>): Promise<Peer> {
  const child = fork(`bench/reading/${name}.ts`, {
    env: { ...process.env, ...env },
    execArgv: [
      '--import',
      './test/support/typescript-loader.js',
      ...(process.env['PROFILE'] ? ['--cpu-prof', '--cpu-prof-dir=/tmp/prof'] : []),
    ],
  });
  child.once('exit', (code) => code && process.exit(code));
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return { name, url, process: child };
}

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
function ask(url: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => (text += part));
        response.on('end', () => resolve(text));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Of the process, in milliseconds, by the kernel's own count. */
function cpuOf({ process: { pid } }: Peer): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK;
}

const bodyOf = (name: QuestionName, n: number): string =>
  JSON.stringify({
    name,
    query: QUESTIONS[name],
    variables: { plan: `plan-${1 + ((n * 7919) % USUAL.plans)}`, ...(name === 'Q3' ? { number: 1 + (n % 20) } : {}) },
  });

interface Round {
  readonly rate: number;
  readonly cpu: number;
}

async function round(peer: Peer, name: QuestionName): Promise<Round> {
  let next = 0;
  const [before, begin] = [cpuOf(peer), performance.now()];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < REQUESTS) await ask(peer.url, bodyOf(name, next++));
    }),
  );
  return { rate: (1000 * REQUESTS) / (performance.now() - begin), cpu: (cpuOf(peer) - before) / REQUESTS };
}

const median = (numbers: number[]): number => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

const database = await OwnPostgres.start();
const client = new pg.Client(database.url);
await client.connect();
await fill(client, USUAL);
await client.end();
const env = { DATABASE_URL: database.url };
const peers = await Promise.all([start('ours', env), start('raw', env)]);
for (const name of (process.env['QUESTION']?.split(',') ?? Object.keys(QUESTIONS)) as QuestionName[]) {
  const answers = await Promise.all(peers.map(({ url }) => ask(url, bodyOf(name, 3))));
  answers.forEach((answer, at) => {
    if (answer.trim() !== answers[0]?.trim())
      console.log(
        `${name}: ${peers[at]?.name} answers otherwise:\n${answer.slice(0, 700)}\n${answers[0]?.slice(0, 700)}`,
      );
  });
  const rounds = new Map<Peer, Round[]>(peers.map((peer) => [peer, []]));
  for (const peer of peers) await round(peer, name);
  for (let n = 0; n < ROUNDS; n += 1) for (const peer of peers) rounds.get(peer)?.push(await round(peer, name));
  for (const [peer, made] of rounds)
    console.log(
      `${name} ${peer.name.padEnd(8)} ${median(made.map(({ rate }) => rate))
        .toFixed(0)
        .padStart(
          6,
        )} requests/s  ${median(made.map(({ cpu }) => cpu)).toFixed(2)} ms of processor each  ${answers[peers.indexOf(peer)]?.length} bytes`,
    );
}
for (const peer of peers) peer.process.disconnect();
agent.destroy();
await database.remove();
