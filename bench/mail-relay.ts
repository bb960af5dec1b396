import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import nodemailer from 'nodemailer';
import { DataSource } from 'typeorm';
import { AppModule } from '../src/app.module.js';
import { SetClock } from '../src/platform/clock.js';
import { readSettings } from '../src/platform/config/settings.js';
import { migrate } from '../src/platform/database/database.js';
import { joinEmbeddedPostgres } from '../src/platform/embedded/embedded-postgres.js';
import { createLogger } from '../src/platform/logging/logger.js';
import { MailGates } from '../src/platform/mail/mail-gates.js';
import { MailRelay } from '../src/platform/mail/mail-relay.js';
import { measured, rateOf, startSink, tellMemory, tellRate, type Measured } from './measuring.js';

/**
 * How fast mails leave the outbox, beside a bare loop over a nodemailer pool that hands the same mails to the same server:
 * `npm run bench mail-relay -- --mails 50000`. Both take turns, because a machine is not equally fast all the time.
 */
const { values } = parseArgs({
  options: { mails: { type: 'string', default: '50000' }, connections: { type: 'string', default: '5' } },
});
const MAILS = Number(values.mails);
const CONNECTIONS = Number(values.connections);
const KIND = 'bench';

const SUBJECT = 'تذكير: تقرير الربع الثاني يُستحق يوم الأحد 14 تموز';
const TEXT = `${'بلدية السلط الكبرى: ما زال تقريركم عن الالتزام الثاني ناقصا. '.repeat(14)}\n\n`.repeat(2);
const HTML = `<!doctype html><html lang="ar" dir="rtl"><body>${`<p style="margin:0 0 16px">${TEXT}</p>`.repeat(4)}</body></html>`;

const ROUNDS = 10;
const A_ROUND = Math.ceil(MAILS / ROUNDS);
const HOUR = 3_600_000;
const START = new Date('2024-07-01T06:00:00Z');

async function main(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mithaq-bench-'));
  const postgres = await joinEmbeddedPostgres({ dataDir });
  const sink = await startSink();
  try {
    const size = Math.round((TEXT.length + HTML.length) / 1000);
    console.log(
      `${ROUNDS * A_ROUND} mails of ${size} thousand characters, ${CONNECTIONS} connections, in ${ROUNDS} rounds`,
    );
    const relay = await Relay.start(postgres.url, sink.url);
    const [loop, ours]: [Measured[], Measured[]] = [[], []];
    await bare(sink.url, 500);
    for (let round = 0; round < ROUNDS; round += 1) {
      loop.push(await measured(() => bare(sink.url, A_ROUND)));
      ours.push(await measured(() => relay.deliver(round)));
      if ([1, ROUNDS / 2, ROUNDS].includes(round + 1)) tellMemory(`at ${(100 * (round + 1)) / ROUNDS} %`);
    }
    await relay.stop();
    tellRate('bare nodemailer pool', loop, ROUNDS * A_ROUND);
    tellRate('outbox relay', ours, ROUNDS * A_ROUND);
    console.log(
      `ratio: ${(rateOf(ours, ROUNDS * A_ROUND) / rateOf(loop, ROUNDS * A_ROUND)).toFixed(2)} (wanted: at least 0.80)`,
    );
    const expected = 500 + 2 * ROUNDS * A_ROUND;
    const taken = await sink.taken();
    console.log(`the server took ${taken} of ${expected} mails`);
    if (taken !== expected) process.exitCode = 1;
  } finally {
    sink.stop();
    await postgres.leave();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** As fast as the library goes: always as many mails in its hands as it has connections, and as many again waiting. */
async function bare(url: string, mails: number): Promise<void> {
  const pool = nodemailer.createTransport({ url, pool: true, maxConnections: CONNECTIONS, maxMessages: 100 });
  let begun = 0;
  const lane = async (): Promise<void> => {
    while (begun < mails) {
      begun += 1;
      await pool.sendMail({
        messageId: `<bare.${begun}@example.org>`,
        from: 'Mithaq <mithaq@example.org>',
        to: { address: `office-${begun}@example.org`, name: 'مكتب' },
        replyTo: 'mel@example.org',
        subject: SUBJECT,
        text: TEXT,
        html: HTML,
        headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': 'ar' },
      });
    }
  };
  await Promise.all(Array.from({ length: 2 * CONNECTIONS }, lane));
  pool.close();
}

/** The application with a full outbox, of which a tenth is due an hour. */
class Relay {
  private constructor(
    private readonly app: INestApplicationContext,
    private readonly clock: SetClock,
  ) {}

  static async start(databaseUrl: string, smtpUrl: string): Promise<Relay> {
    await migrate(databaseUrl);
    const settings = readSettings({
      NODE_ENV: 'test',
      DATABASE_URL: databaseUrl,
      SMTP_URL: smtpUrl,
      SMTP_CONNECTIONS: String(CONNECTIONS),
      LOG_LEVEL: 'silent',
    });
    const clock = new SetClock(START);
    const module = AppModule.with({ settings, clock, log: createLogger('silent'), serves: false });
    const app = await NestFactory.createApplicationContext(module, { logger: false });
    app.get(MailGates).register(KIND, (mails) => Promise.resolve(new Map(mails.map(({ id }) => [id, { send: true }]))));
    await fill(app.get(DataSource));
    return new Relay(app, clock);
  }

  async deliver(round: number): Promise<void> {
    this.clock.set(new Date(START.getTime() + round * HOUR));
    const { sent } = await this.app.get(MailRelay).deliver();
    if (sent !== A_ROUND) throw new Error(`Only ${sent} mails left.`);
  }

  stop(): Promise<void> {
    return this.app.close();
  }
}

/** Queued in one statement, so that filling the outbox takes no time worth waiting for. */
async function fill(db: DataSource): Promise<void> {
  await db.query(
    `insert into outbox_mail (key, kind, message_id, to_address, to_name, reply_to, language, subject, text_part, html_part, queued_at, next_attempt_at, expires_at)
     select 'bench:' || n, $1, '<bench.' || n || '@example.org>', 'office-' || n || '@example.org', 'مكتب', 'mel@example.org', 'ar', $2, $3, $4,
            $5::timestamptz, $5::timestamptz + (n / $6::int) * interval '1 hour', $5::timestamptz + interval '10 days' from generate_series(0, $7::int - 1) n`,
    [KIND, SUBJECT, TEXT, HTML, START, A_ROUND, ROUNDS * A_ROUND],
  );
  await db.query('vacuum analyze outbox_mail');
}

await main();
