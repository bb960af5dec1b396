import { createHmac } from 'node:crypto';
import { Clock } from '../platform/clock.js';
import { signatureOf } from '../platform/mail/webhook-signature.js';

const HOUR = 3_600_000;
/** Receivers have so long to take over a new secret: until then the one before signs as well. */
export const BOTH_HOLD_FOR = 24 * HOUR;

interface Secretive {
  readonly id: string;
  readonly generation: number;
  readonly rotatedAt: Date | null;
}

/** The secret of a webhook, derived whenever it is needed, so that nothing secret is stored. */
export function webhookSecret(key: string, { id, generation }: Omit<Secretive, 'rotatedAt'>): string {
  return `whsec_${createHmac('sha256', key).update(`webhook ${id} ${generation}`).digest('base64')}`;
}

/** Until when the secret before is good as well; null when it is not, or there is none. */
export function previousSecretUntil({ rotatedAt }: Pick<Secretive, 'rotatedAt'>, now: Date): Date | null {
  const until = rotatedAt && new Date(rotatedAt.getTime() + BOTH_HOLD_FOR);
  return until && until > now ? until : null;
}

/** Receivers refuse letters that by their own clocks are old: a demonstration's clock, which shows another year, does not sign. */
const worldClock = new Clock();

/** The headers of Standard Webhooks, signed by every secret that is good now. */
export function signedHeaders(
  key: string,
  webhook: Secretive,
  { messageId, body }: { readonly messageId: string; readonly body: string },
  now: Date,
): Record<string, string> {
  const { id, generation } = webhook;
  const generations = previousSecretUntil(webhook, now) ? [generation, generation - 1] : [generation];
  const timestamp = String(Math.floor(worldClock.now().getTime() / 1000));
  const signatures = generations.map((one) =>
    signatureOf(messageId, timestamp, Buffer.from(body), webhookSecret(key, { id, generation: one })),
  );
  return {
    'webhook-id': messageId,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.map((signature) => `v1,${signature.toString('base64')}`).join(' '),
  };
}
