import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { AppModule } from '../../src/app.module.js';
import { SetClock } from '../../src/platform/clock.js';
import { readSettings } from '../../src/platform/config/settings.js';
import { createLogger } from '../../src/platform/logging/logger.js';
import { MailRelay } from '../../src/platform/mail/mail-relay.js';
import type { Deed, MoodyServer } from './moody-server.js';

const START = new Date('2024-07-01T06:00:00Z');
const LEASE_AND_MORE = 3 * 60_000;

interface StoredMail {
  readonly address: string;
  readonly messageId: string;
  readonly status: string;
  readonly reason: string | null;
  readonly attempts: number;
}

/** What the outbox and the server's own log say of one another. */
export interface Reconciled {
  readonly sent: number;
  readonly refused: number;
  readonly attempts: number;
  readonly heard: number;
  /** Mails that the server has more than once: it took them, and hung up before it said so. */
  readonly repeated: number;
  readonly markedAddresses: number;
  /** Every sentence is something that may not be. */
  readonly wrong: readonly string[];
}

const REFUSALS: readonly Deed[] = ['550 at RCPT', '552 at DATA', '554 at DATA'];

/** An outbox full of mails, the relay, and a server that does as it pleases. */
export class DeliveryTrial {
  readonly clock = new SetClock(START);
  private app!: INestApplicationContext;

  private constructor(
    private readonly server: MoodyServer,
    readonly smtpUrl: string,
  ) {}

  static async start(
    databaseUrl: string,
    server: MoodyServer,
    settings: Record<string, string> = {},
  ): Promise<DeliveryTrial> {
    const trial = new DeliveryTrial(server, await server.listen());
    const read = readSettings({
      NODE_ENV: 'test',
      DATABASE_URL: databaseUrl,
      SMTP_URL: trial.smtpUrl,
      LOG_LEVEL: 'silent',
      ...settings,
    });
    trial.app = await NestFactory.createApplicationContext(
      AppModule.with({ settings: read, clock: trial.clock, log: createLogger('silent'), serves: false }),
      { logger: false },
    );
    return trial;
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.server.close();
  }

  /** @param after how many there are already */
  async fill(mails: number, after = 0): Promise<void> {
    await this.db.query(
      `insert into outbox_mail (key, kind, message_id, to_address, language, subject, text_part, html_part, queued_at, next_attempt_at, expires_at)
       select 'mail ' || n, 'trial', '<trial.' || n || '@example.org>', 'office-' || n || '@example.org', 'en', 'Mail ' || n, 'Text', '<p>Text</p>',
              $1::timestamptz, $1::timestamptz, $1::timestamptz + interval '60 days' from generate_series($3::int + 1, $3::int + $2::int) n`,
      [START, mails, after],
    );
  }

  /** One beat of the relay. What goes wrong with the database is for the next beat. */
  deliver = (): Promise<unknown> =>
    this.app
      .get(MailRelay)
      .deliver()
      .catch(() => null);

  later(milliseconds: number): void {
    this.clock.set(new Date(this.clock.now().getTime() + milliseconds));
  }

  /** Lets beat after beat pass until nothing waits; the clock runs ahead to whatever is due next. Answers how many beats. */
  async untilNothingWaits(): Promise<number> {
    for (let beats = 0; beats < 2000; beats += 1) {
      const [{ next }] = await this.db.query<[{ next: Date | null }]>(
        `select min(greatest(next_attempt_at, leased_until)) as next from outbox_mail where status = 'QUEUED'`,
      );
      if (!next) return beats;
      if (next > this.clock.now()) this.clock.set(new Date(next.getTime() + LEASE_AND_MORE));
      await this.deliver();
    }
    throw new Error('Mails wait for ever.');
  }

  /**
   * Compares every mail with what the server wrote down about it.
   *
   * @param afterDeaths whether processes died that had heard of mails being taken, and could tell nobody
   */
  async reconcile(mails: number, afterDeaths = false): Promise<Reconciled> {
    const stored = await this.db.query<StoredMail[]>(
      `select to_address as address, message_id as "messageId", status, reason, attempts from outbox_mail`,
    );
    const [{ marked }] = await this.db.query<[{ marked: string[] | null }]>(
      `select array_agg(address order by address) as marked from undeliverable_address`,
    );
    const deedsOf = new Map(stored.map(({ address }) => [address, [] as Deed[]]));
    const wrong: string[] = [];
    const ids = new Map(stored.map(({ address, messageId }) => [address, messageId]));
    for (const { address, deed, messageId } of this.server.log) {
      deedsOf.get(address)?.push(deed);
      if (messageId !== null && messageId !== ids.get(address)) wrong.push(`${address} came with the id ${messageId}`);
    }
    let repeated = 0;
    for (const { address, status, reason, attempts } of stored) {
      const deeds = deedsOf.get(address) ?? [];
      const taken = deeds.filter((deed) => deed === 'ACCEPTED').length;
      const copies = taken + deeds.filter((deed) => deed === 'UNHEARD').length;
      if (copies > 1) repeated += 1;
      const last = deeds.at(-1);
      const asItShould =
        status === 'SENT'
          ? (afterDeaths ? taken >= 1 : taken === 1) && last === 'ACCEPTED'
          : status === 'FAILED' && reason === 'REFUSED' && taken === 0 && last !== undefined && REFUSALS.includes(last);
      if (!asItShould) wrong.push(`${address} is ${status} ${reason ?? ''}, but the server did: ${deeds.join(', ')}`);
      if (attempts < deeds.length)
        wrong.push(`${address} had ${attempts} attempts, but the server saw ${deeds.length}`);
      const addressIsBad = deeds.includes('550 at RCPT');
      if (addressIsBad !== (marked ?? []).includes(address)) wrong.push(`${address} is marked wrongly`);
    }
    if (stored.length !== mails) wrong.push(`${stored.length} of ${mails} mails are there`);
    return {
      sent: stored.filter(({ status }) => status === 'SENT').length,
      refused: stored.filter(({ status }) => status === 'FAILED').length,
      attempts: stored.reduce((sum, { attempts }) => sum + attempts, 0),
      heard: this.server.log.length,
      repeated,
      markedAddresses: marked?.length ?? 0,
      wrong,
    };
  }

  private get db(): DataSource {
    return this.app.get(DataSource);
  }
}
