import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createAsOfViews, dropAsOfViews } from './as-of-views.js';

interface Parted {
  readonly schema: string;
  readonly table: string;
  /** What its rows are parted by. */
  readonly by: string;
  /** Where the partition ends that takes in all rows that there are. */
  readonly end: string;
  /** Triggers of a statement, which PostgreSQL does not hand on to partitions: without them a partition could be emptied by its own name. */
  readonly guard: string;
}

const AUDIT_ENTRY: Parted = {
  schema: 'public',
  table: 'audit_entry',
  by: 'number',
  end: `(coalesce(max(number), 0) / 1000000 + 1) * 1000000`,
  guard: 'audit_entry_never_emptied before truncate',
};
const FORMER_ROW: Parted = {
  schema: 'as_of',
  table: 'former_row',
  by: 'until',
  end: `date_trunc('year', greatest(max(until), clock_timestamp())) + interval '1 year'`,
  guard: 'former_row_append_only before update or delete or truncate',
};

const nameOf = ({ schema, table }: Parted): string => `${schema}.${table}`;

/**
 * Parts the two tables that only grow. What they hold becomes their first partition as it lies there: no row is copied, and
 * the lock lasts as long as it takes to read the tables through once and to make one index.
 */
export class Partitions1795400000035 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`set local timezone = 'UTC'`);
    await dropAsOfViews(db);
    await db.query(`create schema partitions`);
    await db.query(
      `comment on schema partitions is 'parts of tables, which are read and written by the names of the whole'`,
    );
    await this.auditEntries(db);
    await this.formerRows(db);
    await keepingAhead(db);
    await db.query(`select partitions.keep_ahead(clock_timestamp())`);
    await createAsOfViews(db);
  }

  private async auditEntries(db: QueryRunner): Promise<void> {
    for (const trigger of ['chain', 'append_only', 'never_emptied'])
      await db.query(`drop trigger audit_entry_${trigger} on audit_entry`);
    // Its argument is the type of the rows of the table, which is another one from now on.
    await db.query(`drop function audit_hash`);
    // What is unique over partitions has to contain what they are parted by: the number is, and ids are drawn at random.
    await db.query(
      `alter table audit_entry drop constraint audit_entry_pkey, drop constraint audit_entry_number_unique`,
    );
    await part(db, AUDIT_ENTRY, async () => {
      await db.query(`alter table audit_entry add constraint audit_entry_number_unique unique (number)`);
      await db.query(`create index audit_entry_id_index on audit_entry (id)`);
    });
    await auditHash(db);
    // A row finds its partition before its triggers run: the number has to be there by then.
    await db.query(`
      create function next_audit_number() returns bigint language plpgsql as $$
      begin
        perform pg_advisory_xact_lock(7164003);
        return coalesce((select max(number) from public.audit_entry), 0) + 1;
      end $$`);
    await db.query(`alter table audit_entry alter column number set default next_audit_number()`);
    await auditTriggers(db);
  }

  private async formerRows(db: QueryRunner): Promise<void> {
    await db.query(`drop trigger former_row_append_only on as_of.former_row`);
    // A partition may have no identity of its own before PostgreSQL 17, and none that is attached later; nothing looks rows up by number.
    await db.query(`alter table as_of.former_row drop constraint former_row_pkey, alter column number drop identity`);
    await db.query(`create sequence as_of.former_row_number`);
    await db.query(
      `select setval('as_of.former_row_number', (select coalesce(max(number), 0) + 1 from as_of.former_row), false)`,
    );
    await part(db, FORMER_ROW, async () => {
      await db.query(`alter table as_of.former_row alter column number set default nextval('as_of.former_row_number')`);
    });
    await db.query(`alter sequence as_of.former_row_number owned by as_of.former_row.number`);
    await db.query(
      `create trigger former_row_append_only before update or delete or truncate on as_of.former_row execute function refuse_change()`,
    );
    await forServiceRole(db, `grant usage on sequence as_of.former_row_number to mithaq_app`);
  }

  async down(db: QueryRunner): Promise<void> {
    await dropAsOfViews(db);
    await db.query(`drop function audit_hash`);
    await whole(db, AUDIT_ENTRY, `alter column number drop default, add primary key (id)`);
    await db.query(`drop function next_audit_number`);
    await auditHash(db);
    await auditTriggers(db);
    await db.query(`alter sequence as_of.former_row_number owned by none`);
    await whole(db, FORMER_ROW, `alter column number drop default, add primary key (number)`);
    await db.query(`drop sequence as_of.former_row_number`);
    await db.query(`alter table as_of.former_row alter column number add generated always as identity`);
    await db.query(
      `select setval(pg_get_serial_sequence('as_of.former_row', 'number'), (select coalesce(max(number), 0) + 1 from as_of.former_row), false)`,
    );
    await db.query(
      `create trigger former_row_append_only before update or delete or truncate on as_of.former_row execute function refuse_change()`,
    );
    await db.query(`drop schema partitions cascade`);
    await createAsOfViews(db);
  }
}

/** The table becomes the first partition of one with its name, its rules, its indexes and its grants. */
async function part(db: QueryRunner, parted: Parted, furnish: () => Promise<void>): Promise<void> {
  const [table, first] = [nameOf(parted), `partitions.${parted.table}_first`];
  const [{ end }] = (await db.query(`select (${parted.end})::text as end from ${table}`)) as [{ end: string }];
  const indexes = await indexesOf(db, parted);
  const grants = await grantsOf(db, table);
  const [{ comment }] = (await db.query(
    `select coalesce(quote_literal(obj_description($1::regclass)), 'null') as comment`,
    [table],
  )) as [{ comment: string }];
  await db.query(`alter table ${table} rename to ${parted.table}_first`);
  await db.query(`alter table ${parted.schema}.${parted.table}_first set schema partitions`);
  await db.query(
    `create table ${table} (like ${first} including defaults including constraints) partition by range (${parted.by})`,
  );
  await db.query(`comment on table ${table} is ${comment}`);
  await furnish();
  for (const index of indexes) await db.query(index);
  for (const grant of grants) await db.query(grant);
  // Whoever may read the whole has no business with its parts.
  await forServiceRole(db, `revoke all on ${first} from mithaq_app`);
  await db.query(`alter table ${table} attach partition ${first} for values from (minvalue) to ('${end}')`);
  await db.query(`create table partitions.${parted.table}_default partition of ${table} default`);
  for (const partition of [first, `partitions.${parted.table}_default`])
    await db.query(`create trigger ${parted.guard} on ${partition} execute function refuse_change()`);
}

/** The other way: one table with all rows, indexes and grants. */
async function whole(db: QueryRunner, parted: Parted, furnish: string): Promise<void> {
  const table = nameOf(parted);
  const indexes = (await indexesOf(db, parted)).filter((index) => !index.includes('audit_entry_id_index'));
  const grants = await grantsOf(db, table);
  await db.query(
    `create table ${table}_whole (like ${table} including defaults including constraints including comments)`,
  );
  await db.query(`insert into ${table}_whole select * from ${table}`);
  await db.query(`drop table ${table}`);
  await db.query(`alter table ${table}_whole rename to ${parted.table}`);
  await db.query(`alter table ${table} ${furnish}`);
  if (parted === AUDIT_ENTRY)
    await db.query(`alter table audit_entry add constraint audit_entry_number_unique unique (number)`);
  for (const index of indexes) await db.query(index);
  for (const grant of grants) await db.query(grant);
}

/** What makes its indexes, those of constraints left out. */
async function indexesOf(db: QueryRunner, { schema, table }: Parted): Promise<string[]> {
  const found = (await db.query(
    `select replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') as definition from pg_index i
      where i.indrelid = $1::regclass and not exists (select from pg_constraint c where c.conindid = i.indexrelid) order by i.indexrelid`,
    [`${schema}.${table}`],
  )) as Array<{ definition: string }>;
  return found.map(({ definition }) => definition);
}

/** What others than its owner may do with it. */
async function grantsOf(db: QueryRunner, table: string): Promise<string[]> {
  const found = (await db.query(
    `select format('grant %s on ${table} to %s', a.privilege_type, case a.grantee when 0 then 'public' else a.grantee::regrole::text end) as grant
       from pg_class c cross join lateral aclexplode(c.relacl) a where c.oid = $1::regclass and a.grantee <> c.relowner`,
    [table],
  )) as Array<{ grant: string }>;
  return found.map(({ grant }) => grant);
}

const auditHash = (db: QueryRunner): Promise<unknown> =>
  db.query(`
    create function audit_hash(e audit_entry) returns bytea language sql stable as $$
      select sha256(convert_to(jsonb_build_array(e.number, e.id, (extract(epoch from e.at) * 1000000)::bigint, e.actor, e.acting_as, e.action,
        e.subject_type, e.subject_id, e.plan_id, encode(e.content_hash, 'hex'), encode(e.previous_hash, 'hex'))::text, 'UTF8'))
    $$`);

async function auditTriggers(db: QueryRunner): Promise<void> {
  await db.query(
    `create trigger audit_entry_chain before insert on audit_entry for each row execute function chain_audit_entry()`,
  );
  await db.query(
    `create trigger audit_entry_append_only before update or delete on audit_entry for each row execute function keep_audit_entry()`,
  );
  await db.query(
    `create trigger audit_entry_never_emptied before truncate on audit_entry execute function refuse_change()`,
  );
  // Compiled anew by those who are connected: it holds a row of the table's type.
  await db.query(`alter function chain_audit_entry() reset all`);
}

const forServiceRole = (db: QueryRunner, statement: string): Promise<unknown> =>
  db.query(
    `do $$ begin if exists (select from pg_roles where rolname = 'mithaq_app') then ${statement}; end if; end $$`,
  );

/**
 * Makes the partitions that are needed next. As the owner of the tables, because the service may work as a role that makes
 * none. What came when there was no partition for it lies in the default one, which then becomes the partition for that.
 */
async function keepingAhead(db: QueryRunner): Promise<void> {
  await db.query(`
    create function partitions.ends(whole regclass) returns setof text language sql stable set timezone = 'UTC' as $$
      select (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \\(''([^'']+)''\\)'))[1]
        from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid where i.inhparent = whole and pg_get_expr(c.relpartbound, c.oid) <> 'DEFAULT'
    $$`);
  await db.query(`
    create function partitions.add(whole regclass, guard text, name text, starts text, ends text) returns text language plpgsql as $$
    declare fallback constant text := (select relname from pg_catalog.pg_class where oid = whole) || '_default';
    declare filled boolean;
    begin
      execute format('select exists (select from partitions.%I)', fallback) into filled;
      if filled then
        execute format('alter table %s detach partition partitions.%I', whole, fallback);
        execute format('alter table partitions.%I rename to %I', fallback, name);
        execute format('alter table %s attach partition partitions.%I for values from (%L) to (%L)', whole, name, starts, ends);
        execute format('create table partitions.%I partition of %s default', fallback, whole);
        execute format('create trigger %s on partitions.%I execute function public.refuse_change()', guard, fallback);
      else
        execute format('create table partitions.%I (like %s including defaults including constraints)', name, whole);
        execute format('create trigger %s on partitions.%I execute function public.refuse_change()', guard, name);
        execute format('alter table %s attach partition partitions.%I for values from (%L) to (%L)', whole, name, starts, ends);
      end if;
      return name;
    end $$`);
  // Gives up before PostgreSQL looks for deadlocks, in which it might end a writer instead; the next run tries again.
  await db.query(`
    create function partitions.keep_ahead(now timestamptz) returns setof text language plpgsql security definer
      set search_path = pg_catalog, pg_temp set timezone = 'UTC' set lock_timeout = '500ms' as $$
    declare
      most constant integer := 10;
      made integer := 0;
      number_end bigint;
      newest bigint;
      year_end timestamptz;
      latest timestamptz;
      next_end timestamptz;
    begin
      if not pg_try_advisory_xact_lock(7164035) then return; end if;

      select max(e::bigint) into number_end from partitions.ends('public.audit_entry') e;
      select coalesce(max(number), 0) into newest from public.audit_entry;
      while number_end <= newest + 1000000 and made < most loop
        return next partitions.add('public.audit_entry', '${AUDIT_ENTRY.guard}', 'audit_entry_' || number_end, number_end::text,
          (greatest(number_end, case when newest >= number_end then newest / 1000000 * 1000000 else 0 end) + 1000000)::text);
        select max(e::bigint) into number_end from partitions.ends('public.audit_entry') e;
        made := made + 1;
      end loop;

      select max(e::timestamptz) into year_end from partitions.ends('as_of.former_row') e;
      while made < 2 * most loop
        select max(until) into latest from partitions.former_row_default;
        exit when latest is null and year_end >= date_trunc('year', now) + interval '2 years';
        next_end := date_trunc('year', coalesce(latest, year_end)) + interval '1 year';
        return next partitions.add('as_of.former_row', '${FORMER_ROW.guard}', 'former_row_' || extract(year from year_end), year_end::text, next_end::text);
        year_end := next_end;
        made := made + 1;
      end loop;
    end $$`);
  await db.query(`revoke all on all functions in schema partitions from public`);
  await forServiceRole(db, `grant usage on schema partitions to mithaq_app`);
  await forServiceRole(db, `grant execute on function partitions.keep_ahead to mithaq_app`);
}
