import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { reportLinksIn } from '../check-ins/report-links.js';
import { Clock } from '../platform/clock.js';
import { columnsOf } from '../platform/database/columns.js';
import { rows } from '../platform/database/rows.js';
import { groupBy } from '../platform/group-by.js';
import type { GateAnswer } from '../platform/mail/mail-gates.js';
import type { MailContent } from '../platform/mail/mail.js';
import type { OutboxMail } from '../platform/mail/outbox-mail.entity.js';
import { LetterFactsQueries, type FactsOf } from './letter-facts.queries.js';
import { isFor, withPath } from './letter-links.js';
import { LettersService } from './letters.service.js';
import { ReminderFactsQueries, type GatheredFacts } from './reminder-facts.queries.js';
import { lookAgain, type LastLook } from './reminder-last-look.js';
import { BY_HAND } from './reminder-rule.js';
import { Reminder } from './reminder.entity.js';
import type { LetterSection } from './reminder.letter.js';
import { toldHash } from './reminder.told.js';

/** A mail right before it leaves, with what it has to say now. */
interface Seen {
  readonly mail: OutboxMail;
  readonly look: LastLook;
  readonly sections: readonly LetterSection[];
}

/** The last look at mails before they leave. */
@Injectable()
export class LastLookService {
  constructor(
    private readonly db: DataSource,
    private readonly facts: ReminderFactsQueries,
    private readonly letterFacts: LetterFactsQueries,
    private readonly letters: LettersService,
    private readonly clock: Clock,
  ) {}

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
    const factsOf = await this.letterFacts.of(kept, facts.directory);
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
    return kept.flatMap(({ matter, rule }) => this.letters.section(facts, factsOf, matter, rule));
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
        return [mail.id, { content: this.letters.contentOf(letter, mail.replyTo, mail.unsubscribeUrl) }];
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
