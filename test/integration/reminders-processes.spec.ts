import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { DataSource } from 'typeorm';
import { Settings } from '../../src/platform/config/settings.js';
import { databaseOptions } from '../../src/platform/database/database.js';
import { LEASE } from '../../src/platform/mail/mail-outbox.js';
import { MailRelay } from '../../src/platform/mail/mail-relay.js';
import { RemindersService } from '../../src/reminders/reminders.service.js';
import { TestApp } from '../support/app.js';
import { startBuilt } from '../support/built-process.js';
import { emptyDatabase } from '../support/empty-database.js';
import { given } from '../support/given.js';
import type { ReceivedMail } from '../support/mailbox.js';
import type { Step } from '../support/reminder-process.js';
import { until } from '../support/until.js';

const MINUTE = 60_000;
const OPENED = '2024-07-01T09:00+03:00';
const DUE_SOON = '2024-07-09T09:00+03:00';
const KEYS = Array.from({ length: 6 }, (_, at) => `office-${at + 1}`);
const ADDRESSES = KEYS.map((key) => `${key}@example.org`).sort();

/** They all lead the one commitment. */
const OFFICES = {
  institutions: KEYS.map((key) => given.institution(key)),
  commitments: [
    given.commitment(1, { institutions: KEYS.map((institution) => ({ institution, role: 'LEAD' as const })) }),
  ],
};

/** Processes start slowly where others start at the same time. */
const STARTING = 90_000;

/** A process takes no more mails than it holds conversations, until it has seen how fast they go. */
const ONE_CONVERSATION = { SMTP_CONNECTIONS: '1' };

let one: TestApp;
let other: TestApp;
beforeAll(async () => {
  one = await TestApp.start({ now: OPENED, settings: ONE_CONVERSATION });
  other = await TestApp.start({ now: OPENED, databaseUrl: one.databaseUrl, settings: ONE_CONVERSATION });
}, STARTING);
afterAll(async () => {
  await other.close();
  await one.close();
});
beforeEach(async () => {
  await emptyDatabase(one.db);
  for (const { mailbox } of [one, other]) mailbox.clear();
  at(OPENED);
  await one.import(given.plan(OFFICES));
});

const at = (instant: string): void => [one, other].forEach(({ clock }) => clock.set(new Date(instant)));
/** The processes' clocks were set at different moments: a minute is more than they differ by. */
const later = (milliseconds: number): void =>
  [one, other].forEach(({ clock }) => clock.set(new Date(clock.now().getTime() + milliseconds)));
const received = (): ReceivedMail[] => [...one.mailbox.received, ...other.mailbox.received];
const written = (): string[] =>
  received()
    .map(({ to }) => to.join(' '))
    .sort();
const statuses = async (): Promise<string[]> =>
  (await one.db.query<Array<{ status: string }>>('select distinct status from outbox_mail')).map(
    ({ status }) => status,
  );

const waitingForLocks = async (): Promise<number> => {
  const [row] = await one.db.query<Array<{ count: number }>>(
    `select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return row?.count ?? 0;
};

describe('two processes on one database', () => {
  it('that run and deliver at the same instants send every address one mail a stage', async () => {
    for (const instant of [OPENED, DUE_SOON]) {
      at(instant);
      for (const { mailbox } of [one, other]) mailbox.clear();
      const beats = await Promise.all([one.beat(), other.beat(), one.beat(), other.beat()]);
      expect(beats.reduce((sum, { queued }) => sum + queued, 0)).toBe(KEYS.length);
      await Promise.all([one.beat(), other.beat()]);
      expect(written()).toEqual(ADDRESSES);
    }
  });

  it('say of a digest that the other recorded first that it was so, and not that anything failed', async () => {
    const reports = await Promise.all([one, other].map(({ app }) => app.get(RemindersService).run()));
    expect(reports.flatMap(({ failed }) => failed)).toEqual([]);
    expect(
      reports
        .flatMap(({ queued }) => queued)
        .map(({ letter }) => letter.address)
        .sort(),
    ).toEqual(ADDRESSES);
  });

  it('that record digests which overlap ask for nothing twice, and the next run asks for the rest', async () => {
    await one.import(given.plan({ ...OFFICES, plan: { key: 'roads-2024', title: { en: 'Roads of Testville' } } }));
    const [roads] = await one.db.query<Array<{ id: string }>>(`select id from action_plan where key = 'roads-2024'`);
    const lock = await new DataSource(databaseOptions(one.databaseUrl)).initialize();
    try {
      const runs = await lock.transaction(async (tx) => {
        await tx.query('lock table reminder in exclusive mode');
        const narrow = one.app.get(RemindersService).run({ planId: roads?.id ?? null });
        const wide = other.app.get(RemindersService).run();
        // Both have read what is due and stand before writing it down.
        await until(async () => (await waitingForLocks()) === 2);
        return [narrow, wide];
      });
      await Promise.all(runs);
    } finally {
      await lock.destroy();
    }
    await one.beat();
    const { length } = received().filter(({ mail }) => mail.text?.includes('Roads of Testville'));
    expect(length).toBe(KEYS.length);
    expect(received().filter(({ mail }) => mail.text?.includes('Plan of Testville'))).toHaveLength(KEYS.length);
    expect(await statuses()).toEqual(['SENT']);
    // What was told to the audit is what was written down, no more.
    const [told] = await one.db.query<object[]>(
      `select sum(jsonb_array_length(difference->'after'->'occurrences'))::int as occurrences from audit_entry where action = 'reminder.queued'`,
    );
    // Opened, and due in 14 working days, in each of the two plans.
    expect(told).toEqual({ occurrences: 4 * KEYS.length });
  });

  it('share the mails that wait, and neither waits for the other’s slow server', async () => {
    await one.app.get(RemindersService).run();
    one.mailbox.behaviours.set('*', { acceptAfter: 600 });
    const slow = one.app.get(MailRelay).deliver();
    await until(() => one.mailbox.received.length > 0);
    const { sent } = await other.app.get(MailRelay).deliver();
    expect(sent).toBeGreaterThan((await slow).sent);
    expect(sent + (await slow).sent).toBe(KEYS.length);
    expect(written()).toEqual(ADDRESSES);
  });
});

describe('a process that is killed with -9', () => {
  const children: Child[] = [];
  beforeAll(async () => {
    // They start together: starting is what takes long.
    children.push(...(await Promise.all(Array.from({ length: 2 }, () => Child.start(one)))));
  }, STARTING);
  afterAll(() => Promise.all(children.map((child) => child.kill())));
  const child = (): Child => {
    const next = children.pop();
    if (!next) throw new Error('No process is left.');
    return next;
  };

  it('while it records leaves nothing, and the next run records and sends everything', async () => {
    const doomed = child();
    const lock = await new DataSource(databaseOptions(one.databaseUrl)).initialize();
    try {
      await lock.transaction(async (tx) => {
        await tx.query('lock table reminder in exclusive mode');
        doomed.tell('run');
        await until(async () => (await waitingForLocks()) > 0);
        await doomed.kill();
      });
    } finally {
      await lock.destroy();
    }
    await until(async () => (await waitingForLocks()) === 0);
    expect(await one.db.query('select from outbox_mail')).toEqual([]);
    await one.beat();
    expect(written()).toEqual(ADDRESSES);
  });

  it('after it recorded, in the first of its conversations, loses no mail and repeats at most that one, with the same Message-ID', async () => {
    const doomed = child();
    one.mailbox.behaviours.set('*', { acceptAfter: 2000 });
    await doomed.doing('run');
    doomed.tell('deliver');
    await until(() => one.mailbox.received.length > 0);
    await doomed.kill();
    one.mailbox.behaviours.clear();

    // The others were recorded and never begun: they wait for nobody.
    later(MINUTE);
    expect(await one.beat()).toMatchObject({ queued: 0, sent: KEYS.length - 1 });
    expect(await other.beat()).toMatchObject({ sent: 0 });
    later(LEASE);
    const [first, second] = await Promise.all([one.beat(), other.beat()]);
    expect(first.sent + second.sent).toBe(1);
    expect([...new Set(written())]).toEqual(ADDRESSES);
    expect(received()).toHaveLength(KEYS.length + 1);
    expect(new Set(received().map(({ mail }) => mail.messageId)).size).toBe(KEYS.length);
    expect(await statuses()).toEqual(['SENT']);
  });
});

/** The engine of the reminders in a process of its own, on the database and the mail server of an application. */
class Child {
  private constructor(private readonly process: ChildProcess) {}

  static async start(app: TestApp): Promise<Child> {
    const child = await startBuilt('reminder-process', {
      PATH: process.env['PATH'],
      DATABASE_URL: app.databaseUrl,
      SMTP_URL: app.app.get(Settings).SMTP_URL,
      NOW: OPENED,
      ...ONE_CONVERSATION,
    });
    await once(child, 'message');
    return new Child(child);
  }

  tell(step: Step): void {
    this.process.send(step);
  }

  async doing(step: Step): Promise<void> {
    this.tell(step);
    await once(this.process, 'message');
  }

  /** As the kernel does when memory is short: without a word. */
  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const gone = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await gone;
  }
}
