import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource, type EntityManager } from 'typeorm';
import type { Viewer } from '../access/viewer.js';
import { Clock } from '../clock.js';
import { rows } from '../database/rows.js';
import { MailOutbox } from '../mail/mail-outbox.js';
import type { Mail } from '../mail/mail.js';

export interface Subject {
  readonly type: string;
  readonly id: string;
  readonly planId: string | null;
}

/** What one viewer does in one transaction: the rows, the record of it and the mail that follows. */
export class Change {
  private recorded = false;

  constructor(
    readonly tx: EntityManager,
    readonly viewer: Viewer,
    readonly at: Date,
    private readonly outbox: MailOutbox,
  ) {}

  /** @param action what was done, object first: `checkIn.submitted` */
  async record(action: string, subject: Subject, difference: object = {}): Promise<void> {
    this.recorded = true;
    await rows(
      this.tx,
      sql`insert into audit_entry (at, actor, acting_as, action, subject_type, subject_id, plan_id, difference)
        values (${this.at}, ${this.viewer.name}, ${this.viewer.actingAs}, ${action}, ${subject.type}, ${subject.id}, ${subject.planId}, ${JSON.stringify(difference)}::jsonb)`,
    );
  }

  /** Queues a mail that leaves only if this transaction commits. Answers its id, null when it was queued before. */
  queue(mail: Mail): Promise<string | null> {
    return this.outbox.queue(this.tx, mail);
  }

  /** For work that found nothing to change: the one way out without a record. */
  nothingToDo(): void {
    this.recorded = true;
  }

  assertRecorded(): void {
    if (!this.recorded) throw new Error('A change must be recorded before it can be committed.');
  }
}

/** The one door for writes: a transaction that refuses to commit without an audit entry. */
@Injectable()
export class Changes {
  constructor(
    private readonly db: DataSource,
    private readonly clock: Clock,
    private readonly outbox: MailOutbox,
  ) {}

  by<T>(viewer: Viewer, work: (change: Change) => Promise<T>): Promise<T> {
    return this.db.transaction(async (tx) => {
      const change = new Change(tx, viewer, this.clock.now(), this.outbox);
      const result = await work(change);
      change.assertRecorded();
      return result;
    });
  }
}
