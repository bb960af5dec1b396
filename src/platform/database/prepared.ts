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

/**
 * Names of the statements that came often enough to be prepared, by their text. Values never stand in a text, so that
 * there are as many texts as the code can make.
 */
export class PreparedNames {
  private readonly names = new Map<string, string>();
  private readonly seen = new LRUCache<string, number>({ max: 1_000 });

  of(text: string): string | undefined {
    const name = this.names.get(text);
    if (name !== undefined || this.names.size >= MOST_PREPARED) return name;
    const times = (this.seen.get(text) ?? 0) + 1;
    this.seen.set(text, times);
    if (times < (this.names.size < MOST_PREPARED / 2 ? COMES_AGAIN : COMES_OFTEN)) return undefined;
    this.seen.delete(text);
    return this.rename(text);
  }

  /** A new name, so that every connection prepares it anew. */
  rename(text: string): string {
    const name = `mithaq-${(named += 1)}`;
    this.names.set(text, name);
    return name;
  }
}

let named = 0;
const prepared = new PreparedNames();

/** By which PostgreSQL says that a table has changed since a statement was prepared. */
const CHANGED_SINCE = '0A000';

/**
 * Rows of a statement that changes nothing and stands alone: prepared when it comes again, which spares the database most of
 * its work. TypeORM's own way has no names for statements.
 */
export async function readBy<Row>(pool: pg.Pool, { text, values }: Sql): Promise<Row[]> {
  const name = prepared.of(text);
  const send = async (as: string | undefined): Promise<Row[]> =>
    (await pool.query({ text, values: values, ...(as === undefined ? {} : { name: as }) })).rows as Row[];
  try {
    return await send(name);
  } catch (error) {
    if (name === undefined || (error as { code?: unknown } | null)?.code !== CHANGED_SINCE) throw error;
    return send(prepared.rename(text));
  }
}
