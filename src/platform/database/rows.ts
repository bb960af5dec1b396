import type { Sql } from 'sql-template-tag';

interface Queryable {
  query(text: string, values?: unknown[]): Promise<unknown>;
}

/** Plain rows of one parameterised statement. */
export async function rows<Row>(db: Queryable, statement: Sql): Promise<Row[]> {
  return (await db.query(statement.text, statement.values)) as Row[];
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
