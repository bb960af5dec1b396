import { setTimeout as delay } from 'node:timers/promises';
import { tellCores } from './serving/cores.js';
import { filled } from './serving/filled.js';
import { optionsGiven, SIZE, sizeOf } from './serving/options.js';
import { memoryOf } from './serving/processes.js';
import { median, tellRatio } from './serving/rounds.js';
import { startService } from './serving/service.js';
import { build } from './serving/start-ours.js';

/** Milliseconds after which nothing of the start is still going on. */
const SETTLED = 10_000;

/** One start on data that are there already, until the service says that it is ready. */
async function started(databaseUrl: string): Promise<{ seconds: number; memory: number }> {
  const begin = performance.now();
  const service = await startService(databaseUrl);
  try {
    const seconds = (performance.now() - begin) / 1000;
    await delay(SETTLED);
    return { seconds, memory: memoryOf(service.pid) };
  } finally {
    await service.stop();
  }
}

tellCores();
build();
const given = optionsGiven({ ...SIZE, starts: 5 });
const database = await filled(sizeOf(given));
try {
  const made = [];
  // The first one expects check-ins, and writes them down.
  for (let n = 0; n <= given.starts; n += 1) {
    const one = await started(database.url);
    console.log(
      `${n === 0 ? 'first start' : `start ${n}`}: ready after ${one.seconds.toFixed(2)} s, ${Math.round(one.memory)} MB`,
    );
    if (n > 0) made.push(one);
  }
  tellRatio('seconds until it is ready', median(made.map(({ seconds }) => seconds)), 3, true);
  tellRatio('MB in memory when nothing is asked', median(made.map(({ memory }) => memory)), 150, true);
} finally {
  await database.remove();
}
