import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import nodemailer from 'nodemailer';
import pg from 'pg';
import { AppModule } from '../src/app.module.js';
import { CheckInsService } from '../src/check-ins/check-ins.service.js';
import { SetClock } from '../src/platform/clock.js';
import { readSettings } from '../src/platform/config/settings.js';
import { migrate } from '../src/platform/database/database.js';
import { joinEmbeddedPostgres } from '../src/platform/embedded/embedded-postgres.js';
import { createLogger } from '../src/platform/logging/logger.js';
import { MailRelay } from '../src/platform/mail/mail-relay.js';
import { RemindersService } from '../src/reminders/reminders.service.js';
import { fill, OPENED, type Size } from './agencies.js';
import { measured, rateOf, startSink, tellMemory, tellRate, type Measured } from './measuring.js';

/**
 * How long it takes to plan, record and deliver the reminders of many agencies: `npm run bench reminders`.
 *
 * - Planning and recording, for a quarter, a half and all of the agencies, beside a bare insert of the rows it wrote.
 * - Delivery of those mails, each looked at once more, beside a bare loop over a nodemailer pool that hands the very same
 *   mails to the same server. Both take turns, because a machine is not equally fast all the time.
 */
const { values } = parseArgs({
  options: {
    recipients: { type: 'string', default: '50000' },
    'one-plan': { type: 'boolean', default: false },
    connections: { type: 'string', default: '5' },
  },
});
const RECIPIENTS = Number(values.recipients);
const CONNECTIONS = Number(values.connections);
const [MEMBERS, PLANS_OF_MEMBER] = values['one-plan'] ? [1, 1] : [10, 5];

const ROUNDS = 10;
const MAIL_FROM = 'Mithaq <mithaq@example.org>';

async function main(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mithaq-bench-'));
  const postgres = await joinEmbeddedPostgres({ dataDir });
  const sink = await startSink();
  try {
    console.log(`${RECIPIENTS} agencies of ${MEMBERS} members with ${PLANS_OF_MEMBER} plans each`);
    const perRecipient: number[] = [];
    for (const institutions of [RECIPIENTS / 4, RECIPIENTS / 2, RECIPIENTS]) {
      const size = { institutions, members: MEMBERS, plansOfMember: PLANS_OF_MEMBER };
      const service = await Service.start(await emptyDatabase(postgres.url, `bench_${institutions}`), sink.url, size);
      perRecipient.push(await planning(service));
      if (institutions === RECIPIENTS) await delivery(service, sink);
      await service.stop();
    }
    const [quarter = 0, , whole = 0] = perRecipient;
    console.log(
      `a recipient of ${RECIPIENTS} takes ${(whole / quarter).toFixed(2)} of the time of one of a quarter of them`,
    );
  } finally {
    sink.stop();
    await postgres.leave();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Answers the microseconds that each recipient took. */
async function planning({ app, size, db }: Service): Promise<number> {
  const reminders = app.get(RemindersService);
  await app.get(CheckInsService).expect();
  await db.query('vacuum analyze');
  const before = await measured(() => reminders.run({ dryRun: true, asOf: new Date('2024-06-30T00:00:00Z') }));
  let queued = 0;
  const run = await measured(async () => {
    queued = (await reminders.run()).queued.length;
  });
  if (queued !== size.institutions) throw new Error(`Only ${queued} mails were queued.`);
  tellMemory(`after planning ${queued}`);
  await db.query('vacuum analyze');
  const after = await measured(() => reminders.run());
  const bare = await bareInsert(db);
  const microseconds = (1000 * run.milliseconds) / queued;
  console.log(
    [
      `planned and recorded ${queued} in ${seconds(run.milliseconds)} s: ${Math.round(microseconds)} µs a recipient, ${seconds(run.cpu)} s of processor`,
      `bare insert of the same rows: ${seconds(bare)} s, ratio ${(run.milliseconds / bare).toFixed(2)} (wanted: at most 3)`,
      `a run when nothing is due: ${seconds(before.milliseconds)} s; when everything was sent: ${seconds(after.milliseconds)} s`,
    ].join('\n'),
  );
  return microseconds;
}

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(2);

/** Takes away what the run wrote and writes it again, in the order of the foreign keys and 1,000 rows a statement. */
async function bareInsert(db: pg.Client): Promise<number> {
  const tables = ['outbox_mail', 'report_link', 'reminder'];
  for (const table of tables)
    await db.query(`create unlogged table kept_${table} as select row_number() over () as "row", t.* from ${table} t`);
  await db.query(`truncate ${tables.join(', ')} cascade`);
  let milliseconds = 0;
  for (const table of tables) {
    await db.query(`create index on kept_${table} ("row")`);
    for (let from = 0; ; from += 1000) {
      const kept = await db.query<Record<string, unknown>>(
        `select * from kept_${table} where "row" > $1 and "row" <= $2`,
        [from, from + 1000],
      );
      if (kept.rows.length === 0) break;
      const rows = kept.rows.map(({ row: _, ...columns }) => columns);
      milliseconds += (await measured(() => insert(db, table, rows))).milliseconds;
    }
    await db.query(`drop table kept_${table}`);
  }
  await db.query('vacuum analyze');
  return milliseconds;
}

function insert(db: pg.Client, table: string, rows: ReadonlyArray<Record<string, unknown>>): Promise<unknown> {
  const columns = Object.keys(rows[0] ?? {});
  const places = rows.map(
    (_, row) => `(${columns.map((__, column) => `$${row * columns.length + column + 1}`).join()})`,
  );
  return db.query(
    `insert into ${table} (${columns.join()}) values ${places.join()}`,
    rows.flatMap((row) => columns.map((column) => row[column])),
  );
}

type Sink = Awaited<ReturnType<typeof startSink>>;

async function delivery(service: Service, sink: Sink): Promise<void> {
  const aRound = RECIPIENTS / ROUNDS;
  const [loop, ours]: [Measured[], Measured[]] = [[], []];
  const warmUp = Math.min(500, aRound);
  const takenBefore = await sink.taken();
  await service.spread(aRound);
  await bare(sink.url, (await service.mails(0)).slice(0, warmUp));
  for (let round = 0; round < ROUNDS; round += 1) {
    const mails = await service.mails(round);
    loop.push(await measured(() => bare(sink.url, mails)));
    ours.push(await measured(() => service.deliver(round, aRound)));
    if ([1, ROUNDS / 2, ROUNDS].includes(round + 1)) tellMemory(`at ${(100 * (round + 1)) / ROUNDS} % of the mails`);
  }
  tellRate('bare nodemailer pool', loop, RECIPIENTS);
  tellRate('reminders', ours, RECIPIENTS);
  console.log(`ratio: ${(rateOf(ours, RECIPIENTS) / rateOf(loop, RECIPIENTS)).toFixed(2)} (wanted: at least 0.80)`);
  const expected = warmUp + 2 * RECIPIENTS;
  const taken = (await sink.taken()) - takenBefore;
  console.log(`the server took ${taken} of ${expected} mails`);
  if (taken !== expected) process.exitCode = 1;
}

/** A mail as it leaves. */
type Message = Parameters<ReturnType<typeof nodemailer.createTransport>['sendMail']>[0];

/** As fast as the library goes: always as many mails in its hands as it has connections, and as many again waiting. */
async function bare(url: string, mails: readonly Message[]): Promise<void> {
  const pool = nodemailer.createTransport({ url, pool: true, maxConnections: CONNECTIONS, maxMessages: 100 });
  const waiting = [...mails];
  const lane = async (): Promise<void> => {
    for (let mail = waiting.pop(); mail; mail = waiting.pop()) await pool.sendMail(mail);
  };
  await Promise.all(Array.from({ length: 2 * CONNECTIONS }, lane));
  pool.close();
}

async function emptyDatabase(clusterUrl: string, name: string): Promise<string> {
  const client = new pg.Client(clusterUrl);
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const url = new URL(clusterUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** The application, on the morning on which a period opens. */
class Service {
  private constructor(
    readonly app: INestApplicationContext,
    readonly size: Size,
    /** The database as its owner sees it. */
    readonly db: pg.Client,
    private readonly clock: SetClock,
  ) {}

  static async start(databaseUrl: string, smtpUrl: string, size: Size): Promise<Service> {
    await migrate(databaseUrl);
    const db = new pg.Client(databaseUrl);
    await db.connect();
    await fill(db, size);
    const settings = readSettings({
      NODE_ENV: 'test',
      DATABASE_URL: databaseUrl,
      SMTP_URL: smtpUrl,
      SMTP_CONNECTIONS: String(CONNECTIONS),
      MAIL_FROM,
      PUBLIC_URL: 'http://mithaq.example.org',
      LOG_LEVEL: 'warn',
    });
    const clock = new SetClock(OPENED);
    const module = AppModule.with({ settings, clock, log: createLogger('warn'), serves: false });
    const app = await NestFactory.createApplicationContext(module, { logger: false });
    return new Service(app, size, db, clock);
  }

  /** A tenth of the mails is due at once, the next an hour later, and so on. */
  async spread(aRound: number): Promise<void> {
    await this.db.query(
      `update outbox_mail m set next_attempt_at = $1::timestamptz + (n.number / $2::int) * interval '1 hour'
         from (select id, row_number() over (order by id) - 1 as number from outbox_mail) n where n.id = m.id`,
      [OPENED, aRound],
    );
    await this.db.query('vacuum analyze outbox_mail');
  }

  /** Those of the round, as the relay hands them over. */
  async mails(round: number): Promise<Message[]> {
    const { rows } = await this.db.query<MailRow>('select * from outbox_mail where next_attempt_at = $1', [at(round)]);
    return rows.map((row) => ({
      messageId: row.message_id.replace('<', '<bare.'),
      from: MAIL_FROM,
      to: { address: row.to_address, name: row.to_name },
      replyTo: row.reply_to,
      inReplyTo: `<thread.${row.thread}@example.org>`,
      references: `<thread.${row.thread}@example.org>`,
      subject: row.subject,
      text: row.text_part,
      html: row.html_part,
      attachments: [
        {
          filename: 'calendar.ics',
          content: row.calendar_part,
          contentType: 'text/calendar; charset=utf-8; method=PUBLISH',
        },
      ],
      headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': row.language },
    }));
  }

  async deliver(round: number, expected: number): Promise<void> {
    this.clock.set(at(round));
    const { sent } = await this.app.get(MailRelay).deliver();
    if (sent !== expected) throw new Error(`Only ${sent} mails left.`);
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.db.end();
  }
}

const at = (round: number): Date => new Date(OPENED.getTime() + round * 3_600_000);

type MailRow = Record<
  | 'message_id'
  | 'to_address'
  | 'to_name'
  | 'reply_to'
  | 'thread'
  | 'subject'
  | 'text_part'
  | 'html_part'
  | 'calendar_part'
  | 'language',
  string
>;

await main();
