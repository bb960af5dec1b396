import { fork } from 'node:child_process';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';

/** Starts the run's PostgreSQL and tells the tests where it is. @param {{ rootDir: string }} globalConfig */
export default async function startTestCluster({ rootDir }) {
  // Two tests that unpack it at the same time would start one that is still being written.
  const unpacked = process.platform === 'linux' && process.arch === 'x64' ? chromium.executablePath() : null;
  const child = fork(join(rootDir, 'test/support/cluster-process.ts'), [], {
    cwd: rootDir,
    execArgv: ['--import', join(rootDir, 'test/support/typescript-loader.js')],
    // Out of the reach of Ctrl-C: it ends when Jest has ended, so that it can clear up.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  globalThis.testCluster = child;
  process.env.MITHAQ_TEST_ADMIN_URL = await adminUrlFrom(child);
  await unpacked;
  // Jest need not wait for it, and without a teardown must not.
  child.unref();
  child.channel?.unref();
}

function adminUrlFrom(child) {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message.adminUrl));
    child.once('exit', (code) => reject(new Error(`The PostgreSQL for the tests did not start (code ${code}).`)));
    child.once('error', reject);
  });
}
