import cors, { type FastifyCorsOptions } from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings.js';

const READABLE = [
  'x-request-id',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
  'retry-after',
  'link',
  'etag',
];
const PREFLIGHT_SECONDS = 7_200;

/**
 * The data are public, so pages of any site may read them and ask GraphQL; without cookies, so that such a page learns
 * what the public knows and no more. Sites that the operator lists may do whatever a signed-in person may do.
 */
export async function allowOtherOrigins(http: FastifyInstance, settings: Settings): Promise<void> {
  await http.register(cors, {
    delegator: (request, done) => done(null, permissionOf(request, settings.CORS_ORIGINS)),
  });
}

const COMMON = { exposedHeaders: READABLE, maxAge: PREFLIGHT_SECONDS, strictPreflight: false };
const ANYBODY: FastifyCorsOptions = { ...COMMON, origin: '*', credentials: false, methods: ['GET', 'HEAD'] };
const ANYBODY_ASKING: FastifyCorsOptions = { ...ANYBODY, methods: ['GET', 'HEAD', 'POST'] };
const LISTED: FastifyCorsOptions = {
  ...COMMON,
  credentials: true,
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
};

function permissionOf(request: FastifyRequest, listed: readonly string[]): FastifyCorsOptions {
  const { origin } = request.headers;
  if (origin !== undefined && listed.includes(origin)) return { ...LISTED, origin };
  return request.url.split('?')[0] === '/graphql' ? ANYBODY_ASKING : ANYBODY;
}
