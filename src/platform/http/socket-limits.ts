import type { IncomingMessage } from 'node:http';
import type { Settings } from '../config/settings.js';
import { networkOf } from './caller.js';

/** What one process keeps open, for one network and in all. */
const MOST_OF_NETWORK = 20;
const MOST_IN_ALL = 1000;
const MINUTE = 60_000;

interface Use {
  open: number;
  asked: number;
  answered: number;
  since: number;
}

/** Counts connections that stay open, and what is asked over them, by the network that they come from. */
export class SocketLimits {
  private readonly uses = new Map<string, Use>();
  private open = 0;

  constructor(private readonly settings: Pick<Settings, 'RATE_LIMIT' | 'TRUST_PROXY'>) {}

  networkOf(request: IncomingMessage): string {
    const forwarded = String(request.headers['x-forwarded-for'] ?? '')
      .split(',')
      .map((address) => address.trim())
      .filter(Boolean);
    const hops = [...forwarded, request.socket.remoteAddress ?? ''].reverse();
    return networkOf(hops[Math.min(this.settings.TRUST_PROXY, hops.length - 1)] ?? '');
  }

  /** Whether there is room for one more; it is counted if so. */
  enter(network: string): boolean {
    const use = this.uses.get(network) ?? { open: 0, asked: 0, answered: 0, since: Date.now() };
    if (this.open >= MOST_IN_ALL || use.open >= MOST_OF_NETWORK) return false;
    this.uses.set(network, use);
    use.open += 1;
    this.open += 1;
    return true;
  }

  leave(network: string): void {
    const use = this.uses.get(network);
    if (!use) return;
    use.open -= 1;
    this.open -= 1;
    // Whoever comes back at once must not begin to be counted anew.
    if (use.open === 0) setTimeout(() => use.open === 0 && this.uses.delete(network), MINUTE).unref();
  }

  /** Whether the network may ask for one more thing this minute, as many as over HTTP. */
  mayAsk(network: string): boolean {
    const use = this.useThisMinute(network);
    if (!use) return false;
    use.asked += 1;
    return use.asked <= this.settings.RATE_LIMIT;
  }

  /** Whether the network may be told of one more event this minute, as many as it may ask for; else it waits. */
  mayBeTold(network: string): boolean {
    const use = this.useThisMinute(network);
    if (!use || use.answered >= this.settings.RATE_LIMIT) return false;
    use.answered += 1;
    return true;
  }

  private useThisMinute(network: string): Use | undefined {
    const use = this.uses.get(network);
    if (use && Date.now() - use.since >= MINUTE) Object.assign(use, { asked: 0, answered: 0, since: Date.now() });
    return use;
  }
}
