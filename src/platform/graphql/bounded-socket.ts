import { WebSocket } from 'ws';

/** As the WebSocket standard's registry numbers it: try again later. */
export const READS_TOO_SLOWLY = 1013;
/** Bytes that may wait for one connection before it is told anything more. */
const MOST_WAITING = 1_048_576;
/** How long whoever is cut off may take to read so far. */
const LAST_CHANCE = 5_000;

type Message = Parameters<WebSocket['send']>[0];
type WhenSent = (error?: Error) => void;

const isCallback = (given: WhenSent | object | undefined): given is WhenSent => typeof given === 'function';

/**
 * A connection whose other end has to read what it is sent. Events wait for it in the table, but a pong to every ping and
 * a refusal of every question would fill the memory of whoever answers them.
 */
export class BoundedSocket extends WebSocket {
  /** What a connection that broke did not get is lost with it, and no failure of ours. */
  override send(message: Message, whenSent?: WhenSent | object): void {
    this.cutIfBehind();
    super.send(message, () => {
      if (isCallback(whenSent)) whenSent();
    });
  }

  override pong(...pong: Parameters<WebSocket['pong']>): void {
    this.cutIfBehind();
    super.pong(...pong);
  }

  private cutIfBehind(): void {
    if (this.readyState !== WebSocket.OPEN || this.bufferedAmount <= MOST_WAITING) return;
    this.close(READS_TOO_SLOWLY, 'What is sent is read too slowly.');
    setTimeout(() => this.terminate(), LAST_CHANCE).unref();
  }
}
