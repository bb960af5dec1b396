import { spawnSync } from 'node:child_process';
import { NOW } from '../reading/fill.js';
import { start, type Server } from './server.js';

/** Built as it is deployed: what compiles sources while they are read takes a hundred megabytes. */
export function build(): void {
  const { status } = spawnSync(process.execPath, ['bin/mithaq.js', '--help'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error('The service could not be built.');
}

export function startOurs(
  name: string,
  databaseUrl: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Server> {
  build();
  return start(name, { file: 'serving/ours.js', env: { DATABASE_URL: databaseUrl, NOW, ...env } });
}
