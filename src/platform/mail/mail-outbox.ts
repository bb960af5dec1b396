import { Injectable } from '@nestjs/common';
import sql, { type Sql } from 'sql-template-tag';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../clock.js';
import { Settings } from '../config/settings.js';
import { columnsOf } from '../database/columns.js';
import { rows } from '../database/rows.js';
import type { Mail, MailContent } from './mail.js';
import { oneLine } from './one-line.js';
import { OutboxMail, type MailStatus } from './outbox-mail.entity.js';
import { senderDomain } from './sender.js';

const MINUTE = 60_000;
/** Longer than one SMTP conversation may take: a lease that runs out means that its holder is gone. */
export const LEASE = 2 * MINUTE;
const LONGEST_ANSWER = 1000;

/** How a claimed mail ended, or when it is tried again. */
export interface Outcome {
  readonly mail: OutboxMail;
  readonly status: Exclude<MailStatus, 'BOUNCED'>;
  readonly reason?: string;
  /** What the mail server said last; what it said before is kept when left out. */
  readonly smtpAnswer?: string;
  /** Whether the mail server said that nothing ever arrives at the address. */
  readonly addressIsBad?: boolean;
  readonly sentAt?: Date;
  readonly nextAttemptAt?: Date;
  /** False when no conversation about it was begun after all. */
  readonly attempted?: boolean;
}

/** The mails that wait, and what became of those that do not. */
@Injectable()
export class MailOutbox {
  private readonly domain: string;

  constructor(
    private readonly db: DataSource,
    private readonly clock: Clock,
    settings: Settings,
  ) {
    this.domain = senderDomain(settings.MAIL_FROM);
  }

  /**
   * Queues the mail in the given transaction; null when it was queued before. Answers its id.
   *
   * @param onlyIf what has to hold for it to be queued at all, for where the statement itself must not tell
   */
  async queue(tx: EntityManager, mail: Mail, onlyIf: Sql = sql`true`): Promise<string | null> {
    const now = this.clock.now();
    const [queued] = await rows<{ id: string }>(
      tx,
      sql`insert into outbox_mail (key, kind, message_id, to_address, to_name, reply_to, thread, unsubscribe_url, language, subject, text_part, html_part, calendar_part, queued_at, next_attempt_at, expires_at)
        select ${mail.key}, ${mail.kind}, ${`<${mail.kind}.`}::text || new_id()::text || ${`@${this.domain}>`}::text, ${mail.to.address}, ${mail.to.name ?? null}, ${mail.replyTo ?? null},
               ${mail.thread ?? null}, ${mail.unsubscribeUrl ?? null}, ${mail.language}, ${mail.subject}, ${mail.text}, ${mail.html}, ${mail.calendar ?? null}::text, ${now}::timestamptz, ${now}::timestamptz, ${mail.expiresAt}::timestamptz
         where ${onlyIf}
        on conflict (key) do nothing returning id`,
    );
    return queued?.id ?? null;
  }

  /** Queues many mails in one statement. Answers their ids in the order given, null for one that was queued before. */
  async queueAll(tx: EntityManager, mails: readonly Mail[]): Promise<Array<string | null>> {
    const now = this.clock.now();
    const given = mails.map(({ to, ...mail }) => ({ ...mail, address: to.address, name: to.name ?? null }));
    const queued = await rows<{ id: string; key: string }>(
      tx,
      sql`insert into outbox_mail (key, kind, message_id, to_address, to_name, reply_to, thread, unsubscribe_url, language, subject, text_part, html_part, calendar_part, queued_at, next_attempt_at, expires_at)
        select m.key, m.kind, '<' || m.kind || '.' || new_id() || ${`@${this.domain}>`}::text, m.address, m.name, m."replyTo", m.thread, m."unsubscribeUrl", m.language, m.subject, m.text, m.html, m.calendar,
               ${now}::timestamptz, ${now}::timestamptz, m."expiresAt"
          from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) m (key text, kind text, address text, name text, "replyTo" text, thread text, "unsubscribeUrl" text, language text, subject text, text text,
               html text, calendar text, "expiresAt" timestamptz)
         order by m.key
        on conflict (key) do nothing returning id, key`,
    );
    const ids = new Map(queued.map(({ id, key }) => [key, id]));
    return mails.map(({ key }) => ids.get(key) ?? null);
  }

  /** Takes waiting mails for this process alone, until their lease runs out; those that have waited longest come first. */
  async claim(now: Date, most: number): Promise<OutboxMail[]> {
    const [claimed] = await this.db.query<[OutboxMail[], number]>(
      ...statement(sql`update outbox_mail m set leased_until = ${leaseFrom(now)}, attempts = attempts + 1
        where id = any(array(select id from outbox_mail
                              where status = 'QUEUED' and next_attempt_at <= ${now} and (leased_until is null or leased_until <= ${now})
                              order by next_attempt_at limit ${most} for update skip locked))
        returning ${columnsOf(OutboxMail, 'm')}`),
    );
    return claimed.sort((a, b) => a.nextAttemptAt.getTime() - b.nextAttemptAt.getTime());
  }

  /** Holds claimed mails for another lease. Answers those that are still this process's. */
  async renew(mails: readonly OutboxMail[], now: Date): Promise<OutboxMail[]> {
    const [renewed] = await this.db.query<[OutboxMail[], number]>(
      ...statement(sql`update outbox_mail m set leased_until = ${leaseFrom(now)}
        from jsonb_to_recordset(${JSON.stringify(mails.map(held))}::jsonb) as mine (id uuid, "leasedUntil" timestamptz)
        where m.id = mine.id and m.status = 'QUEUED' and m.leased_until = mine."leasedUntil"
        returning ${columnsOf(OutboxMail, 'm')}`),
    );
    return renewed;
  }

  /**
   * Records how claimed mails ended, all in one statement. Without effect on one whose lease ran out and that somebody
   * else took over.
   */
  async record(outcomes: readonly Outcome[]): Promise<void> {
    await rows(
      this.db,
      sql`with outcome as (
          select * from jsonb_to_recordset(${JSON.stringify(outcomes.map(asRow))}::jsonb) as o
            (id uuid, "leasedUntil" timestamptz, status text, reason text, "smtpAnswer" text, "addressIsBad" boolean,
             "sentAt" timestamptz, "nextAttemptAt" timestamptz, attempts integer)),
        recorded as (
          update outbox_mail m
             set status = o.status, reason = o.reason, smtp_answer = coalesce(o."smtpAnswer", m.smtp_answer), sent_at = o."sentAt",
                 next_attempt_at = coalesce(o."nextAttemptAt", m.next_attempt_at), attempts = o.attempts, leased_until = null
            from outcome o
           where m.id = o.id and m.status = 'QUEUED' and m.leased_until = o."leasedUntil"
          returning m.id, lower(m.to_address) as address, m.smtp_answer, o."addressIsBad")
        insert into undeliverable_address (address, since, kind, reason, mail_id)
        select distinct on (address) address, ${this.clock.now()}::timestamptz, 'REFUSED', smtp_answer, id
          from recorded where "addressIsBad" order by address, id
        on conflict (address) do nothing`,
    );
  }

  /** Gives claimed mails the words that they leave with. */
  async rewrite(rewritten: ReadonlyArray<{ readonly mail: OutboxMail; readonly content: MailContent }>): Promise<void> {
    const given = rewritten.map(({ mail, content }) => ({ ...held(mail), ...content }));
    await rows(
      this.db,
      sql`update outbox_mail m set language = c.language, subject = c.subject, text_part = c.text, html_part = c.html, calendar_part = c.calendar
        from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as c
          (id uuid, "leasedUntil" timestamptz, language text, subject text, text text, html text, calendar text)
        where m.id = c.id and m.status = 'QUEUED' and m.leased_until = c."leasedUntil"`,
    );
  }

  /** How many wait, and since when the oldest of those does that could have left: one that is held back waits on purpose. */
  async waiting(): Promise<{ count: number; oldest: Date | null }> {
    const [row] = await rows<{ count: number; oldest: Date | null }>(
      this.db,
      sql`select count(*)::int as count,
                 min(case when attempts = 0 then next_attempt_at else queued_at end)
                   filter (where attempts > 0 or next_attempt_at <= ${this.clock.now()}) as oldest
            from outbox_mail where status = 'QUEUED'`,
    );
    return row ?? { count: 0, oldest: null };
  }

  /** How many addresses mail does not reach. */
  async undeliverable(): Promise<number> {
    const [row] = await rows<{ count: number }>(this.db, sql`select count(*)::int as count from undeliverable_address`);
    return row?.count ?? 0;
  }
}

const leaseFrom = (now: Date): Date => new Date(now.getTime() + LEASE);

/** What tells that a mail is still held by whoever claimed it. */
const held = ({ id, leasedUntil }: OutboxMail) => ({ id, leasedUntil });

const asRow = ({ mail, attempted = true, smtpAnswer, ...outcome }: Outcome) => ({
  ...held(mail),
  ...outcome,
  ...(smtpAnswer === undefined ? {} : { smtpAnswer: storable(smtpAnswer) }),
  attempts: attempted ? mail.attempts : mail.attempts - 1,
});

/** A server may say anything; what the database cannot hold would keep all other outcomes of the same statement out as well. */
const storable = (answer: string): string =>
  oneLine(answer)
    .slice(0, LONGEST_ANSWER)
    .replace(/\p{Surrogate}/gu, '');

const statement = ({ text, values }: { text: string; values: unknown[] }): [string, unknown[]] => [text, values];
