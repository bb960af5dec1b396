import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../src/platform/embedded/free-port.js';
import { cores, tellCores } from './serving/cores.js';
import { filled } from './serving/filled.js';
import { optionsGiven, SIZE, sizeOf } from './serving/options.js';
import { memoryOf } from './serving/processes.js';
import { median, tellRatio } from './serving/rounds.js';
import { build } from './serving/start-ours.js';

/** Seconds after which nothing of the start is still going on. */
const SETTLED = 10_000;

/** One start of the service itself, timers and all, on data that are there already: until it says that it is ready. */
async function started(databaseUrl: string): Promise<{ seconds: number; memory: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'mithaq-bench-start-'));
  const port = await freePort();
  const command = [process.execPath, 'bin/mithaq.js', 'start'];
  const [program = '', ...args] = cores ? ['taskset', '-c', cores.servers, ...command] : command;
  const begin = performance.now();
  const child = spawn(program, args, {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      PORT: String(port),
      HOST: '127.0.0.1',
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      DATABASE_URL: databaseUrl,
      MAIL_FROM: 'mithaq@example.org',
      SMTP_URL: 'smtp://127.0.0.1:9',
      CHECK_LINKS: 'off',
      DATA_DIR: folder,
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  try {
    while (!(await isReady(port))) {
      if (child.exitCode !== null) throw new Error(`The service ended (${child.exitCode}) before it was ready.`);
      await delay(20);
    }
    const seconds = (performance.now() - begin) / 1000;
    await delay(SETTLED);
    return { seconds, memory: memoryOf(child.pid ?? 0) };
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
    await rm(folder, { recursive: true, force: true });
  }
}

const isReady = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );

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
