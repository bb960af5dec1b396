import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../src/platform/embedded/free-port.js';
import { onItsCore, ROOM, type Server } from './server.js';

const LOOK_EVERY = 20;

/** Settings of the service by their names in the environment. */
export type Settings = Readonly<Record<string, string>>;

/** The service itself, as somebody starts it in production: timers, clock and all. Started when it says that it is ready. */
export async function startService(databaseUrl: string, settings: Settings = {}): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'mithaq-bench-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const [program, args] = onItsCore([process.execPath, ROOM, 'bin/mithaq.js', 'start']);
  const child = spawn(program, args, {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      PORT: String(port),
      HOST: '127.0.0.1',
      PUBLIC_URL: url,
      DATABASE_URL: databaseUrl,
      MAIL_FROM: 'mithaq@example.org',
      SMTP_URL: 'smtp://127.0.0.1:9',
      RATE_LIMIT: '1000000',
      TOKEN_RATE_LIMIT: '1000000',
      CHECK_LINKS: 'off',
      DATA_DIR: folder,
      LOG_LEVEL: 'error',
      ...settings,
    },
    // Outside production it greets whoever started it.
    stdio: ['ignore', settings['NODE_ENV'] ? 'ignore' : 'inherit', 'inherit'],
  });
  const stop = async (): Promise<void> => {
    const isOver = child.exitCode !== null || child.signalCode !== null;
    if (!isOver && child.kill('SIGTERM')) await once(child, 'exit');
    await rm(folder, { recursive: true, force: true });
  };
  while (!(await isReady(url))) {
    if (child.exitCode !== null) {
      await stop();
      throw new Error(`The service ended (${child.exitCode}) before it was ready.`);
    }
    await delay(LOOK_EVERY);
  }
  return { name: 'ours', url: `${url}/graphql`, pid: child.pid ?? 0, stop };
}

const isReady = (url: string): Promise<boolean> =>
  fetch(`${url}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
