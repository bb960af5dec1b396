import { Injectable } from '@nestjs/common';
import type * as OpenIdClient from 'openid-client';
import { Settings } from '../platform/config/settings.js';
import { Log } from '../platform/logging/log.js';
import { mailAddress } from './mail-address.js';
import { SignInService } from './sign-in.service.js';
import type { Visitor } from './visitor.js';

const PATIENCE_SECONDS = 10;

/** Why nobody was signed in. */
export type OpenIdRefusal = 'FAILED' | 'NOT_VERIFIED' | 'UNKNOWN' | 'UNREACHABLE';

/** What the answer has to fit. The browser keeps it: an answer that was made for another browser fits nothing. */
interface Expected {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Signs people in who can show an account elsewhere, by OpenID Connect: code flow with PKCE, state and nonce. */
@Injectable()
export class OpenIdService {
  private found: Promise<OpenIdClient.Configuration> | null = null;

  constructor(
    private readonly settings: Settings,
    private readonly signIn: SignInService,
    private readonly log: Log,
  ) {}

  get isSetUp(): boolean {
    return this.settings.OIDC_ISSUER !== undefined;
  }

  /** Where to send the browser, and what it has to keep until it comes back. Null when the provider does not answer. */
  async begin(): Promise<{ url: string; keep: string } | null> {
    const configuration = await this.provider();
    if (!configuration) return null;
    const oidc = await import('openid-client');
    const [state, nonce, verifier] = [oidc.randomState(), oidc.randomNonce(), oidc.randomPKCECodeVerifier()];
    const url = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: `${this.settings.PUBLIC_URL}/sign-in/oidc/callback`,
      scope: 'openid email',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    return { url: url.href, keep: [state, nonce, verifier].join('.') };
  }

  /**
   * Takes what the browser comes back with.
   *
   * @param path the path that it comes back to, with its query
   * @param kept what `begin` gave it to keep
   */
  async finish(
    path: string,
    kept: string | null,
    visitor: Visitor,
  ): Promise<{ session: string } | { refusal: OpenIdRefusal }> {
    const expected = expectedIn(kept);
    if (!expected) return { refusal: 'FAILED' };
    const configuration = await this.provider();
    if (!configuration) return { refusal: 'UNREACHABLE' };
    const claims = await this.claims(configuration, new URL(this.settings.PUBLIC_URL + path), expected);
    if (!claims) return { refusal: 'FAILED' };
    const address = mailAddress(claims['email']);
    // Anybody may write any address into an account that verifies none.
    if (!address || claims['email_verified'] !== true) return { refusal: 'NOT_VERIFIED' };
    const session = await this.signIn.useAddress(address, visitor);
    return session ? { session } : { refusal: 'UNKNOWN' };
  }

  /** Found out once, and tried again when that failed. */
  private async provider(): Promise<OpenIdClient.Configuration | null> {
    const oidc = await import('openid-client');
    const { OIDC_ISSUER: issuer = '', OIDC_CLIENT_ID: id = '', OIDC_CLIENT_SECRET: secret = '' } = this.settings;
    this.found ??= oidc.discovery(new URL(issuer), id, secret, undefined, {
      timeout: PATIENCE_SECONDS,
      // The settings take such an address only outside production.
      execute: issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : [],
    });
    try {
      return await this.found;
    } catch (error) {
      this.found = null;
      this.log.error({ err: error }, 'The OpenID Connect provider cannot be asked');
      return null;
    }
  }

  private async claims(
    configuration: OpenIdClient.Configuration,
    url: URL,
    { state, nonce, verifier }: Expected,
  ): Promise<Readonly<Record<string, unknown>> | null> {
    const oidc = await import('openid-client');
    try {
      const tokens = await oidc.authorizationCodeGrant(configuration, url, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
      });
      const claims = tokens.claims();
      if (!claims) return null;
      // Most providers keep the address out of the token and answer it only when asked.
      return claims['email'] === undefined
        ? await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub)
        : claims;
    } catch (error) {
      this.log.warn({ reason: (error as Error).message }, 'A sign-in with OpenID Connect was refused');
      return null;
    }
  }
}

function expectedIn(kept: string | null): Expected | null {
  const [state, nonce, verifier] = kept?.split('.') ?? [];
  return state && nonce && verifier ? { state, nonce, verifier } : null;
}
