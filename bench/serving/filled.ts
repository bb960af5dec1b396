import { readFileSync } from 'node:fs';
import pg from 'pg';
import { OwnPostgres } from '../../test/support/own-postgres.js';
import { fill, type Size } from '../reading/fill.js';

export interface Filled {
  readonly url: string;
  /** The process that all others of this PostgreSQL come from. */
  readonly pid: number;
  remove(): Promise<void>;
}

/** A PostgreSQL of its own with plans of the size; `more` adds to them. */
export async function filled(size: Size, more?: (db: pg.Client) => Promise<void>): Promise<Filled> {
  const database = await OwnPostgres.start();
  try {
    const client = new pg.Client(database.url);
    await client.connect();
    await fill(client, size);
    await more?.(client);
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const pid = parentOf(rows[0]?.pid ?? 0);
    await client.end();
    return { url: database.url, pid, remove: () => database.remove() };
  } catch (error) {
    await database.remove();
    throw error;
  }
}

const parentOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] ?? 0);
