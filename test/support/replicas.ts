import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { startBuilt } from './built-process.js';
import type { PlainSink } from './plain-sink.js';

/** Killed, or frozen as a machine is that is moved or starved. */
export type End = 'SIGKILL' | 'SIGSTOP';

export type Order =
  | { readonly now: string }
  | { readonly endAt: readonly string[]; readonly by: End; readonly tokens: string }
  | { readonly do: 'WORK' | 'REST' | 'BEAT' };

export type Told = { readonly ready: true } | { readonly rested: true } | { readonly trouble: readonly string[] };

export interface Surroundings {
  readonly databaseUrl: string;
  readonly sink: PlainSink;
  readonly settings?: Readonly<Record<string, string>>;
}

/** One replica of the service: a process on the database that all share, with a door of its own to the mail server. */
export class Replica {
  /** Its door to the mail server, and what its connections to the database are called. */
  readonly name: string;
  private static count = 0;
  private process!: ChildProcess;

  private constructor() {
    Replica.count += 1;
    this.name = `replica ${process.pid}-${Replica.count}`;
  }

  static async start({ databaseUrl, sink, settings }: Surroundings, now: string): Promise<Replica> {
    const replica = new Replica();
    const database = new URL(databaseUrl);
    database.searchParams.set('application_name', replica.name);
    replica.process = await startBuilt('replica-process', {
      PATH: process.env['PATH'],
      DATABASE_URL: database.href,
      SMTP_URL: await sink.open(replica.name),
      PUBLIC_URL: 'http://mithaq.example.org',
      NOW: now,
      ...settings,
    });
    await replica.told('ready');
    return replica;
  }

  get isAlive(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  get dead(): Promise<unknown> {
    return this.isAlive ? once(this.process, 'exit') : Promise.resolve();
  }

  order(order: Order): void {
    if (this.isAlive) this.process.send(order, () => undefined);
  }

  /** Answers when the beat that it is at is over. */
  async rest(): Promise<void> {
    this.order({ do: 'REST' });
    await this.told('rested');
  }

  /** One beat; answers what went wrong in it. */
  async beat(): Promise<readonly string[]> {
    this.order({ do: 'BEAT' });
    const told = await this.told('trouble');
    return told && 'trouble' in told ? told.trouble : ['It is dead.'];
  }

  /** As the kernel does when memory is short: without a word, and at once. */
  kill(): void {
    if (this.isAlive) this.process.kill('SIGKILL');
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  thaw(): void {
    this.process.kill('SIGCONT');
  }

  private told(what: 'ready' | 'rested' | 'trouble'): Promise<Told | null> {
    return new Promise((resolve) => {
      const heard = (told: Told): void => {
        if (what in told) done(told);
      };
      const gone = (): void => done(null);
      const done = (answer: Told | null): void => {
        this.process.off('message', heard).off('exit', gone);
        resolve(answer);
      };
      this.process.on('message', heard).on('exit', gone);
      if (!this.isAlive) done(null);
    });
  }
}
