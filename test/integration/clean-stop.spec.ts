import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CronExpression, SchedulerRegistry } from '@nestjs/schedule';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { readSettings, Settings } from '../../src/platform/config/settings.js';
import { closeHttpApp, createHttpApp } from '../../src/platform/http/http-app.js';
import { MailRelay } from '../../src/platform/mail/mail-relay.js';
import { RemindersService } from '../../src/reminders/reminders.service.js';
import { ServerModule } from '../../src/server.module.js';
import { TestApp } from '../support/app.js';
import { given } from '../support/given.js';
import { until } from '../support/until.js';

const OPENED = '2024-07-01T09:00+03:00';
const KEYS = Array.from({ length: 30 }, (_, at) => `town-${at + 1}`);
const ADDRESSES = KEYS.map((key) => `office-of-${key}@example.org`).sort();
/** Long enough for everything of a stop that does not wait for the plan. */
const A_WHILE = 1_500;

/** Of a member each: the run takes one after the other. */
const planOf = (town: string) =>
  given.plan({
    member: { key: town, name: { en: town }, kind: 'LOCAL', country: 'JO' },
    institutions: [given.institution(`office-of-${town}`)],
    plan: { key: `plan-of-${town}` },
    commitments: [given.commitment(1, { institutions: [{ institution: `office-of-${town}`, role: 'LEAD' }] })],
  });

describe('a server that is stopped in the middle of a reminder run', () => {
  const troubles: string[] = [];
  let app: TestApp;
  let server: NestFastifyApplication;
  beforeAll(async () => {
    app = await TestApp.start({ now: OPENED });
    for (const key of KEYS) await app.import(planOf(key));
    const settings = readSettings({
      NODE_ENV: 'test',
      DATABASE_URL: app.databaseUrl,
      SMTP_URL: app.app.get(Settings).SMTP_URL,
      CHECK_LINKS: 'off',
    });
    const log = pino({ level: 'warn' }, { write: (line: string) => void troubles.push(line) });
    server = await createHttpApp(ServerModule.with({ settings, clock: app.clock, log }), settings, log);
    await server.init();
  });
  afterAll(() => app.close());

  const countOf = async (from: string): Promise<number> => {
    const [row] = await app.db.query<Array<{ count: number }>>(`select count(*)::int as count from ${from}`);
    return row?.count ?? 0;
  };
  const waitsForLock = async (): Promise<boolean> =>
    (await countOf(`pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)) > 0;

  it('ends the plan that it is at, leaves the others without a word, and the next one sends each mail once', async () => {
    const timers = [...server.get(SchedulerRegistry).getCronJobs().values()];
    const everyMinute = timers.find(({ cronTime }) => String(cronTime.source) === String(CronExpression.EVERY_MINUTE));
    const { end, hasEnded } = await app.db.transaction(async (tx) => {
      await tx.query('lock table reminder in exclusive mode');
      void everyMinute?.fireOnTick();
      await until(waitsForLock);
      let hasEnded = false;
      const end = closeHttpApp(server).then(() => (hasEnded = true));
      await delay(A_WHILE);
      return { end, hasEnded };
    });
    await end;
    expect(hasEnded).toBe(false);
    expect(troubles).toEqual([]);
    const queued = await countOf('outbox_mail');
    expect(queued).toBeGreaterThan(0);
    expect(queued).toBeLessThan(KEYS.length);

    await app.app.get(RemindersService).run();
    await app.app.get(MailRelay).deliver();
    expect(app.mailbox.received.map(({ to }) => to.join(' ')).sort()).toEqual(ADDRESSES);
  });
});
