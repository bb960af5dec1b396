import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource, type EntityManager } from 'typeorm';
import type { ActionName } from '../access/access-table.js';
import { actingAs, assertMay, type Target } from '../access/access.js';
import { sightOf } from '../access/sight.js';
import type { Viewer } from '../access/viewer.js';
import { Clock } from '../clock.js';
import { copiesOf } from '../database/prepared.js';
import { rows } from '../database/rows.js';
import { currentRequest } from '../logging/request-context.js';
import { MailOutbox } from '../mail/mail-outbox.js';
import type { Mail } from '../mail/mail.js';
import { RecordFollowers, type Subject } from './record-followers.js';

/** A large import has statements that take longer than any question may. */
const STATEMENT_OF_REQUEST = '120s';

/** What was there, what is there now, and why. No personal data: people are named by their ids. */
export interface Difference {
  readonly before?: object | null;
  readonly after?: object | null;
  readonly reason?: string;
}

interface Entry {
  readonly action: string;
  readonly subject: Subject;
  readonly difference: Difference;
}

/** What one viewer does in one transaction: the rows, the record of it and the mail that follows. */
export class Change {
  private allowed = false;
  private entry: Entry | null = null;
  private readonly parts: Entry[] = [];
  private isIdle = false;
  /** Number of the newest entry that it wrote. */
  newestEntry = 0;

  constructor(
    readonly tx: EntityManager,
    readonly viewer: Viewer,
    readonly at: Date,
    private readonly action: ActionName,
    private readonly outbox: MailOutbox,
    private readonly followers: RecordFollowers,
  ) {}

  /** Asks the access table, as soon as it is known what the change is done to. @throws SignInFirst or NotAllowed */
  allow(target: Target): void {
    assertMay(this.viewer, this.action, target);
    this.allowed = true;
  }

  /** @param action what was done, object first: `checkIn.submitted` */
  record(action: string, subject: Subject, difference: Difference = {}): void {
    if (this.entry) throw new Error('A change leaves exactly one audit entry, beside those of its parts.');
    this.entry = { action, subject, difference };
  }

  /** A part of the change that is a deed of its own wherever else it is done; recorded like there, before the whole. */
  recordPart(action: string, subject: Subject, difference: Difference): void {
    this.parts.push({ action, subject, difference });
  }

  /** Queues a mail that leaves only if this transaction commits. Answers its id, null when it was queued before. */
  queue(mail: Mail): Promise<string | null> {
    return this.outbox.queue(this.tx, mail);
  }

  /** The same for many mails at once; answers their ids in the order given. */
  queueAll(mails: readonly Mail[]): Promise<Array<string | null>> {
    return this.outbox.queueAll(this.tx, mails);
  }

  /** For work that found nothing to change: the one way out without a record. */
  nothingToDo(): void {
    this.isIdle = true;
  }

  /** Written last, because entries are chained one after the other and every writer waits for the one before. */
  async close(): Promise<void> {
    if (this.isIdle && !this.entry) return;
    if (!this.allowed && !this.viewer.isSystem) throw new Error('Nobody asked whether this change is allowed.');
    if (!this.entry) throw new Error('A change must be recorded before it can be committed.');
    for (const entry of [...this.parts, this.entry]) await this.write(entry);
  }

  private async write({ action, subject, difference }: Entry): Promise<void> {
    const [entry] = await rows<{ number: string }>(
      this.tx,
      sql`insert into audit_entry (at, actor, acting_as, action, subject_type, subject_id, plan_id, difference)
        values (${this.at}, ${this.viewer.name}, ${actingAs(this.viewer, this.action)}, ${action}, ${subject.type}, ${subject.id}, ${subject.planId}, ${JSON.stringify(difference)}::jsonb)
        returning number`,
    );
    this.newestEntry = Number(entry?.number);
    await this.followers.tell(this.tx, { action, subject, at: this.at, number: entry?.number ?? '' });
  }
}

/** The one door for writes: a transaction that refuses to commit unless it was allowed and leaves its audit entry. */
@Injectable()
export class Changes {
  constructor(
    private readonly db: DataSource,
    private readonly clock: Clock,
    private readonly outbox: MailOutbox,
    private readonly followers: RecordFollowers,
  ) {}

  /** @param action the row of the access table that allows it */
  by<T>(viewer: Viewer, action: ActionName, work: (change: Change) => Promise<T>): Promise<T> {
    let newestEntry = 0;
    const changing = this.db.transaction(async (tx) => {
      const at = this.clock.now();
      await rows(
        tx,
        sql`select set_config('mithaq.sight', ${sightOf(viewer)}, true), set_config('mithaq.at', ${at.toISOString()}, true),
                   set_config('statement_timeout', ${currentRequest()?.lane ? STATEMENT_OF_REQUEST : '0'}, true)`,
      );
      const change = new Change(tx, viewer, at, action, this.outbox, this.followers);
      const result = await work(change);
      await change.close();
      ({ newestEntry } = change);
      return result;
    });
    return changing
      .then((result) => {
        // Before what was answered earlier is forgotten: what is answered instead must not come from a copy that lacks it.
        copiesOf(this.db)?.wrote(newestEntry);
        return result;
      })
      .finally(() => this.followers.end());
  }
}
