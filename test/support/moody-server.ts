import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';

/** What the server did with one attempt. `UNHEARD`: it took the mail and hung up before it said so. */
export type Deed =
  | 'ACCEPTED'
  | 'UNHEARD'
  | '421 at RCPT'
  | '451 at RCPT'
  | '550 at RCPT'
  | '451 at DATA'
  | '552 at DATA'
  | '554 at DATA'
  | 'hung up at RCPT'
  | 'hung up in DATA'
  | 'never answered';

/** Out of a thousand attempts; the rest is accepted. */
export type Moods = Partial<Record<Exclude<Deed, 'ACCEPTED'>, number>>;

/** Temporary and permanent troubles of every sort. */
export const BAD_MOODS: Moods = {
  UNHEARD: 30,
  '421 at RCPT': 40,
  '451 at RCPT': 60,
  '550 at RCPT': 20,
  '451 at DATA': 60,
  '552 at DATA': 10,
  '554 at DATA': 20,
  'hung up at RCPT': 40,
  'hung up in DATA': 40,
};

interface Attempt {
  readonly address: string;
  readonly messageId: string | null;
  readonly deed: Deed;
}

/** A mail server whose mood changes with every mail, and that writes down what it did. The same seed gives the same moods. */
export class MoodyServer {
  readonly log: Attempt[] = [];
  private server: SMTPServer | null = null;
  private port = 0;
  private readonly random: () => number;
  private readonly mood = new Map<string, { deed: Deed; address: string }>();

  constructor(
    seed: number,
    private readonly moods: Moods,
  ) {
    this.random = randomFrom(seed);
  }

  /** On the same port as before. */
  async listen(): Promise<string> {
    this.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      logger: false,
      closeTimeout: 100,
      socketTimeout: 10 * 60_000,
      onRcptTo: ({ address }, session, done) => {
        const deed = this.nextDeed();
        this.mood.set(session.id, { deed, address });
        if (deed === 'never answered') return this.note(session, null);
        if (!deed.endsWith('at RCPT')) return done();
        this.note(session, null);
        if (deed === 'hung up at RCPT') return this.hangUp(session);
        done(refusal(deed));
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        const { deed = 'ACCEPTED' } = this.mood.get(session.id) ?? {};
        if (deed === 'hung up in DATA') stream.once('data', () => this.hangUp(session));
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.once('close', () => stream.destroy());
        stream.on('end', () => {
          this.note(session, Buffer.concat(chunks));
          if (deed === 'UNHEARD' || deed === 'hung up in DATA') return this.hangUp(session);
          done(deed === 'ACCEPTED' ? null : refusal(deed), 'kept');
        });
      },
    });
    this.server.on('error', () => undefined);
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server.server, 'listening');
    this.port = (this.server.server.address() as AddressInfo).port;
    return `smtp://127.0.0.1:${this.port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => (this.server ? this.server.close(resolve) : resolve()));
  }

  /** How often it did what. */
  counts(): ReadonlyMap<Deed, number> {
    const counts = new Map<Deed, number>();
    for (const { deed } of this.log) counts.set(deed, (counts.get(deed) ?? 0) + 1);
    return counts;
  }

  private nextDeed(): Deed {
    let chance = this.random() * 1000;
    for (const [deed, weight] of Object.entries(this.moods) as Array<[Deed, number]>) {
      chance -= weight;
      if (chance < 0) return deed;
    }
    return 'ACCEPTED';
  }

  private note(session: SMTPServerSession, content: Buffer | null): void {
    const mood = this.mood.get(session.id);
    if (!mood) return;
    const messageId = content ? (/^Message-ID:\s*(<\S+>)/im.exec(content.toString('latin1'))?.[1] ?? null) : null;
    this.log.push({ ...mood, messageId });
    this.mood.delete(session.id);
  }

  private hangUp(session: SMTPServerSession): void {
    // Whoever is hung up on in the middle of a mail had an attempt as well.
    this.note(session, null);
    const { connections } = this.server as unknown as {
      connections: Set<{ id: string; _socket: { destroy(): void } }>;
    };
    for (const connection of connections) if (connection.id === session.id) connection._socket.destroy();
  }
}

/** The deed begins with its code. */
function refusal(deed: Deed): Error {
  const responseCode = Number(deed.slice(0, 3));
  return Object.assign(new Error(`for the test: ${deed}`), { responseCode });
}

/** Mulberry32: small, and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
