import { Injectable } from '@nestjs/common';
import sql, { type Sql } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { MISSING } from '../check-ins/check-in.workflow.js';
import { columnsOf } from '../platform/database/columns.js';
import type { RowList } from '../platform/database/pages.js';
import { rows } from '../platform/database/rows.js';
import { seeingAll } from '../platform/logging/request-context.js';
import type { MailStatus } from '../platform/mail/outbox-mail.entity.js';
import { Reminder } from './reminder.entity.js';
import type { ReminderFilter } from './reminder.inputs.js';
import type { Owing, Recipient, Recorded } from './reminder.planning.js';

export interface ReminderRow extends Reminder {
  readonly mailStatus: MailStatus;
  readonly mailReason: string | null;
  readonly smtpAnswer: string | null;
  readonly sentAt: Date | null;
}

@Injectable()
export class RemindersQueries {
  constructor(private readonly db: DataSource) {}

  /** What every institution owes in the periods that take check-ins at `now`. */
  owingAt(now: Date, planId: string | null): Promise<Owing[]> {
    return this.owing(
      sql`o.opens_at <= ${now} and o.closes_before > ${now} ${planId ? sql`and o.plan_id = ${planId}` : sql``}`,
    );
  }

  /** What a mail that was queued is about, as it stands now. */
  owingOfMail(mailId: string): Promise<Owing[]> {
    return this.owing(
      sql`(o.period_id, o.institution_id) in (select period_id, institution_id from reminder where mail_id = ${mailId})`,
    );
  }

  recipients(institutionIds: readonly string[]): Promise<Recipient[]> {
    return rows(
      this.db,
      sql`select institution_id as "institutionId", lower(email) as address, name, language from contact
        where role = 'FOCAL_POINT' and institution_id = any(${[...institutionIds]}::uuid[]) order by institution_id, position`,
    );
  }

  recorded(periodIds: readonly string[]): Promise<Recorded[]> {
    return rows(
      this.db,
      sql`select m.period_id as "periodId", m.institution_id as "institutionId", m.stage, m.address, m.recorded_at as "recordedAt", o.status as "mailStatus"
            from reminder m join outbox_mail o on o.id = m.mail_id where m.period_id = any(${[...periodIds]}::uuid[])`,
    );
  }

  ofMail(mailId: string): Promise<Reminder[]> {
    return rows(this.db, sql`select ${columnsOf(Reminder, 'm')} from reminder m where m.mail_id = ${mailId}`);
  }

  list(filter: ReminderFilter): RowList<ReminderRow> {
    return {
      name: 'reminders',
      alias: 'm',
      columns: reminderColumns,
      from: reminderFrom,
      where: [
        ...(filter.period ? [sql`m.period_id in (select id from reporting_period where key = ${filter.period})`] : []),
        ...(filter.institution
          ? [sql`m.institution_id in (select id from institution where key = ${filter.institution})`]
          : []),
        ...(filter.status ? [sql`o.status = ${filter.status}`] : []),
      ],
      order: { name: 'recorded-desc', by: sql`m.recorded_at`, type: 'timestamptz', descending: true },
      parent: sql`m.plan_id`,
    };
  }

  async byId(id: string): Promise<ReminderRow | null> {
    const [found] = await rows<ReminderRow>(
      this.db,
      sql`select ${reminderColumns} from ${reminderFrom} where m.id = ${id}`,
    );
    return found ?? null;
  }

  /** Whether something was begun is for its agency to read, in its own mail. */
  private owing(condition: Sql): Promise<Owing[]> {
    return seeingAll('reminders', () => rows(this.db, this.owed(condition)));
  }

  private owed(condition: Sql): Sql {
    return sql`select p.id as "planId", p.key as "planKey", p.title as "planTitle", p.language as "planLanguage", p.time_zone as "timeZone", b.country,
                 (select k.email from contact k join institution j on j.id = k.institution_id
                   where j.member_id = p.member_id and k.role = 'MEL_OFFICER' and k.email is not null order by k.id limit 1) as "replyTo",
                 r.id as "periodId", r.key as "periodKey", r.opens_on as "opensOn", o.due_on as "dueOn", o.closes_on as "closesOn",
                 o.opens_at as "opensAt", o.due_before as "dueBefore", o.closes_before as "closesBefore",
                 i.id as "institutionId", i.key as "institutionKey", i.name as "institutionName",
                 count(*)::int as owed,
                 coalesce(jsonb_agg(jsonb_build_object('number', c.number, 'title', c.title, 'status', o.status) order by c.number)
                   filter (where o.status = any(${[...MISSING]}::text[])), '[]') as missing
            from owed_check_in o
            join action_plan p on p.id = o.plan_id
            join member b on b.id = p.member_id
            join reporting_period r on r.id = o.period_id
            join institution i on i.id = o.institution_id
            join commitment c on c.id = o.commitment_id
           where ${condition}
           group by p.id, b.country, r.id, i.id, o.due_on, o.closes_on, o.opens_at, o.due_before, o.closes_before
           order by p.key, r.starts_on, i.key`;
  }
}

const reminderColumns = sql`${columnsOf(Reminder, 'm')}, o.status as "mailStatus", o.reason as "mailReason", o.smtp_answer as "smtpAnswer", o.sent_at as "sentAt"`;
const reminderFrom = sql`reminder m join outbox_mail o on o.id = m.mail_id`;
