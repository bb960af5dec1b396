import { directionOf } from '../i18n/pick.js';
import type { Language } from '../i18n/text.js';
import type { Html } from '../pages/html.js';
import { LETTER_LAYOUT } from './layout/letter.layout.js';
import type { MailContent } from './mail.js';

/** How pressing something is; the words say the same as the colour. */
export type Tone = keyof typeof COLOURS;
const COLOURS = { calm: '#2e7d32', soon: '#c77700', late: '#c62828' };

/** An entry of a list, perhaps with a list below it. */
export interface Entry {
  readonly text: string;
  readonly below?: readonly string[];
}

export interface Button {
  readonly text: string;
  readonly url: string;
}

/** What a letter is made of, in the order in which it is read. */
export type Block =
  | { readonly part: 'heading' | 'paragraph'; readonly text: string }
  /** How things stand, set off by a coloured bar. */
  | { readonly part: 'state'; readonly text: string; readonly tone: Tone }
  /** Words of somebody else, set apart from ours. */
  | { readonly part: 'quote'; readonly text: string }
  | { readonly part: 'list'; readonly lead: string | null; readonly entries: readonly Entry[] }
  /** The one thing to click. */
  | ({ readonly part: 'button' } & Button);

export const paragraph = (text: string): Block => ({ part: 'paragraph', text });
export const quote = (text: string): Block => ({ part: 'quote', text });
export const button = ({ text, url }: Button): Block => ({ part: 'button', text, url });

/** A line in small print, perhaps ending in an address. */
export interface FooterLine {
  readonly text: string;
  readonly url?: string;
}

/** A mail, before it is laid out. */
export interface Letter {
  readonly language: Language;
  readonly subject: string;
  /** What inboxes show beside the subject; the first paragraph when nothing is said. */
  readonly preheader?: string;
  readonly greeting: string;
  readonly body: readonly Block[];
  /** What holds for all of the body, below a line. */
  readonly closing?: readonly string[];
  readonly footer: readonly FooterLine[];
}

/** The letter as mail programs show it: as text and as HTML, in the direction of its language. */
export function mailOf(letter: Letter): MailContent {
  // Names are made one line where they are put in, and set apart there: what sets them apart has to stay.
  const subject = letter.subject.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
  return { language: letter.language, subject, text: textPart(letter), html: htmlPart(letter, subject) };
}

function textPart({ greeting, body, closing = [], footer }: Letter): string {
  const lines = footer.map(({ text, url }) => (url ? `${text} ${url}` : text));
  return `${[greeting, ...body.map(textOf), ...closing, ...lines].join('\n\n')}\n`;
}

function textOf(block: Block): string {
  switch (block.part) {
    case 'heading':
    case 'paragraph':
    case 'state':
      return block.text;
    case 'quote':
      return block.text.replaceAll(/^/gm, '> ');
    case 'list':
      return [...(block.lead === null ? [] : [block.lead]), ...block.entries.flatMap(entryLines)].join('\n');
    case 'button':
      return `${block.text}\n${block.url}`;
  }
}

const entryLines = ({ text, below = [] }: Entry): string[] => [
  `  - ${text}`,
  ...below.map((line) => `      - ${line}`),
];

type Layout = (typeof LETTER_LAYOUT)['ltr'];

function htmlPart(letter: Letter, subject: string): string {
  const { language, greeting, body, closing = [], footer } = letter;
  const layout = LETTER_LAYOUT[directionOf(language)];
  const first = body.find(({ part }) => part === 'paragraph');
  const preheader = letter.preheader ?? (first?.part === 'paragraph' ? first.text : '');
  return [
    layout.opening({ language, subject, preheader }),
    layout.paragraph({ text: greeting }),
    ...body.map((block) => htmlOf(block, layout)),
    layout.rule(),
    ...closing.map((text) => layout.paragraph({ text })),
    ...footer.map(({ text, url }) => layout.small({ text, link: url ? layout.link({ url }) : null })),
    layout.closing(),
  ].join('');
}

function htmlOf(block: Block, layout: Layout): Html {
  switch (block.part) {
    case 'state':
      return layout.state({ text: block.text, colour: COLOURS[block.tone] });
    case 'list':
      return layout.list({ lead: block.lead, entries: block.entries.map((entry) => entryPart(entry, layout)) });
    case 'button':
      // The address stands in words as well: not every mail program shows a link as one.
      return layout.button(block);
    case 'heading':
    case 'paragraph':
    case 'quote':
      return layout[block.part](block);
  }
}

function entryPart({ text, below = [] }: Entry, layout: Layout): Html {
  const lines = below.map((line) => layout.entry({ text: line, below: null }));
  return layout.entry({ text, below: lines.length ? layout.below({ entries: lines }) : null });
}
