import { DomainError } from '../errors/domain-error.js';
import type { MailEvent } from './returned-mails.service.js';

export class MailEventsNotSigned extends DomainError {
  readonly code = 'UNAUTHENTICATED';
  readonly key = 'mailEvents.notSigned';
}
export class MailEventsRefused extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'mailEvents.refused';
}

const MOST_EVENTS = 1000;
const KINDS: ReadonlyMap<unknown, MailEvent['kind']> = new Map([
  ['bounced', 'BOUNCED'],
  ['delayed', 'DELAYED'],
  ['complained', 'COMPLAINED'],
]);

/**
 * The events of a provider's message: `{"events": [{"type": "bounced", "messageId": …, "address": …, "status": "5.1.1",
 * "diagnostic": …}]}`. Types that nothing follows from, such as `opened`, are left out.
 *
 * @throws MailEventsRefused
 */
export function eventsIn(body: unknown): MailEvent[] {
  const { events } = asObject(body);
  if (!Array.isArray(events) || events.length > MOST_EVENTS) throw new MailEventsRefused({ largest: MOST_EVENTS });
  return events.map(asObject).flatMap(({ type, messageId, address, status, diagnostic }): MailEvent[] => {
    const kind = KINDS.get(type);
    if (!kind) return [];
    const said = text(diagnostic) ?? '';
    return [
      {
        kind,
        messageId: text(messageId),
        address: text(address),
        status: statusOf(text(status) ?? said),
        diagnostic: said,
      },
    ];
  });
}

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new MailEventsRefused({ largest: MOST_EVENTS });
  return value as Record<string, unknown>;
}

/** What PostgreSQL cannot hold is no address and no id of ours. */
const text = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value.slice(0, 2000).replace(/[\0\p{Surrogate}]/gu, '') : null;

const statusOf = (words: string): string | null =>
  /(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])/.exec(words)?.[0] ?? null;
