import { Injectable } from '@nestjs/common';
import sql, { empty, type Sql } from 'sql-template-tag';
import { DataSource, type EntityManager } from 'typeorm';
import { Viewer } from '../access/viewer.js';
import { Changes, type Change } from '../audit/changes.js';
import { Clock } from '../clock.js';
import { rows } from '../database/rows.js';
import { oneLine } from './one-line.js';
import { returnedForAddress } from './smtp-answer.js';

/** What somebody says of a mail after its server took it. */
export interface MailEvent {
  /** Given up for good; not delivered yet; the reader called it unwanted. */
  readonly kind: 'BOUNCED' | 'DELAYED' | 'COMPLAINED';
  /** Of our mail, where it is told. */
  readonly messageId: string | null;
  readonly address: string | null;
  /** Enhanced status code (RFC 3463), where it is told. */
  readonly status: string | null;
  /** In the words of the server that sent it back. */
  readonly diagnostic: string;
}

/** Who says so: the mail provider, who signed it, or anybody who can write a mail. */
export type EventSource = 'SIGNED' | 'ANYBODY';

/** What became of an event: it was noted; it was known; it passes, or changes nothing; it is of no mail of ours. */
export type EventOutcome = 'NOTED' | 'KNOWN' | 'TEMPORARY' | 'NOT_OURS';

interface Returned {
  readonly id: string;
  readonly status: string;
  readonly address: string;
}

const DAY = 24 * 3_600_000;
/** A server tries for a few days before it gives up; an address alone says nothing about a mail of last year. */
const LONGEST_RETURN = 30 * DAY;
const LONGEST_DIAGNOSTIC = 500;

/** Takes in what is told of mails that came back, and remembers the addresses that nothing reaches. */
@Injectable()
export class ReturnedMailsService {
  private readonly counts = new Map<string, number>();

  constructor(
    private readonly db: DataSource,
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {}

  /**
   * Marks the mail and its address, once however often it is told. What anybody may have written has to name a mail of
   * ours by its Message-ID, which only its reader and the servers on the way have seen.
   */
  async take(event: MailEvent, source: EventSource): Promise<EventOutcome> {
    const known = source === 'SIGNED' ? event : { ...event, address: null };
    const outcome = event.kind === 'DELAYED' ? await this.delayed(known) : await this.note(known);
    const key = `${event.kind} ${outcome}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    return outcome;
  }

  /** Takes signed events in that came in one message with an id of its own; null when that message was taken in before. */
  async takeOnce(messageId: string, events: readonly MailEvent[]): Promise<EventOutcome[] | null> {
    const [known] = await rows(this.db, sql`select from mail_event where id = ${messageId}`);
    if (known) return null;
    const outcomes: EventOutcome[] = [];
    for (const event of events) outcomes.push(await this.take(event, 'SIGNED'));
    // Last, so that a message whose taking in was cut short is taken in whole when it is sent again.
    await rows(
      this.db,
      sql`with forgotten as (delete from mail_event where received_at < ${new Date(this.clock.now().getTime() - LONGEST_RETURN)})
        insert into mail_event (id, received_at) values (${messageId}, ${this.clock.now()}) on conflict (id) do nothing`,
    );
    return outcomes;
  }

  /** Events since the process started, by kind and what became of them. */
  counted(): Array<readonly [{ kind: string; outcome: string }, number]> {
    return [...this.counts].map(([key, count]) => {
      const [kind = '', outcome = ''] = key.split(' ');
      return [{ kind, outcome }, count] as const;
    });
  }

  private async delayed(event: MailEvent): Promise<EventOutcome> {
    return (await this.find(this.db.manager, event)) ? 'TEMPORARY' : 'NOT_OURS';
  }

  private note(event: MailEvent): Promise<EventOutcome> {
    return this.changes.by(Viewer.system('mail-events'), 'noteReturnedMail', async (change): Promise<EventOutcome> => {
      const mail = await this.find(change.tx, event, sql`for update`);
      const isNews =
        mail !== null &&
        (event.kind === 'BOUNCED' ? await bounce(change, mail, event) : await complain(change, mail, event));
      if (!isNews) change.nothingToDo();
      return !mail ? 'NOT_OURS' : isNews ? 'NOTED' : 'KNOWN';
    });
  }

  /** By its Message-ID; or else, as some servers put their own in its place, the last mail that was sent to the address. */
  private async find(tx: EntityManager, event: MailEvent, lock: Sql = empty): Promise<Returned | null> {
    const was = sql`(status in ('SENT', 'BOUNCED') or (status = 'QUEUED' and attempts > 0))`;
    const select = sql`select id, status, lower(to_address) as address from outbox_mail`;
    const id = event.messageId?.trim().replace(/^<?(.*?)>?$/, '<$1>');
    const [named] = id ? await rows<Returned>(tx, sql`${select} where message_id = ${id} and ${was} ${lock}`) : [];
    if (named) return named;
    const since = new Date(this.clock.now().getTime() - LONGEST_RETURN);
    const [last] = event.address
      ? await rows<Returned>(
          tx,
          sql`${select} where lower(to_address) = lower(${event.address}) and status in ('SENT', 'BOUNCED') and sent_at > ${since}
            order by sent_at desc limit 1 ${lock}`,
        )
      : [];
    return last ?? null;
  }
}

/** @returns whether it was news */
async function bounce(change: Change, mail: Returned, event: MailEvent): Promise<boolean> {
  if (mail.status === 'BOUNCED') return false;
  await rows(
    change.tx,
    sql`update outbox_mail set status = 'BOUNCED', bounced_at = ${change.at}, smtp_answer = ${said(event)}, leased_until = null where id = ${mail.id}`,
  );
  const addressMarked = returnedForAddress(event.status) && (await mark(change, mail, event, 'BOUNCED'));
  // The server's words name the address, which has no place in the record.
  record(change, 'mail.bounced', mail, { status: event.status, addressMarked });
  return true;
}

async function complain(change: Change, mail: Returned, event: MailEvent): Promise<boolean> {
  const addressMarked = await mark(change, mail, event, 'COMPLAINED');
  if (addressMarked) record(change, 'mail.complained', mail, { addressMarked });
  return addressMarked;
}

function record(change: Change, action: string, { id }: Returned, after: object): void {
  change.record(action, { type: 'OutboxMail', id, planId: null }, { after });
}

/** @returns whether it was not marked before */
async function mark(
  change: Change,
  mail: Returned,
  event: MailEvent,
  kind: 'BOUNCED' | 'COMPLAINED',
): Promise<boolean> {
  const marked = await rows(
    change.tx,
    sql`insert into undeliverable_address (address, since, kind, reason, mail_id)
      values (${mail.address}, ${change.at}, ${kind}, ${said(event)}, ${mail.id}) on conflict (address) do nothing returning address`,
  );
  return marked.length > 0;
}

/** One line that the database can hold, whatever a stranger wrote. */
const said = ({ diagnostic }: MailEvent): string =>
  oneLine(diagnostic)
    .slice(0, LONGEST_DIAGNOSTIC)
    .replace(/\p{Surrogate}/gu, '');
