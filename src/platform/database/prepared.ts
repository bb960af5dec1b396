import type pg from 'pg';
import type { Sql } from 'sql-template-tag';
import type { DataSource } from 'typeorm';
import { LRUCache } from 'lru-cache';
import type { Copies } from './copies.js';
import { LanedPool } from './lanes.js';

/** The pool that TypeORM has made, and keeps to itself. */
export function poolOf({ driver }: DataSource): pg.Pool {
  const { master } = driver as unknown as { readonly master?: pg.Pool };
  if (!master) throw new Error('The database is not connected.');
  return master;
}

/** The copies of the database, where it may have any. */
export function copiesOf(db: DataSource): Copies | null {
  const pool = poolOf(db);
  return pool instanceof LanedPool && pool.copies.areAny ? pool.copies : null;
}

/** Statements of requests that wait for a connection. */
export function waitingStatements(db: DataSource): number {
  const pool = poolOf(db);
  return pool instanceof LanedPool ? pool.waitingInLane : 0;
}

/** Each is kept by every connection of the pool, with its plan. */
const MOST_PREPARED = 300;
/** To prepare what is asked once would only fill the memory of the database. */
const COMES_AGAIN = 3;
/** When half of the places are taken, the others are for what comes very often: whoever asks in ever new ways does not fill them. */
const COMES_OFTEN = 100;

interface Prepared {
  readonly name: string;
  readonly text: string;
}

/**
 * The statements that came often enough to be prepared, by their text. Values never stand in a text, so that there are
 * as many texts as the code can make.
 */
export class PreparedStatements {
  private readonly made = new Map<string, Prepared>();
  private readonly seen = new LRUCache<string, number>({ max: 1_000 });

  of(text: string): Prepared | undefined {
    const known = this.made.get(text);
    if (known || this.made.size >= MOST_PREPARED) return known;
    const times = (this.seen.get(text) ?? 0) + 1;
    this.seen.set(text, times);
    if (times < (this.made.size < MOST_PREPARED / 2 ? COMES_AGAIN : COMES_OFTEN)) return undefined;
    this.seen.delete(text);
    return this.keep(text, { name: newName(), text });
  }

  /** Anew on every connection, for which its name has to be new; and its text too, by which a pooler knows it again. */
  again(text: string, outdated: Prepared): Prepared {
    const known = this.made.get(text);
    // Others that failed at the same time have seen to it.
    if (known && known.name !== outdated.name) return known;
    const name = newName();
    return this.keep(text, { name, text: `${text} /* ${name} */` });
  }

  private keep(text: string, prepared: Prepared): Prepared {
    this.made.set(text, prepared);
    return prepared;
  }
}

let named = 0;
const newName = (): string => `mithaq-${(named += 1)}`;
const prepared = new PreparedStatements();

/** By which PostgreSQL says that a table has changed since a statement was prepared. */
const CHANGED_SINCE = '0A000';

/**
 * Rows of a statement that changes nothing and stands alone: prepared when it comes again, which spares the database most of
 * its work. TypeORM's own way has no names for statements.
 */
export function readBy<Row>(pool: pg.Pool, { text, values }: Sql): Promise<Row[]> {
  const known = prepared.of(text);
  const send = (as: Prepared | { readonly text: string }): Promise<Row[]> =>
    pool.query({ ...as, values }).then(({ rows }) => rows as Row[]);
  if (!known) return send({ text });
  return send(known).catch((error: unknown) => {
    if ((error as { code?: unknown } | null)?.code !== CHANGED_SINCE) throw error;
    return send(prepared.again(text, known));
  });
}
