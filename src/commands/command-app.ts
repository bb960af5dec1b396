import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import { readSettings, SettingsRefused } from '../platform/config/settings.js';
import { migrate } from '../platform/database/database.js';
import { provideMissing, type Provided } from '../platform/embedded/surroundings.js';
import { DomainError } from '../platform/errors/domain-error.js';
import { Messages } from '../platform/i18n/messages.js';
import { createLogger, NestLogger } from '../platform/logging/logger.js';

/** Commands speak English, as their options do. */
export const COMMAND_LANGUAGE = 'en';

export interface CommandContext {
  readonly app: INestApplicationContext;
  readonly provided: Provided;
  readonly say: (line?: string) => void;
}

/** Runs a command inside the application, beside a running server or without one, and puts everything back. */
export async function withApp(work: (context: CommandContext) => Promise<void>): Promise<void> {
  await explained(async () => {
    const settings = readSettings(process.env);
    const log = createLogger(process.env['LOG_LEVEL'] ? settings.LOG_LEVEL : 'error');
    const provided = await provideMissing(settings, 'command', (line) => log.debug(line));
    try {
      await migrate(provided.settings.DATABASE_URL ?? '');
      const module = AppModule.with({ settings: provided.settings, clock: provided.clock, log });
      const app = await NestFactory.createApplicationContext(module, {
        logger: new NestLogger(log),
        abortOnError: false,
      });
      try {
        await refusalsInWords(app, () =>
          work({ app, provided, say: (line = '') => process.stdout.write(`${line}\n`) }),
        );
      } finally {
        await app.close();
      }
    } finally {
      await provided.stop();
    }
  });
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
      ({ field, key, args }) => `  ${field}: ${messages.say(COMMAND_LANGUAGE, key, args)}`,
    );
    const main = messages.say(COMMAND_LANGUAGE, error.key, error.args);
    complain([main, ...violations.filter((line) => !line.endsWith(`: ${main}`))].join('\n'));
  }
}

async function explained(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    process.exitCode = 1;
    if (error instanceof Told) return;
    if (!(error instanceof SettingsRefused) && !(error as Error).name.startsWith('EmbeddedPostgres')) throw error;
    process.stderr.write(`${(error as Error).message}\n`);
  }
}
