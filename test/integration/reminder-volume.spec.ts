import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CheckInsService } from '../../src/check-ins/check-ins.service.js';
import { Viewer } from '../../src/platform/access/viewer.js';
import type { GateAnswer } from '../../src/platform/mail/mail-gates.js';
import { MailOutbox } from '../../src/platform/mail/mail-outbox.js';
import { QuietTime } from '../../src/reminders/quiet-time.js';
import { ReminderPausesService } from '../../src/reminders/reminder-pauses.service.js';
import { LastLookService } from '../../src/reminders/last-look.service.js';
import { RemindersService } from '../../src/reminders/reminders.service.js';
import { TestApp } from '../support/app.js';
import { emptyDatabase } from '../support/empty-database.js';
import { begin, handIn } from '../support/filing.js';
import { given } from '../support/given.js';
import { statementsDuring } from '../support/statements.js';

const OPENED = '2024-07-01T09:00+03:00';
const MINUTE = 60_000;

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
const later = (milliseconds: number): void => app.clock.set(new Date(app.clock.now().getTime() + milliseconds));
const reminders = (): RemindersService => app.app.get(RemindersService);

/** What the gate answers of all mails that wait, by address. */
async function look(): Promise<Map<string, GateAnswer | undefined>> {
  const mails = await app.app.get(MailOutbox).claim(app.clock.now(), 100);
  // The lease is over when they are looked at the next time.
  later(3 * MINUTE);
  const answers = await app.app.get(LastLookService).lookAgain(mails);
  return new Map(mails.map(({ id, toAddress }) => [toAddress, answers.get(id)]));
}

const textOf = (answer: GateAnswer | undefined): string | undefined =>
  answer?.send === true ? answer.content?.text : undefined;

const rename = (title: string): Promise<unknown> =>
  app.db.query(`update commitment set title = jsonb_set(title, '{en,text}', to_jsonb($1::text)) where number = 2`, [
    title,
  ]);

describe('a mail that waits', () => {
  it('is not written again when it leaves while everything it says still holds', async () => {
    await app.import(given.plan());
    await app.app.get(CheckInsService).expect();
    await reminders().run();
    expect(await look()).toEqual(
      new Map([
        ['works@example.org', { send: true }],
        ['parks@example.org', { send: true }],
      ]),
    );
  });

  it('is written again when a word of it has changed, and the others are not', async () => {
    await app.import(given.plan());
    await app.app.get(CheckInsService).expect();
    await reminders().run();
    await handIn(app, 'works', [1]);
    const answers = await look();
    expect(textOf(answers.get('works@example.org'))).toContain('Commitment 2');
    expect(textOf(answers.get('works@example.org'))).not.toContain('Commitment 1');
    expect(answers.get('parks@example.org')).toEqual({ send: true });
  });

  it('is written again when its agency has begun, and when its MEL officer is another', async () => {
    await app.import(given.plan());
    await app.app.get(CheckInsService).expect();
    await reminders().run();
    await begin(app, 'parks', [2]);
    expect(textOf((await look()).get('parks@example.org'))).toMatch(/begun|draft/i);
    await app.db.query(
      `insert into contact (institution_id, key, role, email, language, position) select id, 'mel', 'MEL_OFFICER', 'mel@example.org', 'en', 9 from institution where key = 'works'`,
    );
    expect([...(await look()).values()].every((answer) => textOf(answer) !== undefined)).toBe(true);
  });

  it('does not leave with old words when what had changed changed back', async () => {
    await app.import(given.plan());
    await app.app.get(CheckInsService).expect();
    await reminders().run();
    await rename('Another title');
    expect(textOf((await look()).get('parks@example.org'))).toContain('Another title');
    await rename('Commitment 2');
    expect(textOf((await look()).get('parks@example.org'))).toContain('Commitment 2');
  });
});

describe('the number of SQL statements', () => {
  /** Of a run and of a look at its mails, for a plan with so many agencies. */
  const statements = async (agencies: number): Promise<{ run: number; look: number }> => {
    await emptyDatabase(app.db);
    at(OPENED);
    const keys = Array.from({ length: agencies }, (_, n) => `agency-${n}`);
    await app.import(
      given.plan({
        institutions: keys.map((key) => given.institution(key)),
        commitments: keys.map((key, n) =>
          given.commitment(n + 1, { institutions: [{ institution: key, role: 'LEAD' }] }),
        ),
      }),
    );
    await app.app.get(CheckInsService).expect();
    const run = await statementsDuring(() => reminders().run());
    const mails = await app.app.get(MailOutbox).claim(app.clock.now(), 100);
    expect(mails).toHaveLength(agencies);
    return { run, look: await statementsDuring(() => app.app.get(LastLookService).lookAgain(mails)) };
  };

  it('of a run and of a last look is the same for few agencies and for many', async () => {
    const few = await statements(2);
    expect(await statements(60)).toEqual(few);
    expect(few.run).toBeLessThan(50);
    expect(few.look).toBeLessThan(20);
  });
});

describe('between two runs', () => {
  /** As the timer does it. */
  async function beat(): Promise<'rests' | 'runs'> {
    const quiet = app.app.get(QuietTime);
    if (await quiet.lasts()) return 'rests';
    await app.app.get(CheckInsService).expect();
    quiet.follows(await reminders().run());
    return 'runs';
  }
  /**
   * Beats until one rests; answers how many statements that one took. The databases of other test files are in the same
   * PostgreSQL, and what they write is taken for a reason to look as well.
   */
  async function settle(): Promise<number> {
    for (const deadline = Date.now() + 20_000; Date.now() < deadline;) {
      let became = 'runs';
      const statements = await statementsDuring(async () => (became = await beat()));
      if (became === 'rests') return statements;
    }
    throw new Error('It never rests.');
  }

  it('nothing is read again while nothing is written and no rule’s instant comes', async () => {
    await app.import(given.plan());
    await settle();
    later(MINUTE);
    expect(await settle()).toBe(1);
  });

  it('whatever is written is looked at, also what leaves no entry in the audit', async () => {
    await app.import(given.plan());
    await settle();
    await app.db.query(
      `insert into undeliverable_address (address, since, kind, reason) values ('parks@example.org', now(), 'BOUNCED', 'gone')`,
    );
    expect(await beat()).toBe('runs');
    await settle();
  });

  it('a rule speaks at its instant, although nothing was written', async () => {
    await app.import(given.plan());
    await settle();
    at('2024-07-09T08:59+03:00');
    await settle();
    at('2024-07-09T09:00+03:00');
    expect(await beat()).toBe('runs');
    expect(await app.db.query(`select from reminder where rule = 'due-in-3'`)).toHaveLength(2);
  });

  it('what is held comes when the hold ends by itself', async () => {
    await app.import(given.plan());
    await app.app.get(ReminderPausesService).pause(Viewer.system('test'), 'HOLD', {
      plan: 'testville-2024',
      until: new Date('2024-07-01T09:07+03:00'),
      reason: 'Elections.',
    });
    await settle();
    at('2024-07-01T09:06+03:00');
    await settle();
    at('2024-07-01T09:07+03:00');
    expect(await beat()).toBe('runs');
    expect(await app.db.query('select from outbox_mail')).toHaveLength(2);
  });

  it('a run that broke off is made up for', async () => {
    await app.import(given.plan());
    await settle();
    const quiet = app.app.get(QuietTime);
    at('2024-07-01T09:30+03:00');
    expect(await quiet.lasts()).toBe(false);
    // The run that should follow never tells what it found.
    expect(await quiet.lasts()).toBe(false);
  });
});
