import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { readSettings } from '../../src/platform/config/settings.js';
import type { EmbeddedPostgres } from '../../src/platform/embedded/embedded-postgres.js';
import { ServerAlreadyRunning, joinEmbeddedPostgres } from '../../src/platform/embedded/embedded-postgres.js';
import { provideMissing, type Provided } from '../../src/platform/embedded/surroundings.js';
import { locatePostgresPackage, mendPostgresPackage } from '../../src/platform/embedded/postgres-binaries.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LOADER = join(ROOT, 'test/support/typescript-loader.js');
const NOBODY = 65534;
const parameters = { fsync: 'off' };

/** Closed to everybody else, and with a name that would break a careless shell command. */
const AWKWARD = `it's a "ميثاق" é $HOME`;

let folder: string;
/** A cluster that most tests share; each leaves it stopped. Creating one a test would take most of the time. */
let dataDir: string;
let shares: EmbeddedPostgres[] = [];
let neighbours: Neighbour[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mithaq-embedded-'));
  await chmod(folder, 0o755);
  await mkdir(join(folder, AWKWARD), { mode: 0o700 });
  dataDir = join(folder, AWKWARD, 'بيانات');
});

afterEach(async () => {
  await Promise.all([...shares, ...neighbours].map((share) => share.leave()));
  shares = [];
  neighbours = [];
});

afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

describe('The embedded PostgreSQL', () => {
  it('is created at the first start in a closed folder with spaces, quotes and Arabic letters in its path', async () => {
    const postgres = await enter();

    await query(postgres.url, 'create table promise (text text)');
    await promise(postgres.url, 'made at the first start');
    await postgres.leave();

    expect((await readdir(dataDir)).sort()).toEqual(['postgres', 'postgres.json', 'postgres.log']);
  });

  it('begins a new log at the next start when the last has grown over 10 MB, and keeps that one', async () => {
    const log = join(dataDir, 'postgres.log');
    await writeFile(log, 'x'.repeat(10 * 1024 * 1024 + 1));

    await enter();

    expect((await stat(`${log}.1`)).size).toBe(10 * 1024 * 1024 + 1);
    expect(await readFile(log, 'utf8')).toMatch(/database system is ready/);
    expect((await stat(log)).size).toBeLessThan(10_000);
    await rm(`${log}.1`);
  });

  it('listens on the loopback address only, asks for a password, and keeps it readable for its owner only', async () => {
    const { url } = await enter();

    expect(url).toMatch(/^postgres:\/\/mithaq:\w{48}@127\.0\.0\.1:\d+\/mithaq$/);
    expect(await setting(url, 'listen_addresses')).toBe('127.0.0.1');
    expect(await setting(url, 'unix_socket_directories')).toBe('');
    await expect(query(url.replace(/:\w{48}@/, ':wrong@'), 'select 1')).rejects.toThrow('authentication');
    expect((await stat(join(dataDir, 'postgres.json'))).mode & 0o777).toBe(0o600);
  });

  it('speaks UTF-8 and UTC and finds Arabic words by their trigrams, whatever the locale of the machine', async () => {
    const { url } = await enter();

    await query(url, 'create extension pg_trgm');

    expect(await setting(url, 'server_encoding')).toBe('UTF8');
    expect(await setting(url, 'timezone')).toBe('UTC');
    expect(await query(url, "select similarity('ميثاق', 'الميثاق') > 0.3 as found")).toEqual([{ found: true }]);
  });

  it('keeps its data and its address across a restart, and is stopped in between', async () => {
    const first = await enter();
    await promise(first.url, 'made before the restart');
    await first.leave();
    await expect(query(first.url, 'select 1')).rejects.toThrow('ECONNREFUSED');

    const second = await enter();

    expect(second.url).toBe(first.url);
    expect(await promises(second.url)).toContain('made before the restart');
  });

  it('takes another port when its own is in use', async () => {
    const first = await enter();
    await first.leave();
    const squatter = createServer().listen(Number(new URL(first.url).port), '127.0.0.1');
    await once(squatter, 'listening');

    const second = await enter();
    squatter.close();

    expect(second.url).not.toBe(first.url);
    expect(await promises(second.url)).toContain('made at the first start');
  });

  it('is shared by two processes that start at once on an empty folder, and stopped by the last one', async () => {
    const empty = join(folder, 'empty');
    const [one, two] = [start(empty), start(empty)];
    const url = await one.url;
    expect(await two.url).toBe(url);

    await one.leave();
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await two.leave();

    await expect(query(url, 'select 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('can be joined while the last one out is stopping it', async () => {
    const visit = async () => {
      for (let i = 0; i < 3; i++) {
        const postgres = await enter();
        expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
        await postgres.leave();
      }
    };

    await Promise.all([visit(), visit(), visit()]);

    expect(await postmaster()).toBeNull();
  });

  it('refuses a second server and names the first, until that one has left', async () => {
    const server = start();
    await server.claim('http://127.0.0.1:3000');
    const command = await enter();

    const refusal = await command.claimServer('http://127.0.0.1:4000').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ServerAlreadyRunning);
    expect(refusal).toMatchObject({ address: 'http://127.0.0.1:3000', pid: server.pid });
    expect((refusal as Error).message).toContain(`http://127.0.0.1:3000 (process ${server.pid})`);

    await server.leave();
    await command.claimServer('http://127.0.0.1:4000');
    await command.leave();
    expect(await readdir(dataDir)).not.toContain('server.json');
  });

  it('is taken over, and stopped in the end, by the next start when the server was killed with -9', async () => {
    const server = start();
    await server.claim('http://127.0.0.1:3000');
    await promise(await server.url, 'made before the server was killed');
    const before = await postmaster();
    await server.kill();

    const next = await enter();
    await next.claimServer('http://127.0.0.1:3000');

    expect(await postmaster()).toBe(before);
    expect(await promises(next.url)).toContain('made before the server was killed');
    await next.leave();
    expect(await postmaster()).toBeNull();
  });

  it('recovers at the next start when PostgreSQL was killed with -9 too', async () => {
    await killServerAndPostgres('made before everything was killed');

    const next = await enter();

    expect(await promises(next.url)).toContain('made before everything was killed');
  });

  it('starts although the process id it left behind now belongs to another process', async () => {
    await killServerAndPostgres('made before the process id was used again');
    const lockFile = join(dataDir, 'postgres/postmaster.pid');
    const left = await readFile(lockFile, 'utf8');
    // Not this process: PostgreSQL itself overlooks its parents.
    const stranger = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 30_000)'], { stdio: 'ignore' });
    await writeFile(lockFile, left.replace(/^\d+/, String(stranger.pid)));

    const next = await enter();
    stranger.kill();

    expect(await promises(next.url)).toContain('made before the process id was used again');
  });

  it('comes back by itself under a server whose PostgreSQL was killed, and stays claimed by that server', async () => {
    const server = start();
    await server.claim('http://127.0.0.1:3000');
    const url = await server.url;
    process.kill(Number(await postmaster()), 'SIGKILL');

    await until(async () => expect(await query(url, LOCKS)).toEqual([{ locks: 2 }]));

    const command = await enter();
    await expect(command.claimServer('http://127.0.0.1:4000')).rejects.toThrow(`process ${server.pid}`);
  });

  it('comes with the clock of the service for the commands beside it, of today as well as of a demonstration', async () => {
    const provide = async (role: 'server' | 'command', clock?: string): Promise<Provided> => {
      const given = { DATA_DIR: dataDir, PORT: '0', SMTP_URL: 'smtp://127.0.0.1:1' };
      const settings = readSettings({ ...given, ...(clock ? { DEMO_CLOCK: clock } : {}) });
      const provided = await provideMissing(settings, role, () => undefined);
      shares.push({ leave: () => provided.stop() } as EmbeddedPostgres);
      return provided;
    };
    const shows = async (provided: Promise<Provided>, instant: number): Promise<void> =>
      expect(Math.abs((await provided).clock.now().getTime() - instant)).toBeLessThan(60_000);
    for (const clock of ['real', '2024-07-01T08:00+03:00', '2025-02-03T08:00Z', 'real']) {
      const instant = clock === 'real' ? Date.now() : Date.parse(clock);
      const service = provide('server', clock);
      await shows(service, instant);
      await shows(provide('command'), instant);
      // Somebody who asks for another clock has it alone, and the next command again that of the service.
      await shows(provide('command', '2030-01-01T00:00Z'), Date.parse('2030-01-01T00:00Z'));
      await shows(provide('command'), instant);
      await (await service).stop();
    }
  });

  it('is complete or absent: a process killed while it creates the cluster leaves nothing in the way', async () => {
    const half = join(folder, 'half');
    const creator = start(half);
    await until(async () => expect((await readdir(half)).join()).toMatch(/postgres\.new-\d+-\w+(,|$)/));
    await creator.kill();
    expect(await readdir(half)).not.toContain('postgres');

    const postgres = await enter(half);

    expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('says what went wrong when PostgreSQL cannot start', async () => {
    const wrong = joinEmbeddedPostgres({ dataDir, parameters: { shared_buffers: 'plenty' } });

    await expect(wrong).rejects.toThrow('invalid value for parameter "shared_buffers": "plenty"');
  });

  it('mends a package whose install script never ran, by two processes at once', async () => {
    const copy = join(folder, 'package');
    const packageDir = locatePostgresPackage();
    const shared = join(packageDir, 'native/share');
    await cp(packageDir, copy, { recursive: true, verbatimSymlinks: true, filter: (path) => path !== shared });
    const links = JSON.parse(await readFile(join(copy, 'native/pg-symlinks.json'), 'utf8')) as { target: string }[];
    await Promise.all(links.map(({ target }) => rm(join(copy, target), { force: true })));
    const initdb = join(copy, 'native/bin/initdb');
    await chmod(initdb, 0o644);

    await Promise.all([mendPostgresPackage(copy), mendPostgresPackage(copy)]);
    await mendPostgresPackage(copy);

    expect(links.filter(({ target }) => !existsSync(join(copy, target)))).toEqual([]);
    expect((await promisify(execFile)(initdb, ['--version'])).stdout).toContain('PostgreSQL');
  });

  it('works for an ordinary user as it does for root', async () => {
    // Where the tests run as root there is another user to be; elsewhere all of them are run by an ordinary one.
    const user = canRunAsNobody() ? NOBODY : process.getuid?.();
    const own = join(folder, 'own');
    await mkdir(own, { mode: 0o700 });
    if (user === NOBODY) await chown(own, NOBODY, NOBODY);

    const ordinary = start(own, user === NOBODY ? NOBODY : undefined);

    expect(await query(await ordinary.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    if (user !== undefined) expect((await stat(join(own, 'postgres'))).uid).toBe(user);
  });
});

/** Another process of this application, which joins the cluster. */
class Neighbour {
  readonly url: Promise<string>;
  private readonly child: ChildProcess;

  constructor(dataDir: string, uid?: number) {
    this.child = spawn(process.execPath, ['--import', LOADER, '--input-type=module', '-e', NEIGHBOUR, dataDir], {
      cwd: ROOT,
      uid,
      gid: uid,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.url = this.answer();
    this.url.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  async claim(address: string): Promise<void> {
    await this.url;
    this.child.send({ claim: address });
    await this.answer();
  }

  /** Does nothing when the process has already left, or was killed. */
  async leave(): Promise<void> {
    if (this.hasEnded) return;
    const exited = once(this.child, 'exit');
    await this.url;
    this.child.send({ leave: true });
    expect(await exited).toEqual([0, null]);
  }

  async kill(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private answer(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.child.once('message', (answer) => resolve(answer as string));
      this.child.once('exit', () => reject(new Error('The process ended')));
    });
  }
}

const NEIGHBOUR = `
  import { joinEmbeddedPostgres } from '${pathToFileURL(join(ROOT, 'src/platform/embedded/embedded-postgres.js')).href}';
  const postgres = await joinEmbeddedPostgres({ dataDir: process.argv[1], parameters: { fsync: 'off' } });
  process.on('message', async ({ claim }) => {
    if (claim) await postgres.claimServer(claim).then(() => process.send('claimed'));
    else await postgres.leave().then(() => process.disconnect());
  });
  process.on('disconnect', () => postgres.leave());
  process.send(postgres.url);
`;

const LOCKS = "select count(*)::int as locks from pg_locks where locktype = 'advisory'";

async function enter(where = dataDir): Promise<EmbeddedPostgres> {
  const postgres = await joinEmbeddedPostgres({ dataDir: where, parameters });
  shares.push(postgres);
  return postgres;
}

function start(where = dataDir, uid?: number): Neighbour {
  const neighbour = new Neighbour(where, uid);
  neighbours.push(neighbour);
  return neighbour;
}

async function killServerAndPostgres(text: string): Promise<void> {
  const server = start();
  await promise(await server.url, text);
  await server.kill();
  process.kill(Number(await postmaster()), 'SIGKILL');
}

/** The process id of the running PostgreSQL. */
async function postmaster(): Promise<number | null> {
  const lockFile = join(dataDir, 'postgres/postmaster.pid');
  return existsSync(lockFile) ? Number.parseInt(await readFile(lockFile, 'utf8'), 10) : null;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client(url);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function promise(url: string, text: string): Promise<void> {
  await query(url, `insert into promise values ('${text}')`);
}

async function promises(url: string): Promise<unknown[]> {
  const rows = (await query(url, 'select text from promise')) as { text: string }[];
  return rows.map(({ text }) => text);
}

async function setting(url: string, name: string): Promise<unknown> {
  const [row] = (await query(url, `select current_setting('${name}') as value`)) as { value: string }[];
  return row?.value;
}

async function until(check: () => Promise<void>): Promise<void> {
  for (const deadline = Date.now() + 10_000; ; await delay(20)) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

/** Root's own folders may be closed to the user that stands for an ordinary one. */
function canRunAsNobody(): boolean {
  if (process.getuid?.() !== 0) return false;
  const program = `require('fs').accessSync(${JSON.stringify(LOADER)})`;
  return spawnSync(process.execPath, ['-e', program], { uid: NOBODY, gid: NOBODY }).status === 0;
}
