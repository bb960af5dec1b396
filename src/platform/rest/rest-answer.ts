import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import type { Viewer } from '../access/viewer.js';
import { varyBy } from '../http/vary.js';

/** What of an answer depends on who asks, and how. */
const VARIES_BY = ['Accept-Language', 'Authorization', 'Cookie'];

/** Names these very bytes before they are compressed. */
export const tagOf = (text: string | Buffer): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, 27);

interface HowToSend {
  readonly viewer: Viewer;
  readonly next?: string | null;
  readonly type?: string;
  /** Only where nothing but writes changes the answer, and no other write can come within the same second any more. */
  readonly lastModified?: Date | null;
}

/**
 * Sends JSON, or 304 to whoever has it already. The tag is made of the answer itself each time, so that it is right
 * after every write and after every hour that makes something overdue.
 */
export const sendJson = (request: FastifyRequest, reply: FastifyReply, body: unknown, how: HowToSend): Promise<void> =>
  sendText(request, reply, JSON.stringify(body), how);

/** The same for what was written down already. */
export async function sendText(
  request: FastifyRequest,
  reply: FastifyReply,
  text: string,
  { viewer, next, type = 'application/json; charset=utf-8', lastModified = null }: HowToSend,
): Promise<void> {
  // Encoded once, for the tag and for sending.
  const bytes = Buffer.from(text);
  const tag = tagOf(bytes);
  void reply
    .header('etag', `"${tag}"`)
    .header('cache-control', viewer.isPublic ? 'public, no-cache' : 'private, no-cache');
  varyBy(reply, ...VARIES_BY);
  if (lastModified) void reply.header('last-modified', lastModified.toUTCString());
  if (next) void reply.header('link', `<${next}>; rel="next"`);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (isRead && hasIt(request, tag, lastModified)) {
    await reply.code(304).send();
    return;
  }
  await reply.type(type).send(bytes);
}

/** A tag says it exactly; the date counts only where none was sent (RFC 9110, 13.2.2). */
function hasIt({ headers }: FastifyRequest, tag: string, lastModified: Date | null): boolean {
  const { 'if-none-match': tags, 'if-modified-since': since } = headers;
  if (tags !== undefined) return namesTag(tags, tag);
  return lastModified !== null && Date.parse(since ?? '') >= Date.parse(lastModified.toUTCString());
}

/**
 * Whether a header such as `If-None-Match` names the tag, in whatever encoding it was sent. What is no list of tags
 * names nothing.
 */
export function namesTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return [...header.slice(0, 4_096).matchAll(/(?:W\/)?"([^"]*)"/g)].some(
    ([, found]) => found?.replace(/-(br|gzip)$/, '') === tag,
  );
}
