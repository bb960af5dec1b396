import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { attachmentHeader } from '../platform/files/file-name.js';
import { LICENCE } from './progress-column.js';
import { TooManyExports } from './publication.errors.js';
import { varyBy } from '../platform/http/vary.js';

export const MEDIA_TYPES = {
  csv: 'text/csv; charset=utf-8; header=present',
  json: 'application/json; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;
export type FileFormat = keyof typeof MEDIA_TYPES;
/** A file, piece by piece. */
export type Content = AsyncIterable<string | Uint8Array>;

/** Each holds a connection to the database for as long as its client takes, and there are ten. */
const AT_ONCE = 4;
/** A client that takes nothing for so long is gone. */
const PATIENCE = 60_000;
const CHUNK = 65_536;

let underWay = 0;

export interface FileHead {
  readonly name: string;
  readonly type: string;
  readonly tag: string;
  readonly cacheControl: string;
}

/** Sends the head; true when the client has the file already, and nothing more is to be sent. */
export function sendHead(request: FastifyRequest, reply: FastifyReply, head: FileHead): boolean {
  varyBy(reply, 'Accept-Language');
  void reply
    .header('cache-control', head.cacheControl)
    .header('etag', head.tag)
    .header('link', `<${LICENCE.path}>; rel="license"`);
  if (!hasIt(request, head.tag)) {
    void reply.type(head.type).header('content-disposition', attachmentHeader(head.name));
    return false;
  }
  void reply.code(304).send();
  return true;
}

const weak = (tag: string): string => tag.trim().replace(/^W\//, '');
const hasIt = ({ headers }: FastifyRequest, tag: string): boolean =>
  (headers['if-none-match'] ?? '').split(',').some((given) => given.trim() === '*' || weak(given) === weak(tag));

/**
 * Sends what is written while it is read. A client that goes away, or takes nothing any more, ends the reading.
 *
 * @throws TooManyExports
 */
export async function sendStream(request: FastifyRequest, reply: FastifyReply, content: () => Content): Promise<void> {
  // Whoever asks for the head alone needs no rows.
  // A stream, because its length is not known.
  if (request.method === 'HEAD') return void (await reply.send(Readable.from([])));
  if (underWay >= AT_ONCE) {
    withoutHead(reply).header('retry-after', '5');
    throw new TooManyExports();
  }
  underWay += 1;
  const stream = Readable.from(inChunks(content()), { objectMode: false, highWaterMark: CHUNK });
  stream.once('close', () => (underWay -= 1));
  reply.raw.setTimeout(PATIENCE, () => reply.raw.destroy());
  await reply.send(stream);
}

/** The head told of the file, and what is sent now is none: nobody may keep it as the file. */
function withoutHead(reply: FastifyReply): FastifyReply {
  for (const header of ['etag', 'content-disposition', 'link', 'content-location']) void reply.removeHeader(header);
  return reply.header('cache-control', 'no-store');
}

/** Few large pieces: a row each would cost a packet each. */
async function* inChunks(pieces: Content): AsyncGenerator<Buffer, void> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    held.push(bytes);
    size += bytes.length;
    if (size < CHUNK) continue;
    yield Buffer.concat(held);
    held = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(held);
}
