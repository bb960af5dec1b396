import { Command } from 'commander';
import { readSettings } from '../platform/config/settings.js';
import { migrate } from '../platform/database/database.js';
import { provideMissing } from '../platform/embedded/surroundings.js';

export const migrateCommand = (): Command =>
  new Command('migrate').description('bring the database schema up to date').action(async () => {
    const provided = await provideMissing(readSettings(process.env), 'command', () => undefined);
    try {
      const ran = await migrate(provided.settings.DATABASE_URL ?? '');
      process.stdout.write(
        ran.length > 0 ? `Migrated:\n${ran.map((name) => `  ${name}`).join('\n')}\n` : 'The schema is up to date.\n',
      );
    } finally {
      await provided.stop();
    }
  });
