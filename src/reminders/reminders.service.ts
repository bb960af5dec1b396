import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { UNREPORTED } from '../check-ins/check-in.workflow.js';
import { makeReportLinks, reportLinksIn, type ReportTarget } from '../check-ins/report-links.js';
import { Viewer } from '../platform/access/viewer.js';
import { Changes, type Change } from '../platform/audit/changes.js';
import { Clock } from '../platform/clock.js';
import { Settings } from '../platform/config/settings.js';
import { columnsOf } from '../platform/database/columns.js';
import { rows } from '../platform/database/rows.js';
import { groupBy } from '../platform/group-by.js';
import { Messages } from '../platform/i18n/messages.js';
import { Log } from '../platform/logging/log.js';
import type { GateAnswer } from '../platform/mail/mail-gates.js';
import type { Mail, MailContent } from '../platform/mail/mail.js';
import type { OutboxMail } from '../platform/mail/outbox-mail.entity.js';
import { senderDomain } from '../platform/mail/sender.js';
import { LetterFactsQueries, type FactsOf } from './letter-facts.queries.js';
import type { Matter } from './matter.js';
import { PlansInPlayQueries, type PlanInPlay } from './plans-in-play.queries.js';
import { ReminderFactsQueries, type GatheredFacts } from './reminder-facts.queries.js';
import { lookAgain, type LastLook } from './reminder-last-look.js';
import { BY_HAND } from './reminder-rule.js';
import { toldHash } from './reminder.told.js';
import { Reminder } from './reminder.entity.js';
import type { LetterFacts, LetterSection, ReminderLetter, ReportFacts } from './reminder.letter.js';
import { NothingToRemindOf } from './reminder.errors.js';
import { answersGoTo, reminderMail, threadOf } from './reminder.letters.js';
import {
  nameOfOccurrence,
  nextTurn,
  planReminders,
  type Digest,
  type Occurrence,
  type Plan,
  type Suppressed,
} from './reminder.planning.js';
import { silences, type Silence } from './reminder-silence.js';
import type { ReminderAudience, ReminderStage, SuppressionReason } from './reminder.vocabulary.js';
import { makeUnsubscribeLinks, type Unsubscribing } from './unsubscribe-links.js';

export const REMINDER = 'reminder';

/** A mail right before it leaves, with what it has to say now. */
interface Seen {
  readonly mail: OutboxMail;
  readonly look: LastLook;
  readonly sections: readonly LetterSection[];
}

/** A digest with what its letter says: a section for each that is said, in the same order. */
export interface WrittenDigest extends Digest {
  /** Two processes that find the same to be due name its mail the same. */
  readonly key: string;
  readonly letter: ReminderLetter;
}

export interface RunReport {
  readonly asOf: Date;
  readonly dryRun: boolean;
  /** What is due, as letters; not all of it may have been recorded by this run. */
  readonly digests: readonly WrittenDigest[];
  readonly suppressed: readonly Suppressed[];
  readonly held: readonly Occurrence[];
  /** Agencies that are asked for check-ins and not reminded now, with why; what of them is missing. */
  readonly silences: readonly ExplainedSilence[];
  /** Digests that were queued by this run. */
  readonly queued: readonly WrittenDigest[];
  /** Digests that another process recorded first. */
  readonly elsewhere: readonly WrittenDigest[];
  /** Digests that could not be recorded; the log says why. The next run tries again. */
  readonly failed: readonly WrittenDigest[];
  /** When a run may find something else although nothing changes; null when that never comes. */
  readonly nextTurn: Date | null;
  /** Keys of plans that could not be looked at at all; the log says why. */
  readonly troubled: readonly string[];
}

export interface ExplainedSilence extends Silence {
  readonly plan: PlanInPlay;
  readonly facts: ReportFacts;
}

type Recording = 'queued' | 'elsewhere' | 'failed';

/** Another process recorded part of the same digest; the next run sees what is left. */
export class RecordedElsewhere extends Error {}

/** So many digests, or reasons, are recorded in one transaction. */
const TOGETHER = 100;

@Injectable()
export class RemindersService {
  private readonly mailDomain: string;

  constructor(
    private readonly db: DataSource,
    private readonly plans: PlansInPlayQueries,
    private readonly facts: ReminderFactsQueries,
    private readonly letters: LetterFactsQueries,
    private readonly changes: Changes,
    private readonly messages: Messages,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    this.mailDomain = senderDomain(settings.MAIL_FROM);
  }

  /**
   * Reminds of everything that is due as of an instant and was not reminded of before. May be called at any time by any
   * number of processes: what decides is the row of the ledger, which is unique.
   *
   * @param options.explain whether the report says of everybody else why they are not reminded
   */
  async run(
    options: { asOf?: Date; planId?: string | null; dryRun?: boolean; explain?: boolean } = {},
  ): Promise<RunReport> {
    const asOf = options.asOf ?? this.clock.now();
    const sum: Mutable<RunReport> = {
      asOf,
      dryRun: options.dryRun ?? false,
      nextTurn: null,
      ...{ digests: [], suppressed: [], held: [], silences: [], queued: [], elsewhere: [], failed: [], troubled: [] },
    };
    for (const plans of together(await this.plans.plans(options.planId ? [options.planId] : null)))
      try {
        await this.runFor(plans, options, sum);
      } catch (error) {
        // One member's trouble hurts no other's agencies.
        const keys = plans.map(({ key }) => key);
        this.log.error({ err: error, plans: keys }, 'Plans could not be looked at; the next run tries again');
        sum.troubled.push(...keys);
      }
    return sum;
  }

  private async runFor(
    plans: readonly PlanInPlay[],
    options: { asOf?: Date; explain?: boolean },
    sum: Mutable<RunReport>,
  ): Promise<void> {
    const { asOf } = sum;
    const facts = await this.facts.inPlay(plans, { from: asOf, until: asOf });
    const plan = planReminders(facts, asOf);
    sum.suppressed.push(...plan.suppressed);
    sum.held.push(...plan.held);
    sum.nextTurn = earlier(sum.nextTurn, nextTurn(facts, asOf));
    if (options.explain) sum.silences.push(...(await this.explained(facts, plan, asOf)));
    await this.carryOut(plan, facts, options.asOf ?? null, sum);
  }

  private async explained(facts: GatheredFacts, plan: Plan, asOf: Date): Promise<ExplainedSilence[]> {
    const found = silences(facts, plan, asOf);
    const factsOf = await this.letters.of(
      found.map(({ matter }) => matter),
      facts.directory,
    );
    return found.flatMap((silence) => {
      const [inPlay, said] = [facts.plans.find(({ id }) => id === silence.matter.planId), factsOf(silence.matter)];
      return inPlay && said?.template === 'REPORT' ? [{ ...silence, plan: inPlay, facts: said }] : [];
    });
  }

  /** Records what a plan says, and tells in the report what became of it. */
  private async carryOut(
    plan: Plan,
    facts: GatheredFacts,
    pretended: Date | null,
    sum: Mutable<RunReport>,
  ): Promise<void> {
    const digests = portions(plan.digests, ({ said: [first] }) => first?.speaks.matter.planId ?? '');
    // Two at a time: while the database writes one down, the other is put into words.
    for (const two of chunks(digests, 2)) {
      const written = await Promise.all(two.map((portion) => this.write(portion, facts)));
      sum.digests.push(...written.flat());
      if (sum.dryRun) continue;
      const recorded = await Promise.all(written.map((portion) => this.recordSafely(portion, pretended)));
      for (const [digest, became] of recorded.flat()) sum[became].push(digest);
    }
    // Reasons that hold for a moment that was made up are not written down.
    if (sum.dryRun || pretended) return;
    for (const reasons of portions(plan.suppressed, ({ occurrence }) => occurrence.matter.planId))
      await this.recordReasonsSafely(reasons);
  }

  /** Right before mails leave: what of them is still missing, still true and still these addresses' business? */
  async lookAgain(mails: readonly OutboxMail[]): Promise<ReadonlyMap<string, GateAnswer>> {
    const found = await this.rowsOf(mails.map(({ id }) => id));
    const facts = await this.facts.about(found, this.clock.now());
    const ofMail = groupBy(found, ({ mailId }) => mailId);
    const looks = mails.map((mail) => {
      const ownRows = ofMail.get(mail.id) ?? [];
      return { mail, look: lookAgain(facts, ownRows, this.nowOf(ownRows[0])) };
    });
    const kept = looks.flatMap(({ look }) => look.kept.map(({ matter }) => matter));
    const factsOf = await this.letters.of(kept, facts.directory);
    const seen = looks.map(({ mail, look }) => ({ mail, look, sections: this.sectionsNow(look, facts, factsOf) }));
    const waiting = seen.filter(mustWait);
    const moving = seen.filter((one) => !waiting.includes(one));
    const changed = moving.filter(({ look, sections }) => sections.length > 0 && !isStillSo(look, sections));
    await this.forgetTold(changed.flatMap(({ look }) => look.kept));
    await this.tellWhy(moving);
    const rewritten = await this.rewritten(changed);
    const later = new Date(this.clock.now().getTime() + ASK_AGAIN_AFTER);
    return new Map([
      ...waiting.map(({ mail }): [string, GateAnswer] => [mail.id, { send: 'later', at: later }]),
      ...moving.map(({ mail, look, sections }): [string, GateAnswer] => [
        mail.id,
        sections.length > 0 ? { send: true, ...rewritten.get(mail.id) } : { send: false, reason: reasonOf(look) },
      ]),
    ]);
  }

  private sectionsNow({ kept }: LastLook, facts: GatheredFacts, factsOf: FactsOf): LetterSection[] {
    return kept.flatMap(({ matter, rule }) => this.section(facts, factsOf, matter, rule));
  }

  /** What mails say now; each keeps its own links. */
  private async rewritten(changed: readonly Seen[]): Promise<Map<string, { content: MailContent }>> {
    if (changed.length === 0) return new Map();
    const links = await reportLinksIn(this.db, changed.map(({ mail }) => mail.textPart).join('\n'));
    return new Map(
      changed.map(({ mail, sections }) => {
        const ownLinks = links.filter(({ path }) => mail.textPart.includes(path));
        const linked = sections.map((section) => withPath(section, ownLinks.find(isFor(section))?.path));
        const letter = { address: mail.toAddress, name: mail.toName, language: mail.language, sections: linked };
        return [mail.id, { content: this.contentOf(letter, mail.replyTo, mail.unsubscribeUrl) }];
      }),
    );
  }

  /**
   * Mails that are written again are so at every look from then on: what was told first must not be taken for what they
   * say. Comes before anything that the next look would see, so that a death in between is harmless.
   */
  private async forgetTold(kept: LastLook['kept']): Promise<void> {
    const told = kept.filter(({ row }) => row.toldHash !== null).map(({ row }) => row.id);
    if (told.length > 0) await rows(this.db, sql`update reminder set told_hash = null where id = any(${told}::uuid[])`);
  }

  private rowsOf(mailIds: readonly string[]): Promise<Reminder[]> {
    return rows(
      this.db,
      sql`select ${columnsOf(Reminder, 'm')} from reminder m
           where m.mail_id = any(${[...mailIds]}::uuid[]) and (m.reason is null or m.reason = 'SAID_BY_ANOTHER') order by m.planned_at, m.id`,
    );
  }

  /** What the last look changed stands in the ledger, unless somebody else has taken the mail over by now. */
  private async tellWhy(seen: readonly Seen[]): Promise<void> {
    const told = seen.flatMap(({ mail, look }) =>
      look.changed.map(({ row, reason }) => ({ id: row.id, reason, lease: mail.leasedUntil })),
    );
    if (told.length === 0) return;
    await rows(
      this.db,
      sql`update reminder m set reason = d.reason
            from unnest(${told.map(({ id }) => id)}::uuid[], ${told.map(({ reason }) => reason)}::text[], ${told.map(({ lease }) => lease)}::timestamptz[]) d (id, reason, lease), outbox_mail o
           where m.id = d.id and o.id = m.mail_id and o.status = 'QUEUED' and o.leased_until = d.lease
             and (m.reason is null or m.reason = 'SAID_BY_ANOTHER')`,
    );
  }

  /** The present as the run saw it: a run as of another instant goes on from there. */
  private nowOf(row: Pick<Reminder, 'asOf' | 'recordedAt'> | undefined): Date {
    const now = this.clock.now();
    return row ? new Date(row.asOf.getTime() + now.getTime() - row.recordedAt.getTime()) : now;
  }

  /** Puts digests into words; those that turn out to have nothing to say are left out. */
  private async write(digests: readonly Digest[], facts: GatheredFacts): Promise<WrittenDigest[]> {
    const factsOf = await this.letters.of(
      digests.flatMap(({ said }) => said.map(({ speaks }) => speaks.matter)),
      facts.directory,
    );
    return digests.flatMap((digest) => {
      const said = digest.said.filter(({ speaks }) => factsOf(speaks.matter) !== null);
      const sections = said.flatMap(({ speaks: { matter, rule } }) => this.section(facts, factsOf, matter, rule));
      const { address, name, language } = digest.recipient;
      const key = keyOf({ ...digest, said }, facts);
      return sections.length > 0 ? [{ ...digest, said, key, letter: { address, name, language, sections } }] : [];
    });
  }

  private section(
    { plans }: GatheredFacts,
    factsOf: FactsOf,
    matter: Matter,
    { stage, audience, template }: { stage: ReminderStage; audience: ReminderAudience; template: string },
  ): LetterSection[] {
    const plan = plans.find(({ id }) => id === matter.planId);
    const facts = factsOf(matter);
    if (!plan || !facts) return [];
    return [{ plan, stage, audience, facts: template === 'NOT_REPORTED' ? notReported(facts) : facts }];
  }

  private contentOf(letter: ReminderLetter, replyTo: string | null, unsubscribeUrl: string | null): MailContent {
    const { PUBLIC_URL: publicUrl } = this.settings;
    return reminderMail(this.messages, letter, { publicUrl, replyTo, unsubscribeUrl, mailDomain: this.mailDomain });
  }

  /** All at once if it goes well; else each on its own, so that one recipient's trouble hurts nobody else. */
  private async recordSafely(
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
  async recordByHand(
    viewer: Viewer,
    digests: readonly Digest[],
    facts: GatheredFacts,
    reason: string,
  ): Promise<string[]> {
    const written = await this.write(digests, facts);
    if (written.length === 0) throw new NothingToRemindOf({ institution: '' });
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
    const written = await write(change, entries, asOf, languages);
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
        ...this.contentOf(letter, replyTo, unsubscribeUrl),
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
  private async recordReasonsSafely(reasons: readonly Suppressed[]): Promise<void> {
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
      const written = await write(change, entries, change.at, new Map());
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

/** Whether a mail says what it would say now, word by word. */
const isStillSo = ({ kept, changed }: LastLook, sections: readonly LetterSection[]): boolean =>
  changed.every(({ row }) => row.reason !== null) &&
  kept.length === sections.length &&
  kept.every(({ row }, nth) => row.toldHash?.equals(toldHash(sections[nth]!)));

/** Why a mail has nothing left to say. */
const reasonOf = ({ changed }: LastLook): string =>
  changed.find(({ row }) => row.reason === null)?.reason ?? 'NOTHING_MISSING';

/** When a held mail is looked at again. */
const ASK_AGAIN_AFTER = 60_000;

/**
 * What is held is let go, and comes with another mail when it is released. Not so what no rule brings again, and not what
 * may have been accepted already by a server whose answer was lost: it has to keep its Message-ID.
 */
function mustWait({ mail, look, sections }: Seen): boolean {
  if (sections.length > 0 || reasonOf(look) !== 'HELD') return false;
  const isUncertain = mail.attempts > 1 && mail.smtpAnswer === null;
  return isUncertain || look.changed.some(({ row }) => row.rule === BY_HAND);
}

const earlier = (one: Date | null, other: Date | null): Date | null =>
  one === null || (other !== null && other < one) ? other : one;

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends ReadonlyArray<infer E> ? E[] : T[K] };

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
async function write(
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

/** Of occurrences that come again, such as those that were held, the mail that did not go is part of the name. */
function keyOf({ recipient, said }: Digest, { recorded }: GatheredFacts): string {
  const names = said.flatMap(({ speaks, settles }) =>
    [speaks, ...settles].map((one) => {
      const name = nameOfOccurrence(one);
      return `${name} ${one.plannedAt.toISOString()} ${recorded.get(name)?.mailId ?? ''}`;
    }),
  );
  const hash = createHash('sha256').update([recipient.address, ...names.sort()].join('\n'));
  return `${REMINDER}:${hash.digest('hex')}`;
}

/** Portions of at most so many, of one plan each. */
function portions<T>(all: readonly T[], planOf: (one: T) => string): T[][] {
  return [...groupBy(all, planOf).values()].flatMap((ofPlan) => chunks(ofPlan, TOGETHER));
}

const chunks = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));

/** A member's plans stand together, because one mail goes over all of them; members never do in one mail. */
function* together(plans: readonly PlanInPlay[]): Generator<readonly PlanInPlay[]> {
  for (const ofMember of groupBy(plans, ({ memberId }) => memberId).values()) yield ofMember;
}

const withPath = (section: LetterSection, reportPath: string | undefined): LetterSection =>
  reportPath ? { ...section, reportPath } : section;

/** Agencies get a link to their form; whoever is only told of them does not. */
function targetOf({ plan, facts, audience }: LetterSection): ReportTarget[] {
  const reports = facts.template === 'REPORT' || facts.template === 'MEND';
  return reports || (facts.template === 'NOT_REPORTED' && audience === 'HEAD')
    ? [{ planId: plan.id, periodId: facts.period.id, institutionId: facts.institution.id }]
    : [];
}

const isFor =
  (section: LetterSection) =>
  ({ periodId, institutionId }: ReportTarget): boolean =>
    targetOf(section).some((target) => target.periodId === periodId && target.institutionId === institutionId);

/** What was sent back was reported once: whoever is told of an agency is not told that it has not. */
const notReported = (facts: LetterFacts): LetterFacts =>
  facts.template === 'REPORT'
    ? {
        ...facts,
        template: 'NOT_REPORTED',
        missing: facts.missing.filter(({ status }) => UNREPORTED.some((one) => one === status)),
      }
    : facts;

/** Where nobody is asked to do anything, the reader may do without such mails. */
function unsubscribingOf({ address, sections }: ReminderLetter): Unsubscribing[] {
  const [first] = sections;
  return first && sections.every(({ audience }) => audience === 'STEERING')
    ? [{ planId: first.plan.id, address, audience: 'STEERING' }]
    : [];
}
