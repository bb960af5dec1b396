import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import type { Settings } from '../config/settings.js';

const YEAR_IN_SECONDS = 31_536_000;

/** Data are not to be shown, run or framed by anybody. */
const DATA_POLICY = policy({
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
});

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
export async function secureHeaders(http: FastifyInstance, settings: Settings): Promise<void> {
  await http.register(helmet, {
    ...DATA_POLICY,
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
    // Over plain HTTP browsers do not heed it, and a machine that also serves something else would be locked out.
    hsts: settings.PUBLIC_URL.startsWith('https:') && { maxAge: YEAR_IN_SECONDS, includeSubDomains: false },
  });
  http.addHook('onSend', (_request, reply, _payload, done) => {
    if (String(reply.getHeader('content-type')).startsWith('text/html')) reply.helmet(PAGE_POLICY);
    done();
  });
}

function policy(directives: Record<string, string[]>): Pick<FastifyHelmetOptions, 'contentSecurityPolicy'> {
  return { contentSecurityPolicy: { useDefaults: false, directives } };
}
