import { Command } from 'commander';
import { DataSource } from 'typeorm';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { EvidenceFilesQueries } from '../check-ins/evidence-files.queries.js';
import { EvidenceFilesService } from '../check-ins/evidence-files.service.js';
import { problemLine } from '../interchange/plan-file.problems.js';
import { PlanImportService } from '../interchange/plan-import.service.js';
import { Clock } from '../platform/clock.js';
import { Messages } from '../platform/i18n/messages.js';
import { MailOutbox } from '../platform/mail/mail-outbox.js';
import { MailTransport } from '../platform/mail/mail-transport.js';
import { waitingTooLong } from '../platform/mail/waiting-mail.js';
import { WebhooksQueries } from '../pushes/webhooks.queries.js';
import { COMMAND_LANGUAGE, withApp, type CommandContext } from './command-app.js';

type Severity = 'ok' | 'warning' | 'trouble';
interface Finding {
  readonly severity: Severity;
  readonly what: string;
  readonly mend?: string;
}

const SIGN: Readonly<Record<Severity, string>> = { ok: '  ok ', warning: 'note ', trouble: 'WRONG' };
const MIGRATE = 'run: npx mithaq migrate, or start the service';
const LARGEST_CLOCK_DIFFERENCE = 5_000;

export const doctor = (): Command =>
  new Command('doctor').description('say what is wrong, and how to mend it').action(() =>
    withApp(async (context) => {
      const findings = [settings(context), await database(context), await clock(context), await mail(context)];
      // Tables that are missing cannot be asked.
      if (!findings.some(({ mend }) => mend === MIGRATE))
        findings.push(
          ...signing(context),
          await outbox(context),
          await undeliverable(context),
          await webhooks(context),
          ...(await evidence(context)),
          ...(await plans(context)),
        );
      for (const { severity, what, mend } of findings)
        context.say(`${SIGN[severity]}  ${what}${mend ? `\n         → ${mend}` : ''}`);
      if (findings.some(({ severity }) => severity === 'trouble')) process.exitCode = 1;
    }, 'as it is'),
  );

/** Bad settings stop every command before it begins, so whoever gets here has good ones. */
function settings({ provided: { settings: given, embeddedDatabase } }: CommandContext): Finding {
  return {
    severity: 'ok',
    what: `settings: NODE_ENV=${given.NODE_ENV}, ${embeddedDatabase ? `embedded PostgreSQL under ${given.DATA_DIR}` : 'PostgreSQL at DATABASE_URL'}, PUBLIC_URL ${given.PUBLIC_URL}`,
  };
}

async function database({ app }: CommandContext): Promise<Finding> {
  const db = app.get(DataSource);
  const [{ version }] = await db.query<[{ version: string }]>('select current_setting($1) as version', [
    'server_version',
  ]);
  const pending = await db.showMigrations();
  return pending
    ? {
        severity: 'trouble',
        what: `database: PostgreSQL ${version}, the schema is behind`,
        mend: MIGRATE,
      }
    : { severity: 'ok', what: `database: PostgreSQL ${version}, schema up to date` };
}

async function clock({ app, provided }: CommandContext): Promise<Finding> {
  const shown = app.get(Clock).now().toISOString();
  if (provided.settings.DEMO_CLOCK !== 'real')
    return {
      severity: 'warning',
      what: `clock: a demonstration's, it shows ${shown}`,
      mend: 'set DEMO_CLOCK=real for the present day',
    };
  const before = app.get(Clock).now();
  const [{ now }] = await app.get(DataSource).query<[{ now: Date }]>('select clock_timestamp() as now');
  const difference = Math.abs(now.getTime() - before.getTime());
  return difference > LARGEST_CLOCK_DIFFERENCE
    ? {
        severity: 'trouble',
        what: `clock: this machine and the database differ by ${Math.round(difference / 1000)} s`,
        mend: 'let both follow a time server (NTP)',
      }
    : { severity: 'ok', what: `clock: ${shown}, the database agrees` };
}

async function mail({ app, provided }: CommandContext): Promise<Finding> {
  const transport = app.get(MailTransport);
  if (!transport.known)
    return {
      severity: 'warning',
      what: 'mail: no mail server is known here',
      mend: 'set SMTP_URL, or start the service with its demo inbox: npm start',
    };
  try {
    await transport.verify();
    return { severity: 'ok', what: `mail: the server answers; SMTP_TLS=${provided.settings.SMTP_TLS}` };
  } catch (error) {
    return {
      severity: 'trouble',
      what: `mail: the server cannot be used (SMTP_TLS=${provided.settings.SMTP_TLS}): ${(error as Error).message}`,
      mend: 'check SMTP_URL: host, port, user, password; its certificate, SMTP_TLS and SMTP_CA_FILE; mails wait and nothing is lost',
    };
  }
}

/** What makes others trust our mail, and us hear of mail that came back. Notes only: a demonstration needs neither. */
function signing({ provided: { settings } }: CommandContext): Finding[] {
  const { dkim } = settings;
  const signed: Finding = dkim
    ? {
        severity: 'ok',
        what: `mail: signed for ${dkim.domainName}, key ${dkim.keySelector}._domainkey.${dkim.domainName}`,
      }
    : {
        severity: 'warning',
        what: 'mail: not signed here (DKIM)',
        mend: 'set DKIM_DOMAIN, DKIM_SELECTOR and DKIM_PRIVATE_KEY, unless the mail server signs',
      };
  const heard: Finding = settings.MAIL_EVENTS_SECRET
    ? { severity: 'ok', what: 'mail: the provider may report what came back to /mail/events' }
    : {
        severity: 'warning',
        what: 'mail: nobody may report mails that came back',
        mend: 'set MAIL_EVENTS_SECRET for the provider, or give returned mails to: npx mithaq bounces',
      };
  return settings.production ? [signed, heard] : [signed, heard].filter(({ severity }) => severity === 'ok');
}

async function outbox({ app, provided }: CommandContext): Promise<Finding> {
  const waiting = await app.get(MailOutbox).waiting();
  const tooLong = waitingTooLong(waiting, app.get(Clock).now(), provided.settings.MAIL_WAITING_WARNING);
  return tooLong
    ? {
        severity: 'trouble',
        what: `outbox: ${tooLong}`,
        mend: 'is the service running, and does its mail server answer?',
      }
    : { severity: 'ok', what: `outbox: ${waiting.count} ${waiting.count === 1 ? 'mail waits' : 'mails wait'}` };
}

async function undeliverable({ app }: CommandContext): Promise<Finding> {
  const count = await app.get(MailOutbox).undeliverable();
  return count > 0
    ? {
        severity: 'warning',
        what: `outbox: ${count} ${count === 1 ? 'address' : 'addresses'} that mail does not reach`,
        mend: 'see institutions(filter: { withoutAddress: true }); undeliverableAddressClear when one works again',
      }
    : { severity: 'ok', what: 'outbox: no address is known that mail does not reach' };
}

async function webhooks({ app, provided }: CommandContext): Promise<Finding> {
  const { active, failing, lost } = await app.get(WebhooksQueries).overview();
  const what = `webhooks: ${active} ${active === 1 ? 'delivers' : 'deliver'}, ${failing} of them in vain, ${lost} given up`;
  if (active > 0 && !provided.settings.SECRETS_KEY)
    return {
      severity: 'trouble',
      what: `webhooks: ${active} cannot be told anything`,
      mend: 'set SECRETS_KEY to what it was when they were made; with another key their receivers refuse what they get',
    };
  return failing + lost > 0
    ? {
        severity: 'warning',
        what,
        mend: 'webhooks(plan: …) { failingSince disabledBecause deliveries { … } } says why',
      }
    : { severity: 'ok', what };
}

async function evidence({ app }: CommandContext): Promise<Finding[]> {
  const links = await app.get(EvidenceFilesQueries).failingLinks();
  const files = await app.get(EvidenceFilesService).missing();
  const day = (since: Date): string => since.toISOString().slice(0, 10);
  return [
    {
      severity: files.length > 0 ? 'trouble' : links.length > 0 ? 'warning' : 'ok',
      what: `evidence: ${links.length} ${links.length === 1 ? 'link leads' : 'links lead'} nowhere, ${files.length} ${files.length === 1 ? 'file is' : 'files are'} missing`,
      ...(files.length > 0 ? { mend: 'bring back the folder files from a backup, or check FILES_URL' } : {}),
    },
    ...links.map(({ plan, what, since }): Finding => ({
      severity: 'warning',
      what: `  plan ${plan}: ${what} (since ${day(since)})`,
    })),
    ...files.map(({ plan, what, since }): Finding => ({
      severity: 'trouble',
      what: `  plan ${plan}: the file “${what}” of ${day(since)}`,
    })),
  ];
}

async function plans({ app }: CommandContext): Promise<Finding[]> {
  const keys = await app.get(ActionPlansQueries).keys();
  if (keys.length === 0)
    return [{ severity: 'warning', what: 'plans: there is none', mend: 'run: npx mithaq plan import <file>' }];
  const messages = app.get(Messages);
  const found = await Promise.all(
    keys.map(async (key) => ({ key, gaps: await app.get(PlanImportService).gapsOf(key) })),
  );
  return found.flatMap(({ key, gaps }): Finding[] => [
    {
      severity: gaps.length > 0 ? 'warning' : 'ok',
      what: `plan ${key}: ${gaps.length} ${gaps.length === 1 ? 'gap' : 'gaps'}`,
    },
    ...gaps.map((gap): Finding => ({ severity: 'warning', what: `  ${problemLine(messages, COMMAND_LANGUAGE, gap)}` })),
  ]);
}
