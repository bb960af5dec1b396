import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ForgetService } from '../../src/accounts/forget.service.js';
import { CheckInsService } from '../../src/check-ins/check-ins.service.js';
import { MailRelay } from '../../src/platform/mail/mail-relay.js';
import { RemindersService } from '../../src/reminders/reminders.service.js';
import { TestApp } from '../support/app.js';
import { emptyDatabase } from '../support/empty-database.js';
import { given } from '../support/given.js';

const OPENED = '2024-07-01T09:00+03:00';
/** Two years and a day after the mails of that morning. */
const LATER = '2026-07-02T10:00+03:00';

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start({ now: OPENED });
});
afterAll(() => app.close());
beforeEach(async () => {
  await emptyDatabase(app.db);
  app.mailbox.clear();
  at(OPENED);
});

const at = (instant: string): void => app.clock.set(new Date(instant));
const forgetTexts = (of = app) => of.app.get(ForgetService).forgetTexts();

type Row = Record<string, unknown>;
const WORDS = ['text_part', 'html_part', 'calendar_part'];
const mails = async (): Promise<Row[]> =>
  (await app.db.query<Array<{ row: Row }>>('select to_jsonb(m) as row from outbox_mail m order by key')).map(
    ({ row }) => row,
  );
const withoutWords = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).filter(([column]) => !WORDS.includes(column)));

/** Mails that left, as they stand when nothing else is forgotten of them. */
async function sent(): Promise<Row[]> {
  await app.import(given.plan());
  await app.beat();
  await app.app.get(ForgetService).forget();
  return mails();
}

/** The same mail so often more, under other keys. */
const more = (times: number): Promise<unknown> =>
  app.db.query(
    `insert into outbox_mail (key, kind, message_id, to_address, language, subject, text_part, html_part, status, queued_at, next_attempt_at, expires_at, sent_at, secrets_gone)
     select 'more-' || n, kind, 'more-' || n, to_address, language, subject, text_part, html_part, status, queued_at, next_attempt_at, expires_at, sent_at, true
       from (select * from outbox_mail limit 1) m cross join generate_series(1, $1::int) n`,
    [times],
  );

describe('the words of mails that were sent', () => {
  it('stay for two years, and then go, while everything else that is known of the mails stays', async () => {
    const before = await sent();
    expect(before.length).toBe(2);
    const ledger = await app.db.query<unknown[]>('select * from reminder order by id');
    expect(ledger.length).toBeGreaterThan(0);
    at('2026-06-30T09:00+03:00');
    expect(await forgetTexts()).toBe(0);
    at(LATER);
    expect(await forgetTexts()).toBe(2);
    const after = await mails();
    expect(after.map(withoutWords)).toEqual(before.map(withoutWords));
    for (const row of after) expect(WORDS.map((column) => row[column])).toEqual(['', '', null]);
    expect(await app.db.query('select * from reminder order by id')).toEqual(ledger);
    expect(await app.db.query(`select difference from audit_entry where action = 'mail.textsForgotten'`)).toEqual([
      { difference: { after: { texts: 2 } } },
    ]);
    expect(await forgetTexts()).toBe(0);
    expect(await app.db.query(`select from audit_entry where action = 'mail.textsForgotten'`)).toHaveLength(1);
  });

  it('gone, let no reminder go a second time', async () => {
    await sent();
    at(LATER);
    await forgetTexts();
    app.mailbox.clear();
    // The run of that morning once more: whatever it would say was said.
    at('2024-07-01T09:05+03:00');
    await app.app.get(CheckInsService).expect();
    await app.app.get(RemindersService).run();
    await app.app.get(MailRelay).deliver();
    expect(app.mailbox.received).toEqual([]);
    expect(await mails()).toHaveLength(2);
  });

  it.each([
    ['QUEUED', null],
    ['FAILED', null],
    ['SUPPRESSED', null],
    ['BOUNCED', '2024-07-01T06:00:00Z'],
  ])('of one that is %s stay however old it is', async (status, sentAt) => {
    const before = await sent();
    await app.db.query(`update outbox_mail set status = $1, sent_at = $2`, [status, sentAt]);
    at('2034-07-02T10:00+03:00');
    expect(await forgetTexts()).toBe(0);
    expect((await mails()).map(({ text_part }) => text_part)).toEqual(before.map(({ text_part }) => text_part));
  });

  it('go in batches, each once, with two at it at once', async () => {
    await sent();
    await more(2_400);
    at(LATER);
    const other = await TestApp.start({ now: LATER, databaseUrl: app.databaseUrl });
    try {
      const counts = await Promise.all([forgetTexts(), forgetTexts(other)]);
      expect(counts[0] + counts[1]).toBe(2_402);
      expect(await app.db.query(`select from outbox_mail where text_part <> ''`)).toEqual([]);
      const recorded = await app.db.query<Array<{ texts: number }>>(
        `select (difference->'after'->>'texts')::int as texts from audit_entry where action = 'mail.textsForgotten'`,
      );
      expect(Math.max(...recorded.map(({ texts }) => texts))).toBeLessThanOrEqual(1_000);
      expect(recorded.reduce((sum, { texts }) => sum + texts, 0)).toBe(2_402);
    } finally {
      await other.close();
    }
  });

  it.each([
    ['30', '2024-08-01T10:00+03:00', 2],
    ['0', '2099-01-01T10:00+03:00', 0],
  ])('are kept for as many days as MAIL_TEXT_DAYS says: %s', async (days, then, gone) => {
    await sent();
    const other = await TestApp.start({ now: then, databaseUrl: app.databaseUrl, settings: { MAIL_TEXT_DAYS: days } });
    try {
      expect(await forgetTexts(other)).toBe(gone);
    } finally {
      await other.close();
    }
  });
});
