import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createAsOfViews, dropAsOfViews, exists, KEPT } from './as-of-views.js';

/** What rows said before they changed, and views of how things stood at an instant: see docs/as-of.md. */
export class AsOf1795400000033 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`create schema as_of`);
    await db.query(
      `comment on schema as_of is 'how things stood at the instant of the setting mithaq.as_of; what has no view here is not kept as it stood'`,
    );
    await db.query(
      `create function as_of.instant() returns timestamptz language sql stable as $$ select current_setting('mithaq.as_of')::timestamptz $$`,
    );
    await db.query(`
      create table as_of.former_row (
        number bigint generated always as identity primary key,
        table_name text not null,
        row_key text not null,
        until timestamptz not null,
        said jsonb
      )`);
    await db.query(
      `comment on table as_of.former_row is 'what a row said until an instant; null where there was no such row before'`,
    );
    await db.query(`create index former_row_key_index on as_of.former_row (table_name, row_key, until)`);
    await db.query(`create index former_row_until_index on as_of.former_row (table_name, until)`);
    // By what statements look rows up, in the words of the views.
    for (const column of ['id', 'milestone_id', 'commitment_id', 'check_in_id'])
      await db.query(
        `create index former_row_${column}_index on as_of.former_row (table_name, ((said->>'${column}')::uuid)) where said is not null`,
      );
    await db.query(
      `create trigger former_row_append_only before update or delete or truncate on as_of.former_row execute function refuse_change()`,
    );
    await this.keeping(db);
    // What is older left no former rows: nothing has changed since the last entry of the audit record, and before that nothing is known.
    for (const table of ['action_plan', 'member', 'institution'])
      await db.query(
        `insert into as_of.former_row (table_name, row_key, until)
           select '${table}', id::text, coalesce((select max(at) from audit_entry), clock_timestamp()) from ${table}`,
      );
    await createAsOfViews(db);
  }

  /** Former rows carry the instant of the change (`mithaq.at`); what is written by hand has that of the server. */
  private async keeping(db: QueryRunner): Promise<void> {
    await db.query(`
      create function as_of.key_of(said jsonb, names text[]) returns text language sql immutable as $$
        select string_agg(said->>name, '/' order by place) from unnest(names) with ordinality n (name, place) $$`);
    await db.query(`
      create function as_of.keep() returns trigger language plpgsql as $$
      declare
        at constant timestamptz := coalesce(nullif(current_setting('mithaq.at', true), '')::timestamptz, clock_timestamp());
      begin
        if tg_op = 'INSERT' then
          insert into as_of.former_row (table_name, row_key, until)
            select tg_table_name, as_of.key_of(to_jsonb(n), tg_argv), at from new_rows n;
        elsif tg_op = 'DELETE' then
          insert into as_of.former_row (table_name, row_key, until, said)
            select tg_table_name, as_of.key_of(to_jsonb(o), tg_argv), at, to_jsonb(o) from old_rows o;
        else
          insert into as_of.former_row (table_name, row_key, until, said)
            select tg_table_name, as_of.key_of(c.said, tg_argv), at, c.said
              from (select to_jsonb(o) as said from old_rows o except select to_jsonb(n) from new_rows n) c;
        end if;
        return null;
      end $$`);
    for (const [table, key] of Object.entries(KEPT)) {
      if (!(await exists(db, table))) continue;
      const run = `for each statement execute function as_of.keep(${key.map((name) => `'${name}'`).join(', ')})`;
      await db.query(
        `create trigger ${table}_kept_insert after insert on ${table} referencing new table as new_rows ${run}`,
      );
      await db.query(
        `create trigger ${table}_kept_delete after delete on ${table} referencing old table as old_rows ${run}`,
      );
      await db.query(
        `create trigger ${table}_kept_update after update on ${table} referencing old table as old_rows new table as new_rows ${run}`,
      );
    }
  }

  async down(db: QueryRunner): Promise<void> {
    await dropAsOfViews(db);
    for (const table of Object.keys(KEPT))
      for (const change of ['insert', 'delete', 'update'])
        await db.query(`drop trigger ${table}_kept_${change} on ${table}`);
    await db.query(`drop table as_of.former_row`);
    await db.query(`drop function as_of.keep, as_of.key_of, as_of.instant`);
    await db.query(`drop schema as_of`);
  }
}
