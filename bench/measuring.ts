import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface Measured {
  readonly milliseconds: number;
  /** Of this process, which does everything but what the database and the mail server do. */
  readonly cpu: number;
}

export async function measured(work: () => Promise<unknown>): Promise<Measured> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { milliseconds: performance.now() - start, cpu: (user + system) / 1000 };
}

/** How often a second, over all rounds. */
export const rateOf = (rounds: readonly Measured[], mails: number): number =>
  (1000 * mails) / sum(rounds.map(({ milliseconds }) => milliseconds));

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

export function tellRate(what: string, rounds: readonly Measured[], mails: number): void {
  const cpu = sum(rounds.map((round) => round.cpu)) / mails;
  console.log(`${what}: ${Math.round(rateOf(rounds, mails))} mails/s, ${cpu.toFixed(2)} ms of processor a mail`);
}

export function tellMemory(when: string): void {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const megabytes = (bytes: number): number => Math.round(bytes / 1024 / 1024);
  console.log(`  ${when}: ${megabytes(heapUsed)} MB of heap, ${megabytes(rss)} MB in all`);
}

/** A mail server as a process of its own. */
export async function startSink() {
  const child: ChildProcess = fork('bench/sink.ts', { execArgv: ['--import', './test/support/typescript-loader.js'] });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    url: `smtp://127.0.0.1:${port}`,
    taken: async (): Promise<number> => {
      child.send('count');
      const [{ taken }] = (await once(child, 'message')) as [{ taken: number }];
      return taken;
    },
    stop: () => child.disconnect(),
  };
}
