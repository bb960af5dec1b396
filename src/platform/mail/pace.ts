import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../clock.js';

const MINUTE = 60_000;

/** Spreads the mails of this process evenly, as a mail server may demand it. */
export class Pace {
  private earliest = -Infinity;

  /** @param mailsAMinute 0 for as many as there are */
  constructor(
    private readonly mailsAMinute: number,
    private readonly clock: Clock,
  ) {}

  /** Whether a mail may leave now. */
  allows(): boolean {
    return this.clock.now().getTime() >= this.earliest;
  }

  begin(): void {
    if (this.mailsAMinute > 0) this.earliest = this.clock.now().getTime() + this.interval;
  }

  async untilAllowed(stop: AbortSignal): Promise<void> {
    const wait = this.earliest - this.clock.now().getTime();
    await delay(Math.min(Math.max(wait, 0), this.interval), undefined, { signal: stop }).catch(() => undefined);
  }

  /** How many mails may leave within the time; at least one. */
  mailsDuring(milliseconds: number): number {
    return this.mailsAMinute === 0 ? Infinity : Math.ceil(milliseconds / this.interval);
  }

  private get interval(): number {
    return this.mailsAMinute > 0 ? MINUTE / this.mailsAMinute : 0;
  }
}
