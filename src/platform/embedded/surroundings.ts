import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { Clock, SetClock } from '../clock.js';
import { DEMO_INSTANT, Settings } from '../config/settings.js';
import { findDemoInbox, startDemoInbox, type DemoInbox } from './demo-inbox.js';
import { assertFree } from './free-port.js';
import { joinEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';
import { readJson, writeJson, writeJsonOnce } from './json-file.js';

/** The settings with whatever was missing in them provided, and what has to be given back at the end. */
export interface Provided {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly embeddedDatabase: boolean;
  /** Page of the demo inbox, when there is one. */
  readonly inboxUrl: string | null;
  stop(): Promise<void>;
}

/**
 * Provides PostgreSQL, a mail inbox and a clock where the settings name none. In production the settings are refused
 * before it comes to that. Only the server starts an inbox; commands use the one of a server that runs.
 *
 * @param meanwhile what else has to be done once the database is ours; it takes as long as the inbox takes to start
 */
export async function provideMissing(
  settings: Settings,
  role: 'server' | 'command',
  log: (line: string) => void,
  meanwhile: () => Promise<unknown> = () => Promise.resolve(),
): Promise<Provided> {
  await mkdir(settings.DATA_DIR, { recursive: true });
  const database = settings.DATABASE_URL ? null : await joinDatabase(settings, role, log);
  try {
    if (role === 'server') await assertFree(settings.PORT, settings.HOST);
    const [inbox] = await Promise.all([settings.SMTP_URL ? null : inboxFor(settings, role, log), meanwhile()]);
    // Links that a command sends lead to the server beside it, whichever port that has.
    const beside = role === 'command' && settings.isUsualAddress ? await database?.serverAddress() : null;
    const complete = Object.assign(new Settings(), settings, {
      ...(beside ? { PUBLIC_URL: beside } : {}),
      DATABASE_URL: settings.DATABASE_URL ?? database?.url,
      SMTP_URL: settings.SMTP_URL ?? inbox?.smtpUrl,
      SECRETS_KEY: settings.SECRETS_KEY ?? (await keyFor(settings)),
    });
    return {
      settings: complete,
      clock: await clockFor(settings, role),
      embeddedDatabase: database !== null,
      inboxUrl: inbox?.webUrl ?? null,
      stop: async () => {
        await inbox?.stop();
        await database?.leave();
      },
    };
  } catch (error) {
    await database?.leave();
    throw error;
  }
}

async function joinDatabase(
  settings: Settings,
  role: 'server' | 'command',
  log: (line: string) => void,
): Promise<EmbeddedPostgres> {
  const database = await joinEmbeddedPostgres({ dataDir: settings.DATA_DIR, log });
  try {
    if (role === 'server') await database.claimServer(settings.PUBLIC_URL);
    return database;
  } catch (error) {
    await database.leave();
    throw error;
  }
}

/** Replicas that share a database, and so no claim on the folder, share the inbox as well. */
async function inboxFor(
  settings: Settings,
  role: 'server' | 'command',
  log: (line: string) => void,
): Promise<DemoInbox | null> {
  const running = await findDemoInbox(settings.DATA_DIR);
  if (running) return { ...running, stop: () => Promise.resolve() };
  return role === 'server' ? startDemoInbox({ dataDir: settings.DATA_DIR, log }) : null;
}

/** Kept beside the embedded database. In production nobody guesses where a key should be kept. */
async function keyFor({ production, DATA_DIR }: Settings): Promise<string | undefined> {
  if (production) return undefined;
  const file = join(DATA_DIR, 'secrets-key.json');
  await writeJsonOnce(file, { key: randomBytes(32).toString('base64') });
  return (await readJson<{ key: string }>(file))?.key;
}

interface ClockStart {
  readonly shows: string;
  readonly since: string;
}

/** A demonstration's clock is set once and then runs on, over restarts and in commands as well. */
async function clockFor({ DEMO_CLOCK, DATA_DIR, DATABASE_URL }: Settings, role: 'server' | 'command'): Promise<Clock> {
  const file = join(DATA_DIR, 'clock.json');
  const started = await readJson<ClockStart>(file);
  // Whoever types a command beside a service does not say again which clock that has.
  const isFollowed = role === 'command' && DEMO_CLOCK === DEMO_INSTANT;
  if (started?.shows && started.since && (isFollowed || started.shows === DEMO_CLOCK))
    return clockThatShows({ shows: started.shows, since: started.since });
  const start: ClockStart = { shows: DEMO_CLOCK, since: new Date().toISOString() };
  const isKept = DEMO_CLOCK === 'real' ? role === 'server' && !DATABASE_URL : role === 'server' || !started;
  if (isKept) await writeJson(file, start);
  return clockThatShows(start);
}

const clockThatShows = ({ shows, since }: ClockStart): Clock =>
  shows === 'real' ? new Clock() : new SetClock(new Date(shows), new Date(since));
