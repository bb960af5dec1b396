import type { EventRow } from './public-events.queries.js';

/** Events that wait for one who listens. More than these are read from the table again, when their turn comes. */
export const MOST_WAITING = 100;

export interface StreamParts {
  /** The number of the last event that is known already. */
  readonly after: number;
  readonly isWanted: (event: EventRow) => boolean;
  /** What is wanted after a number, in order. */
  readonly read: (after: number, most: number) => Promise<readonly EventRow[]>;
  readonly onEnd: (stream: EventStream) => void;
}

/**
 * The events that one listener wants, each once and in order, from a place on that may lie in the past. However slowly
 * they are taken, no more than a hundred are kept: what does not fit is forgotten here and read from the table later.
 */
export class EventStream implements AsyncIterableIterator<EventRow> {
  private last: number;
  private page: EventRow[] = [];
  private heard: EventRow[] = [];
  /** Whether the table has events that were not heard here. */
  private isBehind = true;
  private isOver = false;
  private wake: () => void = () => undefined;

  constructor(private readonly parts: StreamParts) {
    this.last = parts.after;
  }

  /** Tells of an event that was just committed. */
  hear(event: EventRow): void {
    if (this.isOver || !this.parts.isWanted(event)) return;
    this.heard.push(event);
    if (this.heard.length > MOST_WAITING) {
      this.heard = [];
      this.isBehind = true;
    }
    this.wake();
  }

  /** What came after this number was lost with the database, and its numbers are given to other events. */
  goBackTo(number: number): void {
    this.last = Math.min(this.last, number);
    this.page = this.page.filter((event) => event.number <= number);
    this.isBehind = true;
    this.wake();
  }

  async next(): Promise<IteratorResult<EventRow>> {
    while (!this.isOver) {
      const event = this.page.shift() ?? (this.isBehind ? await this.readOn() : this.heard.shift());
      if (this.isOver) break;
      if (event && event.number > this.last) {
        this.last = event.number;
        return { done: false, value: event };
      }
      if (!event && !this.isBehind && this.heard.length === 0)
        await new Promise<void>((resolve) => (this.wake = resolve));
    }
    return { done: true, value: undefined };
  }

  return(): Promise<IteratorResult<EventRow>> {
    if (!this.isOver) {
      this.isOver = true;
      this.wake();
      this.parts.onEnd(this);
    }
    return Promise.resolve({ done: true, value: undefined });
  }

  async throw(error: unknown): Promise<IteratorResult<EventRow>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** What is heard from here on comes after what is read, or twice; what was heard before is in what is read. */
  private async readOn(): Promise<EventRow | undefined> {
    this.heard = [];
    this.isBehind = false;
    const from = this.last;
    const read = await this.parts.read(from, MOST_WAITING);
    // Gone back meanwhile: it is to be read from there.
    this.page = this.last < from ? [] : [...read];
    if (this.page.length === MOST_WAITING) this.isBehind = true;
    return this.page.shift();
  }
}
