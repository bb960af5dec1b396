import { readFileSync } from 'node:fs';

/** What `/proc` counts in, on every Linux: milliseconds. */
const TICK = 10;

/** A process and all that it started. One that has just ended counts for nothing. */
function family(pid: number): readonly number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(family)];
}

/** Milliseconds of processor that a process and its children took since they started, on Linux. */
export function cpuOf(pid: number): number {
  return sum(family(pid).map(ticksOf)) * TICK;
}

function ticksOf(pid: number): number {
  // The name of the program may hold spaces; what follows it does not. Children that ended count with their parent.
  const fields = read(`/proc/${pid}/stat`).split(') ')[1]?.split(' ') ?? [];
  return sum(fields.slice(11, 15).map(Number));
}

/** Megabytes that a process and its children hold in memory, on Linux. */
export function memoryOf(pid: number): number {
  return sum(family(pid).map((one) => Number(/^VmRSS:\s*(\d+)/m.exec(read(`/proc/${one}/status`))?.[1] ?? 0))) / 1024;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
