import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

const FOLDER = 'bench/peers';
const changedAt = (file: string): number => (existsSync(file) ? statSync(file).mtimeMs : 0);

/** What only the peers need has a lock file of its own, and is installed when somebody measures them. */
export function installPeers(): void {
  if (changedAt(`${FOLDER}/node_modules/.package-lock.json`) >= changedAt(`${FOLDER}/package-lock.json`)) return;
  console.log(`The peers are installed once: npm ci in ${FOLDER} …`);
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', args, { cwd: FOLDER, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error('The peers could not be installed.');
}

/** A Node 24, where there is one: from npm for Linux, or the one that runs this. */
export function newerNode(): string | null {
  const fromNpm = `${FOLDER}/node_modules/node-linux-${process.arch}/bin/node`;
  if (process.platform === 'linux' && existsSync(fromNpm)) return fromNpm;
  return Number(process.versions.node.split('.')[0]) >= 22 ? process.execPath : null;
}
