import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Logger } from 'pino';
import { AppModule } from '../app.module.js';
import { processSettings } from '../platform/config/settings.js';
import { migrate } from '../platform/database/database.js';
import { provideMissing, type Provided } from '../platform/embedded/surroundings.js';
import { DomainError } from '../platform/errors/domain-error.js';
import { Messages } from '../platform/i18n/messages.js';
import { createLogger, NestLogger } from '../platform/logging/logger.js';
import { inWords } from '../trouble.js';

/** Commands speak English, as their options do. */
export const COMMAND_LANGUAGE = 'en';

export interface CommandContext {
  readonly app: INestApplicationContext;
  readonly provided: Provided;
  readonly say: (line?: string) => void;
}

/** Runs a command inside the application, beside a running server or without one, and puts everything back. */
export async function withApp(
  work: (context: CommandContext) => Promise<void>,
  schema: 'up to date' | 'as it is' = 'up to date',
): Promise<void> {
  await withSurroundings(async (provided, log) => {
    if (schema === 'up to date') await migrate(provided.settings.directUrl);
    const module = AppModule.with({ settings: provided.settings, clock: provided.clock, log, serves: false });
    const app = await NestFactory.createApplicationContext(module, {
      logger: new NestLogger(log),
      abortOnError: false,
    });
    try {
      await refusalsInWords(app, () => work({ app, provided, say }));
    } finally {
      await app.close();
    }
  });
}

/** For commands that need a database and not the application. */
export async function withSurroundings(work: (provided: Provided, log: Logger) => Promise<void>): Promise<void> {
  try {
    const settings = processSettings({ unlessSet: { LOG_LEVEL: 'error' } });
    // Standard output belongs to what the command answers.
    const log = createLogger(settings.LOG_LEVEL, 'stderr');
    const provided = await provideMissing(settings, 'command', (line) => log.debug(line));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => void provided.stop().finally(() => process.exit(130)));
    try {
      await work(provided, log);
    } finally {
      await provided.stop();
    }
  } catch (error) {
    process.exitCode = 1;
    if (!(error instanceof Told)) process.stderr.write(`${inWords(error)}\n`);
  }
}

export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** A refusal that was told; the command ends with exit code 1. */
class Told extends Error {}

export function complain(line: string): never {
  process.stderr.write(`${line}\n`);
  throw new Told();
}

async function refusalsInWords(app: INestApplicationContext, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const messages = app.get(Messages);
    const violations = error.violations.map(
      ({ field, key, args, place }) =>
        `  ${field}${place?.column === undefined ? '' : ` (${place.column})`}: ${messages.say(COMMAND_LANGUAGE, key, args)}`,
    );
    const main = messages.say(COMMAND_LANGUAGE, error.key, error.args);
    complain([main, ...violations.filter((line) => !line.endsWith(`: ${main}`))].join('\n'));
  }
}
