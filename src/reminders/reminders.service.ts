import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { makeReportLink, reportLinksIn, type ReportTarget } from '../check-ins/report-links.js';
import { Viewer } from '../platform/access/viewer.js';
import { Changes } from '../platform/audit/changes.js';
import { Clock } from '../platform/clock.js';
import { Settings } from '../platform/config/settings.js';
import { rows } from '../platform/database/rows.js';
import { Messages } from '../platform/i18n/messages.js';
import { Log } from '../platform/logging/log.js';
import type { GateAnswer } from '../platform/mail/mail-gates.js';
import type { OutboxMail } from '../platform/mail/outbox-mail.entity.js';
import type { Reminder } from './reminder.entity.js';
import { answersGoTo, reminderMail } from './reminder.mails.js';
import { planReminders, stillToSay, type Digest, type DigestSection, type ReminderPlan } from './reminder.planning.js';
import { RemindersQueries } from './reminders.queries.js';

export const REMINDER = 'reminder';

export interface RunReport extends ReminderPlan {
  readonly asOf: Date;
  readonly dryRun: boolean;
  /** Digests that were queued by this run. */
  readonly queued: readonly Digest[];
  /** Digests that another process recorded first. */
  readonly elsewhere: readonly Digest[];
  /** Digests that could not be recorded; the log says why. The next run tries again. */
  readonly failed: readonly Digest[];
}

type Recording = 'queued' | 'elsewhere' | 'failed';

/** Another process recorded part of the same digest; the next run sees what is left. */
class RecordedElsewhere extends Error {}

@Injectable()
export class RemindersService {
  constructor(
    private readonly db: DataSource,
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
    const became: Record<Recording, Digest[]> = { queued: [], elsewhere: [], failed: [] };
    if (!report.dryRun)
      for (const digest of plan.digests) became[await this.recordSafely(digest, options.asOf ?? null)].push(digest);
    return { ...report, ...became };
  }

  /** Right before a mail leaves: what of it is still missing, still true and still this address's business? */
  async lookAgain(mail: OutboxMail): Promise<GateAnswer> {
    const [owing, recorded] = await Promise.all([this.queries.owingOfMail(mail.id), this.queries.ofMail(mail.id)]);
    const recipients = await this.queries.recipients(owing.map(({ institutionId }) => institutionId));
    const left = stillToSay({ owing, recipients, recorded }, mail.toAddress, this.nowOf(recorded[0]));
    if ('reason' in left) return { send: false, reason: left.reason };
    const links = await reportLinksIn(this.db, mail.textPart);
    const sections = left.sections.map((section) => withPath(section, links.find(isFor(section))?.path));
    const digest: Digest = { address: mail.toAddress, name: mail.toName, language: mail.language, sections };
    return { send: true, content: reminderMail(this.messages, digest, this.settings.PUBLIC_URL, mail.replyTo) };
  }

  /** The present as the run saw it: a run as of another instant goes on from there. */
  private nowOf(run: Pick<Reminder, 'asOf' | 'recordedAt'> | undefined): Date {
    const now = this.clock.now();
    return run ? new Date(run.asOf.getTime() + now.getTime() - run.recordedAt.getTime()) : now;
  }

  private async plan(asOf: Date, planId: string | null): Promise<ReminderPlan> {
    const owing = await this.queries.owingAt(asOf, planId);
    const [recipients, recorded] = await Promise.all([
      this.queries.recipients([...new Set(owing.map(({ institutionId }) => institutionId))]),
      this.queries.recorded([...new Set(owing.map(({ periodId }) => periodId))]),
    ]);
    return planReminders({ owing, recipients, recorded }, asOf);
  }

  /** One recipient's trouble hurts nobody else. */
  private async recordSafely(digest: Digest, pretended: Date | null): Promise<Recording> {
    try {
      await this.record(digest, pretended);
      return 'queued';
    } catch (error) {
      if (error instanceof RecordedElsewhere) return 'elsewhere';
      this.log.error(
        { err: error, sections: digest.sections.length },
        'A digest could not be recorded; the next run tries again',
      );
      return 'failed';
    }
  }

  /**
   * The occurrences and the mail in one transaction: both or neither.
   *
   * @param pretended the instant that the run was asked to be for; null for the present
   */
  private record(digest: Digest, pretended: Date | null): Promise<void> {
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
    return this.changes.by(Viewer.system('reminders'), 'remind', async (change) => {
      const asOf = pretended ?? change.at;
      const latest = Math.max(...digest.sections.map(({ until }) => until.getTime()));
      const replyTo = answersGoTo(digest);
      const sections: DigestSection[] = [];
      for (const section of digest.sections)
        sections.push(withPath(section, await makeReportLink(change.tx, section.owing, change.at)));
      const content = reminderMail(this.messages, { ...digest, sections }, this.settings.PUBLIC_URL, replyTo);
      const mailId = await change.queue({
        ...content,
        key: `${REMINDER}:${createHash('sha256')
          .update([digest.address, ...occurrences.map(keyOf)].join('\n'))
          .digest('hex')}`,
        kind: REMINDER,
        to: { address: digest.address, name: digest.name },
        replyTo,
        // A run as of another instant keeps its distance to the end of what it says.
        expiresAt: new Date(change.at.getTime() + latest - asOf.getTime()),
      });
      if (mailId === null) throw new RecordedElsewhere();
      const written = await rows<{ id: string }>(
        change.tx,
        sql`insert into reminder (plan_id, period_id, institution_id, stage, address, language, as_of, recorded_at, mail_id)
          select (o->>'planId')::uuid, (o->>'periodId')::uuid, (o->>'institutionId')::uuid, o->>'stage', ${digest.address}, ${content.language}, ${asOf}, ${change.at}, ${mailId}
            from jsonb_array_elements(${JSON.stringify(occurrences)}::jsonb) o
          on conflict on constraint reminder_once do nothing returning id`,
      );
      if (written.length !== occurrences.length) throw new RecordedElsewhere();
      const planId = digest.sections[0]?.owing.planId ?? null;
      change.record('reminder.queued', { type: 'OutboxMail', id: mailId, planId }, { after: { asOf, occurrences } });
    });
  }
}

const withPath = (section: DigestSection, reportPath: string | undefined): DigestSection =>
  reportPath ? { ...section, reportPath } : section;
const isFor =
  ({ owing }: DigestSection) =>
  ({ periodId, institutionId }: ReportTarget): boolean =>
    periodId === owing.periodId && institutionId === owing.institutionId;

const keyOf = (occurrence: { periodId: string; institutionId: string; stage: string }): string =>
  `${occurrence.periodId} ${occurrence.institutionId} ${occurrence.stage}`;
