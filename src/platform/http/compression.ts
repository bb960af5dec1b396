import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { pipeline, Readable, type Transform } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib';
import { varyBy } from './vary.js';

const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
/** Whole answers at once, streams piece by piece: whoever reads slowly waits for a piece, not for the end. */
const ENCODERS = {
  br: {
    whole: (content: Buffer | string): Promise<Buffer> => promisify(brotliCompress)(content, BROTLI),
    stream: (): Transform => createBrotliCompress({ ...BROTLI, flush: constants.BROTLI_OPERATION_FLUSH }),
  },
  gzip: {
    whole: promisify(gzip) as (content: Buffer | string) => Promise<Buffer>,
    stream: (): Transform => createGzip({ flush: constants.Z_SYNC_FLUSH }),
  },
} as const;
type Encoding = keyof typeof ENCODERS;

/** Smaller answers fit into one packet as they are. */
const WORTH_COMPRESSING = 1_400;

/**
 * Data, scripts and styles. Never pages: they hold form secrets beside what the address says, and the length of the two
 * compressed together would tell of the secret (BREACH). Workbooks and images are compressed already.
 */
const COMPRESSIBLE =
  /^(text\/(?!html|event-stream)|application\/([\w.-]+\+)?(json|xml|x-ndjson|javascript)\b|image\/svg\+xml)/i;

/** Answers in the encoding that the caller likes best, each encoding under a tag of its own. */
export function compressAnswers(http: FastifyInstance): void {
  http.addHook('onSend', (request, reply, payload, done) => {
    if (reply.statusCode === 304) return done(null, unchanged(request, reply));
    if (!isCompressible(reply)) return done(null, payload);
    varyBy(reply, 'Accept-Encoding');
    const encoding = encodingFor(request);
    if (!encoding) return done(null, payload);
    encode(payload, encoding, refusesPlain(request)).then((encoded) => {
      if (encoded === null) return done(null, payload);
      void reply.header('content-encoding', encoding).removeHeader('content-length');
      retag(reply, encoding);
      done(null, encoded);
    }, done);
  });
}

function isCompressible(reply: FastifyReply): boolean {
  const names = (header: string) => reply.getHeader(header) !== undefined;
  // Whose digest is told is sent byte for byte; a part of something is a part of its bytes.
  if (['content-encoding', 'content-range', 'repr-digest', 'set-cookie'].some(names)) return false;
  return reply.statusCode !== 206 && COMPRESSIBLE.test(String(reply.getHeader('content-type') ?? ''));
}

async function encode(payload: unknown, encoding: Encoding, however: boolean): Promise<Readable | Buffer | null> {
  if (payload instanceof Readable) {
    // Whichever of the two ends early ends the other; who sends the answer hears of it from the stream itself.
    return pipeline(payload, ENCODERS[encoding].stream(), () => undefined);
  }
  if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return null;
  const isLarge = Buffer.byteLength(payload) >= WORTH_COMPRESSING;
  return payload.length > 0 && (isLarge || however) ? ENCODERS[encoding].whole(payload) : null;
}

/** What the types of the library do not tell of: which of those that the caller likes equally. */
interface Choosing {
  encodings(available: readonly string[], options: { readonly preferred: readonly string[] }): string[];
}

/** Null for as it is, also where the header says nothing that can be understood. */
function encodingFor(request: FastifyRequest): Encoding | null {
  if (request.headers['accept-encoding'] === undefined) return null;
  const [best] = (new Negotiator(request) as unknown as Choosing).encodings(['br', 'gzip', 'identity'], {
    preferred: ['br', 'gzip'],
  });
  return best === 'br' || best === 'gzip' ? best : null;
}

const refusesPlain = (request: FastifyRequest): boolean => new Negotiator(request).encodings(['identity']).length === 0;

/** A strong tag names bytes, and those are others now; a weak one names what they say. */
function retag(reply: FastifyReply, encoding: Encoding): void {
  const tag = reply.getHeader('etag');
  if (typeof tag === 'string' && tag.startsWith('"')) void reply.header('etag', `${tag.slice(0, -1)}-${encoding}"`);
}

/** Says the tag that the caller has, which may be that of an encoding. */
function unchanged(request: FastifyRequest, reply: FastifyReply): null {
  varyBy(reply, 'Accept-Encoding');
  const tag = String(reply.getHeader('etag') ?? '');
  const held = (Object.keys(ENCODERS) as Encoding[]).find((encoding) =>
    request.headers['if-none-match']?.includes(`${tag.slice(0, -1)}-${encoding}"`),
  );
  if (held && tag.startsWith('"')) retag(reply, held);
  return null;
}
