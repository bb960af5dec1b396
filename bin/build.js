import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/* Builds when the sources are newer than the last build. */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'dist', '.tsbuildinfo');
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const sources = ['src', 'migrations', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].map((name) =>
  join(root, name),
);

const newest = (path) =>
  statSync(path).isDirectory()
    ? Math.max(...readdirSync(path).map((name) => newest(join(path, name))))
    : statSync(path).mtimeMs;

function isBuilt() {
  // An image that is shipped compiled has neither sources nor a compiler.
  if (!existsSync(compiler) || !sources.every(existsSync)) return true;
  return existsSync(stamp) && statSync(stamp).mtimeMs >= Math.max(...sources.map(newest));
}

function build() {
  process.stderr.write('Building …\n');
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  // The compiler leaves its stamp alone when nothing it compiles has changed, and renews it when it found errors.
  const stamped = status === 0 ? new Date() : new Date(0);
  if (existsSync(stamp)) utimesSync(stamp, stamped, stamped);
  return status ?? 1;
}

/** Two that start at once must not read what the other is writing. */
function oneAtATime(work) {
  const lock = join(root, 'dist', '.building');
  mkdirSync(dirname(lock), { recursive: true });
  while (!taken(lock)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function taken(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (isLeft(lock)) rmSync(lock, { force: true });
    return false;
  }
}

/** Whether the process that took the lock is gone. */
function isLeft(lock) {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')) || process.pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

if (!isBuilt()) {
  const status = oneAtATime(() => (isBuilt() ? 0 : build()));
  if (status !== 0) process.exit(status);
}
