import { transformFile } from '@swc/core';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import jestConfig from '../../jest.config.js';

/**
 * Lets plain Node run this project's TypeScript: `node --import ./test/support/typescript-loader.js some.ts`.
 * For processes of their own that tests start: they are outside of Jest, and a build would only slow the tests down.
 */
if (isMainThread) register(import.meta.url);

const [, options] = jestConfig.transform['^.+\\.ts$'];

/** Sources import `./x.js`, the name after the build. */
export async function resolve(specifier, context, nextResolve) {
  try {
    return await nextResolve(specifier, context);
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || !specifier.endsWith('.js')) throw error;
    return nextResolve(specifier.replace(/\.js$/, '.ts'), context);
  }
}

/** Compiles as Jest does. */
export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context);
  const { code } = await transformFile(fileURLToPath(url), { ...options, swcrc: false, sourceMaps: 'inline' });
  return { format: 'module', source: code, shortCircuit: true };
}
