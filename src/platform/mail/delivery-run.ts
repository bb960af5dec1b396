import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../clock.js';
import type { Log } from '../logging/log.js';
import type { GateAnswer, MailGates } from './mail-gates.js';
import { LEASE, type MailOutbox, type Outcome } from './mail-outbox.js';
import type { Delivery, MailTransport } from './mail-transport.js';
import type { MailContent } from './mail.js';
import type { OutboxMail } from './outbox-mail.entity.js';
import type { Pace } from './pace.js';
import { pauseAfter } from './pause-after.js';
import { Together } from './together.js';

export interface RelayReport {
  readonly sent: number;
  readonly suppressed: number;
  readonly postponed: number;
  readonly failed: number;
}

export interface DeliveryParts {
  readonly outbox: MailOutbox;
  readonly gates: MailGates;
  readonly transport: MailTransport;
  readonly clock: Clock;
  readonly log: Log;
  readonly pace: Pace;
  /** No conversation is begun after it. */
  readonly stop: AbortSignal;
}

const SECOND = 1000;
/** Mails that are claimed and looked at together, at most. */
const LARGEST_BATCH = 250;
/** What was found out about a mail is believed for so long; its last word is from right before it leaves. */
const LOOK_HOLDS = 5 * SECOND;
/** Accepted mails, for each connection, whose record may still be on its way: what a sudden death repeats at most. */
export const UNRECORDED_PER_CONNECTION = 10;
const RECORD_AGAIN_AFTER = SECOND;
/** Whoever puts a mail off without saying until when is not asked the same again in the same breath. */
const SHORTEST_POSTPONEMENT = 10 * SECOND;

interface Looked {
  readonly mail: OutboxMail;
  readonly at: Date;
}

/**
 * Delivers what is due, once: claims some mails, lets the features look at them together, speaks to the mail server about
 * several at the same time and outside any transaction, and records together what it answered meanwhile.
 */
export class DeliveryRun {
  private readonly report = { sent: 0, suppressed: 0, postponed: 0, failed: 0 };
  private readonly ready: Looked[] = [];
  private readonly records: Together<Outcome>;
  private unrecorded = 0;
  private lastRecord: Promise<void> = Promise.resolve();
  /** Mails being claimed or looked at once more; one such work at a time. */
  private fetching: Promise<void> | null = null;
  private nothingLeft = false;
  /** Conversations in a row in which the server said nothing about the mail. */
  private unreached = 0;

  constructor(private readonly parts: DeliveryParts) {
    this.records = new Together((outcomes) => this.recordStubbornly(outcomes));
  }

  async deliver(): Promise<RelayReport> {
    const conversations = await Promise.allSettled(
      Array.from({ length: this.parts.transport.connections }, () => this.converse()),
    );
    await this.fetching?.catch(() => undefined);
    for (const { mail } of this.ready) this.note({ mail, status: 'QUEUED', attempted: false });
    await this.lastRecord;
    const broken = conversations.find(({ status }) => status === 'rejected');
    if (broken?.status === 'rejected') throw broken.reason;
    return this.report;
  }

  /** One of the conversations at the same time: one mail after the other. */
  private async converse(): Promise<void> {
    for (let mail = await this.next(); mail; mail = await this.next()) {
      this.settle(mail, await this.parts.transport.send(mail));
      // So that a sudden death does not repeat too much.
      while (this.unrecorded >= UNRECORDED_PER_CONNECTION * this.parts.transport.connections) await this.lastRecord;
    }
  }

  /** The next mail that is wanted right now; null when there is none, or no more is to be begun. */
  private async next(): Promise<OutboxMail | null> {
    const { pace, stop } = this.parts;
    while (!this.over) {
      // Claimed ahead, so that no conversation waits for the database.
      if (this.ready.length <= this.enough && !this.nothingLeft) this.fetch(() => this.claim()).catch(() => undefined);
      const [looked] = this.ready;
      if (!looked && !this.fetching) return null;
      if (!looked) await this.fetching;
      else if (!pace.allows()) await pace.untilAllowed(stop);
      else if (!this.isFresh(looked)) await this.fetch(() => this.lookAgain(this.ready.splice(0)));
      else {
        pace.begin();
        return this.ready.shift()?.mail ?? null;
      }
    }
    return null;
  }

  /** The server is gone when it was in vain as often in a row as conversations are held at once: all others would wait for it too. */
  private get over(): boolean {
    return this.parts.stop.aborted || this.unreached >= this.parts.transport.connections;
  }

  private isFresh({ at, mail }: Looked): boolean {
    const now = this.parts.clock.now().getTime();
    return now - at.getTime() <= LOOK_HOLDS && mail.expiresAt.getTime() > now;
  }

  /** What is claimed is kept from other processes: a slow server, or a slow pace, is given few at a time. */
  private get batch(): number {
    const { pace, transport } = this.parts;
    const asMuchAgain = Math.max(this.report.sent, transport.connections);
    return Math.min(asMuchAgain, LARGEST_BATCH, pace.mailsDuring(LOOK_HOLDS));
  }

  /** With more than so many at hand none are claimed ahead; a first handful shows how fast they go. */
  private get enough(): number {
    return Math.max(0, (this.batch - this.parts.transport.connections) / 2);
  }

  private fetch(work: () => Promise<void>): Promise<void> {
    this.fetching ??= work().finally(() => {
      this.fetching = null;
    });
    return this.fetching;
  }

  private async claim(): Promise<void> {
    const { outbox, clock } = this.parts;
    const claimed = await outbox.claim(clock.now(), this.batch);
    if (claimed.length === 0) this.nothingLeft = true;
    else await this.look(claimed);
  }

  /** Those that are still ours, for another lease: whoever takes their time must not lose what they hold. */
  private async lookAgain(looked: readonly Looked[]): Promise<void> {
    const { outbox, clock } = this.parts;
    await this.look(
      await outbox.renew(
        looked.map(({ mail }) => mail),
        clock.now(),
      ),
    );
  }

  private async look(claimed: readonly OutboxMail[]): Promise<void> {
    const { gates, outbox, clock } = this.parts;
    const at = clock.now();
    const [late, timely] = split(claimed, ({ expiresAt }) => expiresAt <= at);
    for (const mail of late) this.end('failed', { mail, status: 'FAILED', reason: 'TOO_LATE' });
    const answers = await gates.ask(timely);
    const wanted = answers.flatMap(([mail, answer]) => this.wanted(mail, answer));
    const rewritten = wanted.filter(({ mail, content }) => content !== undefined && differs(mail, content));
    if (rewritten.length > 0)
      await outbox.rewrite(rewritten.map(({ mail, content = contentOf(mail) }) => ({ mail, content })));
    this.ready.push(...wanted.map(({ mail, content }) => ({ mail: content ? withContent(mail, content) : mail, at })));
  }

  private wanted(mail: OutboxMail, answer: GateAnswer | null): Array<{ mail: OutboxMail; content?: MailContent }> {
    if (!answer) this.postpone(mail, 'It could not be looked at once more before it was sent; see the log.');
    else if (answer.send === 'later') this.putOff(mail, answer.at);
    else if (!answer.send) this.end('suppressed', { mail, status: 'SUPPRESSED', reason: answer.reason });
    else return [{ mail, ...(answer.content ? { content: answer.content } : {}) }];
    return [];
  }

  private settle(mail: OutboxMail, delivery: Delivery): void {
    const { log, clock } = this.parts;
    const { answer, result } = delivery;
    this.unreached = result === 'TEMPORARY' && !delivery.reached ? this.unreached + 1 : 0;
    switch (result) {
      case 'ACCEPTED':
        return this.end('sent', { mail, status: 'SENT', smtpAnswer: answer, sentAt: clock.now() });
      case 'PERMANENT': {
        log.warn({ mail: mail.id, answer }, 'A mail was refused for good');
        const { addressIsBad } = delivery;
        return this.end('failed', { mail, status: 'FAILED', reason: 'REFUSED', smtpAnswer: answer, addressIsBad });
      }
      case 'TEMPORARY':
        log.warn({ mail: mail.id, attempts: mail.attempts, answer }, 'A mail could not be delivered yet');
        return this.postpone(mail, answer);
    }
  }

  private postpone(mail: OutboxMail, smtpAnswer: string): void {
    const nextAttemptAt = new Date(this.parts.clock.now().getTime() + pauseAfter(mail.attempts));
    this.end('postponed', { mail, status: 'QUEUED', smtpAnswer, nextAttemptAt });
  }

  private putOff(mail: OutboxMail, until: Date): void {
    const soonest = this.parts.clock.now().getTime() + SHORTEST_POSTPONEMENT;
    const nextAttemptAt = new Date(Math.max(until.getTime(), soonest));
    this.end('postponed', { mail, status: 'QUEUED', nextAttemptAt, attempted: false });
  }

  private end(how: keyof RelayReport, outcome: Outcome): void {
    this.report[how] += 1;
    this.note(outcome);
  }

  private note(outcome: Outcome): void {
    this.unrecorded += 1;
    this.lastRecord = this.records.add(outcome).then(() => {
      this.unrecorded -= 1;
    });
  }

  /**
   * A database that is away for a moment must not make us forget what the server said: a mail of which it is not known
   * is sent again. After the lease somebody else may have taken them, and it is too late.
   */
  private async recordStubbornly(outcomes: readonly Outcome[]): Promise<void> {
    const { outbox, clock, log } = this.parts;
    const until = clock.now().getTime() + LEASE;
    for (let tries = 1; ; tries += 1) {
      try {
        await outbox.record(outcomes);
        return;
      } catch (error) {
        if (tries === 1)
          log.error({ err: error, mails: outcomes.length }, 'What became of mails could not be recorded yet');
        if (clock.now().getTime() >= until) {
          log.error({ mails: outcomes.length }, 'What became of mails was never recorded; they may be sent once more');
          return;
        }
        await delay(RECORD_AGAIN_AFTER);
      }
    }
  }
}

function split<T>(all: readonly T[], isOne: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isOne), all.filter((one) => !isOne(one))];
}

const contentOf = (mail: OutboxMail): MailContent => ({
  subject: mail.subject,
  text: mail.textPart,
  html: mail.htmlPart,
  language: mail.language,
  calendar: mail.calendarPart,
});

function differs(mail: OutboxMail, content: MailContent): boolean {
  const before = contentOf(mail);
  return (
    before.subject !== content.subject ||
    before.text !== content.text ||
    before.html !== content.html ||
    before.language !== content.language ||
    before.calendar !== (content.calendar ?? null)
  );
}

const withContent = (mail: OutboxMail, { subject, text, html, language, calendar }: MailContent): OutboxMail => ({
  ...mail,
  subject,
  textPart: text,
  htmlPart: html,
  language,
  calendarPart: calendar ?? null,
});
