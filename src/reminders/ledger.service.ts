import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { makeReportLinks } from '../check-ins/report-links.js';
import { Viewer } from '../platform/access/viewer.js';
import { Changes, type Change } from '../platform/audit/changes.js';
import { Settings } from '../platform/config/settings.js';
import { rows } from '../platform/database/rows.js';
import { Log } from '../platform/logging/log.js';
import type { Mail } from '../platform/mail/mail.js';
import { targetOf, unsubscribingOf, withPath } from './letter-links.js';
import { LettersService, REMINDER, type WrittenDigest } from './letters.service.js';
import type { LetterSection, ReminderLetter } from './reminder.letter.js';
import { answersGoTo, threadOf } from './reminder.letters.js';
import type { Occurrence, Suppressed } from './reminder.planning.js';
import { toldHash } from './reminder.told.js';
import type { SuppressionReason } from './reminder.vocabulary.js';
import { makeUnsubscribeLinks } from './unsubscribe-links.js';

/** What became of a digest that was to be recorded. */
export type Recording = 'queued' | 'elsewhere' | 'failed';

/** Another process recorded part of the same digest; the next run sees what is left. */
export class RecordedElsewhere extends Error {}

/** Writes down what is sent, with its mails, and what is not, with the reason. */
@Injectable()
export class LedgerService {
  constructor(
    private readonly letters: LettersService,
    private readonly changes: Changes,
    private readonly settings: Settings,
    private readonly log: Log,
  ) {}

  /** All at once if it goes well; else each on its own, so that one recipient's trouble hurts nobody else. */
  async recordSafely(
    digests: readonly WrittenDigest[],
    pretended: Date | null,
  ): Promise<Array<readonly [WrittenDigest, Recording]>> {
    try {
      await this.record(digests, pretended);
      return digests.map((digest) => [digest, 'queued'] as const);
    } catch (error) {
      if (digests.length > 1) {
        const became: Array<readonly [WrittenDigest, Recording]> = [];
        for (const digest of digests) became.push(...(await this.recordSafely([digest], pretended)));
        return became;
      }
      if (!(error instanceof RecordedElsewhere))
        this.log.error({ err: error }, 'A digest could not be recorded; the next run tries again');
      return digests.map((digest) => [digest, error instanceof RecordedElsewhere ? 'elsewhere' : 'failed'] as const);
    }
  }

  /**
   * The occurrences and their mails in one transaction: all or none.
   *
   * @param pretended the instant that the run was asked to be for; null for the present
   */
  private record(digests: readonly WrittenDigest[], pretended: Date | null): Promise<string[]> {
    return this.changes.by(Viewer.system('reminders'), 'remind', (change) =>
      this.writeDown(change, digests, pretended ?? change.at),
    );
  }

  /** What somebody sends beside the rules. Answers the ids in the ledger. @throws RecordedElsewhere */
  recordByHand(viewer: Viewer, written: readonly WrittenDigest[], reason: string): Promise<string[]> {
    return this.changes.by(viewer, 'reminderSendNow', (change) => {
      change.allow({ planId: planOf(written) });
      return this.writeDown(change, written, change.at, reason);
    });
  }

  /** @throws RecordedElsewhere */
  private async writeDown(
    change: Change,
    digests: readonly WrittenDigest[],
    asOf: Date,
    reason?: string,
  ): Promise<string[]> {
    const mails = await this.queue(change, digests, asOf);
    const entries = digests.flatMap(({ said, letter }, at) =>
      said.flatMap(({ speaks, settles }, nth) => [
        entryOf(speaks, null, mails[at] ?? null, letter.sections[nth]),
        ...settles.map((one) => entryOf(one, 'SAID_BY_ANOTHER', mails[at] ?? null)),
      ]),
    );
    const languages = new Map(digests.map(({ letter }) => [letter.address, letter.language]));
    const written = await writeRows(change, entries, asOf, languages);
    if (written.length !== entries.length) throw new RecordedElsewhere();
    const planId = planOf(digests);
    const occurrences = entries.map(({ rule, subject, planId: plan }) => ({ rule, subject, plan }));
    change.record(
      'reminder.queued',
      { type: 'ActionPlan', id: planId, planId },
      { after: { asOf, mails: mails.length, occurrences }, ...(reason ? { reason } : {}) },
    );
    return written;
  }

  /** Answers the ids of the mails, in the order of the digests. @throws RecordedElsewhere */
  private async queue(change: Change, digests: readonly WrittenDigest[], asOf: Date): Promise<string[]> {
    const letters = await this.linked(
      change,
      digests.map(({ letter }) => letter),
    );
    const mails = digests.map(({ said, key }, at): Mail => {
      const { letter, unsubscribeUrl } = letters[at] ?? { letter: digests[at]!.letter, unsubscribeUrl: null };
      const replyTo = answersGoTo(letter);
      const latest = Math.max(
        ...said.flatMap(({ speaks, settles }) => [speaks, ...settles]).map(({ endsAt }) => endsAt.getTime()),
      );
      return {
        ...this.letters.contentOf(letter, replyTo, unsubscribeUrl),
        key,
        kind: REMINDER,
        to: { address: letter.address, name: letter.name },
        replyTo,
        unsubscribeUrl,
        thread: threadOf(letter),
        // A run as of another instant keeps its distance to the end of what it says.
        expiresAt: new Date(change.at.getTime() + latest - asOf.getTime()),
      };
    });
    const ids = await change.queueAll(mails);
    return ids.map((id) => {
      if (id === null) throw new RecordedElsewhere();
      return id;
    });
  }

  /** The letters with links of their own: to the forms that they ask to fill in, and out of what only tells. */
  private async linked(
    change: Change,
    letters: readonly ReminderLetter[],
  ): Promise<Array<{ letter: ReminderLetter; unsubscribeUrl: string | null }>> {
    const { PUBLIC_URL } = this.settings;
    const reports = await makeReportLinks(
      change.tx,
      letters.flatMap(({ sections }) => sections.flatMap(targetOf)),
      change.at,
    );
    const unsubscribe = await makeUnsubscribeLinks(change.tx, letters.flatMap(unsubscribingOf), change.at);
    return letters.map((letter) => ({
      letter: {
        ...letter,
        sections: letter.sections.map((section) =>
          withPath(section, targetOf(section).length > 0 ? reports.shift() : undefined),
        ),
      },
      unsubscribeUrl: unsubscribingOf(letter).length > 0 ? `${PUBLIC_URL}${unsubscribe.shift()}` : null,
    }));
  }

  /** That a reason cannot be written down keeps nobody from being reminded; the next run tries again. */
  async recordReasonsSafely(reasons: readonly Suppressed[]): Promise<void> {
    try {
      await this.recordReasons(reasons);
    } catch (error) {
      this.log.error(
        { err: error },
        'It could not be recorded why some reminders are not sent; the next run tries again',
      );
    }
  }

  /** Why something that was due is not sent. Who comes second finds it written, and leaves it so. */
  private recordReasons(reasons: readonly Suppressed[]): Promise<void> {
    return this.changes.by(Viewer.system('reminders'), 'remind', async (change) => {
      const entries = reasons.map(({ occurrence, reason }) => entryOf(occurrence, reason, null));
      const written = await writeRows(change, entries, change.at, new Map());
      const planId = entries[0]?.planId ?? '';
      if (written.length === 0) return change.nothingToDo();
      const told = entries.map(({ rule, subject, reason }) => ({ rule, subject, reason }));
      change.record(
        'reminder.suppressed',
        { type: 'ActionPlan', id: planId ?? '', planId },
        { after: { reasons: told } },
      );
    });
  }
}

/** A row of the ledger as it is written. */
type Entry = ReturnType<typeof entryOf>;

/** @param section what its mail says of it */
const entryOf = (
  occurrence: Occurrence,
  reason: SuppressionReason | null,
  mailId: string | null,
  section?: LetterSection,
) => {
  const { rule, matter, edition, plannedAt, endsAt, recipient } = occurrence;
  const { planId, subject, periodId, institutionId, workingGroupId, days } = matter;
  const { stage, template, audience } = rule;
  const about = {
    planId,
    rule: rule.key,
    stage,
    template,
    audience,
    subject,
    edition,
    periodId,
    institutionId,
    workingGroupId,
  };
  const told = section ? `\\x${toldHash(section).toString('hex')}` : null;
  const address = recipient?.address ?? null;
  return { ...about, dueOn: days.DUE ?? null, address, plannedAt, endsAt, reason, mailId, toldHash: told };
};

/**
 * Writes rows of the ledger, each once: what was said stays so, and a reason why something was not gives way to another.
 * Answers the ids of those that were written.
 */
async function writeRows(
  change: Change,
  entries: readonly Entry[],
  asOf: Date,
  languages: ReadonlyMap<string, string>,
): Promise<string[]> {
  const given = entries.map((entry) => ({ ...entry, language: languages.get(entry.address ?? '') ?? null }));
  const written = await rows<{ id: string }>(
    change.tx,
    sql`insert into reminder (plan_id, rule, stage, template, audience, subject, edition, period_id, institution_id, working_group_id, due_on, address, language,
                              planned_at, ends_at, reason, mail_id, told_hash, as_of, recorded_at)
        select e."planId", e.rule, e.stage, e.template, e.audience, e.subject, e.edition, e."periodId", e."institutionId", e."workingGroupId", e."dueOn", e.address, e.language,
               e."plannedAt", e."endsAt", e.reason, e."mailId", e."toldHash", ${asOf}, ${change.at}
          from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) e ("planId" uuid, rule text, stage text, template text, audience text, subject text, edition text,
               "periodId" uuid, "institutionId" uuid, "workingGroupId" uuid, "dueOn" date, address text, language text, "plannedAt" timestamptz, "endsAt" timestamptz, reason text, "mailId" uuid, "toldHash" bytea)
         order by 1, 2, 6, 7, 12
        on conflict on constraint reminder_once do update set stage = excluded.stage, language = coalesce(excluded.language, reminder.language), due_on = excluded.due_on, planned_at = excluded.planned_at,
               template = excluded.template, audience = excluded.audience, ends_at = excluded.ends_at, reason = excluded.reason,
               mail_id = coalesce(excluded.mail_id, reminder.mail_id), told_hash = excluded.told_hash, as_of = excluded.as_of, recorded_at = excluded.recorded_at
         where (reminder.reason <> 'SAID_BY_ANOTHER' and reminder.reason is distinct from excluded.reason)
            or exists (select from outbox_mail b where b.id = reminder.mail_id and b.status = 'FAILED' and b.reason = 'TOO_LATE')
        returning id`,
  );
  return written.map(({ id }) => id);
}

/** A portion is of one plan. */
const planOf = (digests: readonly WrittenDigest[]): string => digests[0]?.said[0]?.speaks.matter.planId ?? '';
