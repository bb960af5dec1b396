import type { DataSource } from 'typeorm';

/** Takes all rows out, also those that are never removed: a test that may not see another's data, without a new application. */
export async function emptyDatabase(db: DataSource): Promise<void> {
  await db.transaction(async (tx) => {
    // Switches off the triggers that refuse this, for this transaction.
    await tx.query('set local session_replication_role = replica');
    const tables = await tx.query<Array<{ name: string }>>(
      `select quote_ident(tablename) as name from pg_tables where schemaname = 'public' and tablename <> 'migrations'`,
    );
    await tx.query(`truncate ${tables.map(({ name }) => name).join(', ')}`);
  });
}
