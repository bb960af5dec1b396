import { Command, InvalidArgumentError, Option } from 'commander';
import { TokensService } from '../accounts/tokens.service.js';
import { Role, SCOPES, Viewer, type Scope } from '../platform/access/viewer.js';
import { withApp } from './command-app.js';

interface TokenOptions {
  readonly role: Role;
  readonly plan?: string;
  readonly institution?: string;
  readonly name?: string;
  readonly scopes?: Scope[];
  readonly days: number;
}

export const tokenCommands = (): Command =>
  new Command('token').description('tokens that programs sign in with').addCommand(
    new Command('create')
      .description('make a token; it is shown once')
      .addOption(new Option('--role <role>', 'what it may do').choices(Object.keys(Role)).makeOptionMandatory())
      .option('--plan <plan>', 'the plan that it holds in')
      .option(
        '--institution <institution>',
        'the institution that a FOCAL_POINT reports for, or whose groups a COORDINATOR coordinates',
      )
      .option('--name <name>', 'what it is called in records')
      .addOption(
        new Option('--scopes <scopes...>', 'what it may be used for (default: all that its role can use)').choices(
          SCOPES,
        ),
      )
      .option('--days <days>', 'how long it is good for', days, 90)
      .action((options: TokenOptions) =>
        withApp(async ({ app, say }) => {
          const name =
            options.name ??
            [options.role.toLowerCase().replaceAll('_', '-'), options.institution].filter(Boolean).join(' of ');
          const { secret, expiresAt } = await app.get(TokensService).create(Viewer.system('command'), {
            ...options,
            name,
            plan: options.plan,
            institution: options.institution,
          });
          say(secret);
          process.stderr.write(
            `\n${name}, good until ${expiresAt.toISOString().slice(0, 10)}. It is not shown again. Send it as the header\n  Authorization: Bearer <token>\n`,
          );
        }),
      ),
  );

function days(value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1 || count > 3650)
    throw new InvalidArgumentError('Give a whole number of days from 1 to 3650.');
  return count;
}
