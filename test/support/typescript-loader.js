import { transformFile } from '@swc/core';
import { existsSync } from 'node:fs';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

/**
 * Lets plain Node run this project's TypeScript: `node --import ./test/support/typescript-loader.js some.ts`.
 * So run the tests and the processes that they start: a build would only slow them down.
 */
if (isMainThread) register(import.meta.url);

const COMPILER = {
  jsc: {
    experimental: { keepImportAttributes: true },
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
  module: { type: 'es6' },
  swcrc: false,
  sourceMaps: 'inline',
};

const OWN_MODULE = /^(\.\.?\/|file:).*\.js$/;

/** Sources import `./x.js`, the name after the build. */
export async function resolve(specifier, context, nextResolve) {
  if (specifier === '@jest/globals') return nextResolve(new URL('./jest-globals.js', import.meta.url).href, context);
  // Looked for here, and not after Node has failed: it would describe each failure at length.
  if (OWN_MODULE.test(specifier) && !context.parentURL?.includes('/node_modules/')) {
    const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    if (existsSync(source)) return { url: source.href, format: 'module', shortCircuit: true };
  }
  return nextResolve(specifier, context);
}

export async function load(url, context, nextLoad) {
  if (!/\.ts(\?|$)/.test(url)) return nextLoad(url, context);
  const { code } = await transformFile(fileURLToPath(url), COMPILER);
  return { format: 'module', source: code, shortCircuit: true };
}
