import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isAlive } from '../../src/platform/embedded/processes.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = join(ROOT, 'bin/mithaq.js');
/** A first start on a busy machine, its build included. */
const START_MILLISECONDS = 120_000;

/**
 * For programs that live for seconds: V8 spends more on making code fast than such a life gains by it. To ask of every
 * module whether its path leads through links takes a seventh of the start; npm lays none.
 */
export const SHORT_LIFE: readonly string[] = ['--no-opt', '--preserve-symlinks'];

export type Environment = Readonly<Record<string, string>>;

/** Nothing but what is given: neither Jest's settings nor those of whoever runs the tests reach the process. */
const environment = (given: Environment): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  ...given,
});

/** What a process said until it ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `mithaq` with these arguments, as a person would in a terminal, to its end. */
export const mithaq = (args: readonly string[], given: Environment = {}): Promise<Ended> =>
  new Mithaq(args, given).ended;

/**
 * Runs commands as `mithaq` does, one after another in one process, which has to start only once: for what a command
 * does and says. How a process of its own begins and ends is for `mithaq` to show.
 */
export class Terminal {
  private readonly child: ChildProcess;
  private readonly exit: Promise<unknown>;
  private last: Promise<unknown> = Promise.resolve();

  constructor(given: Environment) {
    this.child = fork(join(ROOT, 'test/support/terminal.js'), {
      cwd: ROOT,
      env: environment(given),
      execArgv: [...SHORT_LIFE],
    });
    this.exit = once(this.child, 'exit');
  }

  run(args: readonly string[]): Promise<Ended> {
    const ended = this.last.then(() => this.answerTo(args));
    this.last = ended.catch(() => undefined);
    return ended;
  }

  async close(): Promise<void> {
    if (this.child.connected) this.child.disconnect();
    await this.exit;
  }

  private async answerTo(args: readonly string[]): Promise<Ended> {
    const answer = once(this.child, 'message') as Promise<[Ended]>;
    this.child.send(args);
    const first = await Promise.race([answer, this.exit.then(() => null)]);
    if (!first) throw new Error(`The terminal ended at: mithaq ${args.join(' ')}`);
    return first[0];
  }
}

/** The service as a process of its own, ready to answer. */
export async function startService(given: Environment): Promise<Service> {
  const service = new Service(['start'], { PORT: '0', ...given });
  await service.says(/Ctrl-C stops everything/);
  return service;
}

/** An empty folder for data, with a name that careless commands stumble over. */
export async function emptyDataDir(): Promise<{ dataDir: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'mithaq process-'));
  return {
    dataDir: join(folder, "the mayor's data"),
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** The PostgreSQL and the inbox that run on a data folder. */
export async function helpersOf(dataDir: string): Promise<number[]> {
  const [postmaster, inbox] = await Promise.all([
    readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8').then((text) => Number(text.split('\n')[0]), nobody),
    readFile(join(dataDir, 'inbox.json'), 'utf8').then((text) => (JSON.parse(text) as { pid: number }).pid, nobody),
  ]);
  return [postmaster, inbox].filter((pid) => pid > 0 && isAlive(pid));
}

const nobody = () => 0;

/** A process of this program: the service, or one of its commands. */
export class Mithaq {
  readonly ended: Promise<Ended>;
  private readonly child: ChildProcess;
  private stdout = '';
  private stderr = '';

  constructor(args: readonly string[], given: Environment) {
    this.child = spawn(process.execPath, [...SHORT_LIFE, PROGRAM, ...args], {
      cwd: ROOT,
      env: environment(given),
      // A group of its own, which Ctrl-C can be sent to.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (chunk) => (this.stdout += chunk));
    this.child.stderr?.on('data', (chunk) => (this.stderr += chunk));
    this.ended = once(this.child, 'close').then(([code]) => ({
      code: code as number | null,
      stdout: this.stdout,
      stderr: this.stderr,
    }));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Everything on its standard output so far. */
  get said(): string {
    return this.stdout;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Waits until it says that. */
  async says(pattern: RegExp): Promise<void> {
    for (const deadline = Date.now() + START_MILLISECONDS; !pattern.test(this.stdout); await delay(20)) {
      if (!this.isRunning || Date.now() > deadline)
        throw new Error(`It never said ${pattern}: ${this.stdout}${this.stderr}`);
    }
  }

  /** As a terminal does it: every process of the group hears of it. Answers how it ended. */
  ctrlC(): Promise<Ended> {
    if (this.isRunning) process.kill(-this.pid, 'SIGINT');
    return this.ended;
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }
}

export class Service extends Mithaq {
  get url(): string {
    return /GraphQL and its explorer +(\S+)\/graphql/.exec(this.said)?.[1] ?? '';
  }

  /** Page of its inbox. */
  get inboxUrl(): string {
    return /Demo inbox \(all mail\) +(http\S+)/.exec(this.said)?.[1] ?? '';
  }

  async gql<T>(query: string, token?: string): Promise<{ data: T; errors?: Array<{ message: string }> }> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as { data: T; errors?: Array<{ message: string }> };
  }
}
