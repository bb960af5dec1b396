import type { Messages } from '../platform/i18n/messages.js';
import { dayInWords, listInWords, setApart, shortened } from '../platform/i18n/in-words.js';
import { wordsOf } from '../platform/i18n/pick.js';
import type { Language, LocalizedText } from '../platform/i18n/text.js';
import type { Entry } from '../platform/mail/letter.js';
import { oneLine } from '../platform/mail/one-line.js';
import type { LetterPlan } from './reminder.letter.js';
import type { Topic } from './reminder.topics.js';
import type { ReminderStage } from './reminder.vocabulary.js';

/** What is said of one topic, in the reader's language. */
export interface TopicWords {
  /** What and by when, for the subject of the letter. */
  readonly subject: string;
  readonly heading: string;
  readonly state: string;
  readonly list: { readonly lead: string | null; readonly entries: readonly Entry[] } | null;
  /** What the reader is asked to do, where that is not obvious. */
  readonly ask: readonly string[];
  /** What the button says, for topics that can have one. */
  readonly button: string | null;
}

/** How what a plan holds is said to one reader. */
export interface Speaking {
  readonly say: (key: string, args?: Readonly<Record<string, string | number>>) => string;
  /** A name in the reader's language, else in the plan's. */
  readonly name: (text: LocalizedText) => string;
  /** What is no text in a language: the key of a period, the place of a meeting. */
  readonly apart: (text: string) => string;
  /** A day in words, as they are in the country of the plan. */
  readonly day: (day: string) => string;
  readonly list: (names: readonly string[]) => string;
  /** Names, for a subject: cut when they are long, and counted when they are many. */
  readonly inSubject: (names: readonly LocalizedText[]) => string;
}

/** How one topic of a letter is told to its reader. */
export interface Telling extends Speaking {
  readonly topic: Topic;
  /** The topics that one subject is true of, this one among them. */
  readonly alike: readonly Topic[];
}

export type Standing = Extract<ReminderStage, 'OPENED' | 'DUE_SOON' | 'DUE_TODAY' | 'OVERDUE'>;

/** How what is due stands at a stage. A rule can ask for a report at stages that are meant for other letters. */
export const STANDING: Readonly<Record<ReminderStage, Standing>> = {
  PREFLIGHT: 'DUE_SOON',
  OPENED: 'OPENED',
  DUE_SOON: 'DUE_SOON',
  DUE_TODAY: 'DUE_TODAY',
  OVERDUE: 'OVERDUE',
  ESCALATED: 'OVERDUE',
  WAITING: 'OVERDUE',
  MEETING: 'DUE_SOON',
};

/** Few mail programs show more of a subject. */
const LONGEST_NAME_IN_SUBJECT = 60;
const MOST_NAMES_IN_SUBJECT = 3;
/** Mail programs cut off what is longer than about 100 kB. */
const MOST_ENTRIES = 100;
const MOST_LINES = 20;

export function speaking(
  plan: Pick<LetterPlan, 'language' | 'country'>,
  messages: Messages,
  language: Language,
): Speaking {
  const say: Speaking['say'] = (key, args) => messages.say(language, key, args);
  const plain = (text: LocalizedText) => oneLine(wordsOf(text, [language], plan.language) ?? '');
  const apart = (text: string) => setApart(oneLine(text), language);
  const list = (names: readonly string[]) => listInWords(names, language);
  return {
    say,
    apart,
    list,
    name: (text) => setApart(plain(text), language),
    day: (day) => dayInWords(day, language, plan.country),
    inSubject: (texts) => {
      const names = [...new Set(texts.map(plain))].map((name) => apart(shortened(name, LONGEST_NAME_IN_SUBJECT)));
      if (names.length <= MOST_NAMES_IN_SUBJECT) return list(names);
      const shown = names.slice(0, MOST_NAMES_IN_SUBJECT - 1);
      return say('letter.namesAndOthers', {
        names: shown.join(say('letter.comma')),
        count: names.length - shown.length,
      });
    },
  };
}

/** @param all the topics of the letter */
export const tellingOf = (topic: Topic, all: readonly Topic[], messages: Messages, language: Language): Telling => ({
  ...speaking(topic.plan, messages, language),
  topic,
  alike: all.filter(({ stage, day }) => stage === topic.stage && day === topic.day),
});

/** An entry for each, and one that says how many more there are when there are very many. */
export const entriesOf = <Item>(
  { say }: Speaking,
  items: readonly Item[],
  entryOf: (item: Item) => Entry,
  most = MOST_ENTRIES,
): readonly Entry[] =>
  items.length > most
    ? [...items.slice(0, most).map(entryOf), { text: say('letter.andMore', { count: items.length - most }) }]
    : items.map(entryOf);

/** The same for what stands below an entry. */
export const linesOf = <Item>(
  speaking: Speaking,
  items: readonly Item[],
  lineOf: (item: Item) => string,
): readonly string[] =>
  entriesOf(speaking, items, (item) => ({ text: lineOf(item) }), MOST_LINES).map(({ text }) => text);
