import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export const CLIENT = { id: 'mithaq', secret: 'a-secret-of-the-tests-that-is-long-enough' };

/** A real OpenID Connect provider: whoever writes an address into its form has an account with that address. */
export class IdentityProvider {
  private constructor(
    readonly issuer: string,
    private readonly server: Server,
    private readonly unverified: Set<string>,
  ) {}

  static async start(redirectUri: string): Promise<IdentityProvider> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const unverified = new Set<string>();
    const provider = new Provider(issuer, {
      clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUri] }],
      claims: { openid: ['sub'], email: ['email', 'email_verified'] },
      cookies: { keys: ['tests'] },
      findAccount: (_context: unknown, id: string) => ({
        accountId: id,
        claims: () => ({ sub: id, email: id, email_verified: !unverified.has(id) }),
      }),
    });
    const answer = provider.callback();
    server.on('request', (request, response) => void answer(request, response));
    return new IdentityProvider(issuer, server, unverified);
  }

  /** From now on it does not vouch for the address. */
  doubt(address: string): void {
    this.unverified.add(address);
  }

  /** Signs in there as a person would, from the page that our service sent the browser to. Answers where that leads back to. */
  async signIn(address: string, start: string): Promise<string> {
    const cookies = new Map<string, string>();
    const visit = async (url: string, form?: Record<string, string>): Promise<string> => {
      const response = await fetch(url, {
        redirect: 'manual',
        headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
        ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
      });
      for (const cookie of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        cookies.set(name, value);
      }
      const location = response.headers.get('location');
      if (!location) return url;
      const next = new URL(location, url);
      return next.origin === this.issuer ? visit(next.href) : next.href;
    };
    const login = await visit(start);
    const consent = await visit(login, { prompt: 'login', login: address, password: 'any' });
    return consent.startsWith(this.issuer) ? visit(consent, { prompt: 'consent' }) : consent;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
