import { connect, type Socket } from 'node:net';

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('\r\n0\r\n\r\n');
const ERRORS = Buffer.from('"errors":');

/**
 * One connection that is kept, and asks one thing after the other. Node's own client takes as much processor as the
 * fastest server, and would measure itself.
 */
export class Connection {
  private parts: Buffer[] = [];
  private settle: { resolve: (answer: Buffer) => void; reject: (error: Error) => void } | null = null;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (part) => this.take(part));
    socket.on('error', (error) => this.settle?.reject(error));
    socket.on('close', () => this.settle?.reject(new Error('The server closed the connection.')));
  }

  static open(url: string): Promise<Connection> {
    const { hostname, port } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => resolve(new Connection(socket)));
      socket.once('error', reject);
    });
  }

  /** The body of the answer, as it came: nothing is parsed but where it ends. */
  ask(request: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
      this.socket.write(request);
    });
  }

  close(): void {
    this.settle = null;
    this.socket.destroy();
  }

  private take(part: Buffer): void {
    this.parts.push(part);
    const all = this.parts.length === 1 ? part : Buffer.concat(this.parts);
    this.parts = [all];
    const head = all.indexOf(END_OF_HEAD);
    if (head < 0) return;
    const begin = head + END_OF_HEAD.length;
    const headers = all.toString('latin1', 0, head);
    const length = /\r\ncontent-length: *(\d+)/i.exec(headers)?.[1];
    const isWhole =
      length === undefined ? all.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK) : all.length >= begin + Number(length);
    if (!isWhole) return;
    this.parts = [];
    const { settle } = this;
    this.settle = null;
    const answer = all.subarray(begin);
    if (!headers.startsWith('HTTP/1.1 2') || answer.includes(ERRORS))
      settle?.reject(new Error(`Refused: ${headers.split('\r\n')[0]} ${answer.toString().slice(0, 500)}`));
    else settle?.resolve(answer);
  }
}

/** What is asked: a POST of JSON when there is a body, else a GET. */
export interface Asked {
  readonly url: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const allHeaders = ({ body, headers }: Asked): Readonly<Record<string, string>> => ({
  accept: 'application/json',
  ...(body ? { 'content-type': 'application/json' } : {}),
  ...headers,
});

export function bytesOf(asked: Asked): Buffer {
  const { host, pathname, search } = new URL(asked.url);
  const { body = '' } = asked;
  const headers = { host, ...allHeaders(asked), ...(body ? { 'content-length': Buffer.byteLength(body) } : {}) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from([`${body ? 'POST' : 'GET'} ${pathname}${search} HTTP/1.1`, ...lines, '', body].join('\r\n'));
}

/** One answer, parsed, for those who compare answers. */
export async function answerTo<Answer>(asked: Asked): Promise<Answer> {
  const { url, body } = asked;
  const response = await fetch(url, { headers: allHeaders(asked), ...(body ? { method: 'POST', body } : {}) });
  const text = await response.text();
  if (!response.ok || text.includes('"errors":')) throw new Error(`${url}: ${response.status} ${text.slice(0, 2000)}`);
  return JSON.parse(text) as Answer;
}
