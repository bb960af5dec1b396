import { setTimeout as delay } from 'node:timers/promises';
import { asked, numberOf, planOf } from './reading/asked.js';
import { bytesOf, Connection, type Asked } from './serving/asking.js';
import { tellCores } from './serving/cores.js';
import { filled } from './serving/filled.js';
import { optionsGiven, SIZE, sizeOf } from './serving/options.js';
import { memoryOf } from './serving/processes.js';
import { median, tellRatio } from './serving/rounds.js';
import type { Server } from './serving/server.js';
import { startService } from './serving/service.js';
import { build } from './serving/start-ours.js';
import { openPeriod, owedWithTokens, submitting, type Owed } from './submit/owed.js';

const READERS = 4;
const SECOND = 1000;
const FILE_EVERY = 2 * SECOND;
const SUBMISSION_EVERY = SECOND / 5;

/** What readers ask, of one plan after the other; every fifth time of a plan that many ask for. */
function reading(url: string, n: number): Asked {
  const of = n % 5 === 0 ? 0 : n;
  const rest = (path: string): Asked => ({ url: new URL(`/api/v1/plans/${planOf(of, size)}${path}`, url).href });
  const kinds = [
    () => asked(url, 'Q1', of, size),
    () => asked(url, 'Q2', of, size),
    () => asked(url, 'Q3', of, size),
    () => rest('/commitments'),
    () => rest(`/commitments/${numberOf(of, size)}`),
    () => rest('/check-ins'),
  ];
  return (kinds[n % kinds.length] ?? kinds[0]!)();
}

/** Asks again and again on one connection, as often as it may, until there is nothing more to ask or the time is up. */
async function keepAsking(url: string, every: number, next: () => Asked | undefined): Promise<number> {
  const connection = await Connection.open(url);
  let count = 0;
  for (let what = next(); what && performance.now() < end; what = next()) {
    const begin = performance.now();
    await connection.ask(bytesOf(what));
    count += 1;
    await delay(Math.max(0, every - (performance.now() - begin)));
  }
  connection.close();
  return count;
}

async function look(pid: number): Promise<number[]> {
  const seen: number[] = [];
  while (performance.now() < end) {
    await delay(SECOND);
    seen.push(memoryOf(pid));
  }
  return seen;
}

/** Readers, files and submissions at the same time, for as long as is wanted: what is not given back shows. */
tellCores();
build();
/** `--pause` milliseconds pass between two questions of a reader: a machine may have other work for an hour. */
const given = optionsGiven({ ...SIZE, minutes: 5, pause: 1 });
const size = sizeOf(given);
const DAY = new Date().toISOString().slice(0, 10);
let owed: Owed[] = [];
const database = await filled(size, async (db) => {
  await openPeriod(db, DAY);
  owed = await owedWithTokens(db, DAY);
});
let end = 0;
try {
  const service = await startService(database.url);
  try {
    await soak(service);
  } finally {
    await service.stop();
  }
} finally {
  await database.remove();
}

async function soak({ url, pid }: Server): Promise<void> {
  const length = given.minutes * 60 * SECOND;
  end = performance.now() + length;
  let [n, submitted] = [0, 0];
  const file: Asked = { url: new URL(`/api/v1/plans/${planOf(0, size)}/progress.csv?table=check-ins`, url).href };
  const [memory, files, submissions, ...reads] = await Promise.all([
    look(pid),
    keepAsking(url, FILE_EVERY, () => file),
    // So that there is something to hand in until the end.
    keepAsking(url, Math.max(SUBMISSION_EVERY, length / owed.length), () => {
      const one = owed[submitted++];
      return one && submitting(url, one);
    }),
    ...Array.from({ length: READERS }, () => keepAsking(url, given.pause, () => reading(url, n++))),
  ]);
  console.log(
    `${reads.reduce((sum, count) => sum + count, 0)} reads, ${submissions} submissions and ${files} files in ${given.minutes} minutes`,
  );
  const quarter = (nth: number): number =>
    median(memory.slice(Math.floor((nth * memory.length) / 4), Math.floor(((nth + 1) * memory.length) / 4)));
  const quarters = [0, 1, 2, 3].map(quarter);
  console.log(`MB in memory, quarter by quarter: ${quarters.map(Math.round).join(', ')}`);
  tellRatio('memory of the last quarter to the second', (quarters[3] ?? NaN) / (quarters[1] ?? NaN), 1.05, true);
}
