import { once } from 'node:events';

/** Stops the run's PostgreSQL and waits until its files are gone. */
export default async function stopTestCluster() {
  const child = globalThis.testCluster;
  if (!child?.connected) return;
  const exited = once(child, 'exit');
  child.ref();
  child.disconnect();
  await exited;
}
