import { Command, InvalidArgumentError } from 'commander';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { MailOutbox } from '../platform/mail/mail-outbox.js';
import { MailRelay } from '../platform/mail/mail-relay.js';
import { RemindersService, type RunReport } from '../reminders/reminders.service.js';
import type { Digest, Withheld } from '../reminders/reminder.planning.js';
import { withApp, type CommandContext } from './command-app.js';

interface RemindOptions {
  readonly plan?: string;
  readonly asOf?: Date;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export const remind = (): Command =>
  new Command('remind')
    .description('remind everybody of what is due and was not reminded of before')
    .option('--plan <plan>', 'only this plan')
    .option('--as-of <instant>', 'as if it were this instant, such as 2024-07-09T09:00+03:00', instant)
    .option('--dry-run', 'say who would be reminded of what, and who not and why; record and send nothing')
    .option('--json', 'as JSON')
    .action((options: RemindOptions) => withApp((context) => run(context, options)));

async function run({ app, provided, say }: CommandContext, options: RemindOptions): Promise<void> {
  const plan = options.plan ? await app.get(ActionPlansQueries).byKey(options.plan) : null;
  const report = await app.get(RemindersService).run({
    ...(options.asOf ? { asOf: options.asOf } : {}),
    planId: plan?.id ?? null,
    dryRun: options.dryRun ?? false,
  });
  const delivered = report.dryRun ? null : await app.get(MailRelay).deliver();
  const waiting = (await app.get(MailOutbox).waiting()).count;
  if (report.failed.length > 0) process.exitCode = 1;
  if (options.json) return say(JSON.stringify({ ...asJson(report), delivered, waiting }, null, 2));
  for (const line of lines(report)) say(line);
  if (delivered)
    say(
      `\nSent ${delivered.sent}, not needed any more ${delivered.suppressed}, to be tried again ${delivered.postponed}, given up ${delivered.failed}; ${waiting} waiting.`,
    );
  if (delivered && waiting > 0 && !provided.settings.SMTP_URL)
    say('No mail server is known here: the mails leave as soon as the service runs.');
  if (provided.inboxUrl && delivered && delivered.sent > 0) say(`Read them at ${provided.inboxUrl}`);
}

export function lines(report: RunReport): string[] {
  const reminded = report.dryRun ? report.digests : report.queued;
  const heading = report.dryRun ? 'would be reminded' : 'reminded';
  const unreachable = report.withheld.filter(({ reason }) => reason === 'NO_ADDRESS');
  const others = report.withheld.filter(({ reason }) => reason !== 'NO_ADDRESS');
  return [
    `As of ${report.asOf.toISOString()}: ${reminded.length} ${reminded.length === 1 ? 'address' : 'addresses'} ${heading}${report.dryRun ? ' (dry run: nothing is recorded or sent)' : ''}.`,
    ...reminded.flatMap(digestLines),
    ...report.elsewhere.map(({ address }) => `\n  ${address}: another process reminded it in this moment.`),
    ...(report.failed.length > 0
      ? [
          '\nCould not be recorded because of trouble that the log tells of; the next run tries again:',
          ...report.failed.map(({ address }) => `  ${address}`),
        ]
      : []),
    ...(unreachable.length > 0
      ? ['\nOwe check-ins and have no address to write to:', ...unreachable.map(withheldLine)]
      : []),
    ...(others.length > 0 ? ['\nNot reminded:', ...others.map(withheldLine)] : []),
    ...(reminded.length + report.withheld.length === 0 ? ['No period takes check-ins at that instant.'] : []),
  ];
}

function digestLines({ address, name, language, sections }: Digest): string[] {
  return [
    `\n  ${address}${name ? ` (${name})` : ''}, in ${language}`,
    ...sections.flatMap(({ owing, stage }) => [
      `    ${owing.institutionKey}, ${owing.planKey} ${owing.periodKey}: ${WHY[stage]} (due ${owing.dueOn}), ${owing.missing.length} of ${owing.owed} missing:`,
      `      commitments ${owing.missing.map(({ number, status }) => (status === 'DRAFT' ? `${number} (draft)` : number)).join(', ')}`,
    ]),
  ];
}

const WHY = { OPENED: 'the period has opened', DUE_SOON: 'due soon', OVERDUE: 'overdue' } as const;

function withheldLine({ owing, reason, address, stage, recorded }: Withheld): string {
  const what = `${owing.missing.length} of ${owing.owed} check-ins missing, due ${owing.dueOn}`;
  const why: Record<Withheld['reason'], string> = {
    NO_ADDRESS: `${what}: no focal point with an address`,
    NOTHING_MISSING: 'everything was handed in',
    NO_STAGE_DUE: `${what}: no reminder is due at this instant`,
    ALREADY_REMINDED: `${address} was reminded ("${stage ? WHY[stage] : ''}") at ${recorded?.recordedAt.toISOString()}; mail ${recorded?.mailStatus}`,
  };
  return `  ${owing.institutionKey}, ${owing.planKey} ${owing.periodKey}: ${why[reason]}`;
}

export function asJson(report: RunReport): object {
  const digest = ({ address, name, language, sections }: Digest) => ({
    address,
    name,
    language,
    sections: sections.map(({ owing, stage }) => ({
      plan: owing.planKey,
      period: owing.periodKey,
      institution: owing.institutionKey,
      stage,
      due: owing.dueOn,
      missing: owing.missing.map(({ number, status }) => ({ commitment: number, status })),
    })),
  });
  return {
    asOf: report.asOf,
    dryRun: report.dryRun,
    reminded: (report.dryRun ? report.digests : report.queued).map(digest),
    elsewhere: report.elsewhere.map(({ address }) => address),
    failed: report.failed.map(({ address }) => address),
    withheld: report.withheld.map(({ owing, reason, stage, address, recorded }) => ({
      plan: owing.planKey,
      period: owing.periodKey,
      institution: owing.institutionKey,
      reason,
      stage,
      address,
      missing: owing.missing.map(({ number }) => number),
      recordedAt: recorded?.recordedAt ?? null,
    })),
  };
}

function instant(value: string): Date {
  const parsed = new Date(value);
  const complete = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/.test(value);
  if (!complete || Number.isNaN(parsed.getTime()))
    throw new InvalidArgumentError('Give an instant with its offset, such as 2024-07-09T09:00+03:00.');
  return parsed;
}
