import { Injectable } from '@nestjs/common';
import sql, { type Sql } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { isInstitution } from '../action-plans/action-plans.queries.js';
import { columnsOf } from '../platform/database/columns.js';
import type { RowList } from '../platform/database/pages.js';
import { rows } from '../platform/database/rows.js';
import type { MailStatus } from '../platform/mail/outbox-mail.entity.js';
import { Reminder } from './reminder.entity.js';
import type { ReminderFilter } from './reminder.inputs.js';
import type { ReminderStatus, SuppressionReason } from './reminder.vocabulary.js';

/** A row of the ledger, with what became of its mail. */
export interface ReminderRow extends Omit<Reminder, 'reason'> {
  readonly status: ReminderStatus;
  readonly reason: SuppressionReason | null;
  readonly mailStatus: MailStatus | null;
  readonly mailReason: string | null;
  readonly smtpAnswer: string | null;
  readonly attempts: number;
  readonly sentAt: Date | null;
}

/** Whose reminders, and of what time. */
export interface LedgerPart {
  readonly planId: string;
  readonly from: Date;
  readonly until: Date;
  readonly institutionId?: string | null;
  readonly periodId?: string | null;
  readonly address?: string | null;
}

@Injectable()
export class RemindersQueries {
  constructor(private readonly db: DataSource) {}

  list(filter: ReminderFilter): RowList<ReminderRow> {
    return {
      name: 'reminders',
      alias: 'm',
      columns: reminderColumns,
      from: reminderFrom,
      where: [
        ...(filter.period
          ? [
              sql`exists (select from reporting_period r where r.id = m.period_id and r.plan_id = m.plan_id and r.key = ${filter.period})`,
            ]
          : []),
        ...(filter.institution ? [isInstitution(sql`m.institution_id`, sql`m.plan_id`, filter.institution)] : []),
        ...(filter.status ? [sql`o.status = ${filter.status}`] : []),
        ...(filter.statuses ? [sql`${status} = any(${[...filter.statuses]}::text[])`] : []),
        ...(filter.address ? [sql`m.address = ${filter.address.toLowerCase()}`] : []),
        ...(filter.rule ? [sql`m.rule = ${filter.rule}`] : []),
      ],
      order: { name: 'recorded-desc', by: sql`m.recorded_at`, type: 'timestamptz', descending: true },
      parent: sql`m.plan_id`,
    };
  }

  /** What was recorded of reminders that were planned within the time, or are about one of the subjects; at most so many. */
  planned(
    { planId, from, until, institutionId, periodId, address }: LedgerPart,
    subjects: readonly string[],
    most: number,
  ): Promise<ReminderRow[]> {
    return this
      .found(sql`m.plan_id = ${planId} and (m.planned_at between ${from} and ${until} or m.subject = any(${[...subjects]}::text[]))
      and (${institutionId ?? null}::uuid is null or m.institution_id = ${institutionId ?? null})
      and (${periodId ?? null}::uuid is null or m.period_id = ${periodId ?? null})
      and (${address ?? null}::text is null or m.address = ${address ?? null} or m.address is null)
      order by m.planned_at, m.id limit ${most}`);
  }

  async byId(id: string): Promise<ReminderRow | null> {
    return (await this.byIds([id]))[0] ?? null;
  }

  byIds(ids: readonly string[]): Promise<ReminderRow[]> {
    return this.found(sql`m.id = any(${[...ids]}::uuid[]) order by m.planned_at, m.id`);
  }

  private found(which: Sql): Promise<ReminderRow[]> {
    return rows(this.db, sql`select ${reminderColumns} from ${reminderFrom} where ${which}`);
  }
}

const status = sql`case when m.reason is not null then 'SUPPRESSED' when o.status in ('SENT', 'BOUNCED', 'SUPPRESSED') then o.status when o.status = 'FAILED' then 'PERMANENT_FAILURE'
  when o.attempts > 0 and o.smtp_answer is not null then 'TEMPORARY_FAILURE' else 'QUEUED' end`;
const reminderColumns = sql`${columnsOf(Reminder, 'm', ['reason'])}, coalesce(m.reason, case when o.status = 'SUPPRESSED' or o.reason = 'TOO_LATE' then o.reason end) as reason, ${status} as status,
  o.status as "mailStatus", o.reason as "mailReason", o.smtp_answer as "smtpAnswer", coalesce(o.attempts, 0) as attempts, case when m.reason is null then o.sent_at end as "sentAt"`;
const reminderFrom = sql`reminder m left join outbox_mail o on o.id = m.mail_id`;
