import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';

/** How the server treats the next mails; `ACCEPT` when nothing is said. */
export type Behaviour =
  | 'ACCEPT'
  | { readonly code: number; readonly at: 'MAIL' | 'RCPT' | 'DATA' }
  | 'HANG_UP_AFTER_DATA'
  | { readonly acceptAfter: number };

export interface ReceivedMail {
  readonly to: readonly string[];
  readonly raw: string;
  readonly mail: ParsedMail;
  /** Whether it came over TLS. */
  readonly encrypted: boolean;
}

/** A real SMTP server that keeps what it accepts and can be told to misbehave. */
export class Mailbox {
  readonly received: ReceivedMail[] = [];
  /** Every attempt to hand over a mail, accepted or not. */
  attempts = 0;
  /** By address; the whole server when the address is `*`. */
  readonly behaviours = new Map<string, Behaviour>();
  private readonly server: SMTPServer;

  /** @param tls a key and its certificate, for a server that offers STARTTLS; left out, it offers none */
  constructor(tls?: { readonly key: string; readonly cert: string }) {
    this.server = new SMTPServer({
      authOptional: true,
      ...(tls ?? { disabledCommands: ['STARTTLS'] }),
      logger: false,
      // Whoever keeps a connection open for the next mail is hung up on.
      closeTimeout: 100,
      onMailFrom: (_sender, _session, done) => {
        const behaviour = this.behaviourFor([]);
        if (typeof behaviour === 'object' && 'at' in behaviour && behaviour.at === 'MAIL') {
          this.attempts += 1;
          return done(refusal(behaviour.code));
        }
        done();
      },
      onRcptTo: ({ address }, _session, done) => {
        const behaviour = this.behaviourFor([address]);
        if (typeof behaviour === 'object' && 'at' in behaviour && behaviour.at === 'RCPT') {
          this.attempts += 1;
          return done(refusal(behaviour.code));
        }
        done();
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => void this.take(Buffer.concat(chunks), session, done));
      },
    });
    this.server.on('error', () => undefined);
  }

  /** @param port any that is free when left out */
  async listen(port = 0): Promise<string> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server.server, 'listening');
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(resolve));
  }

  /** As if it had just been started. */
  clear(): void {
    this.received.length = 0;
    this.attempts = 0;
    this.behaviours.clear();
  }

  /** Mails to one address, in the order of their arrival. */
  to(address: string): ReceivedMail[] {
    return this.received.filter((mail) => mail.to.includes(address));
  }

  private behaviourFor(addresses: readonly string[]): Behaviour {
    return (
      [...addresses, '*'].map((address) => this.behaviours.get(address)).find((found) => found !== undefined) ??
      'ACCEPT'
    );
  }

  private async take(
    content: Buffer,
    session: SMTPServerSession,
    done: (error?: Error | null, message?: string) => void,
  ): Promise<void> {
    this.attempts += 1;
    const to = session.envelope.rcptTo.map(({ address }) => address);
    const behaviour = this.behaviourFor(to);
    if (typeof behaviour === 'object' && 'code' in behaviour) return done(refusal(behaviour.code));
    this.received.push({ to, raw: content.toString(), mail: await simpleParser(content), encrypted: session.secure });
    if (behaviour === 'HANG_UP_AFTER_DATA') return this.hangUp(session);
    if (typeof behaviour === 'object') await new Promise((resolve) => setTimeout(resolve, behaviour.acceptAfter));
    done(null, 'kept');
  }

  /** The mail was taken, but its sender never hears so. */
  private hangUp(session: SMTPServerSession): void {
    for (const connection of (
      this.server as unknown as { connections: Set<{ id: string; _socket: { destroy(): void } }> }
    ).connections) {
      if (connection.id === session.id) connection._socket.destroy();
    }
  }
}

function refusal(code: number): Error {
  return Object.assign(new Error(`refused for the test with ${code}`), { responseCode: code });
}
