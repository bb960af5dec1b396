import type { Messages } from '../platform/i18n/messages.js';
import { setApart } from '../platform/i18n/in-words.js';
import { button, mailOf, paragraph, type Block, type FooterLine, type Tone } from '../platform/mail/letter.js';
import type { MailContent } from '../platform/mail/mail.js';
import { oneLine } from '../platform/mail/one-line.js';
import { calendarOf } from './reminder.calendar.js';
import type { LetterSection, ReminderLetter } from './reminder.letter.js';
import { tellingOf, type TopicWords } from './reminder.telling.js';
import { topicsOf, type Topic } from './reminder.topics.js';
import type { ReminderStage } from './reminder.vocabulary.js';
import { wordsOf } from './reminder.words.js';

/** What stands in a letter and is no fact of a plan. */
export interface Surroundings {
  /** Where this service is reached. */
  readonly publicUrl: string;
  /** Where an answer goes; a mail that waited may have been given another than it would get now. */
  readonly replyTo: string | null;
  readonly unsubscribeUrl?: string | null;
  /** Makes what is in the calendar file unique in the world. */
  readonly mailDomain: string;
}

const TONES: Record<ReminderStage, Tone> = {
  PREFLIGHT: 'soon',
  OPENED: 'calm',
  DUE_SOON: 'soon',
  DUE_TODAY: 'soon',
  OVERDUE: 'late',
  ESCALATED: 'late',
  WAITING: 'soon',
  MEETING: 'calm',
};

/** The mail that says exactly what is missing, waits or comes up, for whom and by when, in the recipient's language. */
export function reminderMail(messages: Messages, letter: ReminderLetter, about: Surroundings): MailContent {
  const language = messages.languageFor([letter.language]);
  const topics = topicsOf(letter.sections);
  const told = topics.map((topic) => ({
    topic,
    words: wordsOf(tellingOf(topic, topics, messages, language)),
    url: topic.reportPath === null ? null : `${about.publicUrl}${topic.reportPath}?language=${language}`,
  }));
  const [first] = told;
  if (!first) throw new Error('A letter without sections says nothing.');
  const say: Say = (key, args) => messages.say(language, key, args);
  const calendar = calendarOf(messages, letter.sections, language, about.mailDomain);
  const mail = mailOf({
    language,
    // The most urgent topic alone, so that every word of the subject is true.
    subject: first.words.subject,
    preheader: [first.words.state, first.words.list?.lead ?? ''].join(' ').trim(),
    greeting: letter.name
      ? say('letter.greeting', { name: setApart(oneLine(letter.name), language) })
      : say('letter.greetingNameless'),
    body: told.flatMap(({ topic, words, url }) => blocksOf(topic, words, url)),
    closing: closingOf(letter, about, say, calendar?.events ?? 0),
    footer: footerOf(letter, about, say),
  });
  return { ...mail, calendar: calendar?.text ?? null };
}

/** The MEL officers of the plans that the letter is about, as a mail's `Reply-To`; null when none has an address. */
export const answersGoTo = ({ sections }: Pick<ReminderLetter, 'sections'>): string | null =>
  [...new Set(sections.flatMap(({ plan }) => plan.replyTo ?? []))].join(', ') || null;

/** Mails about the same thing stand in the same thread: those about one period, or one meeting. */
export function threadOf({ sections }: Pick<ReminderLetter, 'sections'>): string | null {
  const threads = sections.flatMap(({ facts }) => {
    if ('period' in facts) return [`period-${facts.period.id}`];
    return 'meetingId' in facts ? [`meeting-${facts.meetingId}`] : [];
  });
  return threads.find((thread) => thread.startsWith('period-')) ?? threads[0] ?? null;
}

type Say = (key: string, args?: Readonly<Record<string, string | number>>) => string;

function blocksOf(topic: Topic, { heading, state, list, ask, button: text }: TopicWords, url: string | null): Block[] {
  return [
    { part: 'heading', text: heading },
    { part: 'state', text: state, tone: TONES[topic.stage] },
    // Before the list, which may be long: nobody has to look for it.
    ...(text !== null && url !== null ? [button({ text, url })] : []),
    ...(list ? [{ part: 'list', ...list } as const] : []),
    ...ask.map(paragraph),
  ];
}

function closingOf(letter: ReminderLetter, { replyTo }: Surroundings, say: Say, events: number): string[] {
  const { sections } = letter;
  const mayReport = sections.some(({ reportPath }) => reportPath);
  return [
    ...(mayReport ? [say('letter.howTo')] : []),
    ...(sections.some(({ facts }) => facts.template === 'REPORT') ? [say('letter.nothing')] : []),
    ...(events > 0 ? [say('letter.calendar', { count: events })] : []),
    ...(answersReach(letter, replyTo) ? [say('letter.answers')] : []),
    ...(answersGoTo(letter) === null ? [say('letter.noAnswers')] : []),
  ];
}

/** Only what is true of every plan in the letter may be promised; nobody need be told that they answer themselves. */
function answersReach({ sections, address }: ReminderLetter, replyTo: string | null): boolean {
  const reached = replyTo?.split(', ') ?? [];
  return sections.every(
    ({ plan }) => plan.replyTo !== null && plan.replyTo !== address && reached.includes(plan.replyTo),
  );
}

function footerOf({ sections }: ReminderLetter, { publicUrl, unsubscribeUrl }: Surroundings, say: Say): FooterLine[] {
  const audiences = [...new Set(sections.map(({ audience }) => audience))];
  return [
    ...audiences.map((audience) => ({ text: say(`letter.whyYou.${audience}`) })),
    ...(sections.some(listsMissing) ? [{ text: say('letter.listed') }] : []),
    ...(unsubscribeUrl && sections.every(asksNothing)
      ? [{ text: say('letter.unsubscribe'), url: unsubscribeUrl }]
      : []),
    { text: say('letter.service'), url: publicUrl },
  ];
}

const listsMissing = ({ facts }: LetterSection): boolean =>
  facts.template === 'REPORT' || facts.template === 'NOT_REPORTED';

const asksNothing = ({ facts, audience }: LetterSection): boolean =>
  facts.template === 'NOT_REPORTED' && audience === 'STEERING';
