import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GIVE_UP_AFTER, nextAttempt, wishIn } from './retry-schedule.js';
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
