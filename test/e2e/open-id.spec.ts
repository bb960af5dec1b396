import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { given } from '../support/given.js';
import { CLIENT, IdentityProvider } from '../support/identity-provider.js';
import { invite, Visitor } from '../support/visitor.js';

const PUBLIC_URL = 'http://mithaq.example.org';
const OFFICER = 'officer@example.org';

describe('signing in with an account elsewhere', () => {
  let provider: IdentityProvider;
  let app: TestApp;
  beforeAll(async () => {
    provider = await IdentityProvider.start(`${PUBLIC_URL}/sign-in/oidc/callback`);
    app = await TestApp.start({
      now: '2024-04-05T08:00+03:00',
      settings: {
        ...{ PUBLIC_URL, OIDC_ISSUER: provider.issuer },
        ...{ OIDC_CLIENT_ID: CLIENT.id, OIDC_CLIENT_SECRET: CLIENT.secret },
      },
    });
    await app.import(given.plan());
    for (const email of [OFFICER, 'doubtful@example.org'])
      await invite(app, email, { role: 'MEL_OFFICER', plan: 'testville-2024' });
  });
  afterAll(async () => {
    await app.close();
    await provider.stop();
  });

  /** Sends the browser there and signs in; answers the path that it is sent back to. */
  const away = async (visitor: Visitor, address: string): Promise<string> => {
    const { location } = await visitor.get('/sign-in/oidc');
    const back = new URL(await provider.signIn(address, location ?? ''));
    expect(back.origin).toBe(PUBLIC_URL);
    return back.pathname + back.search;
  };
  const nameOf = async (visitor: Visitor) =>
    (await visitor.gql<{ viewer: { person: { email: string } | null } }>('{ viewer { person { email } } }')).data.viewer
      .person?.email;

  it('opens a session for a person with a role whose address the provider has verified', async () => {
    const visitor = new Visitor(app);
    expect((await visitor.get('/sign-in')).body).toContain('href="/sign-in/oidc"');
    const { status, location } = await visitor.get(await away(visitor, 'Officer@Example.org'));
    expect([status, location]).toEqual([303, '/account']);
    expect(await nameOf(visitor)).toBe(OFFICER);
    expect([...visitor.cookies.keys()]).toEqual(['mithaq_session']);
  });

  it('asks with state, nonce and PKCE, and tells the provider none of what the browser keeps', async () => {
    const visitor = new Visitor(app);
    const { location } = await visitor.get('/sign-in/oidc');
    const asked = new URL(location ?? '').searchParams;
    const [state, nonce, verifier] = visitor.cookies.get('mithaq_openid')?.split('.') ?? [];
    expect(asked.get('state')).toBe(state);
    expect(asked.get('nonce')).toBe(nonce);
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(location).not.toContain(verifier);
  });

  it('refuses an address that the provider has not verified, or that nobody with a role has', async () => {
    provider.doubt('doubtful@example.org');
    for (const [address, words] of [
      ['doubtful@example.org', 'has not verified'],
      ['nobody@example.org', 'Nobody with a role here'],
    ] as const) {
      const visitor = new Visitor(app);
      const { status, body } = await visitor.get(await away(visitor, address));
      expect([status, visitor.cookies.size]).toEqual([403, 0]);
      expect(body).toContain(words);
    }
  });

  it('refuses an answer that was made for another browser, was used before, was changed, or was never asked for', async () => {
    const [asker, other] = [new Visitor(app), new Visitor(app)];
    const back = await away(asker, OFFICER);
    await other.get('/sign-in/oidc');
    const tried = async (visitor: Visitor, path: string) => {
      const { status } = await visitor.get(path);
      expect([path, status, await nameOf(visitor)]).toEqual([path, 403, undefined]);
    };
    await tried(other, back);
    await tried(new Visitor(app), back);
    await tried(asker.at(app), back.replace(/state=[^&]+/, 'state=x'));
    await tried(asker.at(app), back.replace(/iss=[^&]+/, 'iss=https%3A%2F%2Fevil.example.org'));
    await tried(asker.at(app), '/sign-in/oidc/callback?error=access_denied');
    expect((await asker.at(app).get(back)).status).toBe(303);
    await tried(asker, back);
  });

  it('says so in words when the provider does not answer', async () => {
    const settings = { PUBLIC_URL, OIDC_ISSUER: 'http://127.0.0.1:9', OIDC_CLIENT_ID: 'x', OIDC_CLIENT_SECRET: 'y' };
    const alone = await TestApp.start({ now: '2024-04-05T08:00+03:00', settings, databaseUrl: app.databaseUrl });
    try {
      expect((await new Visitor(alone).get('/sign-in/oidc')).body).toContain('does not answer');
    } finally {
      await alone.close();
    }
  });

  it('is not there where it is not set up', async () => {
    const plain = await TestApp.start({ now: '2024-04-05T08:00+03:00', databaseUrl: app.databaseUrl });
    try {
      expect((await new Visitor(plain).get('/sign-in')).body).not.toContain('/sign-in/oidc');
      for (const path of ['/sign-in/oidc', '/sign-in/oidc/callback?code=x&state=y'])
        expect((await new Visitor(plain).get(path)).status).toBe(404);
    } finally {
      await plain.close();
    }
  });
});
