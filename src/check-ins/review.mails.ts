import type { Messages } from '../platform/i18n/messages.js';
import { setApart } from '../platform/i18n/in-words.js';
import { wordsOf } from '../platform/i18n/pick.js';
import type { Language, LocalizedText } from '../platform/i18n/text.js';
import { mailOf, paragraph, quote } from '../platform/mail/letter.js';
import type { MailContent } from '../platform/mail/mail.js';
import { oneLine } from '../platform/mail/one-line.js';

export const REVIEW = 'review';

/** Whom the mail is for, and the check-in that it is about. */
export interface Addressee {
  readonly address: string;
  readonly name: string | null;
  readonly language: Language;
  readonly institution: LocalizedText;
  readonly plan: LocalizedText;
  readonly planLanguage: Language;
  readonly period: string;
  readonly number: number;
  readonly commitment: LocalizedText;
  readonly replyTo: string | null;
}

const KEYS = {
  returned: { subject: 'review.returned.subject', body: 'review.returned.body' },
  reopened: { subject: 'review.reopened.subject', body: 'review.reopened.body' },
} as const;

/** Tells an agency that its check-in waits for it again, with the MEL officer's own words. */
export function reviewMail(
  messages: Messages,
  what: 'returned' | 'reopened',
  addressee: Addressee,
  words: string,
  publicUrl: string,
): MailContent {
  const language = messages.languageFor([addressee.language]);
  const say = (key: string, args: Record<string, string | number> = {}) => messages.say(language, key, args);
  const apart = (text: string) => setApart(oneLine(text), language);
  const inWords = (text: LocalizedText) => apart(wordsOf(text, [language], addressee.planLanguage) ?? '');
  const about = {
    number: addressee.number,
    commitment: inWords(addressee.commitment),
    institution: inWords(addressee.institution),
    period: apart(addressee.period),
    plan: inWords(addressee.plan),
  };
  return mailOf({
    language,
    subject: say(KEYS[what].subject, about),
    greeting: addressee.name ? say('letter.greeting', { name: apart(addressee.name) }) : say('letter.greetingNameless'),
    body: [paragraph(say(KEYS[what].body, about)), quote(words), paragraph(say('review.next'))],
    footer: [{ text: say('review.whyYou', { url: publicUrl }) }],
  });
}
