import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Clock } from '../clock.js';
import { Log } from '../logging/log.js';
import { MailGates, type GateAnswer } from './mail-gates.js';
import { MailOutbox } from './mail-outbox.js';
import { MailTransport } from './mail-transport.js';
import type { MailContent } from './mail.js';
import type { OutboxMail } from './outbox-mail.entity.js';

const MINUTE = 60_000;
const LONGEST_PAUSE = 4 * 60 * MINUTE;

export interface RelayReport {
  readonly sent: number;
  readonly suppressed: number;
  readonly postponed: number;
  readonly failed: number;
}

/**
 * Sends what waits in the outbox: take one mail, look once more whether it is still wanted, speak to the mail server
 * outside any transaction, record its answer. A process that dies in between leaves a lease that runs out. Only a death
 * between the server's acceptance and our record repeats a mail, and then with the same Message-ID.
 */
@Injectable()
export class MailRelay implements BeforeApplicationShutdown {
  private running: Promise<RelayReport> | null = null;
  private stopping = false;

  constructor(
    private readonly outbox: MailOutbox,
    private readonly gates: MailGates,
    private readonly transport: MailTransport,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Delivers all that is due now. Called again while it runs, it answers the run under way. */
  deliver(): Promise<RelayReport> {
    this.running ??= this.deliverAll().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.running?.catch(() => undefined);
  }

  private async deliverAll(): Promise<RelayReport> {
    const report = { sent: 0, suppressed: 0, postponed: 0, failed: 0 };
    if (!this.transport.known) return report;
    for (;;) {
      const mail = this.stopping ? null : await this.outbox.claim(this.clock.now());
      if (!mail) return report;
      report[await this.deliverOne(mail)] += 1;
    }
  }

  private async deliverOne(mail: OutboxMail): Promise<keyof RelayReport> {
    if (mail.expiresAt <= this.clock.now()) {
      await this.outbox.settle(mail, { status: 'FAILED', reason: 'TOO_LATE' });
      return 'failed';
    }
    const answer = await this.ask(mail);
    if (!answer) return 'postponed';
    if (answer.send === 'later') {
      await this.outbox.tryAgain(mail, answer.at, mail.smtpAnswer ?? '');
      return 'postponed';
    }
    if (!answer.send) {
      await this.outbox.settle(mail, { status: 'SUPPRESSED', reason: answer.reason });
      return 'suppressed';
    }
    if (answer.content) await this.outbox.rewrite(mail, answer.content);
    return this.send(answer.content ? withContent(mail, answer.content) : mail);
  }

  /** A mail that cannot be looked at waits like one that was not taken, and holds up nobody else. */
  private async ask(mail: OutboxMail): Promise<GateAnswer | null> {
    try {
      return await this.gates.ask(mail);
    } catch (error) {
      this.log.error({ err: error, mail: mail.id }, 'A mail could not be looked at once more');
      await this.postpone(mail, 'It could not be looked at once more before it was sent; see the log.');
      return null;
    }
  }

  private async send(mail: OutboxMail): Promise<keyof RelayReport> {
    const delivery = await this.transport.send(mail);
    switch (delivery.result) {
      case 'ACCEPTED':
        await this.outbox.settle(mail, { status: 'SENT', smtpAnswer: delivery.answer, sentAt: this.clock.now() });
        return 'sent';
      case 'PERMANENT':
        this.log.warn({ mail: mail.id, answer: delivery.answer }, 'A mail was refused for good');
        await this.outbox.settle(mail, { status: 'FAILED', reason: 'REFUSED', smtpAnswer: delivery.answer });
        return 'failed';
      case 'TEMPORARY':
        this.log.warn(
          { mail: mail.id, attempts: mail.attempts, answer: delivery.answer },
          'A mail could not be delivered yet',
        );
        await this.postpone(mail, delivery.answer);
        return 'postponed';
    }
  }

  private postpone(mail: OutboxMail, why: string): Promise<void> {
    return this.outbox.tryAgain(mail, new Date(this.clock.now().getTime() + pauseAfter(mail.attempts)), why);
  }
}

const withContent = (mail: OutboxMail, { subject, text, html, language }: MailContent): OutboxMail => ({
  ...mail,
  subject,
  textPart: text,
  htmlPart: html,
  language,
});

/** Doubles from one minute to four hours, with a fifth of chance so that many mails do not come back at once. */
export function pauseAfter(attempts: number, chance: number = Math.random()): number {
  const pause = Math.min(MINUTE * 2 ** (attempts - 1), LONGEST_PAUSE);
  return Math.round(pause * (0.9 + chance * 0.2));
}
