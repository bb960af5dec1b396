import type pg from 'pg';
import { DomainError } from '../errors/domain-error.js';
import { Unavailable } from '../errors/not-now.js';
import { currentRequest, inRequest } from '../logging/request-context.js';

/** So far behind may an answer to the public be, in milliseconds; stored answers add their own time to it. */
const NEAR = 500;
/** While somebody asks, it is looked so often how far the copies have come. */
const LOOKS_EVERY = 200;
/** After a write they are looked at sooner, but no more often than this. */
const LOOKS_AT_MOST_EVERY = 50;
/** A copy that says nothing for so long is away, and is left alone for a while. */
const PATIENCE = 1_000;
const AWAY = 5_000;

interface Copy {
  readonly pool: pg.Pool;
  /** Number of the newest entry of the audit record that it was seen to have. */
  entry: number;
  awayUntil: number;
}

/**
 * Copies of a database that follow it, and which of them may answer. How far one has come is told by the newest entry of
 * its audit record: every change of what people see leaves one, and they are numbered in the order of the commits. Nothing is
 * looked at while nobody asks.
 */
export class Copies {
  private readonly copies: readonly Copy[];
  /** The newest entry that this process has written. */
  private own = 0;
  private newest = 0;
  private lookedAt = -Infinity;
  private looking: Promise<void> | null = null;
  private asking: Promise<number> | null = null;
  private askingNext: Promise<number> | null = null;

  constructor(
    private readonly primary: pg.Pool,
    pools: readonly pg.Pool[],
  ) {
    this.copies = pools.map((pool) => ({ pool, entry: -1, awayUntil: 0 }));
  }

  get areAny(): boolean {
    return this.copies.length > 0;
  }

  /** Whoever asks this process from now on sees what was recorded under this number. */
  wrote(entry: number): void {
    this.own = Math.max(this.own, entry);
  }

  /**
   * The copy for the request that is being answered; null where only the database itself will do. Whoever is signed in sees
   * everything that was written before they asked, by whichever process; the public what this process has written, and of
   * what others have written all but the last half of a second.
   */
  async forRequest(): Promise<pg.Pool | null> {
    if (!this.areAny) return null;
    return currentRequest()?.isSignedIn ? this.upToDate() : this.near();
  }

  /** It could not answer: for a while nobody asks it. */
  leaveAside(pool: pg.Pool): void {
    const copy = this.copies.find((one) => one.pool === pool);
    if (copy) [copy.entry, copy.awayUntil] = [-1, performance.now() + AWAY];
  }

  /** One that has everything that was written before the call. */
  async upToDate(): Promise<pg.Pool | null> {
    return this.atLeast(await this.newestFromNow());
  }

  private near(): pg.Pool | null {
    const age = performance.now() - this.lookedAt;
    if (age > LOOKS_EVERY) this.look();
    return age > NEAR ? null : this.atLeast(Math.max(this.newest, this.own));
  }

  private atLeast(entry: number): pg.Pool | null {
    const now = performance.now();
    const able = this.copies.filter((copy) => copy.entry >= entry && copy.awayUntil <= now);
    if (able.length === 0) this.look();
    return able[Math.floor(Math.random() * able.length)]?.pool ?? null;
  }

  private look(): void {
    if (this.looking || performance.now() - this.lookedAt < LOOKS_AT_MOST_EVERY) return;
    this.looking = this.lookAround()
      // Without the database itself nothing is known of its copies.
      .catch(() => undefined)
      .finally(() => (this.looking = null));
  }

  private async lookAround(): Promise<void> {
    const began = performance.now();
    const newest = await newestEntryOf(this.primary);
    await Promise.all(this.copies.filter(({ awayUntil }) => awayUntil <= began).map((copy) => this.lookAt(copy)));
    [this.newest, this.lookedAt] = [newest, began];
  }

  private async lookAt(copy: Copy): Promise<void> {
    try {
      copy.entry = await newestEntryOf(copy.pool);
    } catch {
      this.leaveAside(copy.pool);
    }
  }

  /** Asked after the call, not before; by one statement for all who call meanwhile. */
  private newestFromNow(): Promise<number> {
    if (!this.asking) return (this.asking = this.ask());
    return (this.askingNext ??= this.asking
      .catch(() => 0)
      .then(() => {
        this.askingNext = null;
        return (this.asking = this.ask());
      }));
  }

  private ask(): Promise<number> {
    const asking: Promise<number> = newestEntryOf(this.primary).finally(() => {
      if (this.asking === asking) this.asking = null;
    });
    return asking;
  }
}

const NEWEST = {
  name: 'mithaq-newest-entry',
  text: 'select coalesce(max(number), 0)::float8 as entry from audit_entry',
};

/** By the service itself, for whichever requests wait for it. */
function newestEntryOf(pool: pg.Pool): Promise<number> {
  return inRequest({ requestId: 'copies', languages: [] }, async () => {
    let late: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      late = setTimeout(() => reject(new Unavailable()), PATIENCE);
    });
    try {
      const { rows } = await Promise.race([pool.query<{ entry: number }>(NEWEST), tooLate]);
      return rows[0]?.entry ?? 0;
    } finally {
      clearTimeout(late);
    }
  });
}

/** Whether a copy failed for a reason of its own, so that the database itself may well have the answer. */
export function isFaultOfCopy(error: unknown): boolean {
  if (error instanceof DomainError) return false;
  const { code } = (error ?? {}) as { code?: unknown };
  // A code of PostgreSQL has five characters. Of its classes: connections, shutdown, a conflict with what is copied, resources, trouble of the system.
  return typeof code !== 'string' || code.length !== 5 || /^(08|57P|40001|53|58|XX)/.test(code);
}
