import { Command } from 'commander';
import { migrate } from '../platform/database/database.js';
import { say, withSurroundings } from './command-app.js';

export const migrateCommand = (): Command =>
  new Command('migrate').description('bring the database schema up to date').action(() =>
    withSurroundings(async ({ settings }) => {
      const ran = await migrate(settings.directUrl);
      say(ran.length > 0 ? `Migrated:\n${ran.map((name) => `  ${name}`).join('\n')}` : 'The schema is up to date.');
    }),
  );
