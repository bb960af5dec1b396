import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';

const require = createRequire(import.meta.url);
const { default: runWithCircus } = require('jest-circus/runner');

/** `String`, `Error` and whatever else the language brings. */
const BUILT_IN = runInNewContext('Object.getOwnPropertyNames(globalThis)').filter(
  (name) => typeof globalThis[name] === 'function',
);

let run = 0;

/**
 * Jest's own runner of test files, but Node itself loads the modules. In Jest's sandbox every test file would load the
 * whole application anew, which took more time than the tests. What a module keeps for itself is therefore shared by
 * the test files of a worker.
 */
export default function runTestFile(globalConfig, config, environment, runtime, testPath, tell) {
  if (globalConfig.watch || globalConfig.watchAll) throw new Error('Watching would run modules as they were at first.');
  // In `expect.any(String)` both have to mean the same.
  for (const name of BUILT_IN) environment.global[name] = globalThis[name];
  runtime.unstable_shouldLoadAsEsm = () => true;
  runtime.unstable_importModule = async (path) => {
    globalThis.jestGlobals = runtime.requireModule(require.resolve('./sandbox-globals.cjs'));
    // Jest's own way of mapping the lines of errors knows nothing of modules that Node has loaded.
    delete Error.prepareStackTrace;
    run += 1;
    await import(`${pathToFileURL(path)}?run=${run}`);
  };
  return runWithCircus(globalConfig, config, environment, runtime, testPath, tell);
}
