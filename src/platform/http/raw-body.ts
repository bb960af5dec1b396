import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';

const LARGEST = 1_048_576;
const kept = new WeakMap<FastifyRequest, Buffer>();

/** Keeps what is sent to these paths as it was sent, because a signature is over bytes and not over what they mean. */
export function keepRawBodies(http: FastifyInstance, paths: readonly string[]): void {
  http.addHook('preParsing', (request, _reply, payload, done) => {
    if (!paths.includes(request.routeOptions.url ?? '')) return done(null, payload);
    read(payload).then((body) => {
      kept.set(request, body);
      done(null, Readable.from([body], { objectMode: false }));
    }, done);
  });
}

async function read(payload: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of payload) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    // What is too large is refused by the parser that counts it next.
    if (size > LARGEST) break;
  }
  return Buffer.concat(chunks);
}

export const rawBodyOf = (request: FastifyRequest): Buffer => kept.get(request) ?? Buffer.alloc(0);
