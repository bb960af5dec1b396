#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/* Starts the service or one of its commands; builds first when the sources are newer than the last build. */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'dist', '.tsbuildinfo');

const newest = (path) =>
  statSync(path).isDirectory()
    ? Math.max(...readdirSync(path).map((name) => newest(join(path, name))))
    : statSync(path).mtimeMs;

function buildWhenNeeded() {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const sources = ['src', 'migrations', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].map((name) =>
    join(root, name),
  );
  // An image that is shipped compiled has neither sources nor a compiler.
  if (!existsSync(compiler) || !sources.every(existsSync)) return;
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= Math.max(...sources.map(newest))) return;
  process.stderr.write('Building …\n');
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
  // The compiler leaves its stamp alone when nothing it compiles has changed.
  const now = new Date();
  utimesSync(stamp, now, now);
}

buildWhenNeeded();
const built = (name) => import(pathToFileURL(join(root, 'dist', 'src', name)).href);
const argv = process.argv.slice(2);
if (argv[0] === 'start') await built('main.js');
else await (await built('cli.js')).runCli(argv);
