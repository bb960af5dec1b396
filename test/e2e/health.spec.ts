import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDatabase, type TestDatabase } from '../support/cluster.js';
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
    expect(text).not.toMatch(/^mithaq_\w+(\{.*\})? \d/m);
  });
});
