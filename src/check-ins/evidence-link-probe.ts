import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { RequestFilteringAgentOptions } from 'request-filtering-agent';

export interface Reached {
  readonly outcome: 'OK' | 'DEAD' | 'UNREACHABLE';
  /** What the last server answered; null when none did. */
  readonly status: number | null;
}

/** Addresses in the service's own network are reached only when it is said here. */
interface LinkProbeOptions {
  readonly allowPrivateAddresses?: boolean;
  readonly allowedAddresses?: readonly string[];
  readonly patience?: number;
}

const PATIENCE = 10_000;
const MOST_REDIRECTS = 5;
const GONE = [404, 410];
const USER_AGENT = 'Mithaq link check';

/**
 * Looks whether an address leads somewhere. Agencies write the addresses, so the network that this service stands in is
 * left alone, wherever a name or a redirect points.
 */
export class LinkProbe {
  private readonly filter: RequestFilteringAgentOptions;
  private readonly patience: number;

  constructor({ allowPrivateAddresses = false, allowedAddresses = [], patience = PATIENCE }: LinkProbeOptions = {}) {
    this.filter = { allowPrivateIPAddress: allowPrivateAddresses, allowIPAddressList: [...allowedAddresses] };
    this.patience = patience;
  }

  /** Asks for the head first; servers that do not like that are asked for the whole, and hung up on. */
  async look(url: string): Promise<Reached> {
    const head = await this.follow('HEAD', url);
    return head.status !== null && head.status < 300 ? head : this.follow('GET', url);
  }

  private async follow(method: 'HEAD' | 'GET', url: string): Promise<Reached> {
    const signal = AbortSignal.timeout(this.patience);
    let at = url;
    try {
      for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
        const { status, location } = await this.ask(method, at, signal);
        if (status < 300 || status >= 400 || !location) return { outcome: outcomeOf(status), status };
        at = new URL(location, at).href;
      }
    } catch {
      // No such host, nobody there, too slow, a private address, a redirect to nowhere: nobody can read it.
    }
    return { outcome: 'UNREACHABLE', status: null };
  }

  private async ask(
    method: 'HEAD' | 'GET',
    url: string,
    signal: AbortSignal,
  ): Promise<{ status: number; location: string | undefined }> {
    const { protocol } = new URL(url);
    if (protocol !== 'http:' && protocol !== 'https:') throw new Error('Only http and https are looked at.');
    const { useAgent } = await import('request-filtering-agent');
    const request = protocol === 'https:' ? httpsRequest : httpRequest;
    const agent = useAgent(url, { ...this.filter, keepAlive: false });
    return new Promise((resolve, reject) => {
      const headers = { 'user-agent': USER_AGENT, accept: '*/*' };
      const sent = request(url, { method, agent, signal, headers }, (answer: IncomingMessage) => {
        resolve({ status: answer.statusCode ?? 0, location: answer.headers.location });
        answer.destroy();
      });
      sent.on('error', reject);
      sent.end();
    });
  }
}

/** A page that wants a password or refuses robots is there. */
function outcomeOf(status: number): Reached['outcome'] {
  if (GONE.includes(status)) return 'DEAD';
  return status >= 500 ? 'UNREACHABLE' : 'OK';
}
