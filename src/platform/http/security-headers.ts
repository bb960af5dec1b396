import type { FastifyInstance } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Settings } from '../config/settings.js';

const POLICY = 'Content-Security-Policy';
const YEAR_IN_SECONDS = 31_536_000;

/** Data are not to be shown, run or framed by anybody. */
const DATA_POLICY = policy({
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
});

/** What only a browser that shows a page heeds. To say it with every answer costs more than to look a commitment up. */
const FOR_PAGES = [
  'Cross-Origin-Opener-Policy',
  'Origin-Agent-Cluster',
  'X-DNS-Prefetch-Control',
  'X-Download-Options',
  'X-Permitted-Cross-Domain-Policies',
  'X-XSS-Protection',
];
const those = (headers: Record<string, string>, isOne: (name: string) => boolean): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => isOne(name)));

/** A page runs what this service serves as a file, and nothing that stands in the page itself. */
const PAGE_POLICY = policy({
  'default-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'font-src': ["'self'", 'data:'],
  'object-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
});

/** Tells browsers to take every answer for what it says it is, and to keep its address to themselves: links hold secrets. */
export function secureHeaders(http: FastifyInstance, settings: Settings): void {
  const common: HelmetOptions = {
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
    // Over plain HTTP browsers do not heed it, and a machine that also serves something else would be locked out.
    hsts: settings.PUBLIC_URL.startsWith('https:') && { maxAge: YEAR_IN_SECONDS, includeSubDomains: false },
  };
  const all = headersOf({ ...common, ...DATA_POLICY });
  const ofData = those(all, (name) => !FOR_PAGES.includes(name));
  const ofPages = { ...those(all, (name) => FOR_PAGES.includes(name)), [POLICY]: headersOf(PAGE_POLICY)[POLICY] ?? '' };
  http.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(ofData);
    done();
  });
  http.addHook('onSend', (_request, reply, _payload, done) => {
    if (String(reply.getHeader('content-type')).startsWith('text/html')) void reply.headers(ofPages);
    done();
  });
}

function policy(directives: Record<string, string[]>): Pick<HelmetOptions, 'contentSecurityPolicy'> {
  return { contentSecurityPolicy: { useDefaults: false, directives } };
}

/** What helmet would set: found out once, as it is the same for every answer. */
function headersOf(options: HelmetOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  const answer = {
    setHeader: (name: string, value: string) => void (headers[name] = value),
    removeHeader: () => undefined,
  };
  helmet(options)({} as IncomingMessage, answer as unknown as ServerResponse, (error) => {
    if (error) throw error as Error;
  });
  return headers;
}
