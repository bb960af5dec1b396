import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Letter {
  readonly path: string;
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Reply = (response: ServerResponse, letter: Letter) => void | Promise<void>;

export const status =
  (code: number, headers: Record<string, string> = {}): Reply =>
  (response) =>
    void response.writeHead(code, headers).end();

/** Somebody else's server that takes webhooks: it answers 200 unless a path was told otherwise. */
export class Receiver {
  readonly letters: Letter[] = [];
  readonly replies = new Map<string, Reply>();
  /** Letters that it was handed at the same time, by path, at most. */
  readonly together = new Map<string, number>();
  private readonly open = new Map<string, number>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<Receiver> {
    const server = createServer((request, response) => {
      // A reply that fails is no answer, and the test that gave it sees none.
      receiver.take(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const receiver = new Receiver(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return receiver;
  }

  at(path: string): Letter[] {
    return this.letters.filter((letter) => letter.path === path);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const now = (this.open.get(path) ?? 0) + 1;
    this.open.set(path, now);
    this.together.set(path, Math.max(now, this.together.get(path) ?? 0));
    response.on('close', () => this.open.set(path, (this.open.get(path) ?? 0) - 1));
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { headers } = request;
    const letter = { path, id: String(headers['webhook-id']), headers, body: Buffer.concat(pieces).toString() };
    this.letters.push(letter);
    await (this.replies.get(path) ?? status(200))(response, letter);
  }
}
