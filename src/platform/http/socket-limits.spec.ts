import { describe, expect, it } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import { SocketLimits } from './socket-limits.js';

const from = (remoteAddress: string, forwarded?: string): IncomingMessage =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;
const limits = (proxies = 0, rate = 3) => new SocketLimits({ TRUST_PROXY: proxies, RATE_LIMIT: rate });

describe('the limits of connections that stay open', () => {
  it.each<[number, string, string | undefined, string]>([
    [0, '192.0.2.1', '198.51.100.7', '192.0.2.1'],
    [1, '10.0.0.1', '198.51.100.7', '198.51.100.7'],
    [1, '10.0.0.1', '203.0.113.9, 198.51.100.7', '198.51.100.7'],
    [2, '10.0.0.1', '203.0.113.9, 198.51.100.7', '203.0.113.9'],
    [2, '10.0.0.1', undefined, '10.0.0.1'],
    [0, '2001:db8::1:2:3:4', undefined, '2001:db8::/64'],
  ])('with %i proxies in front believe of %s that says %s that it is %s', (proxies, address, forwarded, network) => {
    expect(limits(proxies).networkOf(from(address, forwarded))).toBe(network);
  });

  it('let a network in twenty times, and again when one leaves; others do not suffer from it', () => {
    const own = limits();
    expect(Array.from({ length: 21 }, () => own.enter('a')).filter(Boolean)).toHaveLength(20);
    expect(own.enter('b')).toBe(true);
    own.leave('a');
    expect([own.enter('a'), own.enter('a')]).toEqual([true, false]);
  });

  it('let a network ask so often a minute, over all its connections and however often it comes back', () => {
    const own = limits();
    own.enter('a');
    expect([own.mayAsk('a'), own.mayAsk('a'), own.mayAsk('a'), own.mayAsk('a')]).toEqual([true, true, true, false]);
    const told = Array.from({ length: 4 }, () => own.mayBeTold('a'));
    expect(told).toEqual([true, true, true, false]);
    own.leave('a');
    own.enter('a');
    own.enter('b');
    expect([own.mayAsk('a'), own.mayAsk('b'), own.mayAsk('nobody')]).toEqual([false, true, false]);
  });
});
