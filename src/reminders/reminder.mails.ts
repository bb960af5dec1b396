import { directionOf, pick } from '../platform/i18n/pick.js';
import type { Messages } from '../platform/i18n/messages.js';
import type { Language, LocalizedText } from '../platform/i18n/text.js';
import type { MailContent } from '../platform/mail/mail.js';
import { oneLine } from '../platform/mail/one-line.js';
import type { Digest } from './reminder.planning.js';
import { isLater, type ReminderStage } from './reminder.stages.js';

/** Longer names are cut in the subject, where few mail programs show more. */
const LONGEST_NAME_IN_SUBJECT = 100;

interface Item {
  readonly number: number;
  readonly title: string;
  readonly begun: boolean;
}

interface Section {
  readonly stage: ReminderStage;
  readonly institution: string;
  readonly plan: string;
  readonly period: string;
  readonly dueOn: string;
  readonly dueDate: string;
  readonly closeDate: string;
  readonly owed: number;
  readonly missing: readonly Item[];
  readonly reportUrl: string | null;
}

type Say = (key: string, args?: Record<string, string | number>) => string;

/**
 * The mail that says exactly what is missing, for whom and by when, in the recipient's language.
 *
 * @param replyTo where an answer to it goes; a mail that waited may have been given another than it would get now
 */
export function reminderMail(
  messages: Messages,
  digest: Digest,
  publicUrl: string,
  replyTo: string | null,
): MailContent {
  const language = messages.languageFor([digest.language]);
  const say: Say = (key, args = {}) => messages.say(language, key, args);
  const sections = digest.sections.map((section) => inWords(section, language, publicUrl));
  const subject = subjectOf(sections, language, say);
  const words: Words = {
    greeting: digest.name
      ? say('reminder.greeting', { name: setApart(oneLine(digest.name), language) })
      : say('reminder.greetingNameless'),
    sections: sections.map((section) => sectionWords(section, language, say)),
    closing: [say(answersArrive(digest, replyTo) ? 'reminder.howTo' : 'reminder.howToOnly'), say('reminder.nothing')],
    footer: say('reminder.whyYou', { url: publicUrl }),
  };
  return { subject, language, text: textPart(words), html: htmlPart(language, subject, words) };
}

/** The MEL officers of the plans that the digest is about, as a mail's `Reply-To`; null when none has an address. */
export const answersGoTo = ({ sections }: Pick<Digest, 'sections'>): string | null =>
  [...new Set(sections.flatMap(({ owing }) => owing.replyTo ?? []))].join(', ') || null;

/** Only what is true of every plan in the mail may be promised. */
function answersArrive({ sections }: Digest, replyTo: string | null): boolean {
  const reached = replyTo?.split(', ') ?? [];
  return sections.every(({ owing }) => owing.replyTo !== null && reached.includes(owing.replyTo));
}

function inWords(
  { owing, stage, reportPath }: Digest['sections'][number],
  language: Language,
  publicUrl: string,
): Section {
  const name = (text: LocalizedText) => oneLine(pick(text, [language], owing.planLanguage)?.text ?? '');
  return {
    stage,
    reportUrl: reportPath ? `${publicUrl}${reportPath}?language=${language}` : null,
    institution: name(owing.institutionName),
    plan: name(owing.planTitle),
    period: owing.periodKey,
    dueOn: owing.dueOn,
    dueDate: dayInWords(owing.dueOn, language, owing.country),
    closeDate: dayInWords(owing.closesOn, language, owing.country),
    owed: owing.owed,
    missing: owing.missing.map(({ number, title, status }) => ({
      number,
      title: name(title),
      begun: status === 'DRAFT',
    })),
  };
}

/** Speaks of what is most urgent and of nothing else, so that every word of it is true. */
function subjectOf(sections: readonly Section[], language: Language, say: Say): string {
  const [first] = [...sections].sort(byUrgency);
  if (!first) throw new Error('A digest without sections says nothing.');
  const alike = sections.filter(({ stage, dueOn }) => stage === first.stage && dueOn === first.dueOn);
  const institutions = [...new Set(alike.map(({ institution }) => institution))];
  return say(`reminder.subject.${first.stage}`, {
    count: alike.reduce((sum, { missing }) => sum + missing.length, 0),
    date: first.dueDate,
    institution: new Intl.ListFormat(language).format(
      institutions.map((name) => setApart(shortened(name, LONGEST_NAME_IN_SUBJECT), language)),
    ),
  });
}

const byUrgency = (a: Section, b: Section): number =>
  a.stage === b.stage ? a.dueOn.localeCompare(b.dueOn) : isLater(a.stage, b.stage) ? -1 : 1;

/** The bar beside the deadline; the words say the same. */
const COLOUR: Record<ReminderStage, string> = { OPENED: '#2e7d32', DUE_SOON: '#c77700', OVERDUE: '#c62828' };

interface SectionWords {
  readonly colour: string;
  readonly heading: string;
  readonly state: string;
  readonly list: string;
  readonly items: readonly string[];
  readonly button: { readonly text: string; readonly url: string } | null;
}

interface Words {
  readonly greeting: string;
  readonly sections: readonly SectionWords[];
  readonly closing: readonly string[];
  readonly footer: string;
}

function sectionWords(section: Section, language: Language, say: Say): SectionWords {
  const apart = (text: string) => setApart(text, language);
  const { stage, institution, plan, period, dueDate, closeDate, owed, missing, reportUrl } = section;
  const about = { institution: apart(institution), period: apart(period) };
  return {
    colour: COLOUR[stage],
    heading: say('reminder.heading', { ...about, plan: apart(plan) }),
    state: say(`reminder.state.${stage}`, { dueDate, closeDate }),
    list: say('reminder.missing', { count: missing.length, owed }),
    items: missing.map(({ number, title, begun }) =>
      say(begun ? 'reminder.itemDraft' : 'reminder.item', { number, title: apart(title) }),
    ),
    button: reportUrl ? { text: say('reminder.button', about), url: reportUrl } : null,
  };
}

function textPart({ greeting, sections, closing, footer }: Words): string {
  const blocks = sections.map(({ heading, state, list, items, button }) =>
    [
      heading,
      '',
      state,
      '',
      list,
      ...items.map((item) => `  - ${item}`),
      ...(button ? ['', `${button.text}:`, button.url] : []),
    ].join('\n'),
  );
  return [greeting, ...blocks, ...closing, footer].join('\n\n') + '\n';
}

/** Styles stand inline and are few: mail programs drop the rest. Colours are left to the reader's light or dark theme. */
function htmlPart(language: Language, subject: string, { greeting, sections, closing, footer }: Words): string {
  const direction = directionOf(language);
  const paragraph = (text: string, style = '') => `<p style="margin:0 0 16px;${style}">${escaped(text)}</p>`;
  const blocks = sections.map(
    ({ colour, heading, state, list, items, button }) => `
<h2 style="font-size:18px;line-height:1.4;margin:32px 0 8px">${escaped(heading)}</h2>
${paragraph(state, `padding-inline-start:12px;border-inline-start:4px solid ${colour}`)}
${paragraph(list, 'margin-bottom:8px')}
<ul style="margin:0 0 24px;padding:0;padding-inline-start:24px">${items.map((item) => `<li style="margin:0 0 8px">${escaped(item)}</li>`).join('')}</ul>
${button ? buttonPart(button) : ''}`,
  );
  return `<!doctype html>
<html lang="${escaped(language)}" dir="${direction}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${escaped(subject)}</title></head>
<body style="margin:0;padding:16px;font-family:'Segoe UI',Tahoma,Arial,sans-serif;font-size:16px;line-height:1.6">
<div lang="${escaped(language)}" dir="${direction}" style="max-width:600px;margin:0 auto;text-align:start;overflow-wrap:anywhere">
${paragraph(greeting)}
${blocks.join('\n')}
<hr style="border:0;border-top:1px solid #999;margin:24px 0">
${closing.map((text) => paragraph(text)).join('\n')}
${paragraph(footer, 'font-size:14px')}
</div>
</body>
</html>
`;
}

/**
 * A calendar day in words with its weekday, as it is written in the country of the plan. With the digits that keys of
 * periods, numbers of commitments and addresses are written in: two kinds in one sentence are hard to read.
 */
function dayInWords(day: string, language: Language, country: string): string {
  const locale = `${language}-${country}-u-nu-latn`;
  return new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeZone: 'UTC' }).format(new Date(`${day}T12:00:00Z`));
}

const RIGHT_TO_LEFT_LETTER = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u;

/** A name keeps its own direction and leaves that of the sentence alone: `2024-Q2` stays so in Arabic. */
const setApart = (text: string, language: Language): string =>
  directionOf(language) === 'rtl' || RIGHT_TO_LEFT_LETTER.test(text) ? `\u2068${text}\u2069` : text;

function shortened(text: string, most: number): string {
  const characters = [...text];
  return characters.length > most
    ? `${characters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`
    : text;
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** The address stands in words as well: not every mail program shows a link as one. */
const buttonPart = ({ text, url }: { text: string; url: string }): string =>
  `<p style="margin:0 0 8px"><a href="${escaped(url)}" style="display:inline-block;padding:12px 24px;border-radius:4px;background:#14532d;color:#ffffff;text-decoration:none">${escaped(text)}</a></p>
<p style="margin:0 0 24px;font-size:14px"><bdi dir="ltr">${escaped(url)}</bdi></p>`;
