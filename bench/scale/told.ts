import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { Receiver } from '../../test/support/receiver.js';

const WANTED = ['CHECK_IN_SUBMITTED', 'CHECK_IN_VERIFIED', 'CHECK_IN_PUBLISHED'];
/** So long a receiver takes, so that what dies may die in the middle of a letter. */
const TAKES = 100;
/** What was under way in a process that died is sent again when its lease has run out, a minute later. */
const LONGEST = 150_000;

export interface Told {
  readonly events: number;
  /** The database knows of these events, and they never arrived. */
  readonly lost: number;
  readonly repeated: number;
  /** These were told, and then lost with the primary. */
  readonly unknown: number;
  readonly seconds: number;
}

/** A receiver that the webhooks of all plans lead to. */
export class ToldByWebhook {
  private after = 0;
  private from = 0;

  private constructor(private readonly receiver: Receiver) {}

  /** A webhook for each plan, each with an account of its own, as accounts have a share of the places. */
  static async start(db: pg.Client, day: string): Promise<ToldByWebhook> {
    const receiver = await Receiver.start();
    const { host, pathname } = new URL('/events', receiver.url);
    receiver.replies.set(pathname, async (response) => {
      await delay(TAKES);
      response.writeHead(200).end();
    });
    await db.query(
      `insert into webhook (plan_id, owner, url, target, events, created_at)
       select id, 'token of ' || key, $1, $2, $3::text[], $4::date from action_plan`,
      [`http://${host}${pathname}`, host, WANTED, day],
    );
    return new ToldByWebhook(receiver);
  }

  /** When nothing waits any more, or it is clear that something waits in vain. */
  async settled(db: pg.Client): Promise<Told> {
    const began = performance.now();
    while ((await this.waiting(db)) > 0 && performance.now() - began < LONGEST) await delay(250);
    const { rows } = await db.query<{ id: string; number: number }>(
      `select id, number::float8 as number from public_event where number > $1 and type = any($2::text[])`,
      [this.after, WANTED],
    );
    const times = new Map<string, number>();
    for (const { id } of this.receiver.letters.slice(this.from)) times.set(id, (times.get(id) ?? 0) + 1);
    const known = new Set(rows.map(({ id }) => id));
    this.after = Math.max(this.after, ...rows.map(({ number }) => number));
    this.from = this.receiver.letters.length;
    return {
      events: known.size,
      lost: [...known].filter((id) => !times.has(id)).length,
      repeated: [...times.values()].filter((count) => count > 1).length,
      unknown: [...times.keys()].filter((id) => !known.has(id)).length,
      seconds: (performance.now() - began) / 1000,
    };
  }

  close(): Promise<void> {
    return this.receiver.close();
  }

  private async waiting(db: pg.Client): Promise<number> {
    const { rows } = await db.query<{ count: number }>(
      `select count(*)::int as count from webhook_delivery where status = 'WAITING'`,
    );
    return rows[0]?.count ?? 0;
  }
}
