import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '../logging/log.js';

const SECOND = 1000;
const CONNECT_PATIENCE = 10 * SECOND;
/** A connection that vanished without a word is noticed by asking. */
const ASKS_EVERY = 15 * SECOND;
const ANSWER_PATIENCE = 5 * SECOND;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 10 * SECOND;

/**
 * Listens to a channel of the database on a connection of its own, and on another one when that is lost. What was
 * announced in between is not announced again: whoever is woken reads what is new.
 */
export class DatabaseListener {
  private readonly stop = new AbortController();
  private running: Promise<void> | null = null;

  constructor(
    private readonly url: string,
    private readonly channel: string,
    private readonly wake: (isNewConnection: boolean) => void,
    private readonly log: Log,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    let pause = FIRST_PAUSE;
    while (!this.stop.signal.aborted) {
      try {
        await this.listen(() => (pause = FIRST_PAUSE));
      } catch (error) {
        this.log.warn({ err: error, channel: this.channel }, 'The database is not heard; listening again');
      }
      await delay(pause, undefined, { signal: this.stop.signal }).catch(() => undefined);
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    }
  }

  /** Until the connection is lost, or no more is to be heard. */
  private async listen(onHeard: () => void): Promise<void> {
    const client = new pg.Client({
      connectionString: this.url,
      connectionTimeoutMillis: CONNECT_PATIENCE,
      query_timeout: ANSWER_PATIENCE,
      keepAlive: true,
      application_name: 'mithaq listener',
    });
    const lost = new Promise<never>((_resolve, reject) => {
      client.on('error', reject);
      client.on('end', () => reject(new Error('The connection ended.')));
    });
    lost.catch(() => undefined);
    try {
      await client.connect();
      client.on('notification', () => this.wake(false));
      await client.query(`listen ${this.channel}`);
      onHeard();
      this.wake(true);
      while (!this.stop.signal.aborted) {
        await Promise.race([lost, delay(ASKS_EVERY, undefined, { signal: this.stop.signal }).catch(() => undefined)]);
        if (this.stop.signal.aborted) break;
        await client.query('select 1');
        // Whoever could not read what was new when it was announced tries again.
        this.wake(false);
      }
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
