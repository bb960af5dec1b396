import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import type { Viewer } from '../access/viewer.js';

/** What of an answer depends on who asks, and how. */
const VARIES_BY = 'Accept-Language, Authorization, Cookie';

/** Names these very bytes before they are compressed. */
export const tagOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 27);

/**
 * Sends JSON, or 304 to whoever has it already. The tag is made of the answer itself each time, so that it is right
 * after every write and after every hour that makes something overdue.
 */
export async function sendJson(
  request: FastifyRequest,
  reply: FastifyReply,
  body: unknown,
  { viewer, next, type = 'application/json; charset=utf-8' }: { viewer: Viewer; next?: string | null; type?: string },
): Promise<void> {
  const text = JSON.stringify(body);
  const tag = tagOf(text);
  void reply
    .header('etag', `"${tag}"`)
    .header('cache-control', viewer.isPublic ? 'public, no-cache' : 'private, no-cache')
    .header('vary', [reply.getHeader('vary'), VARIES_BY].filter(Boolean).join(', '));
  if (next) void reply.header('link', `<${next}>; rel="next"`);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (isRead && namesTag(request.headers['if-none-match'], tag)) {
    await reply.code(304).send();
    return;
  }
  await reply.type(type).send(text);
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
