import type { DataSource } from 'typeorm';

/** Every row of every table as text, with the transaction that wrote it: two of these are equal when nothing was written. */
export async function allRows(db: DataSource): Promise<Record<string, readonly string[]>> {
  const tables = await db.query<Array<{ name: string }>>(
    `select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'migrations' order by 1`,
  );
  const written: Array<[string, string[]]> = [];
  for (const { name } of tables) {
    const found = await db.query<Array<{ row: string }>>(
      `select xmin::text || ' ' || t::text as row from "${name}" t order by t::text`,
    );
    written.push([name, found.map(({ row }) => row)]);
  }
  return Object.fromEntries(written);
}

/** The tables in which something was written between the two, with the number of rows that are new or rewritten. */
export const writtenIn = (
  before: Record<string, readonly string[]>,
  after: Record<string, readonly string[]>,
): Record<string, number> =>
  Object.fromEntries(
    Object.entries(after)
      .map(([name, rows]) => [name, rows.filter((row) => !before[name]?.includes(row)).length] as const)
      .filter(([name, count]) => count > 0 || before[name]?.length !== after[name]?.length),
  );
