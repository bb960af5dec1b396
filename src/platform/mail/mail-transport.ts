import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { readFileSync } from 'node:fs';
import type { Transporter } from 'nodemailer';
import { Settings } from '../config/settings.js';
import { directionOf } from '../i18n/pick.js';
import type { Language } from '../i18n/text.js';
import { oneLine } from './one-line.js';
import type { OutboxMail } from './outbox-mail.entity.js';
import { senderDomain } from './sender.js';
import { enhancedStatus, verdictOn, type SmtpStage } from './smtp-answer.js';

export type Delivery =
  | { readonly result: 'ACCEPTED'; readonly answer: string }
  /** The server may take it later: it was unreachable, slow, or said so. `reached`: it said something about this mail. */
  | { readonly result: 'TEMPORARY'; readonly answer: string; readonly reached: boolean }
  /** The server will never take it. */
  | { readonly result: 'PERMANENT'; readonly answer: string; readonly addressIsBad: boolean };

const SECONDS = 1000;
/** Longer than any patient server needs, shorter than the relay's lease. */
export const LONGEST_CONVERSATION = 60 * SECONDS;
/** Servers that spread their load see a new connection from time to time. */
const MAILS_A_CONNECTION = 100;

/** What has to be covered by a signature (RFC 6376, 5.4.1), and what RFC 8058 demands for one-click unsubscription. */
const SIGNED_HEADERS =
  'From:Reply-To:Subject:Date:Message-ID:To:MIME-Version:Content-Type:Content-Transfer-Encoding:Content-Language:In-Reply-To:References:List-Unsubscribe:List-Unsubscribe-Post:Auto-Submitted';

/** The SMTP conversations, some at a time. */
@Injectable()
export class MailTransport implements OnApplicationShutdown {
  private readonly options: ReturnType<typeof smtpOptions> | null;
  private smtp: Promise<Transporter> | null = null;
  private readonly domain: string;

  constructor(private readonly settings: Settings) {
    this.options = settings.SMTP_URL ? smtpOptions(settings, settings.SMTP_URL) : null;
    this.domain = senderDomain(settings.MAIL_FROM);
  }

  /** Without a mail server, mails stay queued for a process that knows one. */
  get known(): boolean {
    return this.options !== null;
  }

  /** How many mails it hands over at the same time. */
  get connections(): number {
    return this.settings.SMTP_CONNECTIONS;
  }

  /** Whether the server answers. @throws when it does not */
  async verify(): Promise<void> {
    await (await this.transporter())?.verify();
  }

  async send(mail: OutboxMail): Promise<Delivery> {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), LONGEST_CONVERSATION);
    try {
      const sent = await this.hand(mail, patience.signal);
      return { result: 'ACCEPTED', answer: sent.response };
    } catch (error) {
      return patience.signal.aborted ? TOO_SLOW : failure(error as SmtpError);
    } finally {
      clearTimeout(timer);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    (await this.smtp)?.close();
  }

  private transporter(): Promise<Transporter> | null {
    const { options } = this;
    this.smtp ??= options && import('nodemailer').then(({ createTransport }) => createTransport(options));
    return this.smtp;
  }

  private async hand(mail: OutboxMail, signal: AbortSignal): Promise<{ response: string }> {
    const smtp = await this.transporter();
    if (!smtp) throw new Error('No mail server is known.');
    const thread = mail.thread ? `<thread.${mail.thread}@${this.domain}>` : null;
    const message = {
      messageId: mail.messageId,
      from: this.settings.MAIL_FROM,
      to: { address: mail.toAddress, name: oneLine(mail.toName ?? '') },
      ...(mail.replyTo ? { replyTo: mail.replyTo } : {}),
      ...(thread ? { inReplyTo: thread, references: thread } : {}),
      subject: mail.subject,
      textEncoding: encodingFor(mail.language),
      text: mail.textPart,
      html: mail.htmlPart,
      ...(mail.calendarPart ? { attachments: [calendarFile(mail.calendarPart)] } : {}),
      headers: {
        'Auto-Submitted': 'auto-generated',
        'Content-Language': mail.language,
        ...(mail.unsubscribeUrl ? oneClick(mail.unsubscribeUrl) : {}),
      },
      signal,
    };
    return smtp.sendMail(message) as Promise<{ response: string }>;
  }
}

function smtpOptions(settings: Settings, url: string) {
  const { SMTP_TLS, SMTP_CA_FILE, dkim } = settings;
  return {
    url,
    pool: true as const,
    maxConnections: settings.SMTP_CONNECTIONS,
    maxMessages: MAILS_A_CONNECTION,
    // When a mail is tried again is for the outbox to say, which counts every attempt.
    maxRequeues: 0,
    idleTimeout: 10 * SECONDS,
    connectionTimeout: 10 * SECONDS,
    greetingTimeout: 10 * SECONDS,
    socketTimeout: 45 * SECONDS,
    requireTLS: SMTP_TLS === 'required',
    ignoreTLS: SMTP_TLS === 'off',
    tls: SMTP_CA_FILE ? { ca: readFileSync(SMTP_CA_FILE) } : {},
    ...(dkim ? { dkim: { ...dkim, headerFieldNames: SIGNED_HEADERS } } : {}),
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/**
 * Letters beyond ASCII are many in Arabic and few in languages that are written in Latin letters, where most of the source
 * stays readable. Said here, because to find it out nodemailer counts the letters of every mail.
 */
const encodingFor = (language: Language): 'base64' | 'quoted-printable' =>
  directionOf(language) === 'rtl' ? 'base64' : 'quoted-printable';

const calendarFile = (content: string) => ({
  filename: 'calendar.ics',
  content,
  contentType: 'text/calendar; charset=utf-8; method=PUBLISH',
});

/** RFC 8058: mail programs show a button that stops such mails, and ask the address with one POST. */
const oneClick = (url: string) => ({
  'List-Unsubscribe': `<${url}>`,
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
});

const TOO_SLOW: Delivery = {
  result: 'TEMPORARY',
  answer: 'The mail server took longer than a minute.',
  reached: false,
};

/** What nodemailer tells of a conversation that went wrong. */
interface SmtpError {
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
  readonly message?: string;
}

/** Whatever it was said to, it is about the server (RFC 5321, 3.8). */
const GOING_AWAY = 421;
const STAGES: Readonly<Record<string, SmtpStage>> = { 'RCPT TO': 'RCPT', DATA: 'DATA' };
/** Refused by nodemailer itself: no server has to be asked. */
const NOT_AN_ADDRESS = /^Invalid recipient/;
const TOO_LARGE = /^Message size larger than allowed/;

function failure(error: SmtpError): Delivery {
  const answer = error.message ?? 'The mail server could not be spoken to.';
  if (!error.responseCode && NOT_AN_ADDRESS.test(answer)) return { result: 'PERMANENT', answer, addressIsBad: true };
  if (!error.responseCode && TOO_LARGE.test(answer)) return { result: 'PERMANENT', answer, addressIsBad: false };
  const stage = STAGES[error.command ?? ''] ?? 'BEFORE';
  const verdict = verdictOn({
    stage,
    code: error.responseCode ?? null,
    status: enhancedStatus(error.response ?? ''),
  });
  return verdict.result === 'PERMANENT'
    ? { result: 'PERMANENT', answer, addressIsBad: verdict.addressIsBad }
    : { result: 'TEMPORARY', answer, reached: stage !== 'BEFORE' && error.responseCode !== GOING_AWAY };
}
