import { get } from 'node:http';
import type pg from 'pg';
import { checkInTable } from '../src/publications/check-ins-table.js';
import { NOW, USUAL } from './reading/fill.js';
import { tellCores } from './serving/cores.js';
import { filled } from './serving/filled.js';
import { optionsGiven } from './serving/options.js';
import { cpuOf, memoryOf } from './serving/processes.js';
import { median, tellRatio } from './serving/rounds.js';
import { start, type Server } from './serving/server.js';
import { startOurs } from './serving/start-ours.js';

interface Taken {
  readonly rows: number;
  readonly seconds: number;
  /** Seconds of processor of the server. */
  readonly cpu: number;
  /** Megabytes at most, of the server. */
  readonly peak: number;
}

const LINE_FEED = 10;
const LOOK_EVERY = 50;

/** Reads a file to its end, and looks at the server's memory meanwhile. */
function take(url: string, { pid }: Server): Promise<Taken> {
  let [lines, peak] = [0, 0];
  const look = setInterval(() => (peak = Math.max(peak, memoryOf(pid))), LOOK_EVERY);
  const [begin, before] = [performance.now(), cpuOf(pid)];
  return new Promise<Taken>((resolve, reject) => {
    get(url, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url} answered ${response.statusCode}.`));
      response.on('data', (part: Buffer) => {
        for (let at = part.indexOf(LINE_FEED); at >= 0; at = part.indexOf(LINE_FEED, at + 1)) lines += 1;
      });
      response.on('error', reject);
      response.on('end', () => {
        const seconds = (performance.now() - begin) / 1000;
        // The first line is the head.
        resolve({ rows: lines - 1, seconds, cpu: (cpuOf(pid) - before) / 1000, peak });
      });
    }).on('error', reject);
  }).finally(() => clearInterval(look));
}

function tellTaken(name: string, taken: readonly Taken[], idle: number): number {
  const rate = median(taken.map(({ rows, seconds }) => rows / seconds));
  const rates = taken.map(({ rows, seconds }) => Math.round(rows / seconds));
  const above = Math.max(...taken.map(({ peak }) => peak)) - idle;
  console.log(
    `${name.padEnd(26)} ${Math.round(rate)} rows/s (${Math.min(...rates)} to ${Math.max(...rates)}), ${median(taken.map(({ cpu }) => cpu)).toFixed(2)} s of processor each, ${Math.round(above)} MB above ${Math.round(idle)} MB`,
  );
  return above;
}

/** All check-ins of one large plan as CSV, beside a bare loop over the rows of the same statement. */
tellCores();
const given = optionsGiven({ 'check-ins': 200_000, rounds: 3 });
const commitmentsOfPlan = Math.ceil(given['check-ins'] / (2 * USUAL.quarters));
let planId = '';
const database = await filled(
  { ...USUAL, plans: 1, commitmentsOfPlan, milestonesOfCommitment: 1 },
  async (db: pg.Client) => {
    const { rows } = await db.query<{ id: string }>('select id from action_plan');
    planId = rows[0]?.id ?? '';
  },
);
try {
  const { text, values } = checkInTable.statement({ planId, now: new Date(NOW), asOf: null, period: null });
  const STATEMENT = JSON.stringify({ text, values });
  const ours = await startOurs('ours', database.url);
  const bare = await start('bare', { file: 'export/bare.ts', env: { DATABASE_URL: database.url, STATEMENT } });
  const file = new URL('/api/v1/plans/plan-1/progress.csv?table=check-ins', ours.url).href;
  const idle = [ours, bare].map(({ pid }) => memoryOf(pid)) as [number, number];
  const [byOurs, byBare]: [Taken[], Taken[]] = [[], []];
  for (let n = 0; n < given.rounds; n += 1) {
    byOurs.push(await take(file, ours));
    byBare.push(await take(bare.url, bare));
  }
  const counts = new Set([...byOurs, ...byBare].map(({ rows }) => rows));
  if (counts.size !== 1) throw new Error(`Not the same rows: ${[...counts].join(', ')}`);
  console.log(`${[...counts].join('')} check-ins`);
  const above = tellTaken('ours', byOurs, idle[0]);
  tellTaken('pg-query-stream to CSV', byBare, idle[1]);
  const [mine, its] = [byOurs, byBare].map((taken) => median(taken.map(({ seconds }) => seconds))) as [number, number];
  tellRatio('ours beside the bare loop', its / mine, 0.7);
  tellRatio('MB in memory above idle', above, 150, true);
  for (const server of [ours, bare]) await server.stop();
} finally {
  await database.remove();
}
