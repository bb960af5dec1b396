import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import { readJson, writeJson } from './json-file.js';
import { EmbeddedPostgresError, PostgresProgramFailed } from './postgres-binaries.js';
import { OWNER, PostgresCluster } from './postgres-cluster.js';
import { isAlive } from './processes.js';

/** A share in the PostgreSQL cluster that lives below the data folder. */
export interface EmbeddedPostgres {
  readonly url: string;
  /** Only one server may work on a data folder; commands may join it. Throws `ServerAlreadyRunning`. */
  claimServer(address: string): Promise<void>;
  /** Where the server of this data folder is reached; null when none runs. */
  serverAddress(): Promise<string | null>;
  /** Gives the share back. The last one out stops PostgreSQL. */
  leave(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  dataDir: string;
  log?: (line: string) => void;
  /** Server settings such as `fsync`; they count for the process that starts PostgreSQL, not for those that join. */
  parameters?: Readonly<Record<string, string>>;
}

/** Another server process already works on this data folder. */
export class ServerAlreadyRunning extends Error {
  override readonly name = 'ServerAlreadyRunning';

  constructor(
    dataDir: string,
    readonly address?: string,
    readonly pid?: number,
  ) {
    const where = address ? ` at ${address} (process ${pid ?? 'unknown'})` : '';
    super(`A server already runs for the data folder ${dataDir}${where}.`);
  }
}

interface RunningServer {
  pid: number;
  address: string;
}

const DATABASE = 'mithaq';
const PATIENCE = 20_000;

/**
 * Both locks live in the database `postgres`. A lock of PostgreSQL vanishes together with the process that holds it,
 * however that process ends, so there is never a stale one.
 */
const USERS_LOCK = '1835627624, 1';
const SERVER_LOCK = '1835627624, 2';

/**
 * Takes a share in the PostgreSQL cluster below `dataDir`; creates and starts it when needed. Server and commands of
 * the same data folder share one cluster, which runs as long as one of them does.
 */
export async function joinEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const share = new Share(options);
  await share.join();
  return share;
}

class Share implements EmbeddedPostgres {
  url = '';
  private readonly cluster: PostgresCluster;
  private readonly log: (line: string) => void;
  private readonly serverFile: string;
  private client?: Client;
  private claimed?: string;
  private left?: Promise<void>;
  private rejoining?: Promise<void>;

  constructor(private readonly options: EmbeddedPostgresOptions) {
    this.log = options.log ?? (() => undefined);
    this.cluster = new PostgresCluster(options.dataDir, this.log, options.parameters ?? {});
    this.serverFile = join(options.dataDir, 'server.json');
  }

  async join(): Promise<void> {
    const password = await this.cluster.prepare();
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      try {
        return await this.tryToJoin(password);
      } catch (error) {
        if (this.left || isLasting(error) || Date.now() > deadline) throw explain(error);
        await delay(50);
      }
    }
  }

  async claimServer(address: string): Promise<void> {
    if (!(await this.holds(`pg_try_advisory_lock(${SERVER_LOCK})`))) {
      const { address: runningAt, pid } = await this.runningServer();
      throw new ServerAlreadyRunning(this.options.dataDir, runningAt, pid);
    }
    this.claimed = address;
    await writeJson(this.serverFile, { pid: process.pid, address });
  }

  leave(): Promise<void> {
    this.left ??= this.giveBack();
    return this.left;
  }

  private async tryToJoin(password: string): Promise<void> {
    const port = (await this.cluster.runningPort()) ?? (await this.cluster.start());
    const client = new Client({
      host: '127.0.0.1',
      port,
      user: OWNER,
      password,
      database: 'postgres',
      ssl: false,
      connectionTimeoutMillis: 5_000,
      application_name: 'mithaq share of the cluster',
    });
    // Without a listener a killed PostgreSQL would take this process down too. What follows is left to 'end'.
    client.on('error', () => undefined);
    await client.connect();
    try {
      // Refused while the last one out stops the cluster.
      const admitted = await isTrue(client, `pg_try_advisory_lock_shared(${USERS_LOCK})`);
      if (!admitted) throw new Error('PostgreSQL is stopping');
      await createDatabase(client);
    } catch (error) {
      await client.end();
      throw error;
    }
    this.client = client;
    this.settle(`postgres://${OWNER}:${password}@127.0.0.1:${port}/${DATABASE}`);
    client.once('end', () => this.connectionLost());
  }

  private settle(url: string): void {
    if (this.url && this.url !== url) {
      this.log('PostgreSQL had to move to another port: restart the application');
    }
    this.url ||= url;
  }

  /** The locks went with the connection. Without them another process could stop PostgreSQL under this one. */
  private connectionLost(): void {
    if (this.left) return;
    this.log('PostgreSQL broke off the connection; joining it again');
    this.rejoining = this.rejoin();
  }

  private async rejoin(): Promise<void> {
    const address = this.claimed;
    this.claimed = undefined;
    try {
      await this.join();
      if (address) await this.claimServer(address);
      this.log('Joined PostgreSQL again');
    } catch (error) {
      if (!this.left) this.log(`PostgreSQL does not come back: ${(error as Error).message}`);
    }
  }

  private async giveBack(): Promise<void> {
    await this.rejoining;
    if (this.claimed) await rm(this.serverFile, { force: true });
    try {
      await this.client?.query('select pg_advisory_unlock_all()');
      if (await this.holds(`pg_try_advisory_lock(${USERS_LOCK})`)) await this.cluster.stop();
    } catch (error) {
      this.log(`Left PostgreSQL without stopping it: ${(error as Error).message}`);
    }
    await this.client?.end().catch(() => undefined);
  }

  private async holds(lock: string): Promise<boolean> {
    return this.client !== undefined && isTrue(this.client, lock);
  }

  async serverAddress(): Promise<string | null> {
    const server = await readJson<RunningServer>(this.serverFile);
    return server?.pid && isAlive(server.pid) ? (server.address ?? null) : null;
  }

  /** The other server writes its address right after it got the lock, so a moment may pass. */
  private async runningServer(): Promise<Partial<RunningServer>> {
    for (let tries = 0; tries < 20; tries++) {
      const server = await readJson<RunningServer>(this.serverFile);
      if (server?.pid && isAlive(server.pid)) return server;
      await delay(50);
    }
    return {};
  }
}

async function isTrue(client: Client, expression: string): Promise<boolean> {
  const { rows } = await client.query<{ answer: boolean }>(`select ${expression} as answer`);
  return rows[0]?.answer === true;
}

async function createDatabase(client: Client): Promise<void> {
  if (await isTrue(client, `exists (select from pg_database where datname = '${DATABASE}')`)) return;
  try {
    await client.query(`create database ${DATABASE}`);
  } catch (error) {
    // Somebody else creates it in this moment: seen early it is a duplicate database, seen late a duplicate row.
    if (!(error instanceof DatabaseError) || !['42P04', '23505'].includes(error.code ?? '')) throw error;
  }
}

/** A connection may fail for many passing reasons; wrong credentials and a server that refuses to start stay. */
function isLasting(error: unknown): boolean {
  if (error instanceof DatabaseError) return error.code?.startsWith('28') ?? false;
  if (error instanceof PostgresProgramFailed) return !PostgresCluster.isPassing(error);
  return error instanceof EmbeddedPostgresError;
}

function explain(error: unknown): unknown {
  if (!(error instanceof DatabaseError) || !error.code?.startsWith('28')) return error;
  return new EmbeddedPostgresError(`The password in postgres.json does not open the database: ${error.message}`);
}
