import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { dkimVerify } from 'mailauth';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { MailOutbox } from '../../src/platform/mail/mail-outbox.js';
import { MailRelay } from '../../src/platform/mail/mail-relay.js';
import { MailTransport } from '../../src/platform/mail/mail-transport.js';
import { OutboxMail } from '../../src/platform/mail/outbox-mail.entity.js';
import { TestApp } from '../support/app.js';
import { Mailbox } from '../support/mailbox.js';

const NOW = '2024-07-01T09:00+03:00';

let folder: string;
let caFile: string;
let secured: Mailbox;
let open: Mailbox;
let app: TestApp | null = null;
beforeAll(async () => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'mail.example.org' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  folder = await mkdtemp(join(tmpdir(), 'mithaq-tls-'));
  caFile = join(folder, 'ca.pem');
  await writeFile(caFile, cert);
  [secured, open] = [new Mailbox({ key, cert }), new Mailbox()];
});
afterEach(async () => {
  await app?.close();
  app = null;
  for (const { received } of [secured, open]) received.length = 0;
});
afterAll(async () => {
  await Promise.all([secured.close(), open.close()]);
  await rm(folder, { recursive: true });
});

/** One mail on its way to the server. */
async function sending(server: Mailbox, settings: Record<string, string>, more: { unsubscribeUrl?: string } = {}) {
  urls.set(server, urls.get(server) ?? (await server.listen()));
  app = await TestApp.start({ now: NOW, settings: { SMTP_URL: urls.get(server) ?? '', ...settings } });
  await app.app.get(MailOutbox).queue(app.db.manager, {
    key: 'works',
    kind: 'test',
    to: { address: 'works@example.org', name: 'د. ليلى' },
    language: 'ar',
    subject: 'تذكير: تقرير الربع الثاني يُستحق يوم الأحد',
    text: 'نص\n\n. a line that begins with a dot\n',
    html: '<p>نص</p>',
    expiresAt: new Date('2024-07-08T00:00+03:00'),
    ...more,
  });
  const report = await app.app.get(MailRelay).deliver();
  return { report, mail: await app.db.getRepository(OutboxMail).findOneByOrFail({ key: 'works' }) };
}
const urls = new Map<Mailbox, string>();
/** What the doctor says of it. */
const trouble = () =>
  app!.app
    .get(MailTransport)
    .verify()
    .then(
      () => null,
      (error: Error) => error.message,
    );

describe('where encryption is required', () => {
  it('mail leaves over TLS, to a server whose certificate is trusted', async () => {
    const { report } = await sending(secured, { SMTP_TLS: 'required', SMTP_CA_FILE: caFile });
    expect(report).toMatchObject({ sent: 1 });
    expect(secured.received.map(({ encrypted }) => encrypted)).toEqual([true]);
    expect(await trouble()).toBeNull();
  });

  it('a server that offers none gets nothing: the mail waits, and the reason is told', async () => {
    const { report, mail } = await sending(open, { SMTP_TLS: 'required' });
    expect(report).toMatchObject({ sent: 0, postponed: 1, failed: 0 });
    expect(mail).toMatchObject({ status: 'QUEUED', smtpAnswer: expect.stringMatching(/STARTTLS/) });
    expect(open.received).toEqual([]);
    expect(await trouble()).toMatch(/STARTTLS/);
  });

  it('a server with a certificate that nobody vouches for gets nothing', async () => {
    const { report, mail } = await sending(secured, { SMTP_TLS: 'required' });
    expect(report).toMatchObject({ sent: 0, postponed: 1 });
    expect(mail.smtpAnswer).toMatch(/self-signed certificate/);
    expect(secured.received).toEqual([]);
    expect(await trouble()).toMatch(/self-signed certificate/);
  });
});

describe('where encryption is not required', () => {
  it('it is used all the same when the server offers it, and left out when it does not', async () => {
    expect(await sending(secured, { SMTP_TLS: 'offered', SMTP_CA_FILE: caFile })).toMatchObject({
      report: { sent: 1 },
    });
    expect(secured.received.map(({ encrypted }) => encrypted)).toEqual([true]);
    await app?.close();
    expect(await sending(open, { SMTP_TLS: 'offered' })).toMatchObject({ report: { sent: 1 } });
    expect(open.received.map(({ encrypted }) => encrypted)).toEqual([false]);
  });

  it('and switched off, it is not even tried', async () => {
    expect(await sending(secured, { SMTP_TLS: 'off' })).toMatchObject({ report: { sent: 1 } });
    expect(secured.received.map(({ encrypted }) => encrypted)).toEqual([false]);
  });
});

describe('a mail that is signed', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const record = `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
  const DKIM = { DKIM_DOMAIN: 'example.org', DKIM_SELECTOR: 'mithaq' };
  /** Read by a library that knows nothing of the one that signed, with the key from a DNS of our own. */
  const verified = async (raw: string) => {
    const resolver = (name: string, type: string) =>
      Promise.resolve(name === 'mithaq._domainkey.example.org' && type === 'TXT' ? [[record]] : []);
    const { results } = await dkimVerify(raw, { resolver });
    // Its types leave out which headers were signed.
    return (results as Array<(typeof results)[number] & { signingHeaders?: { keys: string } }>).map(
      ({ status, signingDomain, signingHeaders }) => ({
        result: status.result,
        signingDomain,
        signed: signingHeaders?.keys.toLowerCase() ?? '',
      }),
    );
  };

  it.each<[string, () => Promise<Record<string, string>>]>([
    ['one line', () => Promise.resolve({ DKIM_PRIVATE_KEY: pem.replaceAll('\n', '\\n') })],
    [
      'a file',
      async () => {
        await writeFile(join(folder, 'dkim.pem'), pem);
        return { DKIM_PRIVATE_KEY_FILE: join(folder, 'dkim.pem') };
      },
    ],
  ])('with a key from %s is found genuine by another library, one-click headers included', async (_from, key) => {
    await sending(open, { ...DKIM, ...(await key()) }, { unsubscribeUrl: 'https://mithaq.example.org/stop/1' });
    const [result, ...more] = await verified(open.received[0]?.raw ?? '');
    expect(more).toEqual([]);
    expect(result).toMatchObject({ result: 'pass', signingDomain: 'example.org' });
    for (const header of ['from', 'to', 'subject', 'message-id', 'list-unsubscribe', 'list-unsubscribe-post'])
      expect(result?.signed.split(': ')).toContain(header);
  });

  it('is found out when anybody changed it on its way', async () => {
    await sending(open, { ...DKIM, DKIM_PRIVATE_KEY: pem });
    const raw = open.received[0]?.raw ?? '';
    expect(await verified(raw)).toMatchObject([{ result: 'pass' }]);
    expect(await verified(raw.replace(/^Auto-Submitted: .*$/m, 'Auto-Submitted: no'))).toMatchObject([
      { result: 'fail' },
    ]);
    expect(await verified(`${raw}One line more.\r\n`)).toMatchObject([{ result: expect.not.stringMatching('pass') }]);
  });
});
