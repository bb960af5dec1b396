import { createClient, type Client } from 'graphql-ws';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { asked } from '../reading/asked.js';
import type { Size } from '../reading/fill.js';
import { submitting, type Owed } from '../submit/owed.js';
import type { Fleet, Outcome, Reply } from './fleet.js';

/** What was asked while one thing happened. */
export class Tally {
  readonly counts: Record<Outcome, number> = { ANSWERED: 0, UNAVAILABLE: 0, CUT: 0, WRONG: 0 };
  lastFailure = 0;
  readonly wrong = new Set<string>();

  note({ outcome, body }: Reply): void {
    this.counts[outcome] += 1;
    if (outcome !== 'ANSWERED') this.lastFailure = performance.now();
    if (outcome === 'WRONG') this.wrong.add(body.slice(0, 300));
  }
}

/** A check-in that is there to be verified and published. */
export interface Claimed {
  readonly id: string;
  readonly version: number;
}

const READ_AGAIN = `query ($id: ID!) { node(id: $id) { ... on CheckIn { status } } }`;
const VERIFY = `mutation ($id: ID!, $version: Int!) { checkInVerify(input: { checkIn: $id, version: $version, finding: "The minutes say the same.", evidence: [] }) { checkIn { id version } } }`;
const PUBLISH = `mutation ($id: ID!, $version: Int!) { checkInPublish(input: { checkIn: $id, version: $version }) { checkIn { id version } } }`;
const LISTEN = `subscription ($plan: String!, $after: String) { checkInPublished(plan: $plan, after: $after) { cursor checkIn { id } } }`;

/** Between two questions of one reader, so that the machine is busy and not full. */
const BREATH = 5;
const BETWEEN_CHANGES = 25;
const BETWEEN_PUBLICATIONS = 500;

/** Readers, agencies that hand in and look at what they handed in, an officer who publishes, and those who listen. */
export class Load {
  tally = new Tally();
  /** What the service said it had done. */
  readonly handedIn: string[] = [];
  readonly published: string[] = [];
  readonly heard: Array<Set<string>> = [];
  stale = 0;
  private isOver = false;
  private n = 0;
  private readonly work: Array<Promise<void>> = [];
  private readonly clients: Client[] = [];

  constructor(
    private readonly fleet: Fleet,
    private readonly size: Size,
  ) {}

  /** @param officer secret of the token of the MEL officer of the plan, whose check-ins are published */
  begin(readers: number, owed: Owed[], officer: { plan: string; secret: string; claimed: Claimed[] }): void {
    for (let n = 0; n < readers; n += 1) this.work.push(this.read());
    for (let n = 0; n < 2; n += 1) this.work.push(this.handIn(owed));
    this.work.push(this.publish(officer));
  }

  async end(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.work);
  }

  async hangUp(): Promise<void> {
    for (const client of this.clients) await client.dispose();
  }

  /** Listens at one process, and comes back with the last cursor when the connection is lost, as the README has it. */
  listenAt(urlNow: () => string, plan: string): void {
    const heard = new Set<string>();
    this.heard.push(heard);
    // From the beginning, so that nothing is missed that happens before it is connected.
    let after = '0';
    const client = createClient({
      url: () => urlNow().replace('http', 'ws'),
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      lazy: true,
    });
    this.clients.push(client);
    const listen = async (): Promise<void> => {
      while (!this.isOver) {
        try {
          for await (const { data } of client.iterate<{
            checkInPublished: { cursor: string; checkIn: { id: string } };
          }>({ query: LISTEN, variables: { plan, after } })) {
            if (!data) continue;
            heard.add(data.checkInPublished.checkIn.id);
            after = data.checkInPublished.cursor;
          }
        } catch {
          await delay(200);
        }
      }
    };
    void listen();
  }

  private async read(): Promise<void> {
    while (!this.isOver) {
      const n = (this.n += 1);
      const { body = '' } = asked('http://unused.example.org', n % 2 ? 'Q1' : 'Q3', n, this.size);
      this.tally.note(await this.fleet.ask({ body }));
      await delay(BREATH);
    }
  }

  private async handIn(owed: Owed[]): Promise<void> {
    for (let one = owed.pop(); one && !this.isOver; one = owed.pop()) {
      const { body = '', headers = {} } = submitting('', one);
      const reply = await this.fleet.ask({ body, headers });
      this.tally.note(reply);
      if (reply.outcome === 'ANSWERED') {
        this.handedIn.push(one.checkIn);
        await this.lookAt(one, headers);
      }
      await delay(BETWEEN_CHANGES);
    }
  }

  private async lookAt({ checkIn }: Owed, headers: Readonly<Record<string, string>>): Promise<void> {
    const reply = await this.fleet.ask({
      body: JSON.stringify({ query: READ_AGAIN, variables: { id: checkIn } }),
      headers,
    });
    this.tally.note(reply);
    if (reply.outcome === 'ANSWERED' && !reply.body.includes('"SUBMITTED"')) this.stale += 1;
  }

  private async publish({ secret, claimed }: { secret: string; claimed: Claimed[] }): Promise<void> {
    const headers = { authorization: `Bearer ${secret}` };
    for (let one = claimed.pop(); one && !this.isOver; one = claimed.pop()) {
      const { id } = one;
      const ask = async (query: string, version: number): Promise<Reply> => {
        const reply = await this.fleet.ask({ body: JSON.stringify({ query, variables: { id, version } }), headers });
        this.tally.note(reply);
        return reply;
      };
      const verified = await ask(VERIFY, one.version);
      if (verified.outcome === 'ANSWERED') {
        const { data } = JSON.parse(verified.body) as { data: { checkInVerify: { checkIn: Claimed } } };
        const published = await ask(PUBLISH, data.checkInVerify.checkIn.version);
        if (published.outcome === 'ANSWERED') this.published.push(id);
      }
      await delay(BETWEEN_PUBLICATIONS);
    }
  }
}
