import { describe, expect, it } from '@jest/globals';
import nodemailer from 'nodemailer';
import PostalMime, { type Email } from 'postal-mime';
import type { MailContent } from '../../src/platform/mail/mail.js';
import { oneLine } from '../../src/platform/mail/one-line.js';
import type { LetterSection } from '../../src/reminders/reminder.letter.js';
import { institutionOf, meeting, missingOf, planOf, report } from '../support/letters.js';
import { EXAMPLES, mailOf } from '../support/letters-shown.js';
import { inEnglish } from '../support/owing.js';

const LANGUAGES = ['en', 'fr', 'ar'] as const;
const FROM = { name: 'ميثاق — Mithaq', address: 'mithaq@example.org' };

/** The message as it travels. */
async function sent(mail: MailContent, toName: string): Promise<string> {
  const transport = nodemailer.createTransport({ streamTransport: true, buffer: true });
  const { message } = await transport.sendMail({
    from: FROM,
    to: { address: 'works@example.org', name: oneLine(toName) },
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    attachments: mail.calendar
      ? [
          {
            filename: 'mithaq.ics',
            content: mail.calendar,
            contentType: 'text/calendar; charset=utf-8; method=PUBLISH',
          },
        ]
      : [],
  });
  if (!Buffer.isBuffer(message)) throw new Error('The message was not kept whole.');
  return message.toString();
}

/** The message as a mail program reads it that is not of the library that wrote it. */
const read = async (mail: MailContent, toName = 'Salma'): Promise<Email> => PostalMime.parse(await sent(mail, toName));

const calendarIn = ({ attachments }: Email): string | undefined => {
  const content = attachments.find(({ mimeType }) => mimeType === 'text/calendar')?.content;
  return content === undefined || typeof content === 'string' ? content : new TextDecoder().decode(content);
};
/** The lines of a text end differently while it travels. */
const lines = (text: string | undefined): string[] => (text ?? '').trimEnd().split(/\r?\n/);

const cases = LANGUAGES.flatMap((language) => Object.keys(EXAMPLES).map((name) => ({ name, language })));

describe('a letter that has travelled', () => {
  it.each(cases)(
    'arrives as it was written: subject, sender, text, HTML and dates ($name, $language)',
    async ({ name, language }) => {
      const mail = mailOf(EXAMPLES[name] ?? [], { language });
      const email = await read(mail, 'سلمى');
      expect(email.subject).toBe(mail.subject);
      expect(email.from).toMatchObject(FROM);
      expect(email.to).toMatchObject([{ address: 'works@example.org', name: 'سلمى' }]);
      expect(lines(email.text)).toEqual(lines(mail.text));
      expect(lines(email.html)).toEqual(lines(mail.html));
      expect(lines(calendarIn(email))).toEqual(lines(mail.calendar ?? undefined));
    },
  );

  it.each(LANGUAGES)(
    'says which characters it is written in, and has only short lines of ASCII (%s)',
    async (language) => {
      const message = await sent(mailOf(EXAMPLES['opened'] ?? [], { language }), 'سلمى');
      expect(message.match(/^Content-Type: text\/(plain|html|calendar);\s*charset=utf-8/gim)).toHaveLength(3);
      expect(message).toMatch(/^[\r\n\t\x20-\x7e]*$/);
      expect(Math.max(...message.split('\r\n').map(({ length }) => length))).toBeLessThanOrEqual(998);
    },
  );

  it.each(LANGUAGES)('has no header and no recipient that a name brought in (%s)', async (language) => {
    const harmless = await read(mailOf(about('x'), { language, name: 'x' }), 'x');
    for (const ending of ['\r\n', '\n', '\r', '\u2028', '\0\n', '?=\r\n', '\u0085'])
      for (const header of ['Bcc: all@example.org', 'X-Evil: 1', '\r\n<script>', 'Content-Type: text/html']) {
        const nasty = `x${ending}${header}`;
        const email = await read(mailOf(about(nasty), { language, name: nasty }), nasty);
        expect(email.headers.map(({ key }) => key)).toEqual(harmless.headers.map(({ key }) => key));
        expect(email).toMatchObject({ to: [{ address: 'works@example.org' }], from: FROM });
        expect(email.bcc).toBeUndefined();
        expect(email.attachments).toHaveLength(harmless.attachments.length);
      }
  });
});

function about(text: string): LetterSection[] {
  const name = inEnglish(text);
  const plan = planOf({ title: name });
  const missing = [missingOf(1, { title: name })];
  return [
    report('works', { plan, institution: institutionOf('works', name), missing, owed: 1 }),
    meeting({ plan, group: name, place: text }),
  ];
}
