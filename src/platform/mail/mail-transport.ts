import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import nodemailer, { type Transporter } from 'nodemailer';
import { Settings } from '../config/settings.js';
import { oneLine } from './one-line.js';
import type { OutboxMail } from './outbox-mail.entity.js';

export type Delivery =
  | { readonly result: 'ACCEPTED'; readonly answer: string }
  /** The server may take it later: it was unreachable, slow, or said 4xx. */
  | { readonly result: 'TEMPORARY'; readonly answer: string }
  /** The server will never take it: 5xx for this recipient or this message. */
  | { readonly result: 'PERMANENT'; readonly answer: string };

const SECONDS = 1000;
/** Longer than any patient server needs, shorter than the relay's lease. */
export const LONGEST_CONVERSATION = 60 * SECONDS;

/** The SMTP conversation. */
@Injectable()
export class MailTransport implements OnApplicationShutdown {
  private readonly smtp: Transporter | null;

  constructor(private readonly settings: Settings) {
    this.smtp = settings.SMTP_URL
      ? nodemailer.createTransport({
          url: settings.SMTP_URL,
          connectionTimeout: 10 * SECONDS,
          greetingTimeout: 10 * SECONDS,
          socketTimeout: 45 * SECONDS,
          disableFileAccess: true,
          disableUrlAccess: true,
        })
      : null;
  }

  /** Without a mail server, mails stay queued for a process that knows one. */
  get known(): boolean {
    return this.smtp !== null;
  }

  /** Whether the server answers. @throws when it does not */
  async verify(): Promise<void> {
    await this.smtp?.verify();
  }

  async send(mail: OutboxMail): Promise<Delivery> {
    try {
      const sent = await withinTime(this.hand(mail));
      return { result: 'ACCEPTED', answer: sent.response };
    } catch (error) {
      return failure(error);
    }
  }

  onApplicationShutdown(): void {
    this.smtp?.close();
  }

  private hand(mail: OutboxMail): Promise<{ response: string }> {
    if (!this.smtp) throw new Error('No mail server is known.');
    return this.smtp.sendMail({
      messageId: mail.messageId,
      from: this.settings.MAIL_FROM,
      to: { address: mail.toAddress, name: oneLine(mail.toName ?? '') },
      ...(mail.replyTo ? { replyTo: mail.replyTo } : {}),
      subject: mail.subject,
      text: mail.textPart,
      html: mail.htmlPart,
      headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': mail.language },
    }) as Promise<{ response: string }>;
  }
}

async function withinTime<T>(conversation: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('The mail server took longer than a minute.')), LONGEST_CONVERSATION);
  });
  try {
    return await Promise.race([conversation, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * What a refusal means. A wrong password or a sender that the server does not know is our fault and not the
 * recipient's: it is worth another try.
 */
function failure(error: unknown): Delivery {
  const { command, responseCode, message } = error as { command?: string; responseCode?: number; message?: string };
  const aboutThisMail = command === 'RCPT TO' || command === 'DATA';
  const permanent = aboutThisMail && (responseCode ?? 0) >= 500;
  return { result: permanent ? 'PERMANENT' : 'TEMPORARY', answer: message ?? String(error) };
}
