import { describe, expect, it } from '@jest/globals';
import { eventsInMessage, messagesIn, NotAReport } from './returned-mail.js';

const ID = '<reminder.0192-ab@mithaq.example.org>';

interface Report {
  readonly headers?: readonly string[];
  readonly type?: string;
  readonly explanation?: string;
  readonly partType?: string;
  readonly part: string;
  readonly copyType?: string;
  readonly copy?: string;
}

/** A report as a mail server writes it (RFC 6522): words for people, fields for programs, and a copy of what came back. */
function report({
  headers = [],
  type = 'delivery-status',
  explanation = 'Sorry.',
  partType = `message/${type}`,
  part,
  copyType = 'message/rfc822',
  copy = `Message-ID: ${ID}\nSubject: x\n\nText\n`,
}: Report): Buffer {
  const lines = [
    'From: Mail Delivery System <MAILER-DAEMON@mx.example.net>',
    'To: mithaq@example.org',
    'Subject: Undelivered Mail Returned to Sender',
    'MIME-Version: 1.0',
    ...headers,
    `Content-Type: multipart/report; report-type=${type};`,
    '\tboundary="=_B"',
    '',
    '--=_B',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    explanation,
    '',
    '--=_B',
    `Content-Type: ${partType}`,
    '',
    part,
    '',
    ...(copyType === '' ? [] : ['--=_B', `Content-Type: ${copyType}`, '', copy, '']),
    '--=_B--',
    '',
  ];
  return Buffer.from(lines.join('\n').replaceAll(/\r?\n/g, '\r\n'));
}

const POSTFIX = report({
  headers: ['Auto-Submitted: auto-replied'],
  partType: 'message/delivery-status',
  part: `Reporting-MTA: dns; mx.example.net
X-Postfix-Queue-ID: 4Wxyz
X-Postfix-Sender: rfc822; mithaq@example.org
Arrival-Date: Mon,  1 Jul 2024 06:00:00 +0000 (UTC)

Final-Recipient: rfc822; works@example.org
Original-Recipient: rfc822;works@example.org
Action: failed
Status: 5.1.1
Remote-MTA: dns; mail.example.org
Diagnostic-Code: smtp; 550 5.1.1 <works@example.org>: Recipient address
    rejected: User unknown in local recipient table`,
  copyType: 'text/rfc822-headers',
  copy: `Return-Path: <mithaq@example.org>\nMessage-ID: ${ID}\nSubject: x\n`,
});

const EXIM = report({
  headers: ['X-Failed-Recipients: works@example.org', 'Auto-Submitted: auto-replied'],
  part: `Reporting-MTA: dns; mx.example.net

Action: failed
Final-Recipient: rfc822;works@example.org
Status: 5.0.0
Remote-MTA: dns; mail.example.org
Diagnostic-Code: smtp; 550 No such user here`,
  copyType: 'message/rfc822',
  copy: `Return-path: <mithaq@example.org>\nMessage-Id: ${ID}\nSubject: x\n\nText`,
});

const EXCHANGE = report({
  headers: [`In-Reply-To: ${ID}`, `References: <other@example.org> ${ID}`, 'X-MS-Exchange-Message-Is-Ndr:'],
  part: `Reporting-MTA: dns;AM0PR01.prod.outlook.com
Received-From-MTA: dns;mail.example.org
Arrival-Date: Mon, 1 Jul 2024 06:00:00 +0000

Original-Recipient: rfc822;works@example.org
Final-Recipient: rfc822;works@example.org
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient works@example.org not found by SMTP address lookup`,
  copyType: '',
});

const GMAIL = report({
  headers: [`In-Reply-To: ${ID}`, `References: ${ID}`],
  part: `Reporting-MTA: dns; googlemail.com
Arrival-Date: Sun, 30 Jun 2024 23:00:00 -0700 (PDT)
X-Original-Message-ID: ${ID}

Final-Recipient: rfc822; works@example.org
Action: failed
Status: 5.2.1
Diagnostic-Code: smtp; 550-5.2.1 The email account that you tried to reach is inactive. For more
 information, go to
 550 5.2.1  https://support.google.com/mail/?p=DisabledUser`,
});

const DELAYED = report({
  part: `Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; works@example.org
Action: delayed
Status: 4.4.1
Diagnostic-Code: X-Postfix; connect to mail.example.org[192.0.2.1]:25: Connection timed out
Will-Retry-Until: Sat, 6 Jul 2024 06:00:00 +0000 (UTC)`,
});

const COMPLAINT = report({
  type: 'feedback-report',
  part: `Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <mithaq@example.org>
Original-Rcpt-To: <works@example.org>
Arrival-Date: Mon, 1 Jul 2024 06:00:00 +0000
Source-IP: 192.0.2.1`,
});

describe('a report of a mail that came back', () => {
  it.each([
    ['Postfix', POSTFIX, '5.1.1', /^550 5\.1\.1 <works@example\.org>: Recipient address rejected/],
    ['Exim', EXIM, '5.0.0', /^550 No such user here$/],
    ['Exchange', EXCHANGE, '5.1.10', /RecipientNotFound/],
    ['Gmail', GMAIL, '5.2.1', /inactive/],
  ])('as %s writes it names the mail, the address and why', async (_who, message, status, diagnostic) => {
    const events = await eventsInMessage(message);
    expect(events).toEqual([
      {
        kind: 'BOUNCED',
        messageId: ID,
        address: 'works@example.org',
        status,
        diagnostic: expect.stringMatching(diagnostic),
      },
    ]);
  });

  it('of a delay is no bounce', async () => {
    expect(await eventsInMessage(DELAYED)).toMatchObject([{ kind: 'DELAYED', status: '4.4.1', messageId: ID }]);
  });

  it('of a delivery, a relay or an expanded list tells of no trouble', async () => {
    for (const action of ['delivered', 'relayed (to a list)', 'expanded'])
      expect(
        await eventsInMessage(
          report({
            part: `Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b.org\nAction: ${action}\nStatus: 2.0.0`,
          }),
        ),
      ).toEqual([]);
  });

  it('tells of each recipient in a block of its own', async () => {
    const part = ['a', 'b', 'c']
      .map(
        (name) =>
          `Final-Recipient: rfc822; ${name}@example.org\nAction: ${name === 'b' ? 'delivered' : 'FAILED'}\nStatus: 5.1.1 (bad destination)`,
      )
      .join('\n \t\n');
    const events = await eventsInMessage(report({ part: `Reporting-MTA: dns; x\n\n${part}` }));
    expect(events.map(({ address, status }) => [address, status])).toEqual([
      ['a@example.org', '5.1.1'],
      ['c@example.org', '5.1.1'],
    ]);
  });

  it('is read in base64, with addresses beyond ASCII, and with those that RFC 3461 spells out', async () => {
    const part = `Reporting-MTA: dns; x\n\nOriginal-Recipient: rfc822;info+2Bplans@example.org\nFinal-Recipient: utf-8; مكتب@example.org\nAction: failed\nStatus: 5.1.1`;
    const encoded = Buffer.from(part).toString('base64');
    const message = report({ partType: 'message/delivery-status\nContent-Transfer-Encoding: base64', part: encoded });
    expect(await eventsInMessage(message)).toMatchObject([{ address: 'info+plans@example.org', kind: 'BOUNCED' }]);
  });

  it('of a complaint names the mail and who complained; that something was no spam is no complaint', async () => {
    expect(await eventsInMessage(COMPLAINT)).toEqual([
      {
        kind: 'COMPLAINED',
        messageId: ID,
        address: 'works@example.org',
        status: null,
        diagnostic: 'Feedback-Type: abuse',
      },
    ]);
    expect(await eventsInMessage(Buffer.from(COMPLAINT.toString().replace('abuse', 'not-spam')))).toEqual([]);
  });

  it.each([
    [
      'a mail of a person',
      'From: a@example.org\r\nSubject: Hello\r\n\r\nFinal-Recipient: rfc822; works@example.org\r\nAction: failed\r\n',
    ],
    ['an answer that is out of office', 'From: a@example.org\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.\r\n'],
    ['nothing', ''],
    ['bytes without meaning', '\u0000\u00ff\u0001'.repeat(100)],
  ])('is not %s', async (_what, message) => {
    await expect(eventsInMessage(Buffer.from(message))).rejects.toThrow(NotAReport);
  });

  it('with fields without end costs no time', async () => {
    const start = performance.now();
    const part = `Feedback-Type: abuse\nOriginal-Rcpt-To: ${'x'.repeat(3_000_000)}`;
    expect(await eventsInMessage(report({ type: 'feedback-report', part }))).toMatchObject([{ address: null }]);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('without any fields, or with fields that make no sense, tells nothing', async () => {
    for (const part of ['', 'Action: failed', ': failed\n\n\n:', 'Final-Recipient: rfc822; a@b.org\nAction: exploded'])
      expect(await eventsInMessage(report({ part }))).toEqual([]);
  });
});

describe('a file of messages', () => {
  it('that is one message is one, also in the middle of which a line begins with From', () => {
    expect(messagesIn(POSTFIX)).toEqual([POSTFIX]);
  });

  it('that is an mbox has them all, as they were before they were put there', async () => {
    const mbox = [POSTFIX, EXIM]
      .map((message) => `From MAILER-DAEMON Mon Jul  1 06:00:00 2024\n${message.toString().replaceAll('\r\n', '\n')}\n`)
      .join('\n');
    const messages = messagesIn(Buffer.from(mbox.replace('Sorry.', '>From here it went back.')));
    expect(messages).toHaveLength(2);
    expect(messages[0]?.toString()).toContain('\nFrom here it went back.');
    for (const message of messages) expect(await eventsInMessage(message)).toMatchObject([{ messageId: ID }]);
  });
});
