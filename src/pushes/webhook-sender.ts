import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { WebhookAttemptOutcome } from './webhook.vocabulary.js';

export interface Answered {
  readonly outcome: WebhookAttemptOutcome;
  /** Null when there was no answer. */
  readonly status: number | null;
  readonly retryAfter?: string | undefined;
}

export interface Letter {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface SenderOptions {
  readonly allowPrivateAddresses?: boolean;
  readonly patience?: number;
}

/** From the first look at the name to the end of the answer, however slowly it trickles. */
const PATIENCE = 10_000;
/** The status is the answer; of what follows only so much is taken off the line. */
const LONGEST_ANSWER = 65_536;
const USER_AGENT = 'Mithaq webhooks';

/**
 * Sends one letter to an address that somebody outside wrote, once. The address that the name leads to is looked at when
 * the connection is made, and a redirect is not followed, so that nobody is sent into the service's own network.
 */
export class WebhookSender {
  private readonly filter: { allowPrivateIPAddress: boolean };
  private readonly patience: number;

  constructor({ allowPrivateAddresses = false, patience = PATIENCE }: SenderOptions = {}) {
    this.filter = { allowPrivateIPAddress: allowPrivateAddresses };
    this.patience = patience;
  }

  async send({ url, headers, body }: Letter): Promise<Answered> {
    const { useAgent } = await import('request-filtering-agent');
    const request = url.startsWith('https:') ? httpsRequest : httpRequest;
    return new Promise((resolve) => {
      let isAnswered = false;
      const failed = (error: Error): void => {
        if (!isAnswered) resolve({ outcome: outcomeOf(error), status: null });
      };
      try {
        const sent = request(
          url,
          {
            method: 'POST',
            agent: useAgent(url, { ...this.filter, keepAlive: false }),
            signal: AbortSignal.timeout(this.patience),
            headers: {
              ...headers,
              'content-type': 'application/json',
              'content-length': Buffer.byteLength(body),
              'user-agent': USER_AGENT,
              accept: '*/*',
            },
          },
          (answer) => {
            isAnswered = true;
            this.take(answer, resolve);
          },
        );
        sent.on('error', failed);
        sent.on('close', () => failed(new Error('It ended without an answer.')));
        sent.end(body);
      } catch (error) {
        failed(error as Error);
      }
    });
  }

  /** What is lost of the answer after its status changes nothing: whoever said 200 has taken it. */
  private take(answer: IncomingMessage, resolve: (answered: Answered) => void): void {
    const status = answer.statusCode ?? 0;
    let taken = 0;
    answer.on('data', (piece: Buffer) => {
      taken += piece.length;
      if (taken > LONGEST_ANSWER) answer.destroy();
    });
    answer.on('error', () => undefined);
    answer.on('close', () =>
      resolve({ outcome: meaningOf(status), status, retryAfter: answer.headers['retry-after'] }),
    );
  }
}

function meaningOf(status: number): WebhookAttemptOutcome {
  if (status >= 200 && status < 300) return 'DELIVERED';
  return status >= 300 && status < 400 ? 'REDIRECTED' : 'REFUSED';
}

const NO_NAME = ['ENOTFOUND', 'EAI_AGAIN', 'ENODATA'];
const NOBODY_THERE = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EADDRNOTAVAIL'];

function outcomeOf(error: NodeJS.ErrnoException): WebhookAttemptOutcome {
  const { name, message, code = '' } = error;
  if (name === 'AbortError' || name === 'TimeoutError') return 'TIMED_OUT';
  if (message.includes('is not allowed. Because')) return 'PRIVATE_ADDRESS';
  if (NO_NAME.includes(code)) return 'NO_SUCH_HOST';
  if (NOBODY_THERE.includes(code)) return 'NOT_REACHED';
  return /CERT|TLS|SSL|EPROTO|SIGNATURE|ISSUER/.test(code) ? 'CERTIFICATE' : 'CONNECTION_LOST';
}
