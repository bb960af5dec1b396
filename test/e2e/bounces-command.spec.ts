import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { MailOutbox } from '../../src/platform/mail/mail-outbox.js';
import { MailRelay } from '../../src/platform/mail/mail-relay.js';
import { TestApp } from '../support/app.js';
import { emptyDatabase } from '../support/empty-database.js';
import { SHORT_LIFE } from '../support/service.js';

// A process takes seconds to start, and more of them on a busy machine.
jest.setTimeout(120_000);

const NOW = '2024-07-01T09:00+03:00';

let app: TestApp;
let folder: string;
beforeAll(async () => {
  app = await TestApp.start({ now: NOW });
  folder = await mkdtemp(join(tmpdir(), 'mithaq-bounces-'));
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => emptyDatabase(app.db));

/** Runs the command as a mail server does that hands it a message. */
async function bounces(args: readonly string[], input = ''): Promise<{ code: unknown; said: string }> {
  const child = spawn(process.execPath, [...SHORT_LIFE, 'bin/mithaq.js', 'bounces', ...args], {
    env: { PATH: process.env['PATH'], NODE_ENV: 'test', DATABASE_URL: app.databaseUrl, DATA_DIR: folder },
  });
  child.stdin.end(input);
  const exit = once(child, 'exit') as Promise<[number | null]>;
  const [said, [code]] = await Promise.all([text(child.stdout), exit]);
  return { code, said };
}

async function sent(name: string): Promise<string> {
  await app.app.get(MailOutbox).queue(app.db.manager, {
    key: name,
    kind: 'test',
    to: { address: `${name}@example.org` },
    language: 'en',
    subject: 'x',
    text: 'x',
    html: 'x',
    expiresAt: new Date('2030-01-01'),
  });
  await app.app.get(MailRelay).deliver();
  const [mail] = await app.db.query<[{ messageId: string }]>(
    `select message_id as "messageId" from outbox_mail where key = $1`,
    [name],
  );
  return mail.messageId;
}
const became = () =>
  app.db.query<object[]>(
    `select m.key, m.status, u.kind from outbox_mail m left join undeliverable_address u on u.mail_id = m.id order by key`,
  );

const report = (messageId: string, action: string, status: string): string => `From: MAILER-DAEMON@mx.example.net
To: mithaq@example.org
Subject: Delivery report
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_B"

--=_B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; somebody@example.org
Action: ${action}
Status: ${status}

--=_B
Content-Type: text/rfc822-headers

Message-ID: ${messageId}

--=_B--
`;

describe('mithaq bounces', () => {
  it('takes in one message from its input, as a mail server pipes it', async () => {
    const { code, said } = await bounces([], report(await sent('works'), 'failed', '5.1.1'));
    expect({ code, said }).toEqual({ code: 0, said: 'standard input: bounced 5.1.1 noted\n' });
    expect(await became()).toEqual([{ key: 'works', status: 'BOUNCED', kind: 'BOUNCED' }]);
  });

  it('takes in files and mailboxes, says what became of each, and ends with 1 for what it cannot read', async () => {
    const [works, parks, mayor] = [await sent('works'), await sent('parks'), await sent('mayor')];
    const messages = [
      report(works, 'failed', '5.1.1'),
      report(works, 'failed', '5.1.1'),
      report(parks, 'delayed', '4.4.1'),
      report(mayor, 'failed', '4.4.7'),
      report('<other@example.net>', 'failed', '5.1.1'),
    ];
    const mbox = join(folder, 'mbox');
    await writeFile(mbox, messages.map((message) => `From x Mon Jul  1 06:00:00 2024\n${message}\n`).join(''));
    const letter = join(folder, 'letter');
    await writeFile(letter, 'From: a@example.org\n\nHello.\n');

    const { code, said } = await bounces([mbox, letter]);

    expect(said.split('\n')).toEqual([
      `${mbox}: bounced 5.1.1 noted`,
      `${mbox}: bounced 5.1.1 known before`,
      `${mbox}: delayed 4.4.1 not delivered yet, its server goes on trying`,
      `${mbox}: bounced 4.4.7 noted`,
      `${mbox}: bounced 5.1.1 of no mail that was sent from here`,
      `${letter}: it is neither a delivery status notification nor a complaint`,
      '',
    ]);
    expect(code).toBe(1);
    // A server that gave up for a passing reason returned the mail, and says nothing of the address.
    expect(await became()).toEqual([
      { key: 'mayor', status: 'BOUNCED', kind: null },
      { key: 'parks', status: 'SENT', kind: null },
      { key: 'works', status: 'BOUNCED', kind: 'BOUNCED' },
    ]);
  });
});
