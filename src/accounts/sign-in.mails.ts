import type { Messages } from '../platform/i18n/messages.js';
import type { Language } from '../platform/i18n/text.js';
import { button, mailOf, paragraph } from '../platform/mail/letter.js';
import type { MailContent } from '../platform/mail/mail.js';
import { oneLine } from '../platform/mail/one-line.js';
import type { Role } from '../platform/access/viewer.js';
import { LINK_MINUTES } from './sign-in.terms.js';

export const SIGN_IN = 'sign-in';
export const INVITATION = 'invitation';

/** Says nothing of whom it is for: it is written before it is known whether there is such a person. */
export function signInMail(messages: Messages, wanted: Language, secret: string, publicUrl: string): MailContent {
  const language = messages.languageFor([wanted]);
  const say = (key: string, args: Record<string, string | number> = {}) => messages.say(language, key, args);
  return mailOf({
    language,
    subject: say('signIn.mail.subject'),
    greeting: say('letter.greetingNameless'),
    body: [
      paragraph(say('signIn.mail.body', { minutes: LINK_MINUTES })),
      button({ text: say('signIn.mail.button'), url: `${publicUrl}/sign-in/${secret}?language=${language}` }),
      paragraph(say('signIn.mail.notYou')),
    ],
    footer: [{ text: say('signIn.mail.footer', { url: publicUrl }) }],
  });
}

export interface Invited {
  readonly name: string | null;
  readonly address: string;
  readonly language: Language;
  readonly role: Role;
  /** Title of the plan; none for a role that holds in every plan. */
  readonly plan: string | null;
}

export function invitationMail(messages: Messages, invited: Invited, publicUrl: string): MailContent {
  const language = messages.languageFor([invited.language]);
  const say = (key: string, args: Record<string, string | number> = {}) => messages.say(language, key, args);
  return mailOf({
    language,
    subject: say('invitation.subject'),
    greeting: invited.name ? say('letter.greeting', { name: oneLine(invited.name) }) : say('letter.greetingNameless'),
    body: [
      paragraph(
        say('invitation.body', {
          role: say(`role.${invited.role}`),
          plan: invited.plan === null ? say('account.everyPlan') : oneLine(invited.plan),
        }),
      ),
      paragraph(say('invitation.how', { address: invited.address })),
      button({ text: say('invitation.button'), url: `${publicUrl}/sign-in?language=${language}` }),
    ],
    footer: [{ text: say('invitation.footer', { url: publicUrl }) }],
  });
}
