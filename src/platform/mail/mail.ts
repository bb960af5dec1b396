import type { Language } from '../i18n/text.js';

export interface MailContent {
  /** One line. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** What it is written in. */
  readonly language: Language;
  /** Its dates as an iCalendar file (RFC 5545), for whoever wants them in a calendar. */
  readonly calendar?: string | null;
}

/** A mail to be sent once. It is stored in the transaction of the change that causes it and sent afterwards. */
export interface Mail extends MailContent {
  /** Says what this mail is; a second one with the same key is not queued. */
  readonly key: string;
  /** Which gate looks at it again right before it is sent. */
  readonly kind: string;
  readonly to: { readonly address: string; readonly name?: string | null };
  /** One address or several, separated by commas. */
  readonly replyTo?: string | null;
  /** Mails with the same thread are shown together, such as all those about one period: letters, digits, hyphens, dots. */
  readonly thread?: string | null;
  /** Where the reader can stop mails of this kind, by one request without an account; for mails that ask nobody to do anything. */
  readonly unsubscribeUrl?: string | null;
  /** From then on it would be pointless: it is given up. */
  readonly expiresAt: Date;
}
