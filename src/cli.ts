import { Command, CommanderError } from 'commander';
import { auditCommands } from './commands/audit.command.js';
import { bounces } from './commands/bounces.command.js';
import { doctor } from './commands/doctor.command.js';
import { migrateCommand } from './commands/migrate.command.js';
import { planCommands } from './commands/plan.commands.js';
import { periods } from './commands/periods.command.js';
import { publish } from './commands/publish.command.js';
import { remind } from './commands/remind.command.js';
import { reminders } from './commands/reminders.command.js';
import { tokenCommands } from './commands/token.commands.js';
import { userCommands } from './commands/user.commands.js';

/** The same application as commands. Run by `bin/mithaq.js`. */
export async function runCli(argv: readonly string[]): Promise<void> {
  const program = new Command('mithaq')
    .description('Commitment tracking for open-government action plans.')
    .exitOverride()
    .showHelpAfterError('(add --help for what this command takes)');
  // Whoever reads only the beginning, as `head` does, has read what they wanted.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  program.command('start').description('start the service (the same as npm start)');
  for (const command of [
    migrateCommand(),
    planCommands(),
    periods(),
    publish(),
    remind(),
    reminders(),
    tokenCommands(),
    auditCommands(),
    userCommands(),
    bounces(),
    doctor(),
  ])
    program.addCommand(command.exitOverride());
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode;
  }
}
