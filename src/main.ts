import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { processSettings, type Settings } from './platform/config/settings.js';
import { freePort } from './platform/embedded/free-port.js';
import { provideMissing } from './platform/embedded/surroundings.js';
import { createLogger } from './platform/logging/logger.js';
import { loadInLittleRoom } from './platform/memory.js';
import { inWords } from './trouble.js';
import { welcome } from './welcome.js';

/** A client that never finishes must not keep the database from being stopped. */
const LONGEST_GOODBYE = 20_000;

/** The HTTP process: provides what is missing, serves until it is told to stop, and puts everything back. */
async function serve(stopped: AbortSignal): Promise<void> {
  const settings = await settingsWithPort();
  if (settings.production) loadInLittleRoom();
  const log = createLogger(settings.LOG_LEVEL);
  // Large, so it is read while the inbox starts.
  const application = () => import('./application.js');
  const provided = await provideMissing(settings, 'server', (line) => log.info(line), application).catch(
    (error: unknown) => {
      // Ctrl-C reaches the helpers that start as well: that they end is no trouble then.
      stopped.throwIfAborted();
      throw error;
    },
  );
  try {
    const { startApplication } = await application();
    stopped.throwIfAborted();
    const app = await startApplication(provided, log);
    try {
      if (!settings.production) process.stdout.write(welcome(app.address, provided));
      else log.info({ address: app.address }, 'Serving');
      if (!stopped.aborted) await once(stopped, 'abort');
    } finally {
      await Promise.race([app.close(), delay(LONGEST_GOODBYE, undefined, { ref: false })]);
    }
  } finally {
    await provided.stop();
  }
}

/** `PORT=0` takes any free port. It is chosen here, because links in mails have to name it. */
async function settingsWithPort(): Promise<Settings> {
  const settings = processSettings();
  return settings.PORT === 0 ? processSettings({ instead: { PORT: String(await freePort()) } }) : settings;
}

/** Signals are taken from the first moment, and again without effect: npm passes on what the terminal sent already. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  return stop.signal;
}

const stopped = stopSignal();
try {
  await serve(stopped);
  process.exit(0);
} catch (error) {
  if (stopped.aborted && (error as Error).name === 'AbortError') process.exit(0);
  process.stderr.write(`\n${inWords(error)}\n`);
  process.exit(1);
}
