import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { given } from '../support/given.js';

const PLAN = 'testville-2024';
const WHO = '{ viewer { name roles { role plan { key } institution { key } } } }';

describe('tokens', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-04-05T08:00+03:00' });
    await app.import(given.plan());
  });
  afterAll(() => app.close());

  it('without one the viewer is the public and holds no role', async () => {
    expect((await app.gql(WHO)).data).toEqual({ viewer: { name: 'public', roles: [] } });
  });

  it('a good one says who asks, and in which plan and for which institution', async () => {
    const headers = await app.as('FOCAL_POINT', PLAN, 'works');
    expect((await app.gql(WHO, {}, headers)).data).toEqual({
      viewer: {
        name: 'token:FOCAL_POINT works',
        roles: [{ role: 'FOCAL_POINT', plan: { key: PLAN }, institution: { key: 'works' } }],
      },
    });
  });

  it('one that is not good is refused with 401 and never treated as the public', async () => {
    const good = (await app.as('MEL_OFFICER', PLAN)).authorization ?? '';
    const bad = [
      good.slice(0, -1),
      `${good}x`,
      good.toUpperCase(),
      'Bearer',
      'Bearer ',
      'Bearer a b',
      good.replace('Bearer', 'Basic'),
      good.replace('Bearer ', ''),
      `${good}, ${good}`,
    ];
    for (const authorization of bad) {
      const answer = await app.gql(WHO, {}, { authorization, 'accept-language': 'en' });
      expect([authorization, answer.status, answer.errors?.[0]?.extensions]).toEqual([
        authorization,
        401,
        { code: 'UNAUTHENTICATED' },
      ]);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect(answer.data).toBeUndefined();
      expect(answer.errors?.[0]?.message).toBe('The token is not valid: unknown, expired or revoked.');
    }
    expect((await app.gql(WHO, {}, { authorization: good.replace('Bearer', 'bearer') })).status).toBe(200);
  });

  it('says in the caller’s language that a token is not good', async () => {
    const answer = await app.gql(WHO, {}, { authorization: 'Bearer x', 'accept-language': 'ar' });
    expect(answer.errors?.[0]?.message).toMatch(/[\u0600-\u06ff]/);
  });

  it('one that was revoked is refused from then on', async () => {
    const headers = await app.as('STEERING', PLAN);
    expect((await app.gql(WHO, {}, headers)).status).toBe(200);
    await app.db.query(`update token set revoked_at = now() where role = 'STEERING'`);
    expect((await app.gql(WHO, {}, headers)).status).toBe(401);
  });

  it('one is good until the instant that it expires', async () => {
    const headers = await app.as('MONITORING_BODY', PLAN);
    const [{ expires_at: expires }] = await app.db.query<[{ expires_at: Date }]>(
      `select expires_at from token where role = 'MONITORING_BODY'`,
    );
    app.clock.set(new Date(expires.getTime() - 30_000));
    expect((await app.gql(WHO, {}, headers)).status).toBe(200);
    app.clock.set(expires);
    expect((await app.gql(WHO, {}, headers)).status).toBe(401);
    app.clock.set(new Date('2024-04-05T08:00+03:00'));
  });

  it('stores no secret, and notes the last use to the minute', async () => {
    const headers = await app.as('OGP_STAFF');
    const secret = (headers.authorization ?? '').slice('Bearer '.length);
    await app.gql(WHO, {}, headers);
    const stored = await app.db.query<Array<{ row: string; used: Date }>>(
      `select t::text as row, last_used_at as used from token t where role = 'OGP_STAFF'`,
    );
    expect(stored[0]?.row).not.toContain(secret);
    expect(stored[0]?.row).not.toContain(Buffer.from(secret).toString('hex'));
    expect(stored[0]?.used).toBeInstanceOf(Date);
    await app.gql(WHO, {}, headers);
    const again = await app.db.query<Array<{ used: Date }>>(
      `select last_used_at as used from token where role = 'OGP_STAFF'`,
    );
    expect(again[0]?.used).toEqual(stored[0]?.used);
  });
});
