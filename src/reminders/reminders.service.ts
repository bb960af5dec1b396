import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import sql from 'sql-template-tag';
import { Viewer } from '../platform/access/viewer.js';
import { Changes } from '../platform/audit/changes.js';
import { Clock } from '../platform/clock.js';
import { Settings } from '../platform/config/settings.js';
import { rows } from '../platform/database/rows.js';
import { Messages } from '../platform/i18n/messages.js';
import { Log } from '../platform/logging/log.js';
import type { GateAnswer } from '../platform/mail/mail-gates.js';
import type { OutboxMail } from '../platform/mail/outbox-mail.entity.js';
import { reminderMail } from './reminder.mails.js';
import { planReminders, type Digest, type ReminderPlan } from './reminder.planning.js';
import { RemindersQueries } from './reminders.queries.js';

export const REMINDER = 'reminder';

export interface RunReport extends ReminderPlan {
  readonly asOf: Date;
  readonly dryRun: boolean;
  /** Digests that were queued by this run. */
  readonly queued: readonly Digest[];
  /** Digests that another process recorded first. */
  readonly elsewhere: readonly Digest[];
}

/** Another process recorded part of the same digest; the next run sees what is left. */
class RecordedElsewhere extends Error {}

@Injectable()
export class RemindersService {
  constructor(
    private readonly queries: RemindersQueries,
    private readonly changes: Changes,
    private readonly messages: Messages,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * Reminds of everything that is due as of an instant and was not reminded of before. May be called at any time by any
   * number of processes: what decides is the row that is unique per address, institution, period and stage.
   */
  async run(options: { asOf?: Date; planId?: string | null; dryRun?: boolean } = {}): Promise<RunReport> {
    const asOf = options.asOf ?? this.clock.now();
    const plan = await this.plan(asOf, options.planId ?? null);
    const report = { ...plan, asOf, dryRun: options.dryRun ?? false };
    if (report.dryRun) return { ...report, queued: [], elsewhere: [] };
    const queued: Digest[] = [];
    const elsewhere: Digest[] = [];
    for (const digest of plan.digests) ((await this.recordSafely(digest, asOf)) ? queued : elsewhere).push(digest);
    return { ...report, queued, elsewhere };
  }

  /** Right before a mail leaves: is anything of it still missing, and does the address still belong to the institution? */
  async lookAgain(mail: OutboxMail): Promise<GateAnswer> {
    const [owing, recorded] = await Promise.all([this.queries.owingOfMail(mail.id), this.queries.ofMail(mail.id)]);
    const recipients = await this.queries.recipients(owing.map(({ institutionId }) => institutionId));
    const ours = owing.filter((one) =>
      recipients.some((who) => who.institutionId === one.institutionId && who.address === mail.toAddress),
    );
    if (ours.length === 0) return { send: false, reason: 'ADDRESS_CHANGED' };
    const missing = ours.filter((one) => one.missing.length > 0);
    if (missing.length === 0) return { send: false, reason: 'NOTHING_MISSING' };
    const sections = missing.flatMap((one) => {
      const stages = recorded
        .filter((row) => row.periodId === one.periodId && row.institutionId === one.institutionId)
        .map(({ stage }) => stage);
      const stage = stages.includes('OVERDUE') ? 'OVERDUE' : stages.includes('DUE_SOON') ? 'DUE_SOON' : 'OPENED';
      return [{ owing: one, stage, settles: stages, until: mail.expiresAt } as const];
    });
    const digest: Digest = { address: mail.toAddress, name: mail.toName, language: mail.language, sections };
    return { send: true, content: reminderMail(this.messages, digest, this.settings.PUBLIC_URL) };
  }

  private async plan(asOf: Date, planId: string | null): Promise<ReminderPlan> {
    const owing = await this.queries.owingAt(asOf, planId);
    const [recipients, recorded] = await Promise.all([
      this.queries.recipients([...new Set(owing.map(({ institutionId }) => institutionId))]),
      this.queries.recorded([...new Set(owing.map(({ periodId }) => periodId))]),
    ]);
    return planReminders({ owing, recipients, recorded }, asOf);
  }

  /** One recipient's trouble hurts nobody else. Answers whether this run queued the digest. */
  private async recordSafely(digest: Digest, asOf: Date): Promise<boolean> {
    try {
      return await this.record(digest, asOf);
    } catch (error) {
      if (!(error instanceof RecordedElsewhere))
        this.log.error(
          { err: error, sections: digest.sections.length },
          'A digest could not be recorded; the next run tries again',
        );
      return false;
    }
  }

  /** The occurrences and the mail in one transaction: both or neither. */
  private record(digest: Digest, asOf: Date): Promise<boolean> {
    const occurrences = digest.sections
      .flatMap(({ owing, settles }) =>
        settles.map((stage) => ({
          planId: owing.planId,
          periodId: owing.periodId,
          institutionId: owing.institutionId,
          stage,
        })),
      )
      .sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
    return this.changes.by(Viewer.system('reminders'), async (change) => {
      const latest = Math.max(...digest.sections.map(({ until }) => until.getTime()));
      const mailId = await change.queue({
        ...reminderMail(this.messages, digest, this.settings.PUBLIC_URL),
        key: `${REMINDER}:${createHash('sha256')
          .update([digest.address, ...occurrences.map(keyOf)].join('\n'))
          .digest('hex')}`,
        kind: REMINDER,
        to: { address: digest.address, name: digest.name },
        replyTo: digest.sections[0]?.owing.replyTo ?? null,
        language: digest.language,
        // A run as of another instant keeps its distance to the end of what it says.
        expiresAt: new Date(change.at.getTime() + latest - asOf.getTime()),
      });
      if (mailId === null) throw new RecordedElsewhere();
      const written = await rows<{ id: string }>(
        change.tx,
        sql`insert into reminder (plan_id, period_id, institution_id, stage, address, language, as_of, recorded_at, mail_id)
          select (o->>'planId')::uuid, (o->>'periodId')::uuid, (o->>'institutionId')::uuid, o->>'stage', ${digest.address}, ${digest.language}, ${asOf}, ${change.at}, ${mailId}
            from jsonb_array_elements(${JSON.stringify(occurrences)}::jsonb) o
          on conflict on constraint reminder_once do nothing returning id`,
      );
      if (written.length !== occurrences.length) throw new RecordedElsewhere();
      const planId = digest.sections[0]?.owing.planId ?? null;
      await change.record('reminder.queued', { type: 'OutboxMail', id: mailId, planId }, { asOf, occurrences });
      return true;
    });
  }
}

const keyOf = (occurrence: { periodId: string; institutionId: string; stage: string }): string =>
  `${occurrence.periodId} ${occurrence.institutionId} ${occurrence.stage}`;
