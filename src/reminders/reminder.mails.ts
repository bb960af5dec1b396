import { directionOf, pick } from '../platform/i18n/pick.js';
import type { Messages } from '../platform/i18n/messages.js';
import type { LocalizedText } from '../platform/i18n/text.js';
import type { MailContent } from '../platform/mail/mail.js';
import type { Digest, DigestSection } from './reminder.planning.js';
import type { ReminderStage } from './reminder.stages.js';

const URGENCY: readonly ReminderStage[] = ['OVERDUE', 'DUE_SOON', 'OPENED'];

/** The mail that says exactly what is missing, for whom and by when, in the recipient's language. */
export function reminderMail(messages: Messages, digest: Digest, publicUrl: string): MailContent {
  const language = messages.languageFor([digest.language]);
  const say = (key: string, args: Record<string, string | number> = {}) => messages.say(language, key, args);
  const inLanguage = (text: LocalizedText, own: string) => plain(pick(text, [digest.language], own)?.text ?? '');
  const sections = digest.sections.map((section) => ({
    ...section,
    institution: inLanguage(section.owing.institutionName, section.owing.planLanguage),
    plan: inLanguage(section.owing.planTitle, section.owing.planLanguage),
    dueDate: dayInWords(section.owing.dueOn, language, section.owing.country),
    closeDate: dayInWords(section.owing.closesOn, language, section.owing.country),
    missing: section.owing.missing.map(({ number, title, status }) => ({
      number,
      title: inLanguage(title, section.owing.planLanguage),
      begun: status === 'DRAFT',
    })),
  }));
  const [first] = [...sections].sort(byUrgency);
  if (!first) throw new Error('A digest without sections says nothing.');
  const count = sections.reduce((sum, { missing }) => sum + missing.length, 0);
  const subject = oneLine(
    say(`reminder.subject.${first.stage}`, { count, date: first.dueDate, institution: first.institution }),
  );
  const greeting = digest.name
    ? say('reminder.greeting', { name: plain(digest.name) })
    : say('reminder.greetingNameless');
  const closing = [say('reminder.howTo'), say('reminder.nothing'), say('reminder.whyYou', { url: publicUrl })];
  const words = sections.map((section) => ({
    heading: say('reminder.heading', {
      institution: section.institution,
      period: section.owing.periodKey,
      plan: section.plan,
    }),
    state: say(`reminder.state.${section.stage}`, { dueDate: section.dueDate, closeDate: section.closeDate }),
    list: say('reminder.missing', { count: section.missing.length, owed: section.owing.owed }),
    items: section.missing.map((item) =>
      say(item.begun ? 'reminder.itemDraft' : 'reminder.item', { number: item.number, title: item.title }),
    ),
  }));
  return {
    subject,
    text: textPart(greeting, words, closing),
    html: htmlPart(language, subject, greeting, words, closing),
  };
}

type Words = ReadonlyArray<{ heading: string; state: string; list: string; items: readonly string[] }>;

function textPart(greeting: string, sections: Words, closing: readonly string[]): string {
  const blocks = sections.map(({ heading, state, list, items }) =>
    [heading, '', state, '', list, ...items.map((item) => `  - ${item}`)].join('\n'),
  );
  return [greeting, ...blocks, ...closing].join('\n\n') + '\n';
}

function htmlPart(
  language: string,
  subject: string,
  greeting: string,
  sections: Words,
  closing: readonly string[],
): string {
  const direction = directionOf(language);
  const paragraph = (text: string, style = '') => `<p style="margin:0 0 16px;${style}">${escaped(text)}</p>`;
  const blocks = sections.map(
    ({ heading, state, list, items }) => `
<h2 style="font-size:18px;line-height:1.4;margin:24px 0 8px">${escaped(heading)}</h2>
${paragraph(state, 'font-weight:bold')}
${paragraph(list)}
<ul style="margin:0 0 16px;padding-inline-start:24px">${items.map((item) => `<li style="margin:0 0 8px">${escaped(item)}</li>`).join('')}</ul>`,
  );
  return `<!doctype html>
<html lang="${escaped(language)}" dir="${direction}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${escaped(subject)}</title></head>
<body style="margin:0;padding:16px;font-family:'Segoe UI',Tahoma,Arial,sans-serif;font-size:16px;line-height:1.6">
<div dir="${direction}" style="max-width:600px;margin:0 auto;text-align:start">
${paragraph(greeting)}
${blocks.join('\n')}
<hr style="border:0;border-top:1px solid #999;margin:24px 0">
${closing.map((text) => paragraph(text)).join('\n')}
</div>
</body>
</html>
`;
}

function byUrgency(a: DigestSection, b: DigestSection): number {
  return URGENCY.indexOf(a.stage) - URGENCY.indexOf(b.stage) || a.owing.dueOn.localeCompare(b.owing.dueOn);
}

/** A calendar day in words with its weekday, as it is written in the country of the plan. */
function dayInWords(day: string, language: string, country: string): string {
  const format = new Intl.DateTimeFormat(`${language}-${country}`, { dateStyle: 'full', timeZone: 'UTC' });
  return format.format(new Date(`${day}T12:00:00Z`));
}

/** Names may not turn the direction of what stands around them. */
const plain = (text: string): string => text.replace(/[\u202a-\u202e\u2066-\u2069]/g, '');

/** A header has one line, whatever a name contains. */
const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
