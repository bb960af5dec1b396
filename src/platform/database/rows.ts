import type { Sql } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { currentRequest } from '../logging/request-context.js';

interface Queryable {
  query(text: string, values?: unknown[]): Promise<unknown>;
}

/** Plain rows of one parameterised statement. A request that only reads is answered from a replica, where there is one. */
export async function rows<Row>(db: Queryable, statement: Sql): Promise<Row[]> {
  const mayLag = currentRequest()?.onlyReads === true && db instanceof DataSource && db.options.type === 'postgres';
  if (mayLag && db.options.replication) return onReplica(db, statement);
  return (await db.query(statement.text, statement.values)) as Row[];
}

async function onReplica<Row>(db: DataSource, statement: Sql): Promise<Row[]> {
  const runner = db.createQueryRunner('slave');
  try {
    return (await runner.query(statement.text, statement.values)) as Row[];
  } finally {
    await runner.release();
  }
}

/** Rows in the order of the ids that were asked for, null where there is none: the answer a loader owes. */
export function inOrderOf<Row extends object, K extends keyof Row>(
  ids: ReadonlyArray<Row[K]>,
  found: readonly Row[],
  key: K,
): Array<Row | null> {
  const byKey = new Map(found.map((row) => [row[key], row]));
  return ids.map((id) => byKey.get(id) ?? null);
}

/** Rows grouped by parent, in the order of the parents that were asked for. */
export function groupedBy<Row extends object, K extends keyof Row>(
  ids: ReadonlyArray<Row[K]>,
  found: readonly Row[],
  key: K,
): Row[][] {
  const groups = new Map<Row[K], Row[]>(ids.map((id) => [id, []]));
  for (const row of found) groups.get(row[key])?.push(row);
  return ids.map((id) => groups.get(id) ?? []);
}
