import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { TokensService } from '../../src/accounts/tokens.service.js';
import { AppModule } from '../../src/app.module.js';
import { CheckInsService } from '../../src/check-ins/check-ins.service.js';
import { PlanImportService } from '../../src/interchange/plan-import.service.js';
import { Viewer, type Role } from '../../src/platform/access/viewer.js';
import { SetClock } from '../../src/platform/clock.js';
import { readSettings } from '../../src/platform/config/settings.js';
import { databaseOptions } from '../../src/platform/database/database.js';
import { closeHttpApp, createHttpApp } from '../../src/platform/http/http-app.js';
import { createLogger } from '../../src/platform/logging/logger.js';
import { MailRelay } from '../../src/platform/mail/mail-relay.js';
import { RemindersService } from '../../src/reminders/reminders.service.js';
import { createDatabase } from './cluster.js';
import { Mailbox } from './mailbox.js';

export interface Answer<T = Record<string, never>> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: T;
  readonly errors?: ReadonlyArray<{
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: {
      readonly code: string;
      readonly id?: string;
      readonly violations?: ReadonlyArray<{ field: string; message: string }>;
    };
  }>;
}

/** One application on a database, an SMTP server and a port of its own. */
export class TestApp {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly url: string,
    readonly clock: SetClock,
    readonly mailbox: Mailbox,
    readonly databaseUrl: string,
    /** The database as its owner sees it: behind the policies that hold the application. */
    readonly db: DataSource,
    private readonly drop: () => Promise<void>,
  ) {}

  /** @param options.now what the clock shows; it runs on from there */
  static async start(options: {
    now: string;
    databaseUrl?: string;
    settings?: Record<string, string>;
  }): Promise<TestApp> {
    const database = options.databaseUrl
      ? { url: options.databaseUrl, drop: () => Promise.resolve() }
      : await createDatabase();
    const mailbox = new Mailbox();
    const settings = readSettings({
      NODE_ENV: 'test',
      DATABASE_URL: database.url,
      SMTP_URL: await mailbox.listen(),
      LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'silent',
      PUBLIC_URL: 'http://mithaq.example.org',
      // A test asks faster than any person does; the test of the limits sets its own.
      RATE_LIMIT: '1000000',
      TOKEN_RATE_LIMIT: '1000000',
      // By plan is how answers are tested; `FAST_ANSWERS=off npm test` tests the other way.
      FAST_ANSWERS: process.env['FAST_ANSWERS'] ?? 'always',
      ...options.settings,
    });
    const clock = new SetClock(new Date(options.now));
    const log = createLogger(settings.LOG_LEVEL);
    const app = await createHttpApp(AppModule.with({ settings, clock, log }), settings, log);
    await app.listen(0, '127.0.0.1');
    const db = await behind(app.get(DataSource), database.url);
    const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
    return new TestApp(app, url, clock, mailbox, database.url, db, () => database.drop());
  }

  async gql<T = Record<string, never>>(
    query: string,
    variables: object = {},
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, headers: response.headers, ...((await response.json()) as object) } as Answer<T>;
  }

  /** A plan file as the only argument, or an object that becomes one. Answers the report of the import. */
  import(file: object | string, options: { dryRun?: boolean } = {}) {
    return this.app
      .get(PlanImportService)
      .import(Viewer.system('test'), typeof file === 'string' ? file : JSON.stringify(file), options);
  }

  /** Headers that sign in as a holder of the role. */
  async as(role: Role, plan?: string, institution?: string): Promise<Record<string, string>> {
    const { secret } = await this.app.get(TokensService).create(Viewer.system('test'), {
      name: `${role} ${institution ?? ''}`.trim(),
      role,
      plan,
      institution,
      days: 3650,
    });
    return { authorization: `Bearer ${secret}` };
  }

  /** What the timers of a server do at the instant, once: expected check-ins, the reminder run, the mail relay. */
  async beat(): Promise<{ queued: number; sent: number; suppressed: number; postponed: number; failed: number }> {
    await this.app.get(CheckInsService).expect();
    const { queued } = await this.app.get(RemindersService).run();
    return { queued: queued.length, ...(await this.app.get(MailRelay).deliver()) };
  }

  async close(): Promise<void> {
    await closeHttpApp(this.app);
    await this.db.destroy();
    await this.mailbox.close();
    await this.drop();
  }
}

/** The same tables, seen as their owner. */
const behind = ({ entityMetadatas }: DataSource, url: string): Promise<DataSource> =>
  new DataSource({ ...databaseOptions(url), entities: entityMetadatas.map(({ target }) => target) }).initialize();
