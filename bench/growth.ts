import { asked, planOf } from './reading/asked.js';
import type { Size } from './reading/fill.js';
import { QUESTIONS, type QuestionName } from './reading/questions.js';
import type { Asked } from './serving/asking.js';
import { tellCores } from './serving/cores.js';
import { filled, type Filled } from './serving/filled.js';
import { LOAD, loadOf, optionsGiven, SIZE, sizeOf } from './serving/options.js';
import { cpuOf } from './serving/processes.js';
import { cpuOfAnswer, median, round, tell, tellRatio, type Round } from './serving/rounds.js';
import { startOurs } from './serving/start-ours.js';
import type { Server } from './serving/server.js';

/** How many times as many plans there are in the larger of two databases. */
const GROWTH = 25;

interface Place {
  readonly name: string;
  readonly size: Size;
  readonly database: Filled;
  readonly server: Server;
}

interface Made extends Round {
  /** Milliseconds of processor of PostgreSQL, an answer. */
  readonly database: number;
}

type Ask = (place: Place, n: number) => Asked;

const ASKED: Readonly<Record<string, Ask>> = {
  ...Object.fromEntries(
    (Object.keys(QUESTIONS) as QuestionName[]).map((name): [string, Ask] => [
      name,
      ({ server, size }, n) => asked(server.url, name, n, size),
    ]),
  ),
  REST: ({ server, size }, n) => ({
    url: new URL(`/api/v1/plans/${planOf(n, size)}/commitments`, server.url).href,
  }),
};

async function measured(place: Place, ask: Ask, from: number): Promise<Made> {
  const before = cpuOf(place.database.pid);
  const made = await round({ ...place, ask: (n) => ask(place, n) }, load, from);
  return { ...made, database: (cpuOf(place.database.pid) - before) / made.answers };
}

async function compare(name: string, ask: Ask): Promise<void> {
  const made = places.map((): Made[] => []);
  const next = places.map(() => 0);
  // The first round warms up.
  for (let n = 0; n <= load.rounds; n += 1)
    for (const [at, place] of places.entries()) {
      const one = await measured(place, ask, next[at] ?? 0);
      next[at] = (next[at] ?? 0) + one.answers;
      if (n > 0) made[at]?.push(one);
    }
  const ofDatabase = (rows: readonly Made[] = []): number => median(rows.map(({ database }) => database));
  for (const [at, place] of places.entries()) {
    tell(name, place.name, made[at] ?? []);
    console.log(`${''.padEnd(32)} and ${ofDatabase(made[at]).toFixed(2)} ms of the database's processor`);
  }
  const [few = [], many = []] = made;
  tellRatio(`${name}: the server's processor`, cpuOfAnswer(many) / cpuOfAnswer(few), 1.15, true);
  tellRatio(`${name}: the database's processor`, ofDatabase(many) / ofDatabase(few), 1.15, true);
}

/** What an answer costs when there are 25 times as many plans, of the same size each. */
tellCores();
const given = optionsGiven({ ...SIZE, ...LOAD });
const [size, load] = [sizeOf(given), loadOf(given)];
const places: Place[] = [];
const databases: Filled[] = [];
try {
  for (const plans of [Math.max(1, Math.round(size.plans / GROWTH)), size.plans]) {
    const ofPlans = { ...size, plans };
    const database = await filled(ofPlans);
    databases.push(database);
    const server = await startOurs(`${plans} plans`, database.url, { FAST_ANSWERS: 'always' });
    places.push({ name: `${plans} plans`, size: ofPlans, database, server });
  }
  for (const [name, ask] of Object.entries(ASKED)) await compare(name, ask);
} finally {
  for (const { server } of places) await server.stop();
  for (const database of databases) await database.remove();
}
