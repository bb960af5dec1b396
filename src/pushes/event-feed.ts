import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Settings } from '../platform/config/settings.js';
import { DatabaseListener } from '../platform/database/listener.js';
import { Log } from '../platform/logging/log.js';
import { inRequest } from '../platform/logging/request-context.js';
import { EventStream } from './event-stream.js';
import type { PublicEventType } from './public-event.js';
import { CHANNEL } from './public-events.writer.js';
import { PublicEventsQueries } from './public-events.queries.js';

const MOST_AT_ONCE = 200;

export interface EventsWanted {
  readonly planId: string;
  readonly type: PublicEventType;
  /** The number of an event: those after it, also of the past. Null: from now on. */
  readonly after: number | null;
}

/**
 * Tells all who listen in this process of the events of every process. The database announces that there is something
 * new, on one connection for all; what it is, is read from the table, so that an announcement that was missed loses nothing.
 */
@Injectable()
export class EventFeed implements BeforeApplicationShutdown {
  private readonly streams = new Set<EventStream>();
  private readonly listener: DatabaseListener;
  /** The number up to which all were told; known from the first who listens. */
  private position: Promise<number> | null = null;
  private telling: Promise<void> | null = null;
  private isMore = false;

  constructor(
    private readonly events: PublicEventsQueries,
    settings: Settings,
    private readonly log: Log,
  ) {
    this.listener = new DatabaseListener(settings.directUrl, CHANNEL, () => this.wake(), log);
  }

  async open({ planId, type, after }: EventsWanted): Promise<EventStream> {
    const from = after ?? (await this.events.newest());
    // Known before the stream first reads: what is committed in between is then told.
    await this.begin();
    const stream = new EventStream({
      after: from,
      isWanted: (event) => event.planId === planId && event.type === type,
      read: (last, most) => this.events.ofPlanAfter(planId, type, last, most),
      onEnd: (over) => this.streams.delete(over),
    });
    this.streams.add(stream);
    return stream;
  }

  /** How many listen in this process. */
  get size(): number {
    return this.streams.size;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([...this.streams].map((stream) => stream.return()));
    await this.listener.close();
    await this.telling;
  }

  private async begin(): Promise<void> {
    this.position ??= this.events.newest().catch((error: unknown) => {
      this.position = null;
      throw error;
    });
    await this.position;
    // For all, and for as long as the process runs: not as part of the request that came first.
    inRequest({ requestId: 'event-feed', languages: [] }, () => this.listener.start());
  }

  private wake(): void {
    this.isMore = true;
    this.telling ??= this.tell()
      .catch((error: unknown) => {
        // We are woken again before long, whether or not anything is announced.
        this.log.warn({ err: error }, 'New events could not be read yet');
      })
      .finally(() => {
        this.telling = null;
      });
  }

  private async tell(): Promise<void> {
    while (this.isMore) {
      this.isMore = false;
      const news = await this.events.after((await this.position) ?? 0, MOST_AT_ONCE);
      for (const event of news) for (const stream of this.streams) stream.hear(event);
      const last = news.at(-1);
      if (last) this.position = Promise.resolve(last.number);
      if (news.length === MOST_AT_ONCE) this.isMore = true;
    }
  }
}
