import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { Settings } from '../../src/platform/config/settings.js';
import { databaseOptions } from '../../src/platform/database/database.js';
import { TestApp } from '../support/app.js';
import { given } from '../support/given.js';
import { emptyDataDir, startService, type Ended, type Service } from '../support/service.js';
import { until } from '../support/until.js';

/** The timers of a service look at reminders at every full minute. */
const A_MINUTE = 75_000;
jest.setTimeout(4 * A_MINUTE);

const OPENED = '2024-07-01T09:00+03:00';
const KEYS = Array.from({ length: 30 }, (_, at) => `town-${at + 1}`);
const ADDRESSES = KEYS.map((key) => `office-of-${key}@example.org`).sort();

/** Of a member each: the run takes one after the other. */
const planOf = (town: string) =>
  given.plan({
    member: { key: town, name: { en: town }, kind: 'LOCAL', country: 'JO' },
    institutions: [given.institution(`office-of-${town}`)],
    plan: { key: `plan-of-${town}` },
    commitments: [given.commitment(1, { institutions: [{ institution: `office-of-${town}`, role: 'LEAD' }] })],
  });

describe('a service that is stopped in the middle of a reminder run', () => {
  let app: TestApp;
  let lock: DataSource;
  let dataDir: string;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ dataDir, remove } = await emptyDataDir());
    app = await TestApp.start({ now: OPENED });
    lock = await new DataSource(databaseOptions(app.databaseUrl)).initialize();
    for (const key of KEYS) await app.import(planOf(key));
  });
  afterAll(async () => {
    await lock.destroy();
    await app.close();
    await remove();
  });

  const start = (): Promise<Service> =>
    startService({
      DATABASE_URL: app.databaseUrl,
      SMTP_URL: app.app.get(Settings).SMTP_URL ?? '',
      SECRETS_KEY: Buffer.alloc(32, 1).toString('base64'),
      DEMO_CLOCK: OPENED,
      CHECK_LINKS: 'off',
      DATA_DIR: dataDir,
    });
  const stop = (service: Service): Promise<Ended> => {
    process.kill(service.pid, 'SIGTERM');
    return service.ended;
  };
  const countOf = async (from: string): Promise<number> => {
    const [row] = await app.db.query<Array<{ count: number }>>(`select count(*)::int as count from ${from}`);
    return row?.count ?? 0;
  };
  const waitingForLocks = () =>
    countOf(
      `pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and application_name = 'mithaq'`,
    );
  const written = (): string[] => app.mailbox.received.map(({ to }) => to.join(' ')).sort();
  const troubleIn = ({ stdout, stderr }: Ended): string[] =>
    `${stdout}\n${stderr}`.split('\n').filter((line) => /"level":[456]0|error|pool/i.test(line));

  it('ends the plan that it is at, leaves the others without a word, and the next start sends each mail once', async () => {
    const first = await start();
    const { stopping, isWaiting } = await lock.transaction(async (tx) => {
      await tx.query('lock table reminder in exclusive mode');
      await until(async () => (await waitingForLocks()) > 0, A_MINUTE);
      const stopping = stop(first);
      // Long enough for everything that does not wait for the plan.
      await delay(1_500);
      return { stopping, isWaiting: first.isRunning };
    });
    const said = await stopping;
    expect(troubleIn(said)).toEqual([]);
    expect([said.code, isWaiting]).toEqual([0, true]);
    const queued = await countOf('outbox_mail');
    expect(queued).toBeGreaterThan(0);
    expect(queued).toBeLessThan(KEYS.length);

    const second = await start();
    await until(() => app.mailbox.received.length >= KEYS.length, A_MINUTE);
    await until(async () => (await countOf(`outbox_mail where status = 'SENT'`)) === KEYS.length);
    const saidAtLast = await stop(second);
    expect(written()).toEqual(ADDRESSES);
    expect([saidAtLast.code, troubleIn(saidAtLast)]).toEqual([0, []]);
  });
});
