import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDatabase, type TestDatabase } from '../support/cluster.js';
import { RunMetrics } from '../../src/platform/health/run-metrics.js';
import { MailRelay } from '../../src/platform/mail/mail-relay.js';
import { TestApp } from '../support/app.js';

describe('Health and metrics', () => {
  let app: TestApp;
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
    app = await TestApp.start({ now: '2024-07-01T08:00+03:00', databaseUrl: database.url });
  });
  afterAll(() => app.close());

  const get = async (path: string) => {
    const response = await fetch(`${app.url}${path}`);
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
  };

  it('the service is alive and ready while its database answers', async () => {
    expect(await get('/health/live')).toMatchObject({ status: 200, text: '{"status":"ok"}' });
    const ready = await get('/health/ready');
    expect(ready.status).toBe(200);
    expect(JSON.parse(ready.text)).toMatchObject({ status: 'ok', details: { database: { status: 'up' } } });
  });

  it('the metrics count mails by what became of them, beside those of every Node process', async () => {
    await app.db.query(
      `insert into outbox_mail (key, kind, message_id, to_address, language, subject, text_part, html_part, queued_at, next_attempt_at, expires_at, status)
       select 'mail ' || n, 'test', '<' || n || '@example.org>', 'a@example.org', 'en', 's', 't', 'h',
              '2024-07-01T04:59:00Z', '2024-07-01T04:59:00Z', '2024-08-01T00:00:00Z', 'QUEUED' from generate_series(1, 2) n`,
    );

    const { status, type, text } = await get('/metrics');

    expect(status).toBe(200);
    expect(type).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(text).toContain('mithaq_mails{status="QUEUED"} 2');
    expect(text).toContain('mithaq_mails{status="SENT"} 0');
    expect(Number(/^mithaq_oldest_unsent_mail_seconds (\S+)$/m.exec(text)?.[1])).toBeGreaterThanOrEqual(60);
    expect(text).toMatch(/^process_cpu_seconds_total /m);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
  });

  it('mails that wait too long are a warning, and no reason to send nobody here: one that is held back is none', async () => {
    const mail = async (): Promise<unknown> =>
      (JSON.parse((await get('/health/ready')).text) as { details: { mail: unknown } }).details.mail;
    expect(await mail()).toEqual({ status: 'up' });
    await app.db.query(`update outbox_mail set queued_at = '2024-07-01T04:20:00Z', attempts = 3 where key = 'mail 1'`);
    expect((await get('/health/ready')).status).toBe(200);
    expect(await mail()).toEqual({ status: 'up', warning: '2 mails wait, the oldest since 2024-07-01T04:20:00.000Z' });
    await app.db.query(`update outbox_mail set attempts = 0, next_attempt_at = '2024-07-02T00:00:00Z'`);
    expect(await mail()).toEqual({ status: 'up' });
  });

  it('the metrics tell what left, what was given up and why, how long runs took, and what is unreachable', async () => {
    await app.db.query(
      `update outbox_mail set status = case key when 'mail 1' then 'BOUNCED' else 'FAILED' end, reason = 'REFUSED'`,
    );
    await app.db.query(
      `insert into undeliverable_address (address, since, kind, reason) values ('a@example.org', now(), 'BOUNCED', 'x')`,
    );
    await app.app.get(MailRelay).deliver();
    const failing = app.app.get(RunMetrics).measure('reminders', () => Promise.reject(new Error('for the test')));
    await expect(failing).rejects.toThrow('for the test');

    const { text } = await get('/metrics');

    for (const line of [
      'mithaq_mails{status="BOUNCED"} 1',
      'mithaq_mails_sent_total{kind="test"} 1',
      'mithaq_mails_failed_total{kind="test",reason="REFUSED"} 1',
      'mithaq_undeliverable_addresses 1',
      'mithaq_run_seconds_count{run="relay"} 1',
      'mithaq_run_seconds_count{run="reminders"} 1',
      'mithaq_run_failures_total{run="reminders"} 1',
    ])
      expect(text.split('\n')).toContain(line);
    expect(text).toMatch(/^mithaq_run_last_success_timestamp_seconds\{run="relay"\} 17198\d+/m);
  });

  it('without its database the service is alive, not ready, and says so without a secret', async () => {
    await database.drop();

    const ready = await get('/health/ready');

    expect(ready.status).toBe(503);
    expect(JSON.parse(ready.text)).toMatchObject({ status: 'error', error: { database: { status: 'down' } } });
    expect(ready.text).not.toContain(new URL(database.url).password);
    expect(await get('/health/live')).toMatchObject({ status: 200 });
  });

  it('without its database the metrics of the process go on, and none of the database is made up', async () => {
    const { status, text } = await get('/metrics');

    expect(status).toBe(200);
    expect(text).toMatch(/^process_cpu_seconds_total /m);
    const figures = text
      .split('\n')
      .filter((line) => /^mithaq_(?!run_|requests_|subscriptions)\w+(\{.*\})? \d/.test(line));
    expect(figures).toEqual([]);
  });
});
