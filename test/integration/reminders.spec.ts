import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ReportingPeriodsService } from '../../src/action-plans/reporting-periods.service.js';
import { ForgetService } from '../../src/accounts/forget.service.js';
import { CheckInsService } from '../../src/check-ins/check-ins.service.js';
import type { FileInstitution, PlanFile } from '../../src/interchange/plan-file.js';
import { PlanFileRefused } from '../../src/interchange/plan-import.errors.js';
import { Viewer } from '../../src/platform/access/viewer.js';
import { MailRelay } from '../../src/platform/mail/mail-relay.js';
import { DEFAULT_RULES } from '../../src/reminders/reminder-rule.js';
import { ReminderPausesService } from '../../src/reminders/reminder-pauses.service.js';
import { ReminderRulesService } from '../../src/reminders/reminder-rules.service.js';
import { RemindersService } from '../../src/reminders/reminders.service.js';
import type { WrittenDigest } from '../../src/reminders/letters.service.js';
import { TestApp } from '../support/app.js';
import { emptyDatabase } from '../support/empty-database.js';
import { begin, handIn } from '../support/filing.js';
import { given } from '../support/given.js';

/** The second quarter: due on Sunday 14 July, taken until 14 August. */
const OPENED = '2024-07-01T09:00+03:00';
/** Three working days before the due day. */
const DUE_SOON = '2024-07-09T09:00+03:00';
const OVERDUE = '2024-07-17T09:00+03:00';

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
const run = (options: Parameters<RemindersService['run']>[0] = {}) => app.app.get(RemindersService).run(options);
const deliver = () => app.app.get(MailRelay).deliver();

/** The check-ins that are due are expected and mails are queued; none leaves. */
async function queue(): Promise<void> {
  await app.app.get(CheckInsService).expect();
  await run();
}

const addresses = (digests: readonly WrittenDigest[]): string[] => digests.map(({ letter }) => letter.address);
const written = (): string[] => app.mailbox.received.map(({ to }) => to.join(' ')).sort();
const lastTo = (address: string) => {
  const received = app.mailbox.to(address).at(-1);
  if (!received) throw new Error(`Nothing came to ${address}.`);
  return received;
};
const mails = () =>
  app.db.query<Array<{ address: string; status: string; reason: string | null; attempts: number }>>(
    'select to_address as address, status, reason, attempts from outbox_mail order by to_address, queued_at',
  );
const ledgerOf = async (address: string): Promise<string[]> =>
  (
    await app.db.query<Array<{ said: string }>>(
      `select rule || ' ' || coalesce(reason, 'null') as said from reminder where address = $1 order by 1`,
      [address],
    )
  ).map(({ said }) => said);
const count = async (table: string): Promise<number> =>
  (await app.db.query<Array<{ count: number }>>(`select count(*)::int as count from ${table}`))[0]?.count ?? 0;

const institution = (key: string, email: string | undefined, more: Partial<FileInstitution> = {}): FileInstitution =>
  given.institution(key, {
    contacts: [{ role: 'FOCAL_POINT', name: `Focal point of ${key}`, language: 'en', ...(email ? { email } : {}) }],
    ...more,
  });

const planWith = (institutions: FileInstitution[], more: Partial<PlanFile> = {}): PlanFile =>
  given.plan({ institutions, ...more });

const extend = (key: string, dueDate: string, closeDate: string) =>
  app.app.get(ReportingPeriodsService).extend(Viewer.system('test'), {
    plan: 'testville-2024',
    period: '2024-Q2',
    institution: key,
    dueDate,
    closeDate,
    reason: 'Flood.',
  });

describe('a reminder run', () => {
  it('sends one digest to an address of two institutions, two contacts and two plans, however it is written', async () => {
    const institutions = [
      institution('works', 'Both@Example.org'),
      given.institution('parks', {
        contacts: [
          { role: 'FOCAL_POINT', email: 'both@example.org', language: 'en' },
          { role: 'FOCAL_POINT', email: 'BOTH@EXAMPLE.ORG', language: 'fr' },
        ],
      }),
    ];
    await app.import(given.plan({ institutions }));
    await app.import(given.plan({ institutions, plan: { key: 'roads-2024', title: { en: 'Roads of Testville' } } }));
    expect(await app.beat()).toMatchObject({ queued: 1, sent: 1 });
    expect(written()).toEqual(['both@example.org']);
    const { text } = lastTo('both@example.org').mail;
    for (const heading of [
      'Institution works: reporting period 2024-Q2 — Plan of Testville',
      'Institution parks: reporting period 2024-Q2 — Plan of Testville',
      'Institution works: reporting period 2024-Q2 — Roads of Testville',
      'Institution parks: reporting period 2024-Q2 — Roads of Testville',
    ])
      expect(text?.split(heading)).toHaveLength(2);
  });

  it('asks only for what is missing, and says what is begun', async () => {
    await app.import(given.plan());
    await handIn(app, 'works', [1]);
    await begin(app, 'works', [2]);
    await app.beat();
    const { text } = lastTo('works@example.org').mail;
    expect(text).toContain('One check-in of 2 is missing:\n  - Commitment 2: Commitment 2 (begun, not handed in)');
    expect(text).not.toContain('Commitment 1');
  });

  it('writes to nobody who has filed everything', async () => {
    await app.import(given.plan());
    await handIn(app, 'works');
    expect((await run({ explain: true })).silences).toMatchObject([
      { facts: { institution: { key: 'works' } }, reason: 'NOTHING_MISSING' },
    ]);
    await app.beat();
    expect(written()).toEqual(['parks@example.org']);
  });

  it('names an institution without an address and reminds the others', async () => {
    await app.import(planWith([institution('works', undefined), institution('parks', 'parks@example.org')]));
    const report = await run({ explain: true });
    expect(report.silences).toMatchObject([{ facts: { institution: { key: 'works' } }, reason: 'NO_ADDRESS' }]);
    expect(addresses(report.queued)).toEqual(['parks@example.org']);
  });

  it('sends nothing the second time, and says who was reminded and when', async () => {
    await app.import(given.plan());
    await app.beat();
    at('2024-07-02T10:00+03:00');
    const report = await run({ explain: true });
    expect(report.queued).toEqual([]);
    expect(report.silences.map(({ facts, reason, rule }) => [facts.institution.key, reason, rule])).toEqual([
      ['parks', 'REMINDED_ALREADY', 'opened'],
      ['works', 'REMINDED_ALREADY', 'opened'],
    ]);
  });

  it('without writing anything down says what it would do', async () => {
    await app.import(given.plan());
    const report = await run({ asOf: new Date(DUE_SOON), dryRun: true });
    expect(report.digests).toHaveLength(2);
    expect(report.queued).toEqual([]);
    expect([await count('outbox_mail'), await count('reminder')]).toEqual([0, 0]);
  });

  it('for one plan leaves the others alone', async () => {
    await app.import(given.plan());
    await app.import(given.plan({ plan: { key: 'roads-2024' } }));
    const [plan] = await app.db.query<Array<{ id: string }>>(`select id from action_plan where key = 'roads-2024'`);
    const { queued } = await run({ planId: plan?.id ?? null });
    expect(queued.flatMap(({ letter }) => letter.sections.map(({ plan: { key } }) => key))).toEqual([
      'roads-2024',
      'roads-2024',
    ]);
  });

  it('still reaches an address that was added later in the window, and nobody else', async () => {
    await app.import(given.plan());
    await app.beat();
    at('2024-07-03T11:00+03:00');
    await app.import(
      planWith([
        given.institution('works', {
          contacts: [
            { role: 'FOCAL_POINT', email: 'works@example.org', language: 'en' },
            { role: 'FOCAL_POINT', email: 'second@example.org', language: 'en' },
          ],
        }),
        given.institution('parks'),
      ]),
    );
    await app.beat();
    expect(written()).toEqual(['parks@example.org', 'second@example.org', 'works@example.org']);
  });

  it('sends answers to the MEL officer', async () => {
    const { contacts = [] } = given.institution('works');
    const officer = { role: 'MEL_OFFICER', email: 'mel@example.org', language: 'en' } as const;
    await app.import(
      planWith([given.institution('works', { contacts: [...contacts, officer] }), given.institution('parks')]),
    );
    await app.beat();
    const { mail } = lastTo('parks@example.org');
    expect(mail.replyTo?.text).toBe('mel@example.org');
    expect(mail.text).toContain('your answer reaches');
  });

  it('promises nobody an answer from a MEL officer that has no address', async () => {
    await app.import(given.plan());
    await app.beat();
    const { mail } = lastTo('parks@example.org');
    expect([mail.replyTo, mail.text?.includes('your answer reaches')]).toEqual([undefined, false]);
  });

  it('says in the audit what was queued, and not to whom', async () => {
    await app.import(given.plan());
    await app.beat();
    const entries = await app.db.query<Array<{ difference: object }>>(
      `select difference from audit_entry where action = 'reminder.queued'`,
    );
    expect(entries).toMatchObject([{ difference: { after: { mails: 2 } } }]);
    expect(JSON.stringify(entries)).not.toContain('example.org');
  });
});

describe('after an outage', () => {
  it('one mail stands for the stages that were missed, and those do not come after it', async () => {
    await app.import(given.plan());
    at(OVERDUE);
    expect(await app.beat()).toMatchObject({ queued: 2, sent: 2 });
    expect(lastTo('works@example.org').mail.subject).toMatch(/^Overdue since Sunday, July 14, 2024: 2 check-ins/);
    // What was missed long ago is told by the schedule, not written down.
    expect(await ledgerOf('works@example.org')).toEqual(['due-in-3 TOO_LATE', 'due-today TOO_LATE', 'overdue-3 null']);
    expect(await app.beat()).toMatchObject({ queued: 0, sent: 0 });
  });

  it('of months, only the period that is still open speaks', async () => {
    await app.import(given.plan());
    at('2024-10-20T09:00+03:00');
    expect(await app.beat()).toMatchObject({ queued: 2, sent: 2 });
    expect(lastTo('works@example.org').mail.text).toContain('reporting period 2024-Q3');
    expect(lastTo('works@example.org').mail.text).not.toMatch(/2024-Q[12]/);
    expect(written()).toEqual(['parks@example.org', 'works@example.org']);
  });

  it('a stage that is not true any more is not made up for', async () => {
    await app.import(given.plan());
    at('2024-07-15T12:00+03:00');
    expect(await app.beat()).toMatchObject({ queued: 0, sent: 0 });
  });

  it('of the mail server, nobody gets a mail for each stage that went by', async () => {
    await app.import(given.plan());
    at('2024-07-06T09:00+03:00');
    await queue();
    at('2024-07-06T09:00+03:00');
    await queue();
    at(DUE_SOON);
    await queue();
    await deliver();
    expect(written()).toEqual(['parks@example.org', 'works@example.org']);
    expect(lastTo('works@example.org').mail.subject).toContain('Please report by');
    expect((await mails()).map(({ status, reason }) => `${status} ${reason}`)).toEqual([
      'FAILED TOO_LATE',
      'SENT null',
      'FAILED TOO_LATE',
      'SENT null',
    ]);
  });

  it('of the mail server until after the due day, what was queued is given up as too late', async () => {
    await app.import(given.plan());
    await queue();
    at('2024-07-15T00:00+03:00');
    expect(await deliver()).toMatchObject({ sent: 0, failed: 2 });
    expect(app.mailbox.attempts).toBe(0);
    expect(await mails()).toMatchObject([
      { status: 'FAILED', reason: 'TOO_LATE' },
      { status: 'FAILED', reason: 'TOO_LATE' },
    ]);
  });
});

describe('an extension', () => {
  it('of the close alone says nothing again', async () => {
    await app.import(given.plan());
    at('2024-07-14T09:00+03:00');
    await app.beat();
    expect(written()).toHaveLength(2);
    await extend('works', '2024-07-14', '2024-09-14');
    at('2024-07-14T09:05+03:00');
    await app.beat();
    expect(written()).toHaveLength(2);
  });

  it('moves the stages of its institution and of no other', async () => {
    await app.import(given.plan());
    await extend('works', '2024-07-28', '2024-08-28');
    const heard: string[] = [];
    for (const day of ['07-01', '07-08', '07-09', '07-14', '07-17', '07-23', '07-24', '07-28', '07-31', '08-07']) {
      at(`2024-${day}T09:00+03:00`);
      app.mailbox.received.length = 0;
      await app.beat();
      heard.push(
        ...app.mailbox.received.map(({ to, mail }) => `${day} ${to[0]} ${mail.subject?.split(':')[0]}`).sort(),
      );
    }
    expect(heard).toEqual([
      '07-01 parks@example.org 1 check-in for Institution parks, due Sunday, July 14, 2024',
      '07-01 works@example.org 2 check-ins for Institution works, due Sunday, July 28, 2024',
      '07-08 works@example.org Please report by Sunday, July 28, 2024',
      '07-09 parks@example.org Please report by Sunday, July 14, 2024',
      '07-14 parks@example.org Due today, Sunday, July 14, 2024',
      '07-17 parks@example.org Overdue since Sunday, July 14, 2024',
      '07-23 works@example.org Please report by Sunday, July 28, 2024',
      '07-24 parks@example.org Overdue since Sunday, July 14, 2024',
      '07-28 works@example.org Due today, Sunday, July 28, 2024',
      '07-31 works@example.org Overdue since Sunday, July 28, 2024',
      '08-07 works@example.org Overdue since Sunday, July 28, 2024',
    ]);
  });

  it('that is granted while a mail waits keeps it from calling overdue what is not', async () => {
    await app.import(given.plan());
    at(OVERDUE);
    await queue();
    await extend('works', '2024-07-22', '2024-08-22');
    await deliver();
    expect(written()).toEqual(['parks@example.org']);
    await app.beat();
    expect(lastTo('works@example.org').mail.subject).toMatch(/^Please report by Monday, July 22, 2024/);
    expect(lastTo('parks@example.org').mail.subject).toMatch(/^Overdue since/);
  });
});

describe('the secret of a link', () => {
  it('is in the mail, and once that has left, nowhere here', async () => {
    await app.import(given.plan());
    await queue();
    await app.app.get(ForgetService).forget();
    await deliver();
    const link = /\/report\/([\w-]+)/.exec(lastTo('works@example.org').mail.text ?? '')?.[1] ?? '';
    expect(link).toHaveLength(32);
    await app.app.get(ForgetService).forget();
    const kept = await app.db.query<Array<{ text: string; html: string }>>(
      'select text_part as text, html_part as html from outbox_mail',
    );
    expect(kept).toHaveLength(2);
    for (const { text, html } of kept) {
      expect(text + html).not.toMatch(/\/report\/[\w-]/);
      expect(text).toContain('/report/…');
    }
    expect((await fetch(`${app.url}/report/${link}`)).status).toBe(200);
  });
});

describe('an edit of the plan', () => {
  /** The same plan, due so many days after the period. */
  const dueAfter = (dueAfterDays: number): PlanFile => {
    const file = given.plan();
    return { ...file, plan: { ...file.plan, reporting: { ...file.plan.reporting!, dueAfterDays } } };
  };

  it('that moves the due day sends nothing again that was sent', async () => {
    await app.import(given.plan());
    at(DUE_SOON);
    await app.beat();
    expect(written()).toHaveLength(2);
    await app.import(dueAfter(16));
    for (const day of ['10', '11', '12', '13']) {
      at(`2024-07-${day}T09:00+03:00`);
      await app.beat();
    }
    expect(written()).toHaveLength(2);
    at('2024-07-16T09:00+03:00');
    await app.beat();
    expect(lastTo('works@example.org').mail.subject).toMatch(/^Due today, Tuesday, July 16, 2024/);
  });

  it('while a mail waits keeps back what is not so any more, and it comes on its new day', async () => {
    await app.import(given.plan());
    at(DUE_SOON);
    await queue();
    await app.import(dueAfter(21));
    expect(await deliver()).toMatchObject({ sent: 0, suppressed: 2 });
    expect((await ledgerOf('works@example.org')).at(-2)).toBe('due-in-3 RESCHEDULED');
    at('2024-07-16T09:00+03:00');
    await app.beat();
    expect(lastTo('works@example.org').mail.subject).toMatch(/^Please report by Sunday, July 21, 2024/);
    expect(await ledgerOf('works@example.org')).toContain('due-in-3 null');
  });
});

describe('trouble with one member', () => {
  it('stops nobody else’s reminders, and is told', async () => {
    await app.import(given.plan());
    await app.import(
      given.plan({
        member: { key: 'elsewhere', name: { en: 'Elsewhere' }, kind: 'LOCAL', country: 'JO' },
        institutions: [given.institution('roads')],
        plan: { key: 'elsewhere-2024' },
        commitments: [given.commitment(1, { institutions: [{ institution: 'roads', role: 'LEAD' }] })],
      }),
    );
    // As no import lets it become: no day is worked.
    await app.db.query(
      `update action_plan set reporting = jsonb_set(reporting, '{weekend}', '[1,2,3,4,5,6,7]') where key = 'testville-2024'`,
    );
    const report = await run();
    expect(report.troubled).toEqual(['testville-2024']);
    expect(addresses(report.queued)).toEqual(['roads@example.org']);
  });
});

describe('trouble with one recipient', () => {
  // A rule of the database that refuses the last statement of one recording: as near to a disk error as a test gets.
  beforeEach(() => app.db.query(`alter table reminder add constraint trouble check (address <> 'parks@example.org')`));

  it('leaves nothing half-written, stops nobody else, is told, and is made up for by the next run', async () => {
    await app.import(given.plan());
    const report = await run();
    expect(addresses(report.queued)).toEqual(['works@example.org']);
    expect(addresses(report.failed)).toEqual(['parks@example.org']);
    expect(report.elsewhere).toEqual([]);
    expect((await mails()).map(({ address }) => address)).toEqual(['works@example.org']);

    await app.db.query('alter table reminder drop constraint trouble');
    await app.beat();
    expect(written()).toEqual(['parks@example.org', 'works@example.org']);
  });
});

describe('between queueing and sending', () => {
  it('whoever files everything gets no mail', async () => {
    await app.import(given.plan());
    await queue();
    await handIn(app, 'works');
    expect(await deliver()).toMatchObject({ sent: 1, suppressed: 1 });
    expect(written()).toEqual(['parks@example.org']);
    expect(await mails()).toMatchObject([{ status: 'SENT' }, { status: 'SUPPRESSED', reason: 'NOTHING_MISSING' }]);
  });

  it('whoever files a part gets the shorter list, and the outbox shows what was sent', async () => {
    await app.import(given.plan());
    await queue();
    await handIn(app, 'works', [2]);
    await deliver();
    const { subject, text, html } = lastTo('works@example.org').mail;
    expect(subject).toContain('1 check-in for Institution works');
    for (const part of [text, String(html)]) {
      expect(part).toContain('Commitment 1');
      expect(part).not.toContain('Commitment 2');
    }
    const [stored] = await app.db.query<Array<{ subject: string; text_part: string }>>(
      `select subject, text_part from outbox_mail where to_address = 'works@example.org'`,
    );
    expect(stored).toEqual({ subject, text_part: text });
  });

  it('whom a rule no longer reminds gets nothing, and says so; whom it reminds now gets the mail', async () => {
    const contact = (role: 'FOCAL_POINT' | 'HEAD' | 'MEL_OFFICER') => ({
      role,
      name: role,
      language: 'en' as const,
      email: `${role.toLowerCase()}@example.org`,
    });
    const contacts = [contact('FOCAL_POINT'), contact('HEAD'), contact('MEL_OFFICER')];
    await app.import(planWith([given.institution('works', { contacts }), given.institution('parks')]));
    await app.app.get(CheckInsService).expect();
    at('2024-07-28T09:00+03:00');
    await run();
    const rule = DEFAULT_RULES.find(({ key }) => key === 'escalate-head')!;
    await app.app
      .get(ReminderRulesService)
      .save(Viewer.system('test'), { ...rule, audience: 'MEL_OFFICER', plan: 'testville-2024' });
    await deliver();
    expect(written()).not.toContain('head@example.org');
    expect(await ledgerOf('head@example.org')).toEqual(['escalate-head ADDRESS_CHANGED']);
    app.mailbox.clear();
    await app.beat();
    expect(written()).toContain('mel_officer@example.org');
    expect(written()).not.toContain('head@example.org');
  });

  it.each(['MUTE', 'HOLD'] as const)('an institution whose reminders somebody stops (%s) gets none', async (kind) => {
    await app.import(given.plan());
    await queue();
    await app.app.get(ReminderPausesService).pause(Viewer.system('test'), kind, {
      plan: 'testville-2024',
      institution: 'works',
      until: null,
      reason: 'The director is being replaced.',
    });
    await deliver();
    expect(written()).toEqual(['parks@example.org']);
    expect(await ledgerOf('works@example.org')).toEqual(
      ['due-in-14', 'opened'].map((rule) => `${rule} ${kind === 'MUTE' ? 'MUTED' : 'HELD'}`),
    );
  });

  it('an address of which its server says that it is gone gets nothing more', async () => {
    await app.import(given.plan());
    await queue();
    await app.db.query(
      `insert into undeliverable_address (address, since, kind, reason) values ('works@example.org', now(), 'BOUNCED', '550 5.1.1 unknown')`,
    );
    await deliver();
    expect(written()).toEqual(['parks@example.org']);
    expect(await ledgerOf('works@example.org')).toEqual(['due-in-14 UNDELIVERABLE', 'opened UNDELIVERABLE']);
  });

  it('an address that a new import takes away gets nothing, and the new one gets the mail', async () => {
    await app.import(given.plan());
    await queue();
    await app.import(planWith([institution('works', 'successor@example.org'), given.institution('parks')]));
    expect(await deliver()).toMatchObject({ sent: 1, suppressed: 1 });
    expect((await mails()).at(-1)).toMatchObject({ status: 'SUPPRESSED', reason: 'ADDRESS_CHANGED' });
    await app.beat();
    expect(written()).toEqual(['parks@example.org', 'successor@example.org']);
  });

  it('an institution that no longer owes anything is not asked for it', async () => {
    await app.import(given.plan());
    await queue();
    await app.import(
      given.plan({ commitments: [given.commitment(1, { institutions: [{ institution: 'works', role: 'LEAD' }] })] }),
    );
    await deliver();
    expect(written()).toEqual(['works@example.org']);
    expect(await mails()).toMatchObject([{ status: 'SUPPRESSED', reason: 'NOTHING_MISSING' }, { status: 'SENT' }]);
  });

  it('a run as of another day goes on from that day', async () => {
    await app.import(given.plan());
    await run({ asOf: new Date(OVERDUE) });
    expect(await deliver()).toMatchObject({ sent: 2 });
    expect(lastTo('works@example.org').mail.subject).toMatch(/^Overdue since/);
  });
});

describe('on the wire', () => {
  const NASTY = '</h2><script>alert(1)</script> "O’Neill & Söhne" 👩‍👩‍👧 \u202Eevil';
  /** The lines of the header, the folded ones joined. */
  const headerOf = (raw: string): string[] =>
    raw
      .slice(0, raw.indexOf('\r\n\r\n'))
      .replace(/\r\n[ \t]+/g, ' ')
      .split('\r\n');

  const nastyPlan = (language: string): PlanFile =>
    planWith([
      institution('works', 'works@example.org', {
        name: { en: `${NASTY}\r\nBcc: all@example.org\r\n\r\nbody` },
        contacts: [{ role: 'FOCAL_POINT', name: `${NASTY}, <all@example.org>`, email: 'works@example.org', language }],
      }),
      institution('parks', undefined),
    ]);

  it.each(['en', 'ar'])('no name adds a header, a recipient or a line to the subject (%s)', async (language) => {
    await app.import(nastyPlan(language));
    await app.beat();
    const { raw, mail, to } = lastTo('works@example.org');
    expect(to).toEqual(['works@example.org']);
    expect(
      headerOf(raw)
        .map((line) => line.split(':')[0]?.toLowerCase())
        .sort(),
    ).toEqual([
      'auto-submitted',
      'content-language',
      'content-type',
      'date',
      'from',
      'in-reply-to',
      'message-id',
      'mime-version',
      'references',
      'subject',
      'to',
    ]);
    expect(raw).not.toMatch(/[^\x00-\x7f]/); // eslint-disable-line no-control-regex
    expect(mail.to).toMatchObject({ value: [{ address: 'works@example.org' }] });
    expect(mail.subject).toContain('</h2><script>alert(1)</script> "O’Neill & Söhne" 👩‍👩‍👧 evil…');
    expect(mail.subject).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
  });

  it('the encoded words are those that were queued', async () => {
    await app.import(nastyPlan('ar'));
    await app.beat();
    const [stored] = await app.db.query<Array<{ subject: string; text: string; html: string }>>(
      'select subject, text_part as text, html_part as html from outbox_mail',
    );
    const { mail } = lastTo('works@example.org');
    expect({ subject: mail.subject, text: mail.text, html: mail.html }).toEqual(stored);
    expect(mail.to).toMatchObject({
      value: [{ name: '</h2><script>alert(1)</script> "O’Neill & Söhne" 👩‍👩‍👧 evil, <all@example.org>' }],
    });
  });

  it('a mail in Arabic says so in its header and in its HTML', async () => {
    await app.import(nastyPlan('ar-JO'));
    await app.beat();
    const { mail } = lastTo('works@example.org');
    expect(mail.headers.get('content-language')).toBe('ar');
    expect(mail.html).toContain('<html lang="ar" dir="rtl"');
    expect(mail.subject).toContain('الأحد، 14 تموز 2024');
    expect(mail.text).toContain('ينقص تقريران من أصل 2:');
  });

  it('says that it was made by a machine, and which machine made it', async () => {
    await app.import(given.plan());
    await app.beat();
    const { mail } = lastTo('works@example.org');
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
    expect(mail.messageId).toMatch(/^<reminder\.[0-9a-f-]{36}@example\.org>$/);
  });

  it.each(['works@example.org\nbcc: all@example.org', 'works@example.org\r\n', 'wor\u2028ks@example.org'])(
    'an address with a line break gets nowhere: the import names it (%j)',
    async (email) => {
      const refused = await app.import(planWith([institution('works', email)])).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(PlanFileRefused);
      expect((refused as PlanFileRefused).violations.map(({ field }) => field)).toContain(
        '$.institutions[0].contacts[0].email',
      );
      expect(await count('contact')).toBe(0);
    },
  );
});
