import { appendFile, chmod, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { migrate } from '../../src/platform/database/database.js';
import { runPostgresProgram } from '../../src/platform/embedded/postgres-binaries.js';
import { OWNER, PostgresCluster } from '../../src/platform/embedded/postgres-cluster.js';

const MOST_TRIES = 100;
/** By which a primary knows its standby. */
const STANDBY = 'standby';

/** A PostgreSQL that may be stopped and killed: nobody else works on it. */
export class OwnPostgres {
  private constructor(
    readonly url: string,
    private readonly cluster: PostgresCluster,
    private readonly folder: string,
  ) {}

  static async start(): Promise<OwnPostgres> {
    const folder = await mkdtemp(join(tmpdir(), 'mithaq-own-postgres-'));
    const cluster = new PostgresCluster(folder, () => undefined, {});
    const password = await cluster.prepare();
    const url = `postgres://${OWNER}:${password}@127.0.0.1:${await cluster.start()}/postgres`;
    await migrate(url);
    return new OwnPostgres(url, cluster, folder);
  }

  /**
   * A copy that follows it, by streaming replication.
   *
   * @param line an address that leads to this server, by which it follows
   */
  async standby(line = this.url): Promise<OwnPostgres> {
    const folder = await mkdtemp(join(tmpdir(), 'mithaq-standby-'));
    const [from, to] = [this.folder, folder].map((place) => join(place, 'postgres')) as [string, string];
    const backup = new pg.Client(this.url);
    await backup.connect();
    await backup.query(`select pg_backup_start('standby', true)`);
    const isLeftOut = (path: string): boolean => /\/(postmaster\.\w+|pg_wal\/.+)$/.test(path);
    await cp(from, to, { recursive: true, filter: (path) => !isLeftOut(path) });
    const { rows } = await backup.query<{ label: string }>('select labelfile as label from pg_backup_stop(false)');
    await backup.end();
    const { hostname, port, password } = new URL(line);
    const address = `host=${hostname} port=${port} user=${OWNER} password=${password} application_name=${STANDBY}`;
    await writeFile(join(to, 'backup_label'), rows[0]?.label ?? '');
    await writeFile(join(to, 'standby.signal'), '');
    await appendFile(
      join(to, 'postgresql.auto.conf'),
      `primary_conninfo = '${address}'\nwal_retrieve_retry_interval = '100ms'\n`,
    );
    await chmod(to, 0o700);
    await writeFile(join(folder, 'postgres.json'), JSON.stringify({ password }));
    const cluster = new PostgresCluster(folder, () => undefined, {});
    const url = `postgres://${OWNER}:${password}@127.0.0.1:${await cluster.start()}/postgres`;
    return new OwnPostgres(url, cluster, folder);
  }

  stop = (): Promise<void> => this.cluster.stop();

  /** Every connection is cut, and nothing is brought to an end. */
  stopAtOnce = (): Promise<void> => this.control('stop', '-w', '-m', 'immediate');

  /** From now on it follows nobody, and takes writes. */
  promote = (): Promise<void> => this.control('promote', '-w');

  /** Whether a write waits at each commit until a standby has it on disk. */
  async waitForStandby(waits: boolean): Promise<void> {
    const db = new pg.Client(this.url);
    await db.connect();
    await db.query(`alter system set synchronous_standby_names = '${waits ? STANDBY : ''}'`);
    await db.query('select pg_reload_conf()');
    await db.end();
  }

  private control(...[action = '', ...args]: string[]): Promise<void> {
    return runPostgresProgram({
      program: 'pg_ctl',
      args: [action, ...args, '-D', 'postgres'],
      cwd: this.folder,
      logFile: join(this.folder, 'postgres.log'),
    });
  }

  async kill(): Promise<void> {
    const [pid] = (await readFile(join(this.folder, 'postgres/postmaster.pid'), 'utf8')).split('\n');
    process.kill(Number(pid), 'SIGKILL');
  }

  /** On the same port as before. The processes of a server that was killed may need a moment to go. */
  async startAgain(): Promise<void> {
    for (let tries = 0; (await this.cluster.runningPort()) === null; tries += 1)
      try {
        await this.cluster.start();
      } catch (error) {
        if (tries === MOST_TRIES || !PostgresCluster.isPassing(error)) throw error;
        await delay(100);
      }
  }

  async remove(): Promise<void> {
    await this.stopAtOnce().catch(() => undefined);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
