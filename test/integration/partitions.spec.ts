import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Partitions1795400000035 } from '../../migrations/1795400000035-partitions.js';
import { verifyAudit } from '../../src/audit/audit-verification.js';
import { Viewer } from '../../src/platform/access/viewer.js';
import { Changes } from '../../src/platform/audit/changes.js';
import { Partitions } from '../../src/platform/database/partitions.js';
import { TestApp } from '../support/app.js';
import { begin, handIn } from '../support/filing.js';
import { given } from '../support/given.js';

/** What the server calls at the start and every hour. */
const keepAhead = (app: TestApp): Promise<readonly string[]> => app.app.get(Partitions).keepAhead();

const write = (app: TestApp, at: number): Promise<unknown> =>
  app.app.get(Changes).by(Viewer.system('test'), 'remind', (change) => {
    change.record(
      'test.done',
      { type: 'Test', id: '00000000-0000-7000-8000-000000000000', planId: null },
      { after: { at } },
    );
    return Promise.resolve();
  });

/** Leaves a former row of each commitment. */
const amend = (app: TestApp): Promise<unknown> =>
  app.app.get(Changes).by(Viewer.system('test'), 'remind', async (change) => {
    await change.tx.query(`update commitment set ends_on = '2027-01-01'`);
    change.nothingToDo();
  });

async function filled(): Promise<TestApp> {
  const app = await TestApp.start({ now: '2024-04-05T08:00+03:00' });
  await app.import(given.plan());
  await begin(app, 'works');
  app.clock.set(new Date('2024-04-05T09:00+03:00'));
  await handIn(app, 'parks');
  return app;
}

const rowsOf = async (app: TestApp, table: string): Promise<unknown[]> =>
  app.db.query(`select to_jsonb(t) as row from ${table} t order by number`);

const partitionsOf = async (app: TestApp, table: string): Promise<Array<{ name: string; bound: string }>> =>
  app.db.query(
    `select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bound from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = $1::regclass order by i.inhrelid`,
    [table],
  );

describe('the migration that parts tables', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await filled();
  });
  afterAll(() => app.close());

  const everything = async () => ({
    entries: await rowsOf(app, 'audit_entry'),
    former: await rowsOf(app, 'as_of.former_row'),
    then: await app.db.transaction(async (tx) => {
      await tx.query(`select set_config('mithaq.as_of', '2024-04-05T05:30:00Z', true)`);
      return tx.query<unknown[]>(`select * from as_of.check_in order by id`);
    }),
    grants: await app.db.query<unknown[]>(
      `select table_name, grantee, privilege_type from information_schema.role_table_grants where table_name in ('audit_entry', 'former_row') and grantee <> grantor order by 1, 2, 3`,
    ),
    indexes: await app.db.query<unknown[]>(
      `select tablename, replace(indexdef, ' ON ONLY ', ' ON ') as indexdef from pg_indexes where tablename in ('audit_entry', 'former_row') and indexname !~ '(pkey|id_index)$' order by indexname`,
    ),
    columns: await app.db.query<unknown[]>(
      `select table_name, column_name, data_type, is_nullable from information_schema.columns where table_name in ('audit_entry', 'former_row') order by table_schema, 1, 2`,
    ),
  });

  it('keeps every row, grant and index, and what is answered of the past; so does undoing it', async () => {
    const parted = await everything();
    expect(parted.entries.length).toBeGreaterThan(2);
    expect(parted.former.length).toBeGreaterThan(10);
    expect(parted.then.length).toBeGreaterThan(0);
    expect(parted.grants.length).toBeGreaterThan(4);
    const runner = app.db.createQueryRunner();
    const migration = new Partitions1795400000035();
    await runner.startTransaction();
    await migration.down(runner);
    await runner.commitTransaction();
    const before = await everything();
    expect(before).toEqual(parted);
    await write(app, 1);
    const written = await everything();
    await runner.startTransaction();
    await migration.up(runner);
    await runner.commitTransaction();
    await runner.release();
    expect(await everything()).toEqual(written);
    await write(app, 2);
    await amend(app);
    expect((await verifyAudit(app.app.get(DataSource))).problems).toEqual([]);
    expect((await everything()).former.length).toBeGreaterThan(written.former.length);
  });
});

describe('parted tables', () => {
  let app: TestApp;
  beforeEach(async () => {
    app = await filled();
  });
  afterEach(() => app.close());

  /** As if so many entries had been written: the chain goes on from the last of them. */
  const renumber = (to: number): Promise<unknown> =>
    app.db.transaction(async (tx) => {
      await tx.query(`set local session_replication_role = replica`);
      await tx.query(
        `insert into audit_entry (number, at, actor, acting_as, action, subject_type, subject_id, difference, content_hash, previous_hash, hash)
         select $1, at, actor, acting_as, action, subject_type, subject_id, difference, content_hash, previous_hash, hash from audit_entry order by number desc limit 1`,
        [to],
      );
    });

  it('have a partition for what comes next, and making them again makes none', async () => {
    const year = new Date().getUTCFullYear();
    expect((await partitionsOf(app, 'audit_entry')).map(({ name, bound }) => [name, bound])).toEqual([
      ['audit_entry_first', `FOR VALUES FROM (MINVALUE) TO ('1000000')`],
      ['audit_entry_default', 'DEFAULT'],
      ['audit_entry_1000000', `FOR VALUES FROM ('1000000') TO ('2000000')`],
    ]);
    expect((await partitionsOf(app, 'as_of.former_row')).map(({ name }) => name)).toEqual([
      'former_row_first',
      'former_row_default',
      `former_row_${year + 1}`,
    ]);
    expect(await keepAhead(app)).toEqual([]);
    app.clock.set(new Date(`${year + 2}-02-01T00:00:00Z`));
    expect(await keepAhead(app)).toEqual([`former_row_${year + 2}`, `former_row_${year + 3}`]);
  });

  it('are made by one of several processes at once', async () => {
    const year = new Date().getUTCFullYear();
    app.clock.set(new Date(`${year + 1}-02-01T00:00:00Z`));
    const made = await Promise.all(Array.from({ length: 8 }, () => keepAhead(app)));
    expect(made.flat()).toEqual([`former_row_${year + 2}`]);
  });

  it('take entries from one partition into the next without a gap, also where several are written by one statement', async () => {
    await renumber(999_997);
    await Promise.all(Array.from({ length: 2 }, (_, at) => write(app, at)));
    await app.db.query(
      `insert into audit_entry (at, actor, acting_as, action, subject_type, subject_id, difference)
       select now(), 'system', 'SYSTEM', 'test.done', 'Test', new_id(), '{}' from generate_series(1, 3) n`,
    );
    expect(
      await app.db.query(
        `select tableoid::regclass::text as part, number::int from audit_entry where number > 999997 order by number`,
      ),
    ).toEqual([
      { part: 'partitions.audit_entry_first', number: 999_998 },
      { part: 'partitions.audit_entry_first', number: 999_999 },
      { part: 'partitions.audit_entry_1000000', number: 1_000_000 },
      { part: 'partitions.audit_entry_1000000', number: 1_000_001 },
      { part: 'partitions.audit_entry_1000000', number: 1_000_002 },
    ]);
    const { problems } = await verifyAudit(app.app.get(DataSource));
    // Only the leap that the test made.
    expect(problems.map(({ number }) => number).filter((number) => number > 999_998)).toEqual([]);
  });

  it('lose no write for want of a partition: what came meanwhile gets one, and the next beat has one ahead', async () => {
    await renumber(2_300_000);
    await write(app, 1);
    expect(await keepAhead(app)).toEqual(['audit_entry_2000000', 'audit_entry_3000000']);
    const bounds = new Map((await partitionsOf(app, 'audit_entry')).map(({ name, bound }) => [name, bound]));
    expect(bounds.get('audit_entry_2000000')).toBe(`FOR VALUES FROM ('2000000') TO ('3000000')`);
    expect(
      await app.db.query(`select tableoid::regclass::text as part from audit_entry where number > 2000000`),
    ).toEqual([{ part: 'partitions.audit_entry_2000000' }, { part: 'partitions.audit_entry_2000000' }]);

    const year = new Date().getUTCFullYear();
    app.clock.set(new Date(`${year + 4}-05-01T00:00:00Z`));
    await amend(app);
    const meanwhile = await app.db.query<unknown[]>(`select from partitions.former_row_default`);
    expect(meanwhile.length).toBeGreaterThan(0);
    expect(await keepAhead(app)).toEqual([`former_row_${year + 2}`, `former_row_${year + 5}`]);
    expect(await app.db.query(`select from partitions.former_row_default`)).toEqual([]);
    expect(await app.db.query(`select from partitions.former_row_${year + 2}`)).toHaveLength(meanwhile.length);
    await write(app, 2);
    expect(await keepAhead(app)).toEqual([]);
  });

  it('keep each part from being changed, emptied or read by its own name', async () => {
    await renumber(2_300_000);
    await keepAhead(app);
    const parts = await app.db.query<Array<{ name: string }>>(
      `select tablename as name from pg_tables where schemaname = 'partitions'`,
    );
    expect(parts.length).toBe(8);
    const service = app.app.get(DataSource);
    for (const { name } of parts) {
      await expect(app.db.query(`truncate partitions.${name}`)).rejects.toThrow('never changed');
      for (const statement of [`select from`, `delete from`, `truncate`])
        await expect(service.query(`${statement} partitions.${name}`)).rejects.toThrow('permission denied');
      if (name.startsWith('former')) {
        await expect(app.db.query(`delete from partitions.${name}`)).rejects.toThrow('never changed');
        continue;
      }
      const rows = await app.db.query<unknown[]>(`select from partitions.${name}`);
      if (rows.length > 0)
        for (const statement of [`delete from partitions.${name}`, `update partitions.${name} set actor = 'x'`])
          await expect(app.db.query(statement)).rejects.toThrow('never changed');
    }
    for (const statement of ['delete from audit_entry', 'truncate audit_entry', `update audit_entry set actor = 'x'`])
      await expect(app.db.query(statement)).rejects.toThrow('never changed');
    await expect(service.query(`create table partitions.mine ()`)).rejects.toThrow('permission denied');
  });

  it('are looked through for the past from the year asked about on, and for numbers in one part', async () => {
    const year = new Date().getUTCFullYear();
    app.clock.set(new Date(`${year + 3}-02-01T00:00:00Z`));
    await keepAhead(app);
    const partsRead = (statement: string) =>
      app.db.transaction(async (tx) => {
        await tx.query(`select set_config('mithaq.as_of', '${year + 2}-06-01T00:00:00Z', true)`);
        const plan = JSON.stringify(await tx.query(`explain (analyze, format json) ${statement}`));
        return [...new Set(plan.match(/(former_row|audit_entry)_(\d+|first|default)(?=")/g))].sort();
      });
    expect(await partsRead(`select * from as_of.commitment`)).toEqual([
      'former_row_' + (year + 2),
      'former_row_' + (year + 3),
      'former_row_' + (year + 4),
      'former_row_default',
    ]);
    expect(await partsRead(`select * from audit_entry where number between 5 and 10`)).toEqual(['audit_entry_first']);
  });
});
