import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { MailOutbox } from '../../src/platform/mail/mail-outbox.js';
import { MailRelay } from '../../src/platform/mail/mail-relay.js';
import { OutboxMail } from '../../src/platform/mail/outbox-mail.entity.js';
import { ReturnedMailsService, type MailEvent } from '../../src/platform/mail/returned-mails.service.js';
import { TestApp } from '../support/app.js';
import { emptyDatabase } from '../support/empty-database.js';
import { given } from '../support/given.js';

const NOW = '2024-07-01T09:00+03:00';
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

let app: TestApp;
let unready: TestApp;
beforeAll(async () => {
  app = await TestApp.start({ now: NOW, settings: { MAIL_EVENTS_SECRET: SECRET } });
  unready = await TestApp.start({ now: NOW });
});
afterAll(async () => {
  await app.close();
  await unready.close();
});
beforeEach(async () => {
  await emptyDatabase(app.db);
  app.clock.set(new Date(NOW));
  app.mailbox.clear();
});

/** A mail that its server took. */
async function sent(name: string): Promise<OutboxMail> {
  await app.app.get(MailOutbox).queue(app.db.manager, {
    key: name,
    kind: 'test',
    to: { address: `${name}@Example.org` },
    language: 'en',
    subject: 'x',
    text: 'x',
    html: 'x',
    expiresAt: new Date('2024-09-01T00:00+03:00'),
  });
  await app.app.get(MailRelay).deliver();
  return stored(name);
}
const stored = (name: string): Promise<OutboxMail> => app.db.getRepository(OutboxMail).findOneByOrFail({ key: name });
const undeliverable = () =>
  app.db.query<object[]>('select address, kind, reason, mail_id from undeliverable_address order by address');
const audited = () =>
  app.db.query<Array<{ action: string; subject: string; words: string }>>(
    `select action, subject_id as subject, difference::text as words from audit_entry order by number`,
  );

async function report(
  events: unknown,
  options: { id?: string; at?: Date; headers?: Record<string, string>; to?: TestApp } = {},
) {
  const { id = 'msg_1', at = app.clock.now(), to = app } = options;
  const body = typeof events === 'string' ? events : JSON.stringify({ events });
  const response = await fetch(`${to.url}/mail/events`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(SECRET).sign(id, at, body),
      ...options.headers,
    },
  });
  return { status: response.status, answer: (await response.json()) as object };
}
const bounced = (mail: OutboxMail) => ({
  type: 'bounced',
  messageId: mail.messageId,
  address: mail.toAddress,
  diagnostic: `smtp; 550 5.1.1 <${mail.toAddress}> unknown`,
});

describe('what the mail provider reports', () => {
  it('marks the mail and its address, and leaves one entry in the record that names nobody', async () => {
    const mail = await sent('works');
    expect(await report([bounced(mail)])).toEqual({ status: 200, answer: { events: 1, noted: 1 } });
    expect(await stored('works')).toMatchObject({
      status: 'BOUNCED',
      bouncedAt: expect.any(Date),
      sentAt: mail.sentAt,
    });
    expect(await undeliverable()).toEqual([
      { address: 'works@example.org', kind: 'BOUNCED', reason: expect.stringContaining('5.1.1'), mail_id: mail.id },
    ]);
    const entries = await audited();
    expect(entries).toMatchObject([{ action: 'mail.bounced', subject: mail.id }]);
    expect(entries[0]?.words.toLowerCase()).not.toContain('works@');
  });

  it('is taken in once, however often and in however many messages it is sent', async () => {
    const mail = await sent('works');
    await Promise.all(Array.from({ length: 4 }, (_, at) => report([bounced(mail)], { id: `msg_${at % 2}` })));
    expect(await report([bounced(mail)], { id: 'msg_0' })).toEqual({ status: 200, answer: { events: 1, noted: 0 } });
    expect(await audited()).toHaveLength(1);
    expect(await undeliverable()).toHaveLength(1);
  });

  it('of a complaint leaves the mail as delivered and marks the address', async () => {
    const mail = await sent('works');
    expect(await report([{ type: 'complained', messageId: mail.messageId }])).toMatchObject({ answer: { noted: 1 } });
    expect(await stored('works')).toMatchObject({ status: 'SENT' });
    expect(await undeliverable()).toMatchObject([{ address: 'works@example.org', kind: 'COMPLAINED' }]);
    expect(await audited()).toMatchObject([{ action: 'mail.complained' }]);
  });

  it('finds the mail by its address where the provider put a Message-ID of its own', async () => {
    await sent('works');
    expect(
      await report([{ type: 'bounced', messageId: '<0100@ses.example.net>', address: 'WORKS@example.org' }]),
    ).toMatchObject({ answer: { noted: 1 } });
    expect(await stored('works')).toMatchObject({ status: 'BOUNCED' });
  });

  it('does nothing for what passes, what is not ours, and what was never sent', async () => {
    const mail = await sent('works');
    await app.app.get(MailOutbox).queue(app.db.manager, {
      key: 'parks',
      kind: 'test',
      to: { address: 'parks@example.org' },
      language: 'en',
      subject: 'x',
      text: 'x',
      html: 'x',
      expiresAt: new Date('2024-09-01T00:00+03:00'),
    });
    const waiting = await stored('parks');
    const events = [
      { type: 'delayed', messageId: mail.messageId, diagnostic: '451 4.4.1' },
      { type: 'opened', messageId: mail.messageId },
      { type: 'bounced', messageId: '<other@example.net>', address: 'other@example.net' },
      { type: 'bounced', address: "x'; drop table outbox_mail; --" },
      { type: 'bounced' },
      bounced(waiting),
    ];
    expect(await report(events)).toEqual({ status: 200, answer: { events: 5, noted: 0 } });
    expect([(await stored('works')).status, (await stored('parks')).status]).toEqual(['SENT', 'QUEUED']);
    expect(await undeliverable()).toEqual([]);
    expect(await audited()).toEqual([]);
  });

  it('of a full mailbox or a policy says that the mail came back, and nothing of the address', async () => {
    const [works, parks] = [await sent('works'), await sent('parks')];
    const events = [
      { ...bounced(works), diagnostic: '552 5.2.2 over quota' },
      { ...bounced(parks), diagnostic: '550 5.7.1 blocked', status: '5.7.1' },
    ];
    expect(await report(events)).toMatchObject({ answer: { noted: 2 } });
    expect([(await stored('works')).status, (await stored('parks')).status]).toEqual(['BOUNCED', 'BOUNCED']);
    expect(await undeliverable()).toEqual([]);
  });

  it('is refused without a good signature, and nothing of it is taken in', async () => {
    const mail = await sent('works');
    const old = new Date(app.clock.now().getTime() - 6 * 60_000);
    const attempts: Array<Parameters<typeof report>[1]> = [
      { headers: { 'webhook-signature': 'v1,AAAA' } },
      { headers: { 'webhook-id': 'another' } },
      { at: old },
    ];
    for (const options of attempts)
      expect(await report([bounced(mail)], options)).toMatchObject({
        status: 401,
        answer: { code: 'UNAUTHENTICATED' },
      });
    expect(await stored('works')).toMatchObject({ status: 'SENT' });
  });

  it('is refused when it is not what was agreed on, though it is signed', async () => {
    for (const events of [
      '{"events":{}}',
      '[]',
      'null',
      '{"events":[null]}',
      JSON.stringify({ events: Array(1001).fill({}) }),
    ])
      expect(await report(events)).toMatchObject({ status: 400 });
    expect(await report(`{"events":["${'x'.repeat(1_100_000)}"]}`)).toMatchObject({ status: 413 });
  });

  it('has no door where no secret was agreed on', async () => {
    expect(await report([], { to: unready })).toMatchObject({ status: 404 });
  });
});

describe('a mail that came back before we had written down that it was sent', () => {
  it('is not sent once more', async () => {
    const { id } = await sent('works');
    await app.db.query(`update outbox_mail set status = 'QUEUED', sent_at = null, leased_until = now() where id = $1`, [
      id,
    ]);
    const event: MailEvent = {
      kind: 'BOUNCED',
      messageId: (await stored('works')).messageId,
      address: null,
      status: '5.1.1',
      diagnostic: 'x',
    };
    expect(await app.app.get(ReturnedMailsService).take(event, 'SIGNED')).toBe('NOTED');
    expect(await app.app.get(MailRelay).deliver()).toMatchObject({ sent: 0 });
    expect(await stored('works')).toMatchObject({ status: 'BOUNCED', leasedUntil: null });
  });
});

describe('a contact that mail does not reach', () => {
  const PLAN = 'testville-2024';
  const ASK = `{ institutions(filter: { withoutAddress: true }) { nodes { key contacts { hasAddress isDeliverable undeliverableSince undeliverableReason email } } } }`;
  type Asked = { institutions: { nodes: Array<{ key: string; contacts: object[] }> } };
  const clear = (headers: Record<string, string>, address = 'Works@example.org', plan = PLAN) =>
    app.gql<{ undeliverableAddressClear: { contacts: object[] } | null }>(
      `mutation ($input: UndeliverableAddressClearInput!) { undeliverableAddressClear(input: $input) { contacts { isDeliverable } } }`,
      { input: { plan, address, reason: 'The mailbox was made again.' } },
      headers,
    );
  beforeEach(async () => {
    await app.import(given.plan());
    await app.import(
      given.plan({
        member: { key: 'elsewhere', name: { en: 'Elsewhere' }, kind: 'LOCAL', country: 'JO' },
        plan: { key: 'elsewhere-2024', title: { en: 'Plan of Elsewhere' } },
        institutions: [given.institution('roads')],
        commitments: [given.commitment(1, { institutions: [{ institution: 'roads', role: 'LEAD' }] })],
      }),
    );
    await report([bounced(await sent('works'))]);
  });

  it('counts as one without an address, and only those who run a plan of its member see why', async () => {
    const { data } = await app.gql<Asked>(ASK);
    const unseen = {
      hasAddress: true,
      isDeliverable: false,
      undeliverableSince: null,
      undeliverableReason: null,
      email: null,
    };
    expect(data.institutions.nodes).toEqual([{ key: 'works', contacts: [unseen] }]);
    const seen = { undeliverableSince: expect.any(String), undeliverableReason: expect.stringContaining('550 5.1.1') };
    for (const [role, plan, sees] of [
      ['MEL_OFFICER', PLAN, true],
      ['MEL_OFFICER', 'elsewhere-2024', false],
      ['ADMIN', undefined, true],
    ] as const) {
      const answer = await app.gql<Asked>(ASK, {}, await app.as(role, plan));
      expect(answer.data.institutions.nodes[0]?.contacts).toMatchObject([sees ? seen : unseen]);
    }
  });

  it('is reached again once an officer of its plan says so, which is recorded with the reason', async () => {
    const { data, errors } = await clear(await app.as('MEL_OFFICER', PLAN));
    expect(errors).toBeUndefined();
    expect(data.undeliverableAddressClear).toEqual({ contacts: [{ isDeliverable: true }] });
    expect(await undeliverable()).toEqual([]);
    const [entry] = (await audited()).slice(-1);
    expect(entry).toMatchObject({
      action: 'undeliverableAddress.cleared',
      words: expect.stringContaining('made again'),
    });
    expect(entry?.words.toLowerCase()).not.toContain('works@');
    expect((await app.gql<Asked>(ASK)).data.institutions.nodes).toEqual([]);
  });

  it('is nobody’s to ask about from elsewhere: what is marked, what is not and what is unknown are answered alike', async () => {
    const elsewhere = await app.as('MEL_OFFICER', 'elsewhere-2024');
    const here = await app.as('MEL_OFFICER', PLAN);
    const answers = [
      await clear(elsewhere, 'works@example.org', 'elsewhere-2024'),
      await clear(elsewhere, 'nobody@example.org', 'elsewhere-2024'),
      await clear(elsewhere, 'roads@example.org', 'elsewhere-2024'),
      await clear(here, 'parks@example.org'),
    ];
    const said = answers.map(({ errors }) => [
      errors?.[0]?.extensions.code,
      errors?.[0]?.extensions.violations?.[0]?.message,
    ]);
    expect(new Set(said.map((one) => one.join(' '))).size).toBe(1);
    expect(said[0]?.[0]).toBe('NOT_FOUND');
    expect((await clear(elsewhere, 'works@example.org', PLAN)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(await undeliverable()).toHaveLength(1);
  });
});
