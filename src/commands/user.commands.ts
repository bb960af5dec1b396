import { Command, Option } from 'commander';
import { PeopleService } from '../accounts/people.service.js';
import { Role, Viewer } from '../platform/access/viewer.js';
import { MailOutbox } from '../platform/mail/mail-outbox.js';
import { MailRelay } from '../platform/mail/mail-relay.js';
import { withApp } from './command-app.js';

interface InviteOptions {
  readonly role: Role;
  readonly plan?: string;
  readonly institution?: string;
  readonly name?: string;
  readonly language: string;
}

export const userCommands = (): Command =>
  new Command('user').description('people who sign in').addCommand(
    new Command('invite')
      .description('give a person a role, and tell them by mail how to sign in')
      .argument('<email>', 'where the invitation and links to sign in go')
      .addOption(new Option('--role <role>', 'what they may do').choices(Object.keys(Role)).makeOptionMandatory())
      .option('--plan <plan>', 'the plan that it holds in')
      .option(
        '--institution <institution>',
        'the institution that a FOCAL_POINT reports for, or whose groups a COORDINATOR coordinates',
      )
      .option('--name <name>', 'how mails address them')
      .addOption(
        new Option('--language <language>', 'what they are written to in').choices(['ar', 'en', 'fr']).default('en'),
      )
      .action((email: string, options: InviteOptions) =>
        withApp(async ({ app, provided, say }) => {
          await app.get(PeopleService).invite(Viewer.system('command'), { email, ...options });
          await app.get(MailRelay).deliver();
          const waiting = (await app.get(MailOutbox).waiting()).count;
          say(`${email} is ${options.role}${options.plan ? ` in ${options.plan}` : ''}.`);
          say(`Sign in at ${provided.settings.PUBLIC_URL}/sign-in`);
          if (waiting > 0) say('The invitation waits until the mail server takes it, or the service runs.');
          else if (provided.inboxUrl) say(`The invitation is at ${provided.inboxUrl}`);
        }),
      ),
  );
