import type { FastifyReply, FastifyRequest } from 'fastify';
import { languagesOf } from '../http/languages.js';
import type { Messages } from '../i18n/messages.js';
import { directionOf } from '../i18n/pick.js';
import type { Language } from '../i18n/text.js';
import { html, type Html } from './html.js';
import { STYLE_PATH } from './style.js';

/** Languages that pages can be read in, each by its own name. */
const LANGUAGES: ReadonlyArray<readonly [Language, string]> = [
  ['en', 'English'],
  ['fr', 'Français'],
  ['ar', 'العربية'],
];

/** What a page is written in: the language chosen on it, else the best that the browser asks for. */
export interface PageLanguage {
  readonly language: Language;
  /** To be added to addresses on the page, so that a language once chosen stays; empty when none was. */
  readonly suffix: string;
  readonly say: (key: string, args?: Readonly<Record<string, string | number>>) => string;
}

export function pageLanguageOf(request: FastifyRequest, messages: Messages): PageLanguage {
  const wanted = (request.query as { language?: unknown }).language;
  const chosen = LANGUAGES.find(([language]) => language === wanted)?.[0];
  const language = chosen ?? messages.languageFor(languagesOf(request));
  return {
    language,
    suffix: chosen ? `?language=${chosen}` : '',
    say: (key, args) => messages.say(language, key, args),
  };
}

export interface Page {
  readonly title: string;
  readonly body: Html;
  readonly status?: number;
}

/** Sends the page, for this reader alone: nothing of it is kept, and no other site hears of its address. */
export function sendPage(reply: FastifyReply, { language, say }: PageLanguage, { title, body, status = 200 }: Page) {
  const page = html`<!doctype html>
    <html lang="${language}" dir="${directionOf(language)}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title} · ${say('pages.service')}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${STYLE_PATH}" />
      </head>
      <body>
        <header>${say('pages.service')}</header>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
        <footer>
          <nav aria-label="${say('pages.languages')}">
            <ul>
              ${LANGUAGES.map(([tag, name]) => html`<li><a href="?language=${tag}" lang="${tag}" hreflang="${tag}">${name}</a></li>`)}
            </ul>
          </nav>
        </footer>
      </body>
    </html> `;
  return (
    reply
      .code(status)
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      // Not "no-referrer": forms would be sent with the origin "null".
      .header('referrer-policy', 'same-origin')
      .send(page.toString())
  );
}

/** After a form: so that reloading the next page sends nothing again. */
export const sendTo = (reply: FastifyReply, path: string, { suffix }: PageLanguage) =>
  reply.header('cache-control', 'no-store').redirect(`${path}${suffix}`, 303);
