import { directionOf } from '../i18n/pick.js';
import type { Language } from '../i18n/text.js';
import type { MailContent } from './mail.js';
import { oneLine } from './one-line.js';

/** A mail of a few sentences. */
export interface Letter {
  readonly language: Language;
  readonly subject: string;
  readonly greeting: string;
  readonly sentences: readonly string[];
  /** Words of somebody else, set apart from ours. */
  readonly quote?: string;
  /** The one thing to click. */
  readonly button?: { readonly text: string; readonly url: string };
  /** What comes below the button. */
  readonly afterwards?: readonly string[];
  readonly footer: string;
}

/** The letter as mail programs show it: as text and as HTML, in the direction of its language. */
export function mailOf(letter: Letter): MailContent {
  const { language } = letter;
  return { language, subject: oneLine(letter.subject), text: textPart(letter), html: htmlPart(letter) };
}

function textPart({ greeting, sentences, quote, button, afterwards = [], footer }: Letter): string {
  const parts = [
    greeting,
    ...sentences,
    ...(quote ? [quote.replaceAll(/^/gm, '> ')] : []),
    ...(button ? [`${button.text}:\n${button.url}`] : []),
    ...afterwards,
    footer,
  ];
  return `${parts.join('\n\n')}\n`;
}

/** Styles stand inline and are few: mail programs drop the rest. Colours are left to the reader's light or dark theme. */
function htmlPart(letter: Letter): string {
  const direction = directionOf(letter.language);
  const language = escaped(letter.language);
  const paragraph = (text: string, style = '') => `<p style="margin:0 0 16px;${style}">${escaped(text)}</p>`;
  const quote = letter.quote
    ? `<blockquote dir="auto" style="margin:0 0 16px;padding-inline-start:12px;border-inline-start:4px solid #888;white-space:pre-line">${escaped(letter.quote)}</blockquote>`
    : '';
  const button = letter.button
    ? `<p style="margin:24px 0"><a href="${escaped(letter.button.url)}" style="display:inline-block;padding:12px 24px;border-radius:4px;background:#14532d;color:#ffffff;text-decoration:none">${escaped(letter.button.text)}</a></p>
<p style="margin:0 0 16px;font-size:14px"><bdi dir="ltr">${escaped(letter.button.url)}</bdi></p>`
    : '';
  return `<!doctype html>
<html lang="${language}" dir="${direction}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${escaped(letter.subject)}</title></head>
<body style="margin:0;padding:16px;font-family:'Segoe UI',Tahoma,Arial,sans-serif;font-size:16px;line-height:1.6">
<div lang="${language}" dir="${direction}" style="max-width:600px;margin:0 auto;text-align:start;overflow-wrap:anywhere">
${paragraph(letter.greeting)}
${letter.sentences.map((text) => paragraph(text)).join('\n')}
${quote}
${button}
${(letter.afterwards ?? []).map((text) => paragraph(text)).join('\n')}
<hr style="border:0;border-top:1px solid #999;margin:24px 0">
${paragraph(letter.footer, 'font-size:14px')}
</div>
</body>
</html>
`;
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
