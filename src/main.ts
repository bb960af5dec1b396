import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ActionPlansQueries } from './action-plans/action-plans.queries.js';
import { CheckInsService } from './check-ins/check-ins.service.js';
import { PlanImportService } from './interchange/plan-import.service.js';
import { Viewer } from './platform/access/viewer.js';
import { readSettings, SettingsRefused, type Settings } from './platform/config/settings.js';
import { migrate } from './platform/database/database.js';
import { provideMissing, type Provided } from './platform/embedded/surroundings.js';
import { closeHttpApp, createHttpApp } from './platform/http/http-app.js';
import { createLogger } from './platform/logging/logger.js';
import { ServerModule } from './server.module.js';
import { welcome } from './welcome.js';

const DEMO_PLAN = new URL('../../plans/greater-salt-2024-2025.json', import.meta.url);

/** The HTTP process: provides what is missing, brings the schema up to date, serves, and puts everything back on a signal. */
async function start(): Promise<void> {
  const settings = readSettings(process.env);
  const log = createLogger(settings.LOG_LEVEL);
  const provided = await provideMissing(settings, 'server', (line) => log.info(line));
  let app: NestFastifyApplication | undefined;
  const stop = onceOnly(async () => {
    if (app) await closeHttpApp(app);
    await provided.stop();
  });
  stopOnSignal(stop);
  try {
    const ran = await migrate(provided.settings.DATABASE_URL ?? '');
    if (ran.length > 0) log.info({ migrations: ran }, 'The database schema was brought up to date');
    app = await createHttpApp(ServerModule.with({ settings: provided.settings, clock: provided.clock, log }), log);
    await app.init();
    await loadDemoPlan(app, provided.settings);
    await app.get(CheckInsService).expect();
    await app.listen(provided.settings.PORT, provided.settings.HOST);
    announce(await app.getUrl(), provided);
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The plan of Greater Salt gives an empty database something to show; a production database stays empty. */
async function loadDemoPlan(app: NestFastifyApplication, settings: Settings): Promise<void> {
  if (settings.production || (await app.get(ActionPlansQueries).keys()).length > 0) return;
  await app
    .get(PlanImportService)
    .import(Viewer.system('first-start'), await readFile(fileURLToPath(DEMO_PLAN), 'utf8'));
}

function announce(address: string, provided: Provided): void {
  if (!provided.settings.production) process.stdout.write(welcome(address, provided));
}

function onceOnly(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}

function stopOnSignal(stop: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stop().then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
    });
  }
}

function fail(error: unknown): never {
  process.stderr.write(`\n${explained(error)}\n`);
  process.exit(1);
}

/** What a person can do about it, where that is known; else the whole error. */
function explained(error: unknown): string {
  const { code, port, name, message, stack } = error as {
    code?: string;
    port?: number;
    name?: string;
    message?: string;
    stack?: string;
  };
  if (error instanceof SettingsRefused) return error.message;
  if (code === 'EADDRINUSE')
    return `Port ${port ?? ''} is in use by another program. Stop it, or choose another port: PORT=3001 npm start`;
  if (name === 'ServerAlreadyRunning')
    return `${message}\nOpen that address, or stop it first (Ctrl-C where it runs). For a second one beside it, set DATA_DIR and PORT.`;
  if (name?.startsWith('EmbeddedPostgres')) return String(message);
  return stack ?? String(error);
}

start().catch(fail);
