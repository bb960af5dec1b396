import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CronExpression, SchedulerRegistry } from '@nestjs/schedule';
import { SetClock } from '../../src/platform/clock.js';
import { readSettings } from '../../src/platform/config/settings.js';
import { closeHttpApp, createHttpApp } from '../../src/platform/http/http-app.js';
import { createLogger } from '../../src/platform/logging/logger.js';
import { Shutdown } from '../../src/platform/shutdown.js';
import { ServerModule } from '../../src/server.module.js';
import { TestApp } from '../support/app.js';
import { until } from '../support/until.js';

describe('the timers of a server', () => {
  const clock = new SetClock(new Date('2024-04-05T08:00+03:00'));
  let plain: TestApp;
  let server: NestFastifyApplication;
  beforeAll(async () => {
    plain = await TestApp.start({ now: '2024-04-05T08:00+03:00' });
    const settings = readSettings({
      NODE_ENV: 'test',
      DATABASE_URL: plain.databaseUrl,
      CHECK_LINKS: 'off',
      LOG_LEVEL: 'silent',
    });
    const log = createLogger(settings.LOG_LEVEL);
    server = await createHttpApp(ServerModule.with({ settings, clock, log }), settings, log);
    await server.init();
  });
  afterAll(async () => {
    await closeHttpApp(server);
    await plain.close();
  });

  const hasPartition = async (name: string): Promise<boolean> => {
    const found = await plain.db.query<unknown[]>(
      `select from pg_tables where schemaname = 'partitions' and tablename = $1`,
      [name],
    );
    return found.length > 0;
  };
  const everyHour = () =>
    [...server.get(SchedulerRegistry).getCronJobs().values()].filter(
      ({ cronTime }) => String(cronTime.source) === String(CronExpression.EVERY_HOUR),
    );

  it('make the partitions that are needed next, every hour, and no more once the process is to end', async () => {
    const year = new Date().getUTCFullYear() + 2;
    clock.set(new Date(`${year}-02-01T00:00:00Z`));
    const jobs = everyHour();
    expect(jobs.every(({ isActive }) => isActive)).toBe(true);
    for (const job of jobs) await job.fireOnTick();
    await until(() => hasPartition(`former_row_${year + 1}`));

    clock.set(new Date(`${year + 5}-02-01T00:00:00Z`));
    server.get(Shutdown).begin();
    for (const job of jobs) await job.fireOnTick();
    expect(await hasPartition(`former_row_${year + 6}`)).toBe(false);
  });
});
