import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../../src/platform/database/database.js';
import { OWNER, PostgresCluster } from '../../src/platform/embedded/postgres-cluster.js';

/** A PostgreSQL that may be stopped: nobody else works on it. */
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

  stop = (): Promise<void> => this.cluster.stop();

  /** On the same port as before. */
  async startAgain(): Promise<void> {
    await this.cluster.start();
  }

  async remove(): Promise<void> {
    await this.cluster.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
