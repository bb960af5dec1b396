import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cores } from './cores.js';

export interface Server {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const LOADER = ['--import', './test/support/typescript-loader.js'];

export interface Start {
  /** The program, relative to this folder's parent; it tells its address as a message, and ends when nobody listens. */
  readonly file: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Another Node than this one. */
  readonly node?: string;
}

/** The room for what is soon forgotten, as the service is deployed with; every peer has as much. */
export const ROOM = '--max-semi-space-size=32';

/** The command, on the core that is kept for servers. */
export function onItsCore(command: readonly string[]): [program: string, args: readonly string[]] {
  const [program = '', ...args] = cores ? ['taskset', '-c', cores.servers, ...command] : command;
  return [program, args];
}

/** A server as a process of its own, on the core that is kept for servers. */
export async function start(name: string, { file, env = {}, node = process.execPath }: Start): Promise<Server> {
  const command = [
    node,
    ROOM,
    ...(process.env['PROF'] ? ['--cpu-prof', '--cpu-prof-dir=/tmp/prof'] : []),
    ...(file.endsWith('.ts') ? LOADER : []),
    `bench/${file}`,
  ];
  const [program, args] = onItsCore(command);
  const child = spawn(program, args, {
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [{ url }] = (await Promise.race([once(child, 'message'), failed(name, child)])) as [{ url: string }];
  return {
    name,
    url,
    pid: child.pid ?? 0,
    stop: async () => {
      if (child.exitCode !== null || !child.connected) return;
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

async function failed(name: string, child: ChildProcess): Promise<never> {
  const [code] = (await once(child, 'exit')) as [number | null];
  throw new Error(`${name} ended (${code}) before it served.`);
}
