import { Injectable } from '@nestjs/common';
import sql, { type Sql } from 'sql-template-tag';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../clock.js';
import { Settings } from '../config/settings.js';
import { columnsOf } from '../database/columns.js';
import { rows } from '../database/rows.js';
import type { Mail, MailContent } from './mail.js';
import { OutboxMail, type MailStatus } from './outbox-mail.entity.js';

const MINUTE = 60_000;
/** Longer than one SMTP conversation may take: a lease that runs out means that its holder is gone. */
export const LEASE = 2 * MINUTE;

/** The mails that wait, and what became of those that do not. */
@Injectable()
export class MailOutbox {
  private readonly domain: string;

  constructor(
    private readonly db: DataSource,
    private readonly clock: Clock,
    settings: Settings,
  ) {
    this.domain = /@([^\s>]+)/.exec(settings.MAIL_FROM)?.[1] ?? 'localhost';
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
      sql`insert into outbox_mail (key, kind, message_id, to_address, to_name, reply_to, language, subject, text_part, html_part, queued_at, next_attempt_at, expires_at)
        select ${mail.key}, ${mail.kind}, ${`<${mail.kind}.`}::text || new_id()::text || ${`@${this.domain}>`}::text, ${mail.to.address}, ${mail.to.name ?? null}, ${mail.replyTo ?? null},
               ${mail.language}, ${mail.subject}, ${mail.text}, ${mail.html}, ${now}::timestamptz, ${now}::timestamptz, ${mail.expiresAt}::timestamptz
         where ${onlyIf}
        on conflict (key) do nothing returning id`,
    );
    return queued?.id ?? null;
  }

  /** Takes one waiting mail for this process alone, until its lease runs out. */
  async claim(now: Date): Promise<OutboxMail | null> {
    const [[claimed]] = await this.db.query<[OutboxMail[], number]>(
      ...statement(sql`update outbox_mail m set leased_until = ${new Date(now.getTime() + LEASE)}, attempts = attempts + 1
        where id = (select id from outbox_mail
                     where status = 'QUEUED' and next_attempt_at <= ${now} and (leased_until is null or leased_until <= ${now})
                     order by next_attempt_at limit 1 for update skip locked)
        returning ${columnsOf(OutboxMail, 'm')}`),
    );
    return claimed ?? null;
  }

  /** Records how a claimed mail ended. Without effect when the lease ran out and somebody else took it over. */
  async settle(
    mail: OutboxMail,
    outcome: { status: MailStatus; reason?: string; smtpAnswer?: string; sentAt?: Date },
  ): Promise<void> {
    await this.db.query(
      ...statement(sql`update outbox_mail
        set status = ${outcome.status}, reason = ${outcome.reason ?? null}, smtp_answer = ${outcome.smtpAnswer ?? mail.smtpAnswer},
            sent_at = ${outcome.sentAt ?? null}, leased_until = null
        where id = ${mail.id} and status = 'QUEUED' and leased_until = ${mail.leasedUntil}`),
    );
  }

  async tryAgain(mail: OutboxMail, at: Date, smtpAnswer: string): Promise<void> {
    await this.db.query(
      ...statement(sql`update outbox_mail set next_attempt_at = ${at}, smtp_answer = ${smtpAnswer}, leased_until = null
        where id = ${mail.id} and status = 'QUEUED' and leased_until = ${mail.leasedUntil}`),
    );
  }

  async rewrite(mail: OutboxMail, content: MailContent): Promise<void> {
    await this.db.query(
      ...statement(sql`update outbox_mail set language = ${content.language}, subject = ${content.subject}, text_part = ${content.text}, html_part = ${content.html}
        where id = ${mail.id} and leased_until = ${mail.leasedUntil}`),
    );
  }

  async waiting(): Promise<{ count: number; oldest: Date | null }> {
    const [row] = await rows<{ count: number; oldest: Date | null }>(
      this.db,
      sql`select count(*)::int as count, min(queued_at) as oldest from outbox_mail where status = 'QUEUED'`,
    );
    return row ?? { count: 0, oldest: null };
  }
}

const statement = ({ text, values }: { text: string; values: unknown[] }): [string, unknown[]] => [text, values];
