import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { migrations } from '../../../migrations/index.js';
import { lanedDriver, type Bounds } from './lanes.js';
import { SnakeCaseNaming } from './naming.js';

const DATE = 1082;
/** A calendar day stays text: as a JavaScript Date it would move with the server's time zone. */
pg.types.setTypeParser(DATE, (day) => day);

/** What connections start with: the role they work as, and what they see of drafts. */
export interface Session {
  readonly role?: string | null;
  readonly sight?: string;
}

/** A process that falls silent within a transaction, frozen or on a machine that vanished, would hold up all others that write. */
const LOCKS_LET_GO = '-c idle_in_transaction_session_timeout=60s';

/**
 * @param bounds what requests may take, where there are any
 * @param replicas read-only copies that answer requests which change nothing
 */
export function databaseOptions(
  url: string,
  { role, sight }: Session = {},
  bounds?: Bounds,
  replicas: readonly string[] = [],
): DataSourceOptions {
  return {
    type: 'postgres',
    ...(bounds ? { driver: lanedDriver(bounds, replicas) } : {}),
    url,
    namingStrategy: new SnakeCaseNaming(),
    migrations,
    migrationsTransactionMode: 'each',
    synchronize: false,
    poolErrorHandler: () => undefined,
    extra: {
      max: 10,
      connectionTimeoutMillis: 10_000,
      idleTimeoutMillis: 30_000,
      // So that a database that vanished without a word is noticed, and not waited for for ever.
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      // PgBouncer takes these apart itself, and refuses a space too many.
      options: [
        '-c timezone=UTC',
        LOCKS_LET_GO,
        ...(role ? [`-c role=${role}`] : []),
        ...(sight ? [`-c mithaq.sight=${sight}`] : []),
      ].join(' '),
      application_name: 'mithaq',
    },
  };
}

/**
 * The role to work as: a superuser would not be held by the policies that keep one agency's drafts from another. Null
 * for everybody else, whom they hold.
 */
export async function workingRole(url: string): Promise<string | null> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rowCount } = await client.query(
      // A database that is not migrated yet has neither that role nor anything to keep apart.
      'select from pg_roles where rolname = current_user and (rolsuper or rolbypassrls) and exists (select from pg_policy)',
    );
    return rowCount ? 'mithaq_app' : null;
  } finally {
    await client.end();
  }
}

const MIGRATING = 7_164_001;

/** Brings the schema up to date. Several processes may start at once: one migrates, the others wait. Answers what ran. */
export async function migrate(url: string): Promise<readonly string[]> {
  const db = await new DataSource(databaseOptions(url, { sight: '*' })).initialize();
  const guard = db.createQueryRunner();
  try {
    await guard.query('select pg_advisory_lock($1)', [MIGRATING]);
    const ran = await db.runMigrations();
    await guard.query('select pg_advisory_unlock($1)', [MIGRATING]);
    return ran.map((migration) => migration.name);
  } finally {
    await guard.release();
    await db.destroy();
  }
}
