import { html, type Html } from '../platform/pages/html.js';
import type { Page, PageLanguage } from '../platform/pages/page.js';
import { LICENCE } from '../publications/progress-column.js';
import { examplesOf, type Example, type ExampleSubject } from './build-examples.js';

/** Programs that open tables and calendars, by the names that they have everywhere. */
const SPREADSHEETS = ['LibreOffice', 'Excel', 'Google'] as const;

/** How others build on the data: for people who have never seen this service. */
export function buildPage({ say }: PageLanguage, subject: ExampleSubject): Page {
  const examples = examplesOf(subject);
  const part = (name: string, ...content: readonly Html[]): Html =>
    html`<h2>${say(`buildPage.heading.${name}`)}</h2>
      <p>${say(`buildPage.text.${name}`)}</p>
      ${content}`;
  const all = (shown: readonly Example[]): Html => html`${shown.map(block)}`;
  return {
    title: say('buildPage.title'),
    body: html`<p>${say('buildPage.intro')}</p>
      ${part('rest', all(examples.rest), links(['/api/docs', '/api/v1/openapi.json']))}
      ${part('graphql', block(examples.graphql), links(['/graphql']))} ${part('persisted', all(examples.persisted))}
      ${part('client', block(examples.generate), block(examples.client))}
      ${part(
        'files',
        block(examples.files),
        html`<ul>
          ${SPREADSHEETS.map(
            (program) =>
              html`<li>
                <strong>${program}</strong>: ${say(`buildPage.files.${program}`, { address: examples.csv })}
              </li>`,
          )}
        </ul>`,
        block(examples.formula),
      )}
      ${part('feeds', all(examples.feeds))} ${part('catalogue', all(examples.catalogue))}
      ${part('cached', block(examples.cached))} ${part('versions')}
      ${part('licence', html`<p><a rel="license" href="${LICENCE.path}" dir="ltr">${LICENCE.title} (${LICENCE.name})</a></p>`)}`,
  };
}

const block = ({ kind, text }: Example): Html =>
  html`<pre dir="ltr" tabindex="0"><code class="${kind}">${text}</code></pre>`;

const links = (paths: readonly string[]): Html =>
  html`<p dir="ltr">${paths.map((path, at) => html`${at > 0 && ' · '}<a href="${path}">${path}</a>`)}</p>`;
