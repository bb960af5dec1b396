import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * An address of a database that leads to one server now and to another later, as a virtual IP, a name or a balancer does.
 * Whoever is connected is cut off when it changes.
 */
export class Address {
  private readonly open = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private target: URL,
  ) {}

  static async of(url: string): Promise<Address> {
    const server = createServer((socket) => address.pass(socket));
    const address = new Address(server, new URL(url));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return address;
  }

  get url(): string {
    const url = new URL(this.target);
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  leadTo(url: string): void {
    this.target = new URL(url);
    for (const socket of this.open) socket.destroy();
  }

  /** From now on nothing that is sent arrives, as on a line that is overfull; nor does it when the line is cut. */
  holdUp(): void {
    for (const socket of this.open) socket.unpipe().pause();
  }

  async close(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private pass(from: Socket): void {
    const to = connect(Number(this.target.port), this.target.hostname);
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      this.open.add(one);
      one.setNoDelay().pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.open.delete(one);
        other.destroy();
      });
    }
  }
}
