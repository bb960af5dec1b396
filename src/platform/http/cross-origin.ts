import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings.js';
import { varyBy } from './vary.js';

const READABLE = [
  'x-request-id',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
  'retry-after',
  'link',
  'etag',
].join(', ');
const PREFLIGHT_SECONDS = '7200';
const OF_ANYBODY = { 'access-control-allow-origin': '*', 'access-control-expose-headers': READABLE };

/**
 * The data are public, so pages of any site may read them and ask GraphQL; without cookies, so that such a page learns
 * what the public knows and no more. Sites that the operator lists may do whatever a signed-in person may do. What is said
 * is the same for nearly every request: the library of Fastify finds it out each time, for a seventh of a small answer.
 *
 * Source: https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function allowOtherOrigins(http: FastifyInstance, { CORS_ORIGINS: listed }: Settings): void {
  http.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    const isListed = origin !== undefined && listed.includes(origin);
    if (listed.length > 0) varyBy(reply, 'Origin');
    void reply.headers(isListed ? ofListed(origin) : OF_ANYBODY);
    if (request.method !== 'OPTIONS') return done();
    const wanted = request.headers['access-control-request-headers'];
    varyBy(reply, 'Access-Control-Request-Headers');
    void reply.headers({
      'access-control-allow-methods': methodsFor(request, isListed),
      ...(wanted === undefined ? {} : { 'access-control-allow-headers': wanted }),
      'access-control-max-age': PREFLIGHT_SECONDS,
    });
    return void reply.code(204).send();
  });
}

const ofListed = (origin: string): Record<string, string> => ({
  ...OF_ANYBODY,
  'access-control-allow-origin': origin,
  'access-control-allow-credentials': 'true',
});

function methodsFor({ url }: FastifyRequest, isListed: boolean): string {
  if (isListed) return 'GET, HEAD, POST, PUT, PATCH, DELETE';
  return url.split('?')[0] === '/graphql' ? 'GET, HEAD, POST' : 'GET, HEAD';
}
