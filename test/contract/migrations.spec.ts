import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EntityMetadata } from 'typeorm';
import { DataSource } from 'typeorm';
import { migrations } from '../../migrations/index.js';
import { databaseOptions } from '../../src/platform/database/database.js';
import { TestApp } from '../support/app.js';
import { createDatabase } from '../support/cluster.js';
import { begin, handIn } from '../support/filing.js';
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
    const entities = app.app.get(DataSource).entityMetadatas;
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
      app.app
        .get(DataSource)
        .entityMetadatas.map(({ tableName }) => tableName)
        .sort(),
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

/** A meeting of a working group, an assessment, and a published period. */
async function metAssessedAndPublished(app: TestApp): Promise<void> {
  await app.db.query(
    `insert into meeting (plan_id, working_group_id, day, created_at, created_by) select plan_id, id, '2024-07-10', now(), 'officer' from working_group limit 1`,
  );
  await app.db.query(
    `insert into assessment (plan_id, kind, filed_on, filed_at, filed_by, acting_as, summary) select id, 'INCEPTION', '2024-04-08', now(), 'monitor', 'MONITORING_BODY', 'Clear.' from action_plan`,
  );
  await app.db.query(
    `insert into publication (plan_id, period_id, period_key, version, content, sha256, reports, difference, published_at, published_by, acting_as)
     select plan_id, id, key, 1, '{}', encode(sha256('{}'), 'hex'), '{}', '{}', now(), 'officer', 'MEL_OFFICER' from reporting_period limit 1`,
  );
}

/** A webhook that was told of what was handed in. */
async function told(app: TestApp): Promise<void> {
  for (const statement of [
    `insert into webhook (plan_id, owner, url, target, events, created_at) select id, 'TOKEN:1', 'https://example.org', 'example.org:443', '{CHECK_IN_SUBMITTED}', now() from action_plan`,
    `insert into webhook_delivery (webhook_id, event_id, queued_at, next_attempt_at) select w.id, e.id, now(), now() from webhook w, public_event e`,
    `insert into webhook_attempt (delivery_id, attempted_at, outcome, http_status) select id, now(), 'REFUSED', 500 from webhook_delivery`,
  ])
    await app.db.query(statement);
}

/** A row of everything that a review leaves behind. */
async function reviewed(app: TestApp): Promise<void> {
  const by = `now(), 'officer', 'MEL_OFFICER'`;
  for (const statement of [
    `insert into verification (check_in_id, plan_id, claim_version, finding, verified_at, verified_by, acting_as) select id, plan_id, version, 'Seen.', ${by} from check_in where version > 0`,
    `insert into verified_milestone (verification_id, milestone_id, status) select v.id, m.id, 'COMPLETED' from verification v join check_in k on k.id = v.check_in_id join milestone m on m.commitment_id = k.commitment_id`,
    `insert into check_in_comment (check_in_id, plan_id, institution_id, text, written_at, written_by, acting_as) select id, plan_id, institution_id, 'Where is the list?', ${by} from check_in where version > 0`,
    `insert into check_in_correction (check_in_id, reason, reopened_at, reopened_by, acting_as) select id, 'A wrong figure.', ${by} from check_in where version > 0`,
    `insert into milestone_due_date (milestone_id, due_on, previous_due_on, reason, changed_at, changed_by, acting_as) select id, '2025-01-01', due_on, 'Elections', ${by} from milestone`,
    `insert into report_link (plan_id, period_id, institution_id, secret_hash, created_at) select plan_id, period_id, institution_id, '\\x03', now() from check_in limit 1`,
    `insert into undeliverable_address (address, since, kind, reason, mail_id) select lower(to_address), now(), 'BOUNCED', '550 5.1.1 unknown', id from outbox_mail limit 1`,
    `insert into mail_event (id, received_at) values ('msg_1', now())`,
  ])
    await app.db.query(statement);
}

/** A row of everything that somebody decides about reminders. */
async function decidedByHand(app: TestApp): Promise<void> {
  for (const statement of [
    `insert into reminder_rule (plan_id, key, stage, template, audience, anchor, offset_days, unit, local_time, lateness_hours, is_on)
     select id, 'due-in-3', 'DUE_SOON', 'REPORT', 'FOCAL_POINT', 'DUE', -5, 'WORKING_DAYS', '08:00', 24, true from action_plan`,
    `insert into reminder_pause (kind, plan_id, address, reason, set_at, set_by, acting_as) select 'MUTE', id, 'works@example.org', 'On leave', now(), 'person:1', 'MEL_OFFICER' from action_plan`,
    `insert into unsubscribe_link (plan_id, address, audience, secret_hash, created_at) select id, 'council@example.org', 'STEERING', '\\x04', now() from action_plan`,
  ])
    await app.db.query(statement);
}

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
      await begin(app, 'mayor', [2]);
      await app.beat();
      await app.db.query(
        `insert into milestone_update (check_in_id, milestone_id, status)
         select k.id, m.id, 'COMPLETED' from check_in k join milestone m on m.commitment_id = k.commitment_id where k.version > 0`,
      );
      await app.db.query(
        `insert into evidence (check_in_id, kind, url, position) select id, 'LINK', 'https://example.org', 0 from check_in where version > 0`,
      );
      await app.db.query(
        `insert into evidence_check (evidence_id, checked_at, outcome, status, failing_since) select id, now(), 'DEAD', 404, now() from evidence`,
      );
      await app.db.query(
        `insert into evidence_file (check_in_id, plan_id, institution_id, name, media_type, size, sha256, storage_key, uploaded_at, uploaded_by, claimed_at)
         select id, plan_id, institution_id, 'minutes.pdf', 'application/pdf', 1, 'x', new_id(), now(), 'person:1', now() from check_in where version > 0`,
      );
      await app.db.query(
        `insert into period_extension (period_id, institution_id, due_on, closes_on, due_before, closes_before, reason, granted_by, granted_at)
         select distinct period_id, institution_id, due_on, closes_on, due_before, closes_before, 'Elections', 'officer', now() from owed_check_in`,
      );
      await reviewed(app);
      await metAssessedAndPublished(app);
      await decidedByHand(app);
      await told(app);
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
      } finally {
        await db.destroy();
        await database.drop();
      }
    },
  );

  it('can all be undone where every table has rows, leave no table, and run again', async () => {
    const database = await createDatabase();
    const db = await new DataSource(databaseOptions(database.url)).initialize();
    try {
      await fill(db, full);
      for (let left = migrations.length; left > 0; left--) await db.undoLastMigration();
      expect(await tablesOf(db)).toEqual([]);
      await db.runMigrations();
      expect(await tablesOf(db)).toEqual(Object.keys(full));
    } finally {
      await db.destroy();
      await database.drop();
    }
  });
});

describe('the migration that takes drafts apart', () => {
  it('takes a draft along whole, with its evidence, and leaves its check-in as it was before it was begun', async () => {
    const database = await createDatabase();
    const app = await TestApp.start({ now: '2024-07-01T09:00+03:00', databaseUrl: database.url });
    await app.import(greaterSalt());
    await app.close();
    const db = await new DataSource(databaseOptions(database.url)).initialize();
    try {
      for (let undone = migrations.length; undone > 4; undone--) await db.undoLastMigration();
      const [begun] = await db.query<[{ id: string; milestone: string }]>(
        `select k.id, m.id as milestone from check_in k join milestone m on m.commitment_id = k.commitment_id limit 1`,
      );
      const report = {
        nothingToReport: false,
        progress: 'half a sentence',
        milestones: [{ milestone: begun.milestone, status: 'COMPLETED' }],
        evidence: [{ url: 'https://example.org', title: 'Minutes', milestone: null }],
      };
      await db.query(
        `update check_in set status = 'DRAFT', version = 2, progress = 'half a sentence', saved_at = now(), saved_by = 'token:works' where id = $1`,
        [begun.id],
      );
      await db.query(
        `insert into check_in_revision (check_in_id, version, status, report, saved_at, saved_by)
         select $1, v, 'DRAFT', $2, now(), 'token:works' from generate_series(1, 2) v`,
        [begun.id, report],
      );
      await db.query(`insert into milestone_update (check_in_id, milestone_id, status) values ($1, $2, 'COMPLETED')`, [
        begun.id,
        begun.milestone,
      ]);
      await db.query(
        `insert into evidence (check_in_id, kind, url, position) values ($1, 'LINK', 'https://example.org', 0)`,
        [begun.id],
      );

      await db.runMigrations();

      expect(await db.query('select version, report from check_in_draft')).toEqual([
        { version: 2, report: { ...report, evidence: [{ ...report.evidence[0], id: expect.any(String) }] } },
      ]);
      expect(
        await db.query('select status, version, progress, saved_by from check_in where id = $1', [begun.id]),
      ).toEqual([{ status: 'EXPECTED', version: 0, progress: null, saved_by: null }]);
      for (const table of ['milestone_update', 'evidence']) expect(await db.query(`select from ${table}`)).toEqual([]);
      expect(await db.query('select from check_in_revision where plan_id is not null')).toHaveLength(2);
    } finally {
      await db.destroy();
      await database.drop();
    }
  });
});

const tablesOf = async (db: DataSource): Promise<string[]> =>
  (
    await db.query<Array<{ name: string }>>(
      `select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'migrations' order by 1`,
    )
  ).map(({ name }) => name);

/** Without what is computed of the rest, which a migration may have computed in another way. */
async function rowsOf(db: DataSource): Promise<Tables> {
  const tables: Array<[string, Rows]> = [];
  for (const name of await tablesOf(db)) {
    const found = await db.query<Array<{ row: Record<string, unknown> }>>(
      `select to_jsonb(t) - array(select attname::text from pg_attribute where attrelid = $1::regclass and attgenerated <> '') as row from "${name}" t`,
      [name],
    );
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
        [JSON.stringify((tables[name] ?? []).filter(couldBeWritten(name, columns)))],
      );
    }
  });
  return sortedRows(await rowsOf(db));
}

/** Before the ledger said why something was not sent, only what was sent to agencies was written down. */
const couldBeWritten =
  (table: string, columns: ReadonlyArray<{ name: string }>) =>
  (row: Record<string, unknown>): boolean =>
    table !== 'reminder' ||
    columns.some(({ name }) => name === 'reason') ||
    (row['mail_id'] !== null && row['template'] === 'REPORT');

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
