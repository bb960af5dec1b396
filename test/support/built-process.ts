import { transformFile } from '@swc/core';
import { execFile, fork, type ChildProcess } from 'node:child_process';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SHORT_LIFE } from './service.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What runs in processes of its own, and what that needs of this folder. */
const FILES = ['export-process', 'kill-points', 'reminder-process', 'replica-process'];

let built: Promise<void> | undefined;

/**
 * Starts a file of this folder as a process of its own that runs the build, as the service does: to translate the whole
 * application once more in every process takes longer than anything that most of them do.
 */
export async function startBuilt(
  file: string,
  env: NodeJS.ProcessEnv,
  options: readonly string[] = [],
): Promise<ChildProcess> {
  await (built ??= build());
  return fork(inDist(`${file}.js`), { env, execArgv: [...SHORT_LIFE, ...options] });
}

async function build(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(ROOT, 'bin/build.js')]);
  await mkdir(inDist(''), { recursive: true });
  await Promise.all(FILES.map(translate));
}

/** Moved into place when it is complete: other workers do the same. */
async function translate(file: string): Promise<void> {
  const { code } = await transformFile(join(ROOT, 'test/support', `${file}.ts`), {
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
    swcrc: false,
  });
  const draft = inDist(`${file}.${process.pid}`);
  await writeFile(draft, code);
  await rename(draft, inDist(`${file}.js`));
}

const inDist = (file: string): string => join(ROOT, 'dist/test/support', file);
