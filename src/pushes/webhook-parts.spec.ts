import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { GIVE_UP_AFTER, nextAttempt, wishIn } from './retry-schedule.js';
import { WebhookSender } from './webhook-sender.js';
import { targetOf } from './webhook-target.js';

const HOUR = 3_600_000;
const NOW = new Date('2024-07-01T06:00:00Z');

describe('the address of a webhook', () => {
  it.each([
    ['https://hooks.example.org/a?b=c', 'hooks.example.org:443'],
    ['https://hooks.example.org:8443/', 'hooks.example.org:8443'],
    ['https://[2606:4700::1111]/', '[2606:4700::1111]:443'],
    ['https://93.184.216.34/', '93.184.216.34:443'],
  ])('may be %s', (url, target) => {
    expect(targetOf(url, 'public', 'url')).toBe(target);
  });

  it.each([
    ['http://hooks.example.org/', 'webhook.httpsOnly'],
    ['https://user@hooks.example.org/', 'webhook.credentials'],
    ['https://:password@hooks.example.org/', 'webhook.credentials'],
    ['https://hooks.example.org:25/', 'webhook.port'],
    ['https://hooks.example.org:80/', 'webhook.port'],
    ['https://127.0.0.1/', 'webhook.privateAddress'],
    ['https://2130706433/', 'webhook.privateAddress'],
    ['https://0x7f000001/', 'webhook.privateAddress'],
    ['https://0177.0.0.1/', 'webhook.privateAddress'],
    ['https://127.1/', 'webhook.privateAddress'],
    ['https://0/', 'webhook.privateAddress'],
    ['https://10.1.2.3/', 'webhook.privateAddress'],
    ['https://169.254.169.254/latest/meta-data', 'webhook.privateAddress'],
    ['https://100.64.0.1/', 'webhook.privateAddress'],
    ['https://[::1]/', 'webhook.privateAddress'],
    ['https://[::]/', 'webhook.privateAddress'],
    ['https://[::ffff:127.0.0.1]/', 'webhook.privateAddress'],
    ['https://[::ffff:7f00:1]/', 'webhook.privateAddress'],
    ['https://[64:ff9b::7f00:1]/', 'webhook.privateAddress'],
    ['https://[fe80::1]/', 'webhook.privateAddress'],
    ['https://[fd00::1]/', 'webhook.privateAddress'],
  ])('may not be %s', (url, key) => {
    expect(() => targetOf(url, 'public', 'url')).toThrow(expect.objectContaining({ key }));
  });

  it('may lead to this machine where webhooks are tried out, and never hold a password', () => {
    expect(targetOf('http://127.0.0.1:9000/', 'any', 'url')).toBe('127.0.0.1:9000');
    expect(() => targetOf('http://a:b@127.0.0.1:9000/', 'any', 'url')).toThrow();
  });
});

describe('the next attempt', () => {
  const chance = fc.double({ min: 0, max: 1, noNaN: true });

  it('comes ten times in just under three days, whatever the chance, and then no more', () => {
    fc.assert(
      fc.property(fc.array(chance, { minLength: 9, maxLength: 9 }), (chances) => {
        let at = NOW;
        for (const [before, one] of chances.entries()) {
          const next = nextAttempt(before + 1, at, null, one);
          expect(next!.getTime() - at.getTime()).toBeGreaterThanOrEqual(54_000);
          at = next!;
        }
        const hours = (at.getTime() - NOW.getTime()) / HOUR;
        expect(hours).toBeGreaterThan(60);
        expect(hours).toBeLessThan(72);
        expect(nextAttempt(10, at)).toBeNull();
      }),
    );
    expect(GIVE_UP_AFTER).toBeGreaterThan(72 * HOUR);
  });

  it('waits as long as the receiver asks for, but a day at most, and never less than usual', () => {
    const after = (wish: number | null) => (nextAttempt(1, NOW, wish, 0)!.getTime() - NOW.getTime()) / 1000;
    expect([after(null), after(1000), after(7_200_000), after(1e12)]).toEqual([60, 60, 7200, 86_400]);
  });

  it.each([
    ['120', 120_000],
    ['Mon, 01 Jul 2024 06:10:00 GMT', 600_000],
    ['Mon, 01 Jul 2024 05:00:00 GMT', null],
    ['0', null],
    ['-5', null],
    ['soon', null],
    [undefined, null],
  ])('reads %s as a wish for %s ms', (header, milliseconds) => {
    expect(wishIn(header, NOW)).toBe(milliseconds);
  });
});

/** Servers that HTTP libraries do not write. */
describe('a letter to a webhook', () => {
  const servers: Server[] = [];
  const sender = new WebhookSender({ allowPrivateAddresses: true, patience: 300 });
  afterAll(() => servers.forEach((server) => server.close()));

  async function speaking(speak: (socket: Socket) => void): Promise<string> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => speak(socket));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }
  const send = (url: string, by = sender) => by.send({ url, headers: {}, body: '{}' });
  const every = (socket: Socket, milliseconds: number, piece: string) => {
    const timer = setInterval(() => socket.write(piece), milliseconds);
    socket.on('close', () => clearInterval(timer));
  };

  it.each<[string, (socket: Socket) => void, string, number | null]>([
    [
      '200 and a reset',
      (s) =>
        s.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nx', () => setTimeout(() => s.resetAndDestroy(), 20)),
      'DELIVERED',
      200,
    ],
    [
      '200 and a body without end',
      (s) => (s.write('HTTP/1.1 200 OK\r\n\r\n'), every(s, 1, 'x'.repeat(10_000))),
      'DELIVERED',
      200,
    ],
    ['200 and a body that trickles', (s) => (s.write('HTTP/1.1 200 OK\r\n\r\n'), every(s, 50, 'x')), 'DELIVERED', 200],
    ['a header that trickles', (s) => (s.write('HTTP/1.1 200 OK\r\n'), every(s, 50, 'a: b\r\n')), 'TIMED_OUT', null],
    [
      'headers without end',
      (s) => (s.write('HTTP/1.1 200 OK\r\n'), every(s, 1, `a: ${'b'.repeat(10_000)}\r\n`)),
      'CONNECTION_LOST',
      null,
    ],
    ['nothing', () => undefined, 'TIMED_OUT', null],
    ['a reset', (s) => s.resetAndDestroy(), 'CONNECTION_LOST', null],
    ['another protocol', (s) => s.end('220 mail.example.org ESMTP\r\n'), 'CONNECTION_LOST', null],
    [
      'a protocol that nobody asked for',
      (s) => s.end('HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
      'CONNECTION_LOST',
      null,
    ],
    ['404', (s) => s.end('HTTP/1.1 404 No\r\ncontent-length: 0\r\n\r\n'), 'REFUSED', 404],
  ])('that is answered with %s', async (_what, speak, outcome, code) => {
    expect(await send(await speaking(speak))).toMatchObject({ outcome, status: code });
  });

  it('is not handed to a server without TLS where TLS is wanted, nor to nobody', async () => {
    const url = await speaking((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'));
    expect(await send(url.replace('http:', 'https:'))).toMatchObject({ outcome: 'CERTIFICATE' });
    expect(await send('http://127.0.0.1:1/')).toMatchObject({ outcome: 'NOT_REACHED' });
    expect(await send('https://no-such-host.invalid/')).toMatchObject({ outcome: 'NO_SUCH_HOST' });
  });

  it.each([
    'localhost',
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '0.0.0.0',
  ])('never reaches this machine by the name %s', async (host) => {
    let reached = 0;
    const url = await speaking(() => (reached += 1));
    const port = new URL(url).port;
    const careful = new WebhookSender({ patience: 1000 });
    for (const protocol of ['http', 'https'])
      expect(await send(`${protocol}://${host}:${port}/`, careful)).toEqual({
        outcome: 'PRIVATE_ADDRESS',
        status: null,
      });
    expect(reached).toBe(0);
  });
});
