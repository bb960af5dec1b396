import { html } from '../platform/pages/html.js';
import type { Page, PageLanguage } from '../platform/pages/page.js';
import { LINK_MINUTES } from './sign-in.terms.js';
import type { LinkState } from './sign-in.service.js';

/** @param trouble why what was entered was not taken */
export function signInPage(
  { say, suffix }: PageLanguage,
  trouble?: { text: string; address: string; status: number },
): Page {
  return {
    title: say('signIn.title'),
    status: trouble?.status ?? 200,
    body: html`<p id="about">${say('signIn.intro')}</p>
      <form method="post" action="/sign-in${suffix}">
        <label for="address">${say('signIn.address')}</label>
        ${trouble && html`<p class="trouble" id="trouble" role="alert">${trouble.text}</p>`}
        <input
          id="address"
          name="address"
          type="email"
          dir="ltr"
          required
          maxlength="254"
          autocomplete="email"
          value="${trouble?.address}"
          aria-describedby="${trouble ? 'trouble about' : 'about'}"
          ${trouble && html` aria-invalid="true" autofocus`}
        />
        <button>${say('signIn.ask')}</button>
      </form>`,
  };
}

export function linkSentPage({ say, suffix }: PageLanguage, address: string): Page {
  return {
    title: say('signIn.sentTitle'),
    body: html`<p><bdi dir="ltr">${address}</bdi></p>
      <p>${say('signIn.sent', { minutes: LINK_MINUTES })}</p>
      <p class="soft">${say('signIn.sentNothing')}</p>
      <p><a href="/sign-in${suffix}">${say('signIn.again')}</a></p>`,
  };
}

const STATUS: Readonly<Record<LinkState, number>> = {
  READY: 200,
  USED: 410,
  EXPIRED: 410,
  OTHER_BROWSER: 403,
  UNKNOWN: 404,
};

/** What opening a link shows. Programs that look at mail open links too, so that the button, not the link, signs in. */
export function linkPage({ say, suffix }: PageLanguage, state: LinkState, secret: string): Page {
  if (state === 'READY')
    return {
      title: say('signIn.confirmTitle'),
      body: html`<p>${say('signIn.confirm')}</p>
        <form method="post" action="/sign-in/${secret}${suffix}">
          <button>${say('signIn.confirmButton')}</button>
        </form>`,
    };
  return {
    title: say('signIn.linkTitle'),
    status: STATUS[state],
    body: html`<p>${say(`signIn.link.${state}`)}</p>
      <p><a href="/sign-in${suffix}">${say('signIn.again')}</a></p>`,
  };
}
