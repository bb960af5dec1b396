import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings.js';
import { DomainError } from '../errors/domain-error.js';
import { callerOf, networkOf } from './caller.js';

class TooManyRequests extends DomainError {
  readonly code = 'RATE_LIMITED';
  readonly key = 'http.rateLimited';
}

const MINUTE = 60_000;
/** Callers that are remembered at once; who asked longest ago is forgotten first. */
const REMEMBERED = 20_000;
/** An office shares one address. Whoever makes up a new token for every request is held by this; the public has one network for one caller. */
const CALLERS_PER_NETWORK = 10;

/** Counts requests a minute, by token, session or network, and says in the headers of every answer how many are left. */
export async function limitRates(http: FastifyInstance, settings: Settings): Promise<void> {
  const { RATE_LIMIT: forPublic, TOKEN_RATE_LIMIT: forSignedIn } = settings;
  await http.register(rateLimit, {
    global: false,
    timeWindow: MINUTE,
    cache: REMEMBERED,
    enableDraftSpec: true,
    keyGenerator: ({ headers, ip }) => callerOf(headers, ip).key,
    errorResponseBuilder: (_request, { ttl }) => new TooManyRequests({ seconds: Math.ceil(ttl / 1000) }),
  });
  // A limit each: what the library works out for a request by itself, it waits for.
  const ofPublic = http.rateLimit({ max: forPublic }) as Limit;
  const ofSignedIn = http.rateLimit({ max: forSignedIn }) as Limit;
  const ofNetwork = http.createRateLimit({
    keyGenerator: ({ ip }) => networkOf(ip),
    max: CALLERS_PER_NETWORK * Math.max(forPublic, forSignedIn),
  });
  const ofCallers = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    await ofSignedIn(request, reply);
    const use = await ofNetwork(request);
    if (use.isAllowed || !use.isExceeded) return;
    void reply.headers({ 'ratelimit-remaining': 0, 'retry-after': use.ttlInSeconds });
    throw new TooManyRequests({ seconds: use.ttlInSeconds });
  };
  // A hook of the whole server: an address that does not exist is counted as well.
  http.addHook('onRequest', (request, reply, done) => {
    if (isForOperators(request)) return done();
    const limited = callerOf(request.headers, request.ip).isSignedIn ? ofCallers : ofPublic;
    limited(request, reply).then(() => done(), done);
    return undefined;
  });
}

type Limit = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** A probe or a collector that is turned away would restart what is only busy. */
function isForOperators({ url }: FastifyRequest): boolean {
  const [path = ''] = url.split('?');
  return path === '/metrics' || path === '/health' || path.startsWith('/health/');
}
