import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { signedMessageId, type SignedHeaders } from './webhook-signature.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const NOW = new Date('2024-07-01T06:00:00Z');
const BODY = '{"events":[{"type":"bounced","diagnostic":"المستخدم غير معروف"}]}';

/** As the library signs it that the authors of the standard wrote. */
function signed(body = BODY, at = NOW, secret = SECRET, id = 'msg_1'): SignedHeaders {
  return {
    id,
    timestamp: String(Math.floor(at.getTime() / 1000)),
    signature: new Webhook(secret).sign(id, at, body),
  };
}
const idOf = (headers: SignedHeaders, body = BODY, now = NOW) =>
  signedMessageId(headers, Buffer.from(body), SECRET, now);

describe('a signed message', () => {
  it('is known by its id when the sender of the standard’s own library signed it', () => {
    expect(idOf(signed())).toBe('msg_1');
  });

  it('is good for five minutes, to either side', () => {
    const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
    for (const seconds of [-299, 0, 299]) expect(idOf(signed(), BODY, after(seconds))).toBe('msg_1');
    for (const seconds of [-301, 301]) expect(idOf(signed(), BODY, after(seconds))).toBeNull();
  });

  it('is nobody’s when a byte of it, its id, its time or its secret is another', () => {
    const good = signed();
    expect(idOf(good, `${BODY} `)).toBeNull();
    expect(idOf({ ...good, id: 'msg_2' })).toBeNull();
    expect(idOf({ ...good, timestamp: String(Number(good.timestamp) + 1) })).toBeNull();
    expect(idOf(signed(BODY, NOW, `whsec_${Buffer.alloc(24, 7).toString('base64')}`))).toBeNull();
  });

  it('may carry several signatures, of which one is ours', () => {
    const good = signed();
    expect(idOf({ ...good, signature: `v1a,xyz v1,${'A'.repeat(43)}= ${good.signature}` })).toBe('msg_1');
  });

  it.each<[string, Partial<SignedHeaders>]>([
    ['no id', { id: undefined }],
    ['an empty id', { id: '' }],
    ['an id without end', { id: 'x'.repeat(201) }],
    ['no time', { timestamp: undefined }],
    ['a time that is none', { timestamp: 'NaN' }],
    ['a time with an exponent', { timestamp: '1e9' }],
    ['no signature', { signature: undefined }],
    ['an empty signature', { signature: 'v1,' }],
    ['a signature of another kind', { signature: 'v2,abc' }],
    ['a signature that is too short', { signature: 'v1,AAAA' }],
  ])('with %s is refused', (_what, headers) => {
    expect(idOf({ ...signed(), ...headers })).toBeNull();
  });
});
