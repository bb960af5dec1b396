import type { FastifyInstance } from 'fastify';
import type { Settings } from '../config/settings.js';
import { DomainError } from '../errors/domain-error.js';

class CrossSiteChange extends DomainError {
  readonly code = 'FORBIDDEN';
  readonly key = 'http.crossSite';
}

/** What a browser tells of where a request comes from. */
export interface Provenance {
  readonly method: string;
  readonly hasCookie: boolean;
  /** `Sec-Fetch-Site`; browsers send it to https addresses and to localhost. */
  readonly site: string | undefined;
  readonly origin: string | undefined;
  /** Host and port that were asked. */
  readonly host: string;
}

const CHANGES_NOTHING = ['GET', 'HEAD', 'OPTIONS'];

/** Whether a page of a foreign site uses the visitor's cookie to change something. */
export function isForeignChange(asked: Provenance, trusted: readonly string[]): boolean {
  const { method, hasCookie, site, origin, host } = asked;
  if (CHANGES_NOTHING.includes(method) || !hasCookie) return false;
  if (origin !== undefined && trusted.includes(origin)) return false;
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  return origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === host);
}

/** Refuses such requests before anything reads them. Programs send neither header and carry no cookie of somebody else's. */
export function refuseCrossSiteChanges(http: FastifyInstance, settings: Settings): void {
  const trusted = [new URL(settings.PUBLIC_URL).origin, ...settings.CORS_ORIGINS];
  http.addHook('onRequest', (request, _reply, done) => {
    const { method, headers, host } = request;
    const asked = {
      method,
      host,
      hasCookie: headers.cookie !== undefined,
      site: headers['sec-fetch-site'],
      origin: headers.origin,
    };
    done(isForeignChange(asked, trusted) ? new CrossSiteChange() : undefined);
  });
}
