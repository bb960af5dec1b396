import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** The moments of a conversation. `ACCEPTED` is right after the 250 for the content went out. */
export const MOMENTS = ['CONNECT', 'HELLO', 'MAIL', 'RCPT', 'DATA', 'CONTENT', 'COMPLETE', 'ACCEPTED'] as const;
export type Moment = (typeof MOMENTS)[number];

/** What the server does at a moment instead of going on: hang up, or answer something of its own. */
export type Turn = 'GO_ON' | 'HANG_UP' | { readonly answer: string } | { readonly answerAndHangUp: string };

/** Names the door that the client came in by, and counts the moments of this kind so far. */
export type Whim = (moment: Moment, door: string, count: number) => Turn | Promise<Turn>;

export interface Manners {
  /** What the server says it can do; without any it knows HELO only. */
  readonly extensions?: readonly string[];
  /** Milliseconds before it says anything. */
  readonly greetsAfter?: number;
  /** Milliseconds before every answer. */
  readonly answersAfter?: number;
  /** Every answer on several lines. */
  readonly verbose?: boolean;
}

export interface Accepted {
  readonly messageId: string;
  readonly to: readonly string[];
  readonly door: string;
  readonly raw: string;
}

/**
 * An SMTP server of nothing but sockets: what passes here depends on no library's habits. It takes a mail when it has
 * written its 250, whether or not anybody still reads it.
 */
export class PlainSink {
  readonly accepted: Accepted[] = [];
  /** Clients that spoke before they were answered, although nobody had offered them that. */
  tooEarly = 0;
  whim: Whim = () => 'GO_ON';
  private readonly doors: Server[] = [];
  private readonly conversations = new Set<Socket>();
  private readonly counts = new Map<Moment, number>();

  constructor(readonly manners: Manners = {}) {}

  /** Opens one more door. Answers its address. */
  async open(door: string): Promise<string> {
    const server = createServer((socket) => {
      this.conversations.add(socket);
      socket.on('close', () => this.conversations.delete(socket));
      void new Conversation(this, door, socket).hold();
    });
    this.doors.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** As if it had just been started: whoever is still on the line is hung up on. */
  clear(): void {
    for (const socket of this.conversations) socket.destroy();
    this.accepted.length = 0;
    this.counts.clear();
    this.whim = () => 'GO_ON';
  }

  close(): void {
    this.clear();
    for (const server of this.doors) server.close();
  }

  async turn(moment: Moment, door: string): Promise<Turn> {
    const count = (this.counts.get(moment) ?? 0) + 1;
    this.counts.set(moment, count);
    return this.whim(moment, door, count);
  }
}

class HungUp extends Error {}

class Conversation {
  private received = '';
  private ended = false;
  private wake: () => void = () => undefined;

  constructor(
    private readonly sink: PlainSink,
    private readonly door: string,
    private readonly socket: Socket,
  ) {
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => this.noticed(() => (this.received += chunk)));
    socket.on('close', () => this.noticed(() => (this.ended = true)));
    socket.on('error', () => undefined);
  }

  async hold(): Promise<void> {
    try {
      await delay(this.sink.manners.greetsAfter ?? 0);
      if (await this.at('CONNECT')) this.say('220 sink.example.net here');
      for (let command = await this.line(); command !== 'QUIT'; command = await this.line()) await this.obey(command);
      this.say('221 bye');
    } catch (error) {
      if (!(error instanceof HungUp)) throw error;
    } finally {
      this.socket.destroy();
    }
  }

  private async obey(command: string): Promise<void> {
    const [verb = ''] = command.toUpperCase().split(' ');
    if (verb === 'EHLO' || verb === 'HELO') return this.greet(verb);
    if (verb === 'RSET') return this.answer('250 reset');
    if (verb === 'MAIL') {
      this.recipients.length = 0;
      if (await this.at('MAIL')) await this.answer('250 sender');
    } else if (verb === 'RCPT') {
      if (!(await this.at('RCPT'))) return;
      this.recipients.push(/<([^>]*)>/.exec(command)?.[1] ?? '');
      await this.answer('250 recipient');
    } else if (verb === 'DATA') await this.take();
    else await this.answer('502 unknown here');
  }

  private readonly recipients: string[] = [];

  private async greet(verb: 'EHLO' | 'HELO'): Promise<void> {
    const { extensions = [] } = this.sink.manners;
    if (!(await this.at('HELLO'))) return;
    if (verb === 'EHLO' && extensions.length === 0) return this.answer('502 unknown here');
    const lines = ['sink.example.net', ...(verb === 'EHLO' ? extensions : [])];
    await delay(this.sink.manners.answersAfter ?? 0);
    for (const [at, line] of lines.entries()) this.say(`250${at < lines.length - 1 ? '-' : ' '}${line}`);
  }

  private async take(): Promise<void> {
    if (!(await this.at('DATA'))) return;
    await this.answer('354 go ahead');
    await this.until(() => this.received.length > 0);
    if (!(await this.at('CONTENT'))) return;
    // What came before may end in the line break that the last dot stands on.
    await this.until(() => this.received.includes('\r\n.\r\n'));
    const end = this.received.indexOf('\r\n.\r\n');
    const raw = this.received.slice(0, end).replace(/^\.\./gm, '.');
    this.received = this.received.slice(end + 5);
    if (!(await this.at('COMPLETE'))) return;
    await this.answer('250 kept');
    const messageId = /^message-id:\s*(<[^>]*>)/im.exec(raw)?.[1] ?? '';
    this.sink.accepted.push({ messageId, to: [...this.recipients], door: this.door, raw });
    await this.at('ACCEPTED');
  }

  /** Whether the conversation goes on as usual. */
  private async at(moment: Moment): Promise<boolean> {
    const turn = await this.sink.turn(moment, this.door);
    if (turn === 'GO_ON') return true;
    if (turn === 'HANG_UP') throw new HungUp();
    if ('answer' in turn) {
      this.say(turn.answer);
      return false;
    }
    this.socket.end(`${turn.answerAndHangUp}\r\n`);
    throw new HungUp();
  }

  private async answer(text: string): Promise<void> {
    if (this.received !== '' && !this.sink.manners.extensions?.includes('PIPELINING')) this.sink.tooEarly += 1;
    if (this.sink.manners.answersAfter) await delay(this.sink.manners.answersAfter);
    if (this.sink.manners.verbose) this.say(`${text.slice(0, 3)}-${text.slice(4)},`, `${text.slice(0, 3)}-as said`);
    this.say(text);
  }

  private say(...lines: string[]): void {
    this.socket.write(lines.map((line) => `${line}\r\n`).join(''));
  }

  private async line(): Promise<string> {
    await this.until(() => this.received.includes('\r\n'));
    const end = this.received.indexOf('\r\n');
    const line = this.received.slice(0, end);
    this.received = this.received.slice(end + 2);
    return line;
  }

  private async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (this.ended) throw new HungUp();
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  private noticed(note: () => void): void {
    note();
    this.wake();
  }
}
