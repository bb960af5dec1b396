import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';

const LARGEST = 1_048_576;
const kept = new WeakMap<FastifyRequest, Buffer>();

/** Keeps what is sent to these paths as it was sent, because a signature is over bytes and not over what they mean. */
export function keepRawBodies(http: FastifyInstance, paths: readonly string[]): void {
  http.addHook('preParsing', async (request, _reply, payload) => {
    if (!paths.includes(request.routeOptions.url ?? '')) return payload;
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of payload) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      // What is too large is refused by the parser that counts it next.
      if (size > LARGEST) break;
    }
    const body = Buffer.concat(chunks);
    kept.set(request, body);
    return Readable.from([body], { objectMode: false });
  });
}

export const rawBodyOf = (request: FastifyRequest): Buffer => kept.get(request) ?? Buffer.alloc(0);
