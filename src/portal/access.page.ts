import { TRANSITIONS } from '../check-ins/check-in.workflow.js';
import { ACCESS, type Action } from '../platform/access/access-table.js';
import { Role } from '../platform/access/viewer.js';
import { html, type Html } from '../platform/pages/html.js';
import type { Page, PageLanguage } from '../platform/pages/page.js';

const ROLES = Object.keys(Role) as Role[];

/** Who may do what, and how a check-in moves. What actions do is said in English, as in the API. */
export function accessPage({ say }: PageLanguage): Page {
  const actions = Object.entries<Action>(ACCESS).filter(
    ([, { who }]) => !(typeof who === 'object' && Object.keys(who).length === 0),
  );
  return {
    title: say('accessPage.title'),
    body: html`<p>${say('accessPage.intro')}</p>
      <ul>
        ${['ITS_PLAN', 'ITS_INSTITUTION', 'EVERYBODY', 'EVERY_PERSON'].map(
          (reach) =>
            html`<li><strong>${say(`accessPage.short.${reach}`)}</strong>: ${say(`accessPage.long.${reach}`)}</li>`,
        )}
      </ul>
      <div class="wide" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">${say('accessPage.action')}</th>
              ${ROLES.map((role) => html`<th scope="col">${say(`role.${role}`)}</th>`)}
              <th scope="col">${say('accessPage.scopes')}</th>
            </tr>
          </thead>
          <tbody>
            ${actions.map(([name, action]) => row(say, name, action))}
          </tbody>
        </table>
      </div>
      <h2>${say('accessPage.workflow')}</h2>
      <div class="wide" tabindex="0">
        <table>
          <tbody>
            ${TRANSITIONS.map(
              ({ verb, from, to, action, mail }) =>
                html`<tr>
                  <th scope="row"><code>${verb}</code></th>
                  <td dir="ltr">${from.join(', ')} → ${to ?? from.join(', ')}</td>
                  <td><code>${action}</code></td>
                  <td>${mail ? say('accessPage.mail') : ''}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`,
  };
}

function row(say: PageLanguage['say'], name: string, { does, who, scopes = [] }: Action): Html {
  const cells =
    typeof who === 'string'
      ? html`<td colspan="${ROLES.length}">${say(`accessPage.short.${who}`)}</td>`
      : ROLES.map((role) => html`<td>${who[role] ? say(`accessPage.short.${who[role]}`) : ''}</td>`);
  return html`<tr>
    <th scope="row"><span lang="en">${does}</span><br /><code dir="ltr">${name}</code></th>
    ${cells}
    <td><code dir="ltr">${scopes.join(', ')}</code></td>
  </tr>`;
}
