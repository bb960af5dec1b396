import { MailRelay } from '../../src/platform/mail/mail-relay.js';
import { PeopleService } from '../../src/accounts/people.service.js';
import { Viewer, type Role } from '../../src/platform/access/viewer.js';
import type { TestApp } from './app.js';

export interface PageAnswer {
  readonly status: number;
  /** Where it sends the browser on to. */
  readonly location: string | null;
  readonly headers: Headers;
  readonly body: string;
}

/** Somebody with a browser: keeps cookies, fills in forms, and follows nothing on its own. */
export class Visitor {
  readonly cookies = new Map<string, string>();

  constructor(
    private readonly app: TestApp,
    private readonly headers: Record<string, string> = {},
  ) {}

  get(path: string): Promise<PageAnswer> {
    return this.send(path, {});
  }

  post(path: string, form: Record<string, string> = {}): Promise<PageAnswer> {
    return this.send(path, { method: 'POST', body: new URLSearchParams(form) });
  }

  /** The same browser at another process of the service. */
  at(app: TestApp): Visitor {
    const moved = new Visitor(app, this.headers);
    for (const [name, value] of this.cookies) moved.cookies.set(name, value);
    return moved;
  }

  gql<T>(query: string, variables: object = {}) {
    return this.app.gql<T>(query, variables, { ...this.headers, cookie: this.cookieHeader });
  }

  private get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  private async send(path: string, init: RequestInit): Promise<PageAnswer> {
    const response = await fetch(this.app.url + path, {
      ...init,
      redirect: 'manual',
      headers: { 'accept-language': 'en', ...this.headers, cookie: this.cookieHeader },
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const { status, headers } = response;
    return { status, headers, location: headers.get('location'), body: await response.text() };
  }
}

export interface Held {
  readonly role: Role;
  readonly plan?: string;
  readonly institution?: string;
  readonly name?: string;
  readonly language?: string;
}

/** Gives somebody a role, as an administrator would; answers the id of the person. */
export const invite = (app: TestApp, email: string, { language = 'en', ...held }: Held): Promise<string> =>
  app.app.get(PeopleService).invite(Viewer.system('test'), { email, language, ...held });

/** The path of the newest link that was sent to the address. */
export async function linkTo(app: TestApp, address: string): Promise<string> {
  await app.app.get(MailRelay).deliver();
  const texts = app.mailbox.to(address).map(({ mail }) => mail.text ?? '');
  const link = texts.map((text) => /\/sign-in\/[\w-]{20,}\S*/.exec(text)?.[0]).findLast((found) => found);
  if (!link) throw new Error(`No link was sent to ${address}.`);
  return link;
}

/** Asks for a link, opens it in the same browser and presses the button. */
export async function signIn(app: TestApp, address: string, headers: Record<string, string> = {}): Promise<Visitor> {
  const visitor = new Visitor(app, headers);
  await visitor.post('/sign-in', { address });
  const { status } = await visitor.post(await linkTo(app, address));
  if (status !== 303) throw new Error(`${address} was not signed in: ${status}`);
  return visitor;
}
