import { startService, type Settings } from '../serving/service.js';
import type { Server } from '../serving/server.js';
import type { Asked } from '../serving/asking.js';

/** What became of a request. `CUT`: it was sent, and the process or the connection died before there was an answer. */
export type Outcome = 'ANSWERED' | 'UNAVAILABLE' | 'CUT' | 'WRONG';

export interface Reply {
  readonly outcome: Outcome;
  readonly body: string;
}

/** So long after it refused a connection nobody is sent to a process, as by a balancer that looks after their health. */
const LEFT_ALONE = 500;
const PATIENCE = 10_000;

interface Member {
  server: Server;
  awayUntil: number;
}

/**
 * Processes of the service behind a balancer of the simplest kind: each in turn, and the next one where a connection is
 * refused, which nobody was told anything over. What was sent once is never sent again.
 */
export class Fleet {
  private readonly members: Member[] = [];
  private turn = 0;
  /** How often the next process was asked instead. */
  passedOn = 0;

  constructor(
    private readonly databaseUrl: string,
    private readonly settings: Settings,
  ) {}

  get urls(): string[] {
    return this.members.map(({ server }) => server.url);
  }

  async grow(): Promise<void> {
    this.members.push({ server: await startService(this.databaseUrl, this.settings), awayUntil: 0 });
  }

  /** As the kernel does when memory is short. Answers how a new one is started in its place. */
  killOne(): () => Promise<void> {
    const [member] = this.members;
    if (!member) throw new Error('There is no process to kill.');
    process.kill(member.server.pid, 'SIGKILL');
    return async () => {
      await member.server.stop();
      member.server = await startService(this.databaseUrl, this.settings);
    };
  }

  async stop(): Promise<void> {
    for (const { server } of this.members) await server.stop();
  }

  /** @param path instead of that of GraphQL */
  async ask({ body, headers }: Pick<Asked, 'body' | 'headers'>, path?: string): Promise<Reply> {
    const last = performance.now() + PATIENCE;
    while (performance.now() < last) {
      const member = this.next();
      if (!member) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        continue;
      }
      try {
        const response = await fetch(path ? new URL(path, member.server.url) : member.server.url, {
          headers: { ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
          ...(body ? { method: 'POST', body } : {}),
          signal: AbortSignal.timeout(PATIENCE),
        });
        const text = await response.text();
        const isRight = response.ok && !text.includes('"errors":');
        return { outcome: isRight ? 'ANSWERED' : response.status === 503 ? 'UNAVAILABLE' : 'WRONG', body: text };
      } catch (error) {
        const { code } = ((error as Error).cause ?? {}) as { code?: unknown };
        if (code !== 'ECONNREFUSED') return { outcome: 'CUT', body: String(error) };
        member.awayUntil = performance.now() + LEFT_ALONE;
        this.passedOn += 1;
      }
    }
    return { outcome: 'CUT', body: 'Nobody was there.' };
  }

  private next(): Member | undefined {
    for (let tries = 0; tries < this.members.length; tries += 1) {
      const member = this.members[(this.turn += 1) % this.members.length];
      if (member && member.awayUntil <= performance.now()) return member;
    }
    return undefined;
  }
}
