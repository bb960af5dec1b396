import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { migrate } from '../../src/platform/database/database.js';
import { runPostgresProgram } from '../../src/platform/embedded/postgres-binaries.js';
import { OWNER, PostgresCluster } from '../../src/platform/embedded/postgres-cluster.js';

/** What a power cut would take is not at stake here; what was committed has to be there after a crash of PostgreSQL. */
const PARAMETERS = { fsync: 'off', full_page_writes: 'off', max_connections: '100' };

/** A PostgreSQL that nobody else uses: it may be stopped and killed. */
export class OwnCluster {
  private constructor(
    private readonly dataDir: string,
    private readonly cluster: PostgresCluster,
    /** A migrated database. */
    readonly url: string,
  ) {}

  static async start(): Promise<OwnCluster> {
    const dataDir = await mkdtemp(join(tmpdir(), 'mithaq-own-cluster-'));
    const cluster = new PostgresCluster(dataDir, () => undefined, PARAMETERS);
    const password = await cluster.prepare();
    const port = await cluster.start();
    const url = `postgres://${OWNER}:${password}@127.0.0.1:${port}/postgres`;
    await migrate(url);
    return new OwnCluster(dataDir, cluster, url);
  }

  /** Every connection is cut, and nothing is brought to an end. */
  stopAtOnce(): Promise<void> {
    const [args, logFile] = [['stop', '-w', '-m', 'immediate', '-D', 'postgres'], join(this.dataDir, 'postgres.log')];
    return runPostgresProgram({ program: 'pg_ctl', args, cwd: this.dataDir, logFile });
  }

  async kill(): Promise<void> {
    const pidFile = await readFile(join(this.dataDir, 'postgres/postmaster.pid'), 'utf8');
    process.kill(Number(pidFile.split('\n')[0]), 'SIGKILL');
  }

  /** On the port that it had. The processes of a killed server may need a moment to go. */
  async startAgain(): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        if ((await this.cluster.runningPort()) === null) await this.cluster.start();
        return;
      } catch (error) {
        if (tries > 100 || !PostgresCluster.isPassing(error)) throw error;
        await delay(100);
      }
    }
  }

  async remove(): Promise<void> {
    await this.stopAtOnce().catch(() => undefined);
    await rm(this.dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}
