import { execFile } from 'node:child_process';
import { readlink, realpath } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Whether a process with this id exists, whoever it belongs to. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Whether this process is the PostgreSQL server of the given cluster. A server that was killed leaves its process id
 * behind, and after a reboot or in a container that id soon belongs to somebody else.
 */
export async function isPostgresOf(cluster: string, pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform === 'linux') return worksIn(cluster, pid);
  if (process.platform === 'win32') return true;
  return isCalledPostgres(pid);
}

/** PostgreSQL makes the cluster its working folder; that of a dead but unreaped process cannot be read. */
async function worksIn(cluster: string, pid: number): Promise<boolean> {
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(cluster));
  } catch {
    return false;
  }
}

async function isCalledPostgres(pid: number): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-p', String(pid), '-o', 'stat=,comm=']);
    return stdout.includes('postgres') && !stdout.startsWith('Z');
  } catch {
    return false;
  }
}
