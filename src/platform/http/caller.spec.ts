import { describe, expect, it } from '@jest/globals';
import { callerOf, networkOf } from './caller.js';
import { isForeignChange, type Provenance } from './cross-site.js';

const SOMEWHERE = '192.0.2.7';

describe('A network', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    ['unknown', 'unknown'],
  ])('of %s is %s', (address, network) => expect(networkOf(address)).toBe(network));
});

describe('A caller', () => {
  const keyOf = (headers: { authorization?: string; cookie?: string }) => callerOf(headers, SOMEWHERE);

  it('is known by the token first, then by the session, else by the network', () => {
    const token = keyOf({ authorization: 'Bearer one', cookie: 'mithaq_session=two' });
    expect(token).toEqual(keyOf({ authorization: 'bearer  one' }));
    expect(keyOf({ cookie: 'a=b; mithaq_session=two; c=d' })).toEqual(keyOf({ cookie: '__Host-mithaq_session=two' }));
    expect(token.key).not.toBe(keyOf({ cookie: 'mithaq_session=two' }).key);
    expect(keyOf({ cookie: 'not_mithaq_session=two; mithaq_session_id=x' })).toEqual({
      key: SOMEWHERE,
      isSignedIn: false,
    });
    expect(keyOf({ authorization: 'Basic one' }).isSignedIn).toBe(false);
  });

  it('is remembered without its secret', () => {
    expect(keyOf({ authorization: 'Bearer secret-token' }).key).not.toContain('secret');
  });
});

describe('A change by a foreign site', () => {
  const asked = (more: Partial<Provenance>): Provenance => ({
    method: 'POST',
    hasCookie: true,
    site: undefined,
    origin: undefined,
    host: 'mithaq.example.org',
    ...more,
  });
  const isForeign = (more: Partial<Provenance>) => isForeignChange(asked(more), ['https://listed.example']);

  it.each<[string, Partial<Provenance>]>([
    ['another scheme than a host may have', { origin: 'mithaq.example.org' }],
    ['another port', { origin: 'https://mithaq.example.org:8443' }],
    ['a name that begins alike', { origin: 'https://mithaq.example.org.evil.example' }],
    ['a browser that contradicts its origin', { site: 'cross-site', origin: 'https://mithaq.example.org' }],
    ['a word that no browser sends', { site: 'somewhere' }],
    ['a method of its own', { method: 'DELETE', site: 'same-site' }],
  ])('is seen by %s', (_, more) => expect(isForeign(more)).toBe(true));

  it.each<[string, Partial<Provenance>]>([
    ['reads', { method: 'GET', site: 'cross-site' }],
    ['has no cookie', { hasCookie: false, site: 'cross-site' }],
    ['comes from an address that was typed', { site: 'none' }],
    ['comes from a listed site', { site: 'cross-site', origin: 'https://listed.example' }],
  ])('is not what %s', (_, more) => expect(isForeign(more)).toBe(false));
});
