import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Settings } from '../platform/config/settings.js';
import { DatabaseListener } from '../platform/database/listener.js';
import { Log } from '../platform/logging/log.js';
import { inRequest } from '../platform/logging/request-context.js';
import { EventStream } from './event-stream.js';
import type { PublicEventType } from './public-event.js';
import type { EventRow } from './public-events.queries.js';
import { CHANNEL } from './public-events.writer.js';
import { PublicEventsQueries } from './public-events.queries.js';

const MOST_AT_ONCE = 200;
/** The last that were told: by them a database shows that it lost some. */
const MOST_REMEMBERED = 1_000;

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
  private remembered: EventRow[] = [];
  private isOtherConnection = false;
  private isMore = false;

  constructor(
    private readonly events: PublicEventsQueries,
    settings: Settings,
    private readonly log: Log,
  ) {
    this.listener = new DatabaseListener(settings.directUrl, CHANNEL, (isNew) => this.wake(isNew), log);
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

  private wake(isNewConnection: boolean): void {
    this.isMore = true;
    this.isOtherConnection ||= isNewConnection;
    this.telling ??= this.tell()
      .catch((error: unknown) => {
        // We are woken again before long, whether or not anything is announced.
        this.log.warn({ err: error }, 'New events could not be read yet');
      })
      .finally(() => {
        this.telling = null;
      });
  }

  /**
   * Behind a new connection may be a standby that took the primary's place without all that was told. It gives the numbers
   * of what it lacks to other events, which are to be told as well.
   */
  private async goBack(): Promise<void> {
    const [first] = this.remembered;
    if (!first) return;
    const known = new Set((await this.events.after(first.number - 1, MOST_REMEMBERED)).map(identityOf));
    const at = this.remembered.findIndex((event) => !known.has(identityOf(event)));
    if (at < 0) return;
    const lost = this.remembered.splice(at);
    const last = this.remembered.at(-1)?.number ?? first.number - 1;
    this.log.warn({ events: lost.length, after: last }, 'The database has lost events that were told');
    this.position = Promise.resolve(last);
    for (const stream of this.streams) stream.goBackTo(last);
  }

  private async tell(): Promise<void> {
    if (this.isOtherConnection) {
      this.isOtherConnection = false;
      await this.goBack().catch((error: unknown) => {
        this.isOtherConnection = true;
        throw error;
      });
    }
    while (this.isMore) {
      this.isMore = false;
      const news = await this.events.after((await this.position) ?? 0, MOST_AT_ONCE);
      for (const event of news) for (const stream of this.streams) stream.hear(event);
      const last = news.at(-1);
      if (last) this.position = Promise.resolve(last.number);
      this.remembered = [...this.remembered, ...news].slice(-MOST_REMEMBERED);
      if (news.length === MOST_AT_ONCE) this.isMore = true;
    }
  }
}

const identityOf = ({ number, subjectId, happenedAt }: EventRow): string =>
  `${number} ${subjectId} ${happenedAt.getTime()}`;
