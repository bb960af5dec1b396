import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The processor cores that this process may use, such as 0, 1, 2 and 5 from "0-2,5". */
function coresAllowed(): readonly number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return list.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, n) => first + n);
  });
}

const hasTaskset = (): boolean => spawnSync('taskset', ['--version']).status === 0;

/**
 * Where servers run, one core for whichever is asked, and where everything else does: whoever asks, and the database,
 * which inherits it. Null where cores cannot be kept for anybody.
 */
function keepCores(): { readonly servers: string; readonly others: string } | null {
  if (process.platform !== 'linux' || !hasTaskset()) return null;
  const [servers, ...others] = coresAllowed();
  return others.length === 0 ? null : { servers: String(servers), others: others.join(',') };
}

export const cores = keepCores();
if (cores) spawnSync('taskset', ['-a', '-c', '-p', cores.others, String(process.pid)]);

export function tellCores(): void {
  console.log(
    cores
      ? `servers on core ${cores.servers}; whoever asks, and the database, on ${cores.others}`
      : 'no core is kept for anybody (taskset and two cores are needed): servers, database and whoever asks share them all',
  );
}
