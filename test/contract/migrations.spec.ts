import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EntityMetadata } from 'typeorm';
import { DataSource } from 'typeorm';
import { migrations } from '../../migrations/index.js';
import { databaseOptions } from '../../src/platform/database/database.js';
import { TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/cluster.js';
import { greaterSalt } from '../support/given.js';

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

describe('migrations', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());

  it('run back to nothing and forward again', async () => {
    const db = await new DataSource(databaseOptions(database.url)).initialize();
    const count = async () =>
      Number(
        (
          await db.query<[{ count: string }]>(
            `select count(*) from pg_tables where schemaname = 'public' and tablename <> 'migrations'`,
          )
        )[0].count,
      );
    for (const _ of migrations) await db.undoLastMigration();
    expect(await count()).toBe(0);
    await db.runMigrations();
    expect(await count()).toBeGreaterThan(15);
    await db.destroy();
  });

  /** The newest migration is taken back and run again over a database that holds a plan: its data must survive. */
  it('run on a database with data, and lose nothing of it', async () => {
    const app = await TestApp.start({ now: '2024-07-01T09:00+03:00', databaseUrl: database.url });
    await app.import(greaterSalt());
    const rowsOf = (table: string) => app.db.query<object[]>(`select * from ${table} order by 1, 2`);
    const before = await Promise.all(
      [
        'member',
        'institution',
        'contact',
        'action_plan',
        'commitment',
        'milestone',
        'reporting_period',
        'check_in',
      ].map(rowsOf),
    );
    const db = await new DataSource(databaseOptions(database.url)).initialize();
    await db.undoLastMigration();
    await db.runMigrations();
    await db.destroy();
    const after = await Promise.all(
      [
        'member',
        'institution',
        'contact',
        'action_plan',
        'commitment',
        'milestone',
        'reporting_period',
        'check_in',
      ].map(rowsOf),
    );
    expect(after).toEqual(before);
    expect(await app.beat()).toMatchObject({ queued: 4, sent: 4 });
    await app.close();
  });
});
