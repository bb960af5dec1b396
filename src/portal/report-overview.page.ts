import { pick } from '../platform/i18n/pick.js';
import type { LocalizedText } from '../platform/i18n/text.js';
import { html, type Html } from '../platform/pages/html.js';
import type { Page, PageLanguage } from '../platform/pages/page.js';
import type { ReportHead, ReportItem } from './reports.queries.js';

/** A text in the reader's language, marked with the language that it is really in. */
export function textIn({ language }: PageLanguage, text: LocalizedText, own: string): Html | null {
  const picked = pick(text, [language], own);
  return picked && html`<bdi lang="${picked.language}">${picked.text}</bdi>`;
}

export const dayIn = ({ language }: PageLanguage, day: string, country: string): string =>
  new Intl.DateTimeFormat(`${language}-${country}-u-nu-latn`, { dateStyle: 'full', timeZone: 'UTC' }).format(
    new Date(`${day}T12:00:00Z`),
  );

/** For whom, for which period, and until when. */
export const headOf = (inLanguage: PageLanguage, head: ReportHead): Html =>
  html`<p class="soft">
      ${textIn(inLanguage, head.institution, head.planLanguage)} · <bdi>${head.period}</bdi> ·
      ${textIn(inLanguage, head.plan, head.planLanguage)}
    </p>
    <p>
      ${inLanguage.say('report.dates', {
        due: dayIn(inLanguage, head.dueOn, head.country),
        close: dayIn(inLanguage, head.closesOn, head.country),
      })}
    </p>`;

/** What an institution owes for a period: what is missing first to see, what is handed in beside it. */
export function overviewPage(
  inLanguage: PageLanguage,
  secret: string,
  head: ReportHead,
  items: readonly ReportItem[],
): Page {
  const { say, suffix } = inLanguage;
  const missing = items.filter(({ status }) => ['EXPECTED', 'DRAFT', 'RETURNED'].includes(status)).length;
  return {
    title: say('report.title', { period: head.period }),
    body: html`${headOf(inLanguage, head)}
      <p>
        <strong
          >${missing > 0 ? say('report.missing', { count: missing, owed: items.length }) : say('report.nothingMissing')}</strong
        >
      </p>
      <ul class="cards">
        ${items.map(
          (item) =>
            html`<li>
              <p>
                <a href="/report/${secret}/${item.number}${suffix}"
                  >${say('report.commitment', { number: item.number })}:
                  ${textIn(inLanguage, item.title, head.planLanguage)}</a
                >
              </p>
              <p class="soft">${say(`report.status.${item.status}`)}</p>
            </li>`,
        )}
      </ul>`,
  };
}
