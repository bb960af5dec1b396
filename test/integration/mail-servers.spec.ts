import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MailOutbox } from '../../src/platform/mail/mail-outbox.js';
import { MailRelay } from '../../src/platform/mail/mail-relay.js';
import { TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/cluster.js';
import { PlainSink, type Manners, type Moment, type Turn } from '../support/plain-sink.js';

const NOW = '2024-07-01T09:00+03:00';
const NAMES = Array.from({ length: 12 }, (_, at) => `office-${at + 1}`);
const ADDRESSES = NAMES.map((name) => `${name}@example.org`).sort();
/** Longer than a pause after a few attempts, and than a lease. */
const LATER = 20 * 60_000;

let database: TestDatabase;
let app: TestApp;
let sink: PlainSink;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());
afterEach(async () => {
  await app.close();
  sink.close();
});

/** The service with a mail server that behaves so, and mails that wait. */
async function facing(manners: Manners): Promise<void> {
  sink = new PlainSink(manners);
  app = await TestApp.start({
    now: NOW,
    databaseUrl: database.url,
    settings: { SMTP_URL: await sink.open('the door') },
  });
  await app.db.query('delete from outbox_mail');
  for (const name of NAMES)
    await app.app.get(MailOutbox).queue(app.db.manager, {
      key: name,
      kind: 'test',
      to: { address: `${name}@example.org`, name: 'مديرة الأشغال' },
      language: 'ar',
      subject: 'تقرير عن التزامين — المهلة الأحد',
      // A line that begins with a dot, and one that is nothing but a dot, must not end the mail.
      text: 'الفترة\n.\n..\n.نهاية',
      html: '<p>الفترة</p>',
      expiresAt: new Date('2024-07-08T00:00+03:00'),
    });
}

const deliver = () => app.app.get(MailRelay).deliver();
/** Beats, with time between them, until nothing waits. */
async function beats(most: number): Promise<void> {
  for (let beat = 0; beat < most && (await app.app.get(MailOutbox).waiting()).count > 0; beat += 1) {
    await deliver();
    app.clock.set(new Date(app.clock.now().getTime() + LATER));
  }
}
const takenBy = (): string[] => sink.accepted.flatMap(({ to }) => to).sort();
const statuses = async (): Promise<string[]> =>
  (await app.db.query<Array<{ status: string }>>('select distinct status from outbox_mail')).map(
    ({ status }) => status,
  );

describe('a mail server of other manners', () => {
  it.each<[string, Manners]>([
    ['knows HELO only, no EHLO', {}],
    ['offers nothing', { extensions: ['HELP'] }],
    ['offers everything', { extensions: ['PIPELINING', '8BITMIME', 'SMTPUTF8', 'SIZE 10240000', 'DSN', 'CHUNKING'] }],
    ['answers on several lines', { extensions: ['SIZE'], verbose: true }],
    ['is slow to greet and to answer', { extensions: ['SIZE'], greetsAfter: 1500, answersAfter: 60 }],
  ])('that %s gets every mail once, in seven bits, and is never spoken to before it answered', async (_, manners) => {
    await facing(manners);
    expect(await deliver()).toMatchObject({ sent: NAMES.length, postponed: 0, failed: 0 });
    expect(takenBy()).toEqual(ADDRESSES);
    expect(await statuses()).toEqual(['SENT']);
    expect(sink.tooEarly).toBe(0);
    for (const { raw } of sink.accepted) {
      expect(raw).not.toMatch(/[^\t\r\n -~]/);
      expect(raw.split('\r\n').filter((line) => line.length > 998)).toEqual([]);
    }
  });
});

describe('a mail server that misbehaves now and then', () => {
  beforeEach(() => facing({ extensions: ['SIZE'] }));

  const everyThird =
    (at: Moment, turn: Turn) =>
    (moment: Moment, _door: string, count: number): Turn =>
      moment === at && count % 3 === 1 ? turn : 'GO_ON';

  it.each<[Moment, Turn]>([
    ['CONNECT', { answerAndHangUp: '421 4.3.2 too many connections' }],
    ['CONNECT', { answerAndHangUp: '554 5.3.2 no service' }],
    ['CONNECT', 'HANG_UP'],
    ['HELLO', { answerAndHangUp: '421 4.3.2 going down' }],
    ['MAIL', { answer: '451 4.3.0 try again' }],
    ['MAIL', { answerAndHangUp: '421-4.3.2 going\r\n421 4.3.2 down' }],
    ['RCPT', { answer: '450-4.2.0 greylisted\r\n450 4.2.0 come back' }],
    ['RCPT', 'HANG_UP'],
    ['DATA', { answer: '452 4.3.1 no room' }],
    ['CONTENT', 'HANG_UP'],
    ['COMPLETE', { answer: '451 4.3.0 could not be kept' }],
    ['COMPLETE', { answerAndHangUp: '421 4.3.2 going down' }],
    ['COMPLETE', 'HANG_UP'],
  ])('at %s, with %j, gets every mail once in the end', async (moment, turn) => {
    sink.whim = everyThird(moment, turn);
    await beats(12);
    expect(takenBy()).toEqual(ADDRESSES);
    expect(await statuses()).toEqual(['SENT']);
  });

  it('hangs up after every 250 without QUIT: nothing is lost, and nothing comes twice', async () => {
    sink.whim = (moment) => (moment === 'ACCEPTED' ? 'HANG_UP' : 'GO_ON');
    await beats(12);
    expect(takenBy()).toEqual(ADDRESSES);
    expect(await statuses()).toEqual(['SENT']);
  });

  it('says 421 right behind its 250 and hangs up: the 250 counts', async () => {
    sink.whim = (moment) => (moment === 'ACCEPTED' ? { answerAndHangUp: '421 4.4.2 idle' } : 'GO_ON');
    await beats(12);
    expect(takenBy()).toEqual(ADDRESSES);
    expect(await statuses()).toEqual(['SENT']);
  });

  it('says what is no SMTP: every mail waits, none is given up', async () => {
    sink.whim = (moment, _door, count) =>
      moment === 'CONNECT' && count <= 40 ? { answer: 'HTTP/1.1 400 Bad Request' } : 'GO_ON';
    await deliver();
    expect(await statuses()).toEqual(['QUEUED']);
    await beats(12);
    expect(takenBy()).toEqual(ADDRESSES);
  });
});
