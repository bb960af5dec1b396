import type { DataSource } from 'typeorm';

/** Takes all rows out, also those that are never removed: a test that may not see another's data, without a new application. */
export async function emptyDatabase(db: DataSource): Promise<void> {
  await db.transaction(async (tx) => {
    // Switches off the triggers that refuse this, for this transaction.
    await tx.query('set local session_replication_role = replica');
    const found = await tx.query<Array<{ name: string }>>(
      `select quote_ident(tablename) as name from pg_tables where schemaname = 'public' and tablename <> 'migrations'`,
    );
    const tables = found.map(({ name }) => name);
    // Waits for whoever still writes. To truncate makes all files anew: thirty times the work for these few rows.
    await tx.query(`lock table ${tables.join(', ')} in share row exclusive mode`);
    await tx.query(tables.map((name) => `delete from ${name}`).join('; '));
  });
}
