import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { appendFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { freePort } from './free-port.js';
import { readJson, writeJson, writeJsonOnce } from './json-file.js';
import { EmbeddedPostgresError, PostgresProgramFailed, runPostgresProgram } from './postgres-binaries.js';
import { isAlive, isPostgresOf } from './processes.js';

/** The role that owns the cluster. */
export const OWNER = 'mithaq';

/** Names below the data folder. They are passed to the programs relative to it, so that no path needs quoting. */
const CLUSTER = 'postgres';
const LOG = 'postgres.log';
const LARGEST_LOG = 10 * 1024 * 1024;
const DRAFT = /^postgres\.new-(\d+)-/;

const STOP_SECONDS = '60';
const START_SECONDS = '60';

/** Another process was quicker, or a killed server is not quite gone: a moment later it works. */
const PASSING_TROUBLE =
  /(lock|PID) file "(postgres\/)?postmaster\.pid" (already exists|is empty)|could not create any TCP\/IP sockets|pre-existing shared memory block/;

/** What whoever was connected, or wanted to be, was told when it stopped. */
const SAID_TO_CLIENTS = /FATAL: +(terminating connection|the database system is (starting up|shutting down))/g;

/** Kept in postgres.json. The password never changes; the port is where the cluster listened last. */
interface Access {
  password: string;
  port?: number;
}

/** One PostgreSQL cluster below a data folder: its files and its server process. Who uses it is not its business. */
export class PostgresCluster {
  private readonly dataDir: string;
  private readonly dir: string;
  private readonly accessFile: string;

  constructor(
    dataDir: string,
    private readonly log: (line: string) => void,
    private readonly parameters: Readonly<Record<string, string>>,
  ) {
    this.dataDir = resolve(dataDir);
    this.dir = join(this.dataDir, CLUSTER);
    this.accessFile = join(this.dataDir, 'postgres.json');
  }

  /** Makes sure that the cluster exists on disk and gives the password of its owner. */
  async prepare(): Promise<string> {
    await mkdir(this.dataDir, { recursive: true, mode: 0o700 });
    await this.sweepDrafts();
    const password = await this.password();
    if (!this.exists()) await this.create(password);
    return password;
  }

  /** The port of the running server, or null when there is none. It may still be starting, or already stopping. */
  async runningPort(): Promise<number | null> {
    const lockFile = join(this.dir, 'postmaster.pid');
    const content = readIfThere(lockFile);
    if (content === null) return null;
    const [pid, , , port] = content.split('\n').map(Number);
    if (pid && port && (await isPostgresOf(this.dir, pid))) return port;
    this.removeLeftLockFile(lockFile, content, pid);
    return null;
  }

  /** Starts the server, on the same port as last time if possible, and gives its port. */
  async start(): Promise<number> {
    await this.beginNewLog();
    const access = await readJson<Access>(this.accessFile);
    const port = await freePort(access?.port);
    const settings = {
      listen_addresses: '127.0.0.1',
      port: String(port),
      unix_socket_directories: '',
      timezone: 'UTC',
      log_timezone: 'UTC',
      ...this.parameters,
    };
    const options = Object.entries(settings).map(([name, value]) => `-c ${quote(`${name}=${value}`)}`);
    await this.run('pg_ctl', ['start', '-w', '-t', START_SECONDS, '-D', CLUSTER, '-l', LOG, '-o', options.join(' ')]);
    await writeJson(this.accessFile, { ...access, port });
    this.log(`PostgreSQL listens on 127.0.0.1:${port}, its data are in ${this.dir}`);
    return port;
  }

  /** Stops the server: open connections are cut, everything committed is on disk. */
  async stop(): Promise<void> {
    await this.run('pg_ctl', ['stop', '-w', '-t', STOP_SECONDS, '-m', 'fast', '-D', CLUSTER]);
    this.log('PostgreSQL stopped');
  }

  /** Whether a failed start may succeed when it is tried again. */
  static isPassing(error: unknown): boolean {
    if (!(error instanceof PostgresProgramFailed)) return false;
    // One that another process was still stopping wrote the same log; it is gone now, and nothing else was wrong.
    const others = error.output.replaceAll(SAID_TO_CLIENTS, '');
    const wasStopping = /database system is shut down/.test(others) && !/FATAL|PANIC/.test(others);
    return wasStopping || PASSING_TROUBLE.test(error.output);
  }

  private exists(): boolean {
    return existsSync(join(this.dir, 'PG_VERSION'));
  }

  /** Two processes that create the cluster at once must agree on the password, so the first to write it wins. */
  private async password(): Promise<string> {
    const known = (await readJson<Access>(this.accessFile))?.password;
    if (known) return known;
    if (this.exists()) {
      throw new EmbeddedPostgresError(
        `${this.accessFile}, which holds the password of the database in ${this.dir}, is missing or damaged. ` +
          'Put it back, or delete both to start with an empty database.',
      );
    }
    await writeJsonOnce(this.accessFile, { password: randomBytes(24).toString('hex') });
    return (await readJson<Access>(this.accessFile))?.password ?? '';
  }

  /** Prepared aside and moved into place at the end: whatever is at the final place is complete. */
  private async create(password: string): Promise<void> {
    this.log(`Creating a PostgreSQL cluster in ${this.dir}`);
    const draft = `postgres.new-${process.pid}-${randomBytes(4).toString('hex')}`;
    const passwordFile = `${draft}.password`;
    try {
      await writeFile(join(this.dataDir, passwordFile), password, { mode: 0o600 });
      await this.run('initdb', ['-D', draft, `--username=${OWNER}`, `--pwfile=${passwordFile}`, ...this.initOptions()]);
      await rename(join(this.dataDir, draft), this.dir).catch((error: unknown) => {
        if (!this.exists()) throw error;
      });
    } finally {
      await remove(join(this.dataDir, passwordFile));
      await remove(join(this.dataDir, draft));
    }
  }

  /**
   * The built-in provider sorts the same on every system. The C library is still asked what a letter is (pg_trgm), and
   * its plain C locale knows ASCII only: Arabic words would have no trigrams.
   */
  private initOptions(): string[] {
    const letters = { darwin: 'en_US.UTF-8', win32: 'en-US' }[process.platform as string] ?? 'C.UTF-8';
    return [
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      `--lc-ctype=${letters}`,
      '--no-instructions',
      ...(this.parameters.fsync === 'off' ? ['--no-sync'] : []),
    ];
  }

  /** What a process that was killed while it created the cluster left behind; its initdb may still be writing. */
  private async sweepDrafts(): Promise<void> {
    for (const name of await readdir(this.dataDir)) {
      const maker = DRAFT.exec(name)?.[1];
      if (maker && !isAlive(Number(maker))) await remove(join(this.dataDir, name)).catch(() => undefined);
    }
  }

  /**
   * PostgreSQL itself clears the lock file of a dead server, but not when the process id now belongs to another
   * process, nor an empty file. Its content is compared again, because another process may have started the server.
   */
  private removeLeftLockFile(lockFile: string, content: string, pid: number | undefined): void {
    const inTheWay = pid ? isAlive(pid) : isOlderThan(lockFile, 5_000);
    if (!inTheWay || readIfThere(lockFile) !== content) return;
    rmSync(lockFile, { force: true });
    this.log(`Removed ${lockFile}, left by a server that is gone`);
  }

  /** A log that has grown large is kept as the one before, and nothing older. One that cannot be moved hinders no start. */
  private async beginNewLog(): Promise<void> {
    const log = join(this.dataDir, LOG);
    const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
    if (size > LARGEST_LOG) await rename(log, `${log}.1`).catch(() => undefined);
  }

  private async run(program: 'initdb' | 'pg_ctl', args: readonly string[]): Promise<void> {
    const logFile = join(this.dataDir, LOG);
    await appendFile(logFile, '', { mode: 0o600 });
    await runPostgresProgram({ program, args, cwd: this.dataDir, logFile });
  }
}

function remove(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 3 });
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function isOlderThan(path: string, milliseconds: number): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs > milliseconds;
}

/** pg_ctl hands its options to a shell. */
function quote(option: string): string {
  return process.platform === 'win32' ? `"${option}"` : `'${option.replaceAll("'", `'\\''`)}'`;
}
