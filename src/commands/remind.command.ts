import { Command } from 'commander';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { MailOutbox } from '../platform/mail/mail-outbox.js';
import { MailRelay } from '../platform/mail/mail-relay.js';
import type { LetterSection, ReportFacts } from '../reminders/reminder.letter.js';
import { RemindersService, type ExplainedSilence, type RunReport } from '../reminders/reminders.service.js';
import type { WrittenDigest } from '../reminders/letters.service.js';
import { withApp, type CommandContext } from './command-app.js';
import { instant } from './instant.js';

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
    explain: true,
  });
  const delivered = report.dryRun ? null : await app.get(MailRelay).deliver();
  const waiting = (await app.get(MailOutbox).waiting()).count;
  if (report.failed.length + report.troubled.length > 0) process.exitCode = 1;
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
  const unreachable = report.silences.filter(isUnreachable);
  const others = report.silences.filter((silence) => !isUnreachable(silence));
  return [
    `As of ${report.asOf.toISOString()}: ${reminded.length} ${reminded.length === 1 ? 'address' : 'addresses'} ${heading}${report.dryRun ? ' (dry run: nothing is recorded or sent)' : ''}.`,
    ...reminded.flatMap(digestLines),
    ...report.elsewhere.map(({ letter }) => `\n  ${letter.address}: another process reminded it in this moment.`),
    ...(report.failed.length > 0
      ? [
          '\nCould not be recorded because of trouble that the log tells of; the next run tries again:',
          ...report.failed.map(({ letter }) => `  ${letter.address}`),
        ]
      : []),
    ...(report.troubled.length > 0
      ? [`\nCould not be looked at because of trouble that the log tells of: ${report.troubled.join(', ')}`]
      : []),
    ...(unreachable.length > 0 ? ['\nOwe check-ins and cannot be reached:', ...unreachable.map(silenceLine)] : []),
    ...(others.length > 0 ? ['\nNot reminded now:', ...others.map(silenceLine)] : []),
    ...(reminded.length + report.silences.length === 0 ? ['No period takes check-ins at that instant.'] : []),
  ];
}

const isUnreachable = ({ reason }: ExplainedSilence): boolean => reason === 'NO_ADDRESS' || reason === 'UNDELIVERABLE';

function digestLines({ letter: { address, name, language, sections }, said }: WrittenDigest): string[] {
  return [
    `\n  ${address}${name ? ` (${name})` : ''}, in ${language}`,
    ...sections.map((section, at) => `    ${sectionLine(section)} [${said[at]?.speaks.rule.key}]`),
  ];
}

function sectionLine({ plan, facts }: LetterSection): string {
  switch (facts.template) {
    case 'REPORT':
    case 'NOT_REPORTED':
      return `${facts.institution.key}, ${plan.key} ${facts.period.key}: ${missingOf(facts)}, due ${facts.period.dueOn}; commitments ${facts.missing.map(({ number, status }) => (status === 'DRAFT' ? `${number} (draft)` : number)).join(', ')}`;
    case 'UNREACHABLE':
      return `${plan.key} ${facts.period.key}: cannot be reached: ${facts.institutions.map(({ key }) => key).join(', ')}`;
    case 'REVIEW':
    case 'MEND':
      return `${facts.institution.key}, ${plan.key} ${facts.period.key}: commitment ${facts.number} waits since ${facts.since}`;
    case 'MEETING':
      return `${plan.key}: meeting of a working group on ${facts.day}`;
    case 'MEETING_CANCELLED':
      return `${plan.key}: the meeting of a working group on ${facts.day} was cancelled`;
    case 'NO_MEETING':
      return `${plan.key} ${facts.period.key}: no meeting of a working group is planned`;
    case 'ASSESSMENT':
      return `${plan.key}: assessment ${facts.commitment ? `of commitment ${facts.commitment.number}` : 'of the plan'}, due ${facts.dueOn}`;
  }
}

const missingOf = ({ missing, owed }: ReportFacts): string => `${missing.length} of ${owed} check-ins missing`;

function silenceLine({ plan, facts, reason, rule }: ExplainedSilence): string {
  const what = `${missingOf(facts)}, due ${facts.period.dueOn}`;
  const why: Record<ExplainedSilence['reason'], string> = {
    NO_ADDRESS: `${what}: no focal point with an address`,
    UNDELIVERABLE: `${what}: mail to its focal point comes back or is refused`,
    NOTHING_MISSING: 'everything was handed in',
    NO_RULE_DUE: `${what}: no reminder is due at this instant`,
    STOPPED: `${what}: somebody holds or muted its reminders`,
    REMINDED_ALREADY: `${what}: reminded already (${rule})`,
  };
  return `  ${facts.institution.key}, ${plan.key} ${facts.period.key}: ${why[reason]}`;
}

export function asJson(report: RunReport): object {
  const digest = ({ letter: { address, name, language, sections }, said }: WrittenDigest) => ({
    address,
    name,
    language,
    sections: sections.map(({ plan, stage, audience, facts }, at) => ({
      plan: plan.key,
      rule: said[at]?.speaks.rule.key,
      stage,
      audience,
      ...facts,
    })),
  });
  return {
    asOf: report.asOf,
    dryRun: report.dryRun,
    reminded: (report.dryRun ? report.digests : report.queued).map(digest),
    elsewhere: report.elsewhere.map(({ letter }) => letter.address),
    failed: report.failed.map(({ letter }) => letter.address),
    troubled: report.troubled,
    suppressed: report.suppressed.map(({ occurrence: { rule, matter, recipient }, reason }) => ({
      rule: rule.key,
      subject: matter.subject,
      address: recipient?.address ?? null,
      reason,
    })),
    silent: report.silences.map(({ plan, facts, reason, rule }) => ({
      plan: plan.key,
      period: facts.period.key,
      institution: facts.institution.key,
      reason,
      rule,
      missing: facts.missing.map(({ number }) => number),
    })),
  };
}
