import type { QueryRunner } from 'typeorm';

/** Tables whose rows change, with their keys: `as_of.former_row` keeps what they said before. */
export const KEPT: Readonly<Record<string, readonly string[]>> = {
  member: ['id'],
  institution: ['id'],
  action_plan: ['id'],
  plan_participation: ['id'],
  reporting_period: ['id'],
  period_extension: ['id'],
  working_group: ['id'],
  working_group_member: ['working_group_id', 'institution_id'],
  commitment: ['id'],
  commitment_institution: ['commitment_id', 'institution_id'],
  milestone: ['id'],
  check_in: ['id'],
  milestone_update: ['check_in_id', 'milestone_id'],
  evidence: ['id'],
};

/** Tables that only grow: the rows that were there say when they were made. */
const GROWING: Readonly<Record<string, string>> = {
  verification: 'verified_at <= as_of.instant()',
  verified_milestone: 'verification_id in (select id from verification where verified_at <= as_of.instant())',
  check_in_revision: 'saved_at <= as_of.instant()',
  check_in_correction: 'reopened_at <= as_of.instant()',
  milestone_due_date: 'changed_at <= as_of.instant()',
  assessment: 'filed_at <= as_of.instant()',
  publication: 'published_at <= as_of.instant()',
  audit_entry: 'at <= as_of.instant()',
  // What an agency was writing then is its own affair.
  check_in_draft: 'false',
  evidence_file: 'uploaded_at <= as_of.instant()',
};

/** Instants on a row that may lie after the one asked for: the row stood without them. */
const LATER: Readonly<Record<string, readonly string[]>> = { evidence_file: ['claimed_at', 'removed_at'] };

/** Views over such tables, each after those that it reads. */
const DERIVED = ['implementing_institution', 'milestone_now', 'owed_check_in', 'begun_check_in'];

/** From when on a plan can be asked about. */
const BEGINNING = `
  select p.key, (
    select max(f.until) from as_of.former_row f where f.table_name = 'action_plan' and f.row_key = p.id::text and f.said is null) as since
    from action_plan p`;

interface Column {
  readonly name: string;
  readonly type: string;
}

/** Makes the views anew, as the tables are now. For every migration that adds a column to one of them. */
export async function createAsOfViews(db: QueryRunner): Promise<void> {
  await dropAsOfViews(db);
  // Later migrations may add to these lists what an earlier one does not find yet.
  for (const [table, key] of Object.entries(KEPT))
    if (await exists(db, table)) await create(db, table, kept(table, key, await columnsOf(db, table)));
  for (const [table, condition] of Object.entries(GROWING)) {
    if (!(await exists(db, table))) continue;
    const columns = (await columnsOf(db, table)).map(({ name }) => asItStood(table, name));
    await create(db, table, `select ${columns.join(', ')} from ${table} where ${condition}`);
  }
  await create(db, 'beginning', BEGINNING);
  const definitions: Array<[string, string]> = [];
  for (const view of DERIVED) {
    if (!(await exists(db, view))) continue;
    const [{ definition }] = (await db.query(`select pg_get_viewdef($1::regclass) as definition`, [view])) as [
      { definition: string },
    ];
    definitions.push([view, definition]);
  }
  const [{ path }] = (await db.query(`select current_setting('search_path') as path`)) as [{ path: string }];
  // The same words, which name the views of the same names now.
  await db.query(`select set_config('search_path', 'as_of', true)`);
  for (const [view, definition] of definitions) await create(db, view, definition);
  await db.query(`select set_config('search_path', $1, true)`, [path]);
  await grant(db);
}

/** Before a migration that drops or retypes a column of a table which they read. */
export async function dropAsOfViews(db: QueryRunner): Promise<void> {
  const found = (await db.query(`select viewname as name from pg_views where schemaname = 'as_of'`)) as Array<{
    name: string;
  }>;
  if (found.length > 0) await db.query(`drop view ${found.map(({ name }) => `as_of.${name}`).join(', ')}`);
}

export async function exists(db: QueryRunner, relation: string): Promise<boolean> {
  const [{ found }] = (await db.query(`select to_regclass($1) is not null as found`, [relation])) as [
    { found: boolean },
  ];
  return found;
}

const create = (db: QueryRunner, name: string, statement: string): Promise<unknown> =>
  db.query(`create view as_of.${name} with (security_invoker = true) as ${statement}`);

const asItStood = (table: string, column: string): string =>
  LATER[table]?.includes(column) ? `case when ${column} <= as_of.instant() then ${column} end as ${column}` : column;

/** Rows that have not changed since, and what the others said before the first change since. */
const kept = (table: string, key: readonly string[], columns: readonly Column[]): string => `
  select ${columns.map(({ name }) => `l.${name}`).join(', ')} from ${table} l
   where not exists (
     select from as_of.former_row f
      where f.table_name = '${table}' and f.row_key = ${key.map((name) => `l.${name}::text`).join(` || '/' || `)} and f.until > as_of.instant())
  union all
  select ${columns.map(readFrom).join(', ')} from as_of.former_row f
   where f.table_name = '${table}' and f.until > as_of.instant() and f.said is not null
     and not exists (
       select from as_of.former_row e
        where e.table_name = '${table}' and e.row_key = f.row_key and e.until > as_of.instant() and e.number < f.number)`;

function readFrom({ name, type }: Column): string {
  if (type === 'jsonb') return `nullif(f.said->'${name}', 'null') as ${name}`;
  if (type.endsWith('[]'))
    return `case when jsonb_typeof(f.said->'${name}') = 'array' then array(select jsonb_array_elements_text(f.said->'${name}'))::${type} end as ${name}`;
  return `(f.said->>'${name}')::${type} as ${name}`;
}

const columnsOf = (db: QueryRunner, table: string): Promise<Column[]> =>
  db.query(
    `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
    [table],
  ) as Promise<Column[]>;

/** For the role that the service works as when its database user is a superuser. */
const grant = (db: QueryRunner): Promise<unknown> =>
  db.query(`
    do $$ begin
      if exists (select from pg_roles where rolname = 'mithaq_app') then
        grant usage on schema as_of to mithaq_app;
        grant select on all tables in schema as_of to mithaq_app;
        grant insert on as_of.former_row to mithaq_app;
      end if;
    end $$`);
