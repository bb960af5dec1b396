import type { Role } from '../platform/access/viewer.js';
import { pick } from '../platform/i18n/pick.js';
import type { LocalizedText } from '../platform/i18n/text.js';
import { html, type Html } from '../platform/pages/html.js';
import type { Page, PageLanguage } from '../platform/pages/page.js';
import type { OpenSession } from './sessions.service.js';

export interface Account {
  readonly email: string | null;
  readonly name: string | null;
  readonly roles: ReadonlyArray<{
    readonly role: Role;
    readonly plan: LocalizedText | null;
    readonly institution: LocalizedText | null;
  }>;
  readonly sessions: readonly OpenSession[];
}

/** Who one is here, and where one is signed in. */
export function accountPage(inLanguage: PageLanguage, account: Account): Page {
  const { say, suffix } = inLanguage;
  return {
    title: account.name ?? say('account.title'),
    body: html`<p>${say('account.address')} <bdi dir="ltr">${account.email}</bdi></p>
      <h2>${say('account.roles')}</h2>
      ${
        account.roles.length > 0
          ? html`<ul class="cards">
              ${account.roles.map((role) => roleItem(inLanguage, role))}
            </ul>`
          : html`<p>${say('account.noRoles')}</p>`
      }
      <h2>${say('account.sessions')}</h2>
      <ul class="cards">
        ${account.sessions.map((session) => sessionItem(inLanguage, session))}
      </ul>
      <div class="actions">
        <form method="post" action="/sign-out${suffix}"><button>${say('account.signOut')}</button></form>
        <form method="post" action="/sign-out-everywhere${suffix}">
          <button class="quiet">${say('account.signOutEverywhere')}</button>
        </form>
      </div>`,
  };
}

function roleItem({ say, language }: PageLanguage, { role, plan, institution }: Account['roles'][number]): Html {
  const inWords = (text: LocalizedText | null) => {
    const picked = pick(text, [language]);
    return picked && html`<bdi lang="${picked.language}">${picked.text}</bdi>`;
  };
  return html`<li>
    <p><strong>${say(`role.${role}`)}</strong></p>
    ${institution && html`<p>${inWords(institution)}</p>`}
    <p class="soft">${plan ? inWords(plan) : say('account.everyPlan')}</p>
  </li>`;
}

function sessionItem({ say, language, suffix }: PageLanguage, session: OpenSession): Html {
  const when = (instant: Date) =>
    new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }).format(instant);
  return html`<li>
    <p>
      <strong><bdi>${session.browser || say('account.unknownBrowser')}</bdi></strong
      >${session.isThis && html` · ${say('account.thisOne')}`}
    </p>
    <p class="soft">${say('account.lastSeen', { when: when(session.lastSeenAt) })}</p>
    <p class="soft">${say('account.opened', { when: when(session.createdAt) })}</p>
    ${!session.isThis && html`<form method="post" action="/account/sessions/${session.id}/end${suffix}"><button class="quiet">${say('account.end')}</button></form>`}
  </li>`;
}
