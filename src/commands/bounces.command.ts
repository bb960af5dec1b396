import { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { eventsInMessage, messagesIn, NotAReport } from '../platform/mail/returned-mail.js';
import { ReturnedMailsService, type EventOutcome } from '../platform/mail/returned-mails.service.js';
import { withApp, type CommandContext } from './command-app.js';

const WORDS: Readonly<Record<EventOutcome, string>> = {
  NOTED: 'noted',
  KNOWN: 'known before',
  TEMPORARY: 'not delivered yet, its server goes on trying',
  NOT_OURS: 'of no mail that was sent from here',
};

export const bounces = (): Command =>
  new Command('bounces')
    .description('take in mails that came back: delivery status notifications (RFC 3464) and complaints (RFC 5965)')
    .argument('[file...]', 'messages or mbox files; one message from standard input when left out')
    .action((files: string[]) => withApp((context) => run(context, files)));

/** Ends with exit code 1 when there was anything that could not be read, so that a mail server keeps it. */
async function run({ app, say }: CommandContext, files: readonly string[]): Promise<void> {
  const service = app.get(ReturnedMailsService);
  for (const [name, content] of await contents(files))
    for (const message of messagesIn(content)) {
      try {
        const events = await eventsInMessage(message);
        if (events.length === 0) say(`${name}: nothing came back`);
        for (const event of events)
          say(
            `${name}: ${event.kind.toLowerCase()} ${event.status ?? ''} ${WORDS[await service.take(event, 'ANYBODY')]}`.replaceAll(
              / {2,}/g,
              ' ',
            ),
          );
      } catch (error) {
        if (!(error instanceof NotAReport)) throw error;
        process.exitCode = 1;
        say(`${name}: ${error.message}`);
      }
    }
}

async function contents(files: readonly string[]): Promise<ReadonlyArray<readonly [string, Buffer]>> {
  if (files.length === 0) return [['standard input', await buffer(process.stdin)]];
  return Promise.all(files.map(async (file) => [file, await readFile(file)] as const));
}
