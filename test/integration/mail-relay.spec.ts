import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Settings } from '../../src/platform/config/settings.js';
import type { Mail } from '../../src/platform/mail/mail.js';
import { MailGates, type Gate, type GateAnswer } from '../../src/platform/mail/mail-gates.js';
import { LEASE, MailOutbox } from '../../src/platform/mail/mail-outbox.js';
import { MailRelay } from '../../src/platform/mail/mail-relay.js';
import { LONGEST_CONVERSATION } from '../../src/platform/mail/mail-transport.js';
import { OutboxMail } from '../../src/platform/mail/outbox-mail.entity.js';
import { TestApp } from '../support/app.js';
import { emptyDatabase } from '../support/empty-database.js';
import { Mailbox, type ReceivedMail } from '../support/mailbox.js';
import { until } from '../support/until.js';

const MINUTE = 60_000;
const NOW = '2024-07-01T09:00+03:00';

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start({ now: NOW });
});
afterAll(() => app.close());
beforeEach(async () => {
  await emptyDatabase(app.db);
  app.mailbox.clear();
  app.clock.set(new Date(NOW));
});

const outbox = (): MailOutbox => app.app.get(MailOutbox);
const claim = (most = 1) => outbox().claim(app.clock.now(), most);
const undeliverable = () =>
  app.db.query<Array<{ address: string }>>('select address, kind, reason from undeliverable_address order by address');
const deliver = () => app.app.get(MailRelay).deliver();
const later = (milliseconds: number): void => app.clock.set(new Date(app.clock.now().getTime() + milliseconds));

const queue = (name: string, more: Partial<Mail> = {}) =>
  outbox().queue(app.db.manager, {
    key: name,
    kind: 'test',
    to: { address: `${name}@example.org`, name: `The ${name}` },
    language: 'en',
    subject: `To ${name}`,
    text: 'Text',
    html: '<p>Text</p>',
    expiresAt: new Date('2024-07-08T00:00+03:00'),
    ...more,
  });

const stored = (name: string): Promise<OutboxMail> => app.db.getRepository(OutboxMail).findOneByOrFail({ key: name });
const pauseOf = async (name: string): Promise<number> =>
  ((await stored(name)).nextAttemptAt.getTime() - app.clock.now().getTime()) / MINUTE;

describe('a mail', () => {
  it('is sent once, and what the server answered is kept', async () => {
    await queue('works');
    expect(await deliver()).toEqual({ sent: 1, suppressed: 0, postponed: 0, failed: 0 });
    expect(await deliver()).toEqual({ sent: 0, suppressed: 0, postponed: 0, failed: 0 });
    expect(app.mailbox.received).toHaveLength(1);
    expect(await stored('works')).toMatchObject({ status: 'SENT', attempts: 1, leasedUntil: null, reason: null });
    expect((await stored('works')).smtpAnswer).toMatch(/^250/);
  });

  it('with the same key is not queued a second time', async () => {
    expect(await queue('works')).not.toBeNull();
    expect(await queue('works', { subject: 'Another' })).toBeNull();
  });

  it('does not leave when the transaction that queued it is rolled back', async () => {
    const rolledBack = app.db.transaction(async (tx) => {
      await outbox().queue(tx, {
        key: 'works',
        kind: 'test',
        to: { address: 'works@example.org' },
        language: 'en',
        subject: 'To works',
        text: 'Text',
        html: '<p>Text</p>',
        expiresAt: new Date('2024-07-08T00:00+03:00'),
      });
      throw new Error('after all not');
    });
    await expect(rolledBack).rejects.toThrow('after all not');
    expect(await deliver()).toMatchObject({ sent: 0 });
  });

  it('that comes too late is given up, and the server hears nothing of it', async () => {
    await queue('works');
    await queue('parks', { expiresAt: new Date('2024-07-09T00:00+03:00') });
    app.clock.set(new Date('2024-07-08T00:00+03:00'));
    expect(await deliver()).toMatchObject({ sent: 1, failed: 1 });
    expect(await stored('works')).toMatchObject({ status: 'FAILED', reason: 'TOO_LATE' });
    expect(app.mailbox.attempts).toBe(1);
  });

  it('waits without a word to a server that accepts slowly', async () => {
    app.mailbox.behaviours.set('*', { acceptAfter: 500 });
    await queue('works');
    const first = deliver();
    expect(await deliver()).toBe(await first);
    expect(await first).toMatchObject({ sent: 1 });
    expect(app.mailbox.received).toHaveLength(1);
  });
});

describe('a server that says not now', () => {
  it.each(['RCPT', 'DATA'] as const)(
    'with 451 at %s is asked again after a pause, and gets the mail once',
    async (where) => {
      app.mailbox.behaviours.set('works@example.org', { code: 451, at: where });
      await queue('works');
      await queue('parks');
      expect(await deliver()).toMatchObject({ sent: 1, postponed: 1 });
      expect(await stored('works')).toMatchObject({ status: 'QUEUED', attempts: 1, leasedUntil: null });
      expect((await stored('works')).smtpAnswer).toContain('451');

      later(0.8 * MINUTE);
      expect(await deliver()).toMatchObject({ sent: 0, postponed: 0 });
      app.mailbox.behaviours.clear();
      later(0.4 * MINUTE);
      expect(await deliver()).toMatchObject({ sent: 1 });
      expect(app.mailbox.to('works@example.org')).toHaveLength(1);
      expect(await stored('works')).toMatchObject({ status: 'SENT', attempts: 2 });
    },
  );

  it('is asked more and more rarely, until it is too late', async () => {
    app.mailbox.behaviours.set('*', { code: 451, at: 'RCPT' });
    await queue('works', { expiresAt: new Date('2024-07-02T06:00+03:00') });
    const pauses: number[] = [];
    for (let tries = 0; tries < 30; tries += 1) {
      const { postponed } = await deliver();
      if (postponed === 0) break;
      pauses.push(await pauseOf('works'));
      app.clock.set((await stored('works')).nextAttemptAt);
    }
    expect(await stored('works')).toMatchObject({ status: 'FAILED', reason: 'TOO_LATE' });
    expect((await stored('works')).smtpAnswer).toContain('451');
    const doubled = [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240];
    for (const [at, minutes] of doubled.entries()) expect(Math.abs((pauses[at] ?? 0) / minutes - 1)).toBeLessThan(0.11);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(264);
    expect(app.mailbox.received).toHaveLength(0);
  });

  it('about the sender, even for good, is asked again: that is our fault and not the recipient’s', async () => {
    app.mailbox.behaviours.set('*', { code: 553, at: 'MAIL' });
    await queue('works');
    expect(await deliver()).toMatchObject({ postponed: 1, failed: 0 });
    app.mailbox.behaviours.clear();
    later(2 * MINUTE);
    expect(await deliver()).toMatchObject({ sent: 1 });
  });
});

describe('a server that says never', () => {
  it.each([
    [550, 'RCPT'],
    [554, 'DATA'],
  ] as const)(
    'with %i at %s is not asked again; its words are kept, and the others get their mail',
    async (code, where) => {
      app.mailbox.behaviours.set('works@example.org', { code, at: where });
      for (const name of ['mayor', 'works', 'parks']) await queue(name);
      expect(await deliver()).toMatchObject({ sent: 2, failed: 1 });
      expect(await stored('works')).toMatchObject({ status: 'FAILED', reason: 'REFUSED' });
      expect((await stored('works')).smtpAnswer).toContain(`refused for the test with ${code}`);
      // What is said of the recipient is remembered; what is said of the mail is not.
      expect((await undeliverable()).map(({ address }) => address)).toEqual(
        where === 'RCPT' ? ['works@example.org'] : [],
      );
      later(5 * 60 * MINUTE);
      expect(await deliver()).toMatchObject({ sent: 0, failed: 0 });
      expect(app.mailbox.received.map(({ to }) => to[0]).sort()).toEqual(['mayor@example.org', 'parks@example.org']);
    },
  );
});

describe('a mail that a process has taken', () => {
  it('is no other’s until the lease runs out, and then it is', async () => {
    await queue('works');
    expect(await claim()).toMatchObject([{ key: 'works', attempts: 1 }]);
    expect(await deliver()).toMatchObject({ sent: 0 });
    later(LEASE - 1000);
    expect(await deliver()).toMatchObject({ sent: 0 });
    later(1000);
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect(await stored('works')).toMatchObject({ status: 'SENT', attempts: 2 });
  });

  it('is no longer settled by whoever lost it', async () => {
    await queue('works');
    const [first] = await claim();
    later(LEASE);
    const [second] = await claim();
    if (!first || !second) throw new Error('It was to be claimed twice.');
    await outbox().record([{ mail: first, status: 'FAILED', reason: 'REFUSED', addressIsBad: true }]);
    await outbox().record([
      { mail: first, status: 'QUEUED', nextAttemptAt: new Date('2030-01-01'), smtpAnswer: 'late' },
    ]);
    await outbox().rewrite([{ mail: first, content: { subject: 'Old', text: 'Old', html: 'Old', language: 'en' } }]);
    expect(await outbox().renew([first], app.clock.now())).toEqual([]);
    expect(await stored('works')).toMatchObject({ status: 'QUEUED', subject: 'To works', smtpAnswer: null });
    expect(await undeliverable()).toEqual([]);
    await outbox().record([{ mail: second, status: 'SENT', sentAt: app.clock.now() }]);
    expect(await stored('works')).toMatchObject({ status: 'SENT' });
  });

  it('is held for longer than a conversation may take', () => {
    expect(LEASE).toBeGreaterThan(LONGEST_CONVERSATION);
  });

  it('is only taken once, however many take at the same moment', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await queue(name);
    const claimed = await Promise.all(Array.from({ length: 9 }, () => claim(2)));
    expect(claimed.flatMap((mails) => mails.map(({ key }) => key)).sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});

describe('the last look before a mail leaves', () => {
  it('that goes wrong postpones this mail and holds up no other', async () => {
    let broken = true;
    app.app.get(MailGates).registerOneByOne('fragile', () => {
      if (broken) throw new Error('for the test');
      return Promise.resolve({ send: true });
    });
    await queue('works', { kind: 'fragile' });
    await queue('parks');
    expect(await deliver()).toMatchObject({ sent: 1, postponed: 1 });
    expect(await stored('works')).toMatchObject({ status: 'QUEUED', leasedUntil: null });
    expect((await stored('works')).smtpAnswer).toContain('could not be looked at');
    broken = false;
    later(2 * MINUTE);
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect(app.mailbox.received.map(({ to }) => to[0])).toEqual(['parks@example.org', 'works@example.org']);
  });

  it('may keep it back, or give it other words', async () => {
    const content = { subject: 'Les mots', text: 'Autres', html: '<p>Autres</p>', language: 'fr' };
    app.app.get(MailGates).registerOneByOne('kept-back', () => Promise.resolve({ send: false, reason: 'SETTLED' }));
    app.app.get(MailGates).registerOneByOne('reworded', () => Promise.resolve({ send: true, content }));
    await queue('works', { kind: 'kept-back' });
    await queue('parks', { kind: 'reworded' });
    expect(await deliver()).toMatchObject({ sent: 1, suppressed: 1 });
    expect(await stored('works')).toMatchObject({ status: 'SUPPRESSED', reason: 'SETTLED' });
    const [received] = app.mailbox.received;
    expect(received?.mail).toMatchObject({ subject: 'Les mots', text: 'Autres', html: '<p>Autres</p>' });
    expect(received?.mail.headers.get('content-language')).toBe('fr');
    expect(await stored('parks')).toMatchObject({ subject: 'Les mots', textPart: 'Autres', language: 'fr' });
  });
});

describe('mails that are looked at together', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const gate = (kind: string, look: Gate) => app.app.get(MailGates).register(kind, look);

  it('are asked about in one question a kind, and each gets its own answer', async () => {
    const asked: string[][] = [];
    gate('together', (mails) => {
      asked.push(mails.map(({ key }) => key).sort());
      const answers: GateAnswer[] = [{ send: true }, { send: false, reason: 'SETTLED' }];
      return Promise.resolve(new Map(mails.map(({ id, key }) => [id, answers[key === 'b' ? 1 : 0] ?? { send: true }])));
    });
    for (const name of names.slice(0, 4)) await queue(name, { kind: 'together' });
    expect(await deliver()).toMatchObject({ sent: 3, suppressed: 1 });
    expect(asked).toEqual([['a', 'b', 'c', 'd']]);
  });

  it('wait when the answer leaves them out: nothing leaves unasked', async () => {
    gate('forgetful', (mails) => Promise.resolve(new Map(mails.slice(1).map(({ id }) => [id, { send: true }]))));
    for (const name of ['a', 'b']) await queue(name, { kind: 'forgetful' });
    expect(await deliver()).toMatchObject({ sent: 1, postponed: 1 });
  });

  it('are asked about one by one when one of them cannot be looked at, and only that one waits', async () => {
    gate('fragile-together', (mails) => {
      if (mails.some(({ key }) => key === 'c')) throw new Error('for the test');
      return Promise.resolve(new Map(mails.map(({ id }) => [id, { send: true }])));
    });
    for (const name of names.slice(0, 5)) await queue(name, { kind: 'fragile-together' });
    expect(await deliver()).toMatchObject({ sent: 4, postponed: 1 });
    expect(await stored('c')).toMatchObject({ status: 'QUEUED', leasedUntil: null, attempts: 1 });
  });

  it('and are put off leave at the time that was said, and it counts as no attempt', async () => {
    const at = new Date('2024-07-01T12:00+03:00');
    gate('held', (mails) =>
      Promise.resolve(
        new Map(mails.map(({ id }) => [id, app.clock.now() < at ? { send: 'later', at } : { send: true }])),
      ),
    );
    await queue('works', { kind: 'held' });
    expect(await deliver()).toMatchObject({ postponed: 1 });
    expect(await stored('works')).toMatchObject({ attempts: 0, nextAttemptAt: at, smtpAnswer: null });
    app.clock.set(at);
    expect(await deliver()).toMatchObject({ sent: 1 });
  });

  it('and whose turn comes late are looked at again, so that what was settled meanwhile is not sent', async () => {
    let settled = false;
    gate('settled-meanwhile', (mails) =>
      Promise.resolve(
        new Map(mails.map(({ id }) => [id, settled ? { send: false, reason: 'SETTLED' } : { send: true }])),
      ),
    );
    // The first handful is taken up at once; what is claimed behind it waits until the clock has run on.
    for (const name of names) await queue(name, { kind: 'settled-meanwhile' });
    app.mailbox.behaviours.set('*', { acceptAfter: 300 });
    const delivery = deliver();
    await until(() => app.mailbox.received.length === 5);
    settled = true;
    later(6000);
    expect(await delivery).toMatchObject({ sent: 5, suppressed: 2 });
  });

  it('are held for longer when their turn comes late, and are nobody else’s meanwhile', async () => {
    await queue('works');
    const [first] = await claim();
    if (!first) throw new Error('It was to be claimed.');
    later(LEASE - 1000);
    const [renewed] = await outbox().renew([first], app.clock.now());
    later(2000);
    expect(await claim()).toEqual([]);
    expect(renewed?.leasedUntil?.getTime()).toBeGreaterThan(first.leasedUntil?.getTime() ?? Infinity);
  });
});

describe('what a mail carries', () => {
  const raw = async (more: Partial<Mail>): Promise<{ head: string; received: ReceivedMail }> => {
    await queue('works', more);
    expect(await deliver()).toMatchObject({ sent: 1 });
    const [received] = app.mailbox.received;
    if (!received) throw new Error('Nothing arrived.');
    return { received, head: received.raw.split('\r\n\r\n')[0]?.replaceAll(/\r\n[ \t]+/g, ' ') ?? '' };
  };

  it('says which thread it belongs to and how it is answered, and that no person wrote it', async () => {
    const { head, received } = await raw({ thread: 'salt.2024-Q2', replyTo: 'mel@example.org' });
    expect(head).toMatch(/^References: <thread\.salt\.2024-Q2@example\.org>$/m);
    expect(head).toMatch(/^In-Reply-To: <thread\.salt\.2024-Q2@example\.org>$/m);
    expect(head).toMatch(/^Reply-To: mel@example\.org$/m);
    expect(head).toMatch(/^Auto-Submitted: auto-generated$/m);
    expect(received.mail.messageId).toBe((await stored('works')).messageId);
  });

  it('has its dates as a file for calendars', async () => {
    const calendar = 'BEGIN:VCALENDAR\r\nSUMMARY:الموعد النهائي\r\nEND:VCALENDAR\r\n';
    const { received } = await raw({ calendar });
    const [attachment] = received.mail.attachments;
    expect(attachment).toMatchObject({ filename: 'calendar.ics', contentType: 'text/calendar' });
    expect(received.raw).toMatch(/content-type: text\/calendar; charset=utf-8;\s+method=PUBLISH/i);
    expect(attachment?.content.toString()).toBe(calendar);
    expect(received.mail).toMatchObject({ text: 'Text', html: '<p>Text</p>' });
  });

  it('can be stopped with one click where it says so, and nowhere else', async () => {
    const { head } = await raw({ unsubscribeUrl: 'https://mithaq.example.org/stop/abc?x=1' });
    expect(head).toMatch(/^List-Unsubscribe: <https:\/\/mithaq\.example\.org\/stop\/abc\?x=1>$/m);
    expect(head).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click$/m);
    app.mailbox.clear();
    await queue('parks');
    await deliver();
    expect(app.mailbox.received[0]?.raw).not.toMatch(/list-unsubscribe|references|in-reply-to/i);
  });

  it('gets other dates with other words, and keeps them', async () => {
    app.app.get(MailGates).registerOneByOne('redated', (mail) =>
      Promise.resolve({
        send: true,
        content: { subject: 'S', text: 'T', html: 'H', language: 'en', calendar: `${mail.key} later` },
      }),
    );
    const { received } = await raw({ kind: 'redated', calendar: 'before' });
    expect(received.mail.attachments[0]?.content.toString()).toBe('works later');
    expect(await stored('works')).toMatchObject({ calendarPart: 'works later' });
  });

  it('reads as it was written, in every language', async () => {
    const subject =
      'تذكير: يُستحق تقرير «البلدية» — ١٤ تموز، avant la date d’échéance 👍 and on for longer than any line may be';
    const { head, received } = await raw({
      subject,
      to: { address: 'works@example.org', name: 'د. ليلى "المديرة", <x@y>' },
    });
    expect(head).toMatch(/^[\x20-\x7e\n\r]*$/);
    expect(received.mail.subject).toBe(subject);
    expect([received.mail.to].flat()[0]?.value).toEqual([
      { address: 'works@example.org', name: 'د. ليلى "المديرة", <x@y>' },
    ]);
  });

  it('never gets a header from what people entered, whatever it is', async () => {
    const evil = 'x\r\nBcc: thief@example.org\r\n\r\n<script>\u2028X-Evil: 1';
    const { head, received } = await raw({ to: { address: 'works@example.org', name: evil } });
    expect(received.to).toEqual(['works@example.org']);
    expect(received.mail.headers.has('bcc')).toBe(false);
    expect(received.mail.headers.has('x-evil')).toBe(false);
    expect(head).toMatch(/^Subject: To works$/m);
    const refused: Array<Partial<Mail>> = [
      { subject: `To works\r\nBcc: thief@example.org` },
      { to: { address: 'works@example.org\r\nBcc: thief@example.org' } },
      { thread: 'a>\r\nBcc: thief@example.org' },
      { thread: 'a b' },
      { unsubscribeUrl: 'https://example.org/>\r\nBcc: thief@example.org' },
      { unsubscribeUrl: 'https://example.org/> <mailto:thief@example.org' },
      { unsubscribeUrl: 'javascript:alert(1)' },
    ];
    for (const more of refused) await expect(queue('refused', more)).rejects.toThrow(/outbox_mail_\w+/);
  });
});

describe('a pace', () => {
  it('spreads the mails evenly, and is kept from one run to the next', async () => {
    const other = await TestApp.start({ now: NOW, databaseUrl: app.databaseUrl, settings: { SMTP_RATE: '600' } });
    for (let mail = 0; mail < 12; mail += 1) await queue(`mail-${mail}`);
    const began = performance.now();
    expect(await other.app.get(MailRelay).deliver()).toMatchObject({ sent: 12 });
    await queue('last');
    other.clock.set(app.clock.now());
    expect(await other.app.get(MailRelay).deliver()).toMatchObject({ sent: 1 });
    // A tenth of a second each; the first leaves at once.
    expect(performance.now() - began).toBeGreaterThan(12 * 100 - 50);
    await other.close();
  });
});

describe('a process that is told to stop', () => {
  it('finishes the conversation under way and begins no other', async () => {
    const settings = { SMTP_CONNECTIONS: '1' };
    const other = await TestApp.start({ now: NOW, databaseUrl: app.databaseUrl, settings });
    other.mailbox.behaviours.set('*', { acceptAfter: 700 });
    for (const name of ['works', 'parks']) await queue(name);
    other.clock.set(app.clock.now());
    const delivery = other.app.get(MailRelay).deliver();
    await until(() => other.mailbox.received.length > 0);
    await other.close();
    expect(await delivery).toMatchObject({ sent: 1 });
    expect((await app.db.getRepository(OutboxMail).find()).map(({ status }) => status).sort()).toEqual([
      'QUEUED',
      'SENT',
    ]);
    expect(await app.db.query(`select attempts, leased_until from outbox_mail where status = 'QUEUED'`)).toEqual([
      { attempts: 0, leased_until: null },
    ]);
    expect(await deliver()).toMatchObject({ sent: 1 });
  });
});

describe('a server that goes away', () => {
  it('after it took the mail gets it once more, with the same Message-ID', async () => {
    app.mailbox.behaviours.set('works@example.org', 'HANG_UP_AFTER_DATA');
    await queue('works');
    expect(await deliver()).toMatchObject({ sent: 0, postponed: 1 });
    app.mailbox.behaviours.clear();
    later(2 * MINUTE);
    expect(await deliver()).toMatchObject({ sent: 1 });
    const ids = app.mailbox.to('works@example.org').map(({ mail }) => mail.messageId);
    expect(ids).toEqual([(await stored('works')).messageId, (await stored('works')).messageId]);
  });

  it('and comes back finds all mails waiting', async () => {
    const port = Number(new URL(app.app.get(Settings).SMTP_URL ?? '').port);
    for (const name of ['works', 'parks']) await queue(name);
    await app.mailbox.close();
    expect(await deliver()).toMatchObject({ sent: 0, postponed: 2, failed: 0 });
    expect(await outbox().waiting()).toMatchObject({ count: 2 });
    const again = new Mailbox();
    await again.listen(port);
    later(2 * MINUTE);
    expect(await deliver()).toMatchObject({ sent: 2 });
    expect(again.received).toHaveLength(2);
    await again.close();
  });
});
