import { createHmac, timingSafeEqual } from 'node:crypto';

/** The headers of Standard Webhooks. */
export interface SignedHeaders {
  readonly id: string | undefined;
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
}

const SECONDS = 1000;
/** How far the sender's clock may be from ours, and how long a copied message is good for. */
const TOLERANCE = 5 * 60 * SECONDS;
const LONGEST_ID = 200;

/**
 * The id of a message that its sender signed and that is no older than five minutes; null for every other.
 *
 * @param secret `whsec_` and the key in base64
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signedMessageId(
  { id, timestamp, signature }: SignedHeaders,
  body: Buffer,
  secret: string,
  now: Date,
): string | null {
  if (!id || id.length > LONGEST_ID || !signature || !/^\d{1,12}$/.test(timestamp ?? '')) return null;
  if (Math.abs(now.getTime() - Number(timestamp) * SECONDS) > TOLERANCE) return null;
  const expected = signatureOf(id, String(timestamp), body, secret);
  // Several while a secret is being replaced by another.
  const given = signature.split(' ').flatMap((part) => /^v1,([A-Za-z0-9+/]+=*)$/.exec(part)?.[1] ?? []);
  return given.some((encoded) => isSame(Buffer.from(encoded, 'base64'), expected)) ? id : null;
}

/**
 * What a message is signed with.
 *
 * @param timestamp in seconds
 * @param secret `whsec_` and the key in base64
 */
export function signatureOf(id: string, timestamp: string, body: Buffer, secret: string): Buffer {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
}

const isSame = (one: Buffer, other: Buffer): boolean => one.length === other.length && timingSafeEqual(one, other);
