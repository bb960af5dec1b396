import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EntityMetadata } from 'typeorm';
import { DataSource } from 'typeorm';
import { migrations } from '../../migrations/index.js';
import { databaseOptions } from '../../src/platform/database/database.js';
import { TestApp } from '../support/app.js';
import { createDatabase } from '../support/cluster.js';
import { handIn } from '../support/filing.js';
import { greaterSalt } from '../support/given.js';
import { invite, signIn } from '../support/visitor.js';

interface Column {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

describe('migrations and entities', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-07-01T08:00+03:00' });
  });
  afterAll(() => app.close());

  const stored = async (table: string): Promise<Column[]> =>
    (
      await app.db.query<Array<{ name: string; type: string; nullable: boolean; generated: boolean }>>(
        `select a.attname as name, format_type(a.atttypid, null) as type, not a.attnotnull as nullable, a.attgenerated <> '' as generated
           from pg_attribute a where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped`,
        [table],
      )
    )
      .filter(({ generated }) => !generated)
      .map(({ name, type, nullable }) => ({ name, type, nullable }));

  it('agree on every table, column, type and whether it may be missing', async () => {
    const entities = app.db.entityMetadatas;
    expect(entities.length).toBeGreaterThan(15);
    for (const entity of entities) {
      expect({ table: entity.tableName, columns: sorted(await stored(entity.tableName)) }).toEqual({
        table: entity.tableName,
        columns: sorted(declared(entity)),
      });
    }
  });

  it('leave no table without an entity', async () => {
    const tables = await app.db.query<Array<{ name: string }>>(
      `select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'migrations'`,
    );
    expect(tables.map(({ name }) => name).sort()).toEqual(
      app.db.entityMetadatas.map(({ tableName }) => tableName).sort(),
    );
  });
});

const TYPES: Readonly<Record<string, string>> = { timestamptz: 'timestamp with time zone' };

function declared({ columns }: EntityMetadata): Column[] {
  return columns.map((column) => {
    const type = String(column.type);
    return {
      name: column.databaseName,
      type: `${TYPES[type] ?? type}${column.isArray ? '[]' : ''}`,
      nullable: column.isNullable,
    };
  });
}

const sorted = (columns: readonly Column[]): Column[] => [...columns].sort((a, b) => a.name.localeCompare(b.name));

type Rows = ReadonlyArray<Record<string, unknown>>;
type Tables = Readonly<Record<string, Rows>>;

describe('migrations', () => {
  /** Rows in every table, as a plan leaves them that runs for a quarter. */
  let full: Tables;
  beforeAll(async () => {
    const app = await TestApp.start({ now: '2024-07-01T09:00+03:00' });
    try {
      const file = greaterSalt();
      file.commitments[0]!.institutions = [{ institution: 'public-relations', role: 'LEAD' }];
      await app.import(file);
      await app.as('FOCAL_POINT', file.plan.key, 'mayor');
      await handIn(app, 'public-relations');
      await app.beat();
      await app.db.query(
        `insert into milestone_update (check_in_id, milestone_id, status)
         select k.id, m.id, 'COMPLETED' from check_in k join milestone m on m.commitment_id = k.commitment_id where k.version > 0`,
      );
      await app.db.query(
        `insert into evidence (check_in_id, kind, url, position) select id, 'LINK', 'https://example.org', 0 from check_in where version > 0`,
      );
      await app.db.query(
        `insert into period_extension (period_id, institution_id, due_on, closes_on, due_before, closes_before, reason, granted_by, granted_at)
         select distinct period_id, institution_id, due_on, closes_on, due_before, closes_before, 'Elections', 'officer', now() from owed_check_in`,
      );
      await invite(app, 'officer@example.org', { role: 'MEL_OFFICER', plan: file.plan.key });
      await signIn(app, 'officer@example.org');
      full = await rowsOf(app.db);
    } finally {
      await app.close();
    }
  });

  it('are tried with rows in every table', () => {
    expect(Object.entries(full).filter(([, rows]) => rows.length === 0)).toEqual([]);
  });

  it.each(migrations.map((_, at) => at + 1))(
    'lose nothing that was written after the first %i of them',
    async (ran) => {
      const database = await createDatabase();
      const db = await new DataSource(databaseOptions(database.url)).initialize();
      try {
        for (let undone = migrations.length; undone > ran; undone--) await db.undoLastMigration();
        const written = await fill(db, full);
        await db.runMigrations();
        expect(only(written, await rowsOf(db))).toEqual(written);
        for (let left = migrations.length; left > 0; left--) await db.undoLastMigration();
        expect(await tablesOf(db)).toEqual([]);
        await db.runMigrations();
        expect(await tablesOf(db)).toEqual(Object.keys(full));
      } finally {
        await db.destroy();
        await database.drop();
      }
    },
  );
});

const tablesOf = async (db: DataSource): Promise<string[]> =>
  (
    await db.query<Array<{ name: string }>>(
      `select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'migrations' order by 1`,
    )
  ).map(({ name }) => name);

async function rowsOf(db: DataSource): Promise<Tables> {
  const tables: Array<[string, Rows]> = [];
  for (const name of await tablesOf(db)) {
    const found = await db.query<Array<{ row: Record<string, unknown> }>>(`select to_jsonb(t) as row from "${name}" t`);
    tables.push([name, found.map(({ row }) => row)]);
  }
  return Object.fromEntries(tables);
}

/** Writes the rows as far as there are tables and columns for them. Answers what was written. */
async function fill(db: DataSource, tables: Tables): Promise<Tables> {
  await db.transaction(async (tx) => {
    // References between tables are in order in what is written, whichever table comes first.
    await tx.query('set local session_replication_role = replica');
    for (const name of await tablesOf(db)) {
      const columns = await tx.query<Array<{ name: string }>>(
        `select quote_ident(attname) as name from pg_attribute
          where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
        [name],
      );
      const list = columns.map((column) => column.name).join(', ');
      await tx.query(
        `insert into "${name}" (${list}) select ${list} from jsonb_populate_recordset(null::"${name}", $1::jsonb)`,
        [JSON.stringify(tables[name] ?? [])],
      );
    }
  });
  return sortedRows(await rowsOf(db));
}

/** Of the tables and columns that were written, what is there now. */
const only = (written: Tables, now: Tables): Tables =>
  sortedRows(
    Object.fromEntries(
      Object.entries(written).map(([name, rows]) => [
        name,
        (now[name] ?? []).map((row) =>
          Object.fromEntries(Object.entries(row).filter(([column]) => column in (rows[0] ?? {}))),
        ),
      ]),
    ),
  );

const sortedRows = (tables: Tables): Tables =>
  Object.fromEntries(
    Object.entries(tables).map(([name, rows]) => [
      name,
      [...rows].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    ]),
  );
