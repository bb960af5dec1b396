import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { MailRelay } from '../../src/platform/mail/mail-relay.js';
import { TestApp } from '../support/app.js';
import { given } from '../support/given.js';
import { statementsDuring } from '../support/statements.js';
import { invite, linkTo, signIn, Visitor } from '../support/visitor.js';

const PLAN = 'testville-2024';
const OFFICER = 'officer@example.org';
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const START = new Date('2024-04-05T08:00+03:00');

const WHO = '{ viewer { name roles { role } person { email name } sessions { id browser isThis } } }';
interface Who {
  viewer: {
    name: string;
    roles: Array<{ role: string }>;
    person: { email: string; name: string | null } | null;
    sessions: Array<{ id: string; browser: string; isThis: boolean }>;
  };
}

describe('signing in by a link', () => {
  let app: TestApp;
  const wait = (milliseconds: number) => app.clock.set(new Date(app.clock.now().getTime() + milliseconds));
  const asked = async (address = OFFICER): Promise<[Visitor, string]> => {
    const visitor = new Visitor(app);
    await visitor.post('/sign-in', { address });
    return [visitor, await linkTo(app, address)];
  };
  const openSessions = async () =>
    (await app.db.query<[{ count: number }]>('select count(*)::int as count from session where ended_at is null'))[0]
      .count;
  beforeAll(async () => {
    app = await TestApp.start({ now: START.toISOString() });
    await app.import(given.plan());
    await invite(app, OFFICER, { role: 'MEL_OFFICER', plan: PLAN, name: 'ليلى <b>العمري</b>' });
    await app.app.get(MailRelay).deliver();
  });
  afterAll(() => app.close());
  // What one test asks for is not counted against the next.
  afterEach(() => wait(2 * 60 * MINUTE));

  it('takes an address, sends a link, and opens a session in the browser that asked, with a button', async () => {
    const visitor = new Visitor(app, { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0' });
    expect((await visitor.get('/sign-in')).body).toContain('<form method="post" action="/sign-in">');

    expect(await visitor.post('/sign-in', { address: ' Officer@Example.ORG ' })).toMatchObject({ status: 200 });
    const link = await linkTo(app, OFFICER);
    expect((await visitor.get(link)).body).toContain('<button>Sign in</button>');
    const opened = await visitor.post(link);

    expect(opened).toMatchObject({ status: 303, location: '/account?language=en' });
    expect(opened.headers.getSetCookie().find((cookie) => cookie.startsWith('mithaq_session='))).toMatch(
      /; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    const account = await visitor.get('/account');
    expect(account).toMatchObject({ status: 200 });
    expect(account.body).toContain('Firefox, Linux');
    expect(account.body).toContain('Plan of Testville');
    expect(account.body).toContain('ليلى &#60;b&#62;العمري');
    const { data } = await visitor.gql<Who>(WHO);
    expect(data.viewer).toMatchObject({ roles: [{ role: 'MEL_OFFICER' }], person: { email: OFFICER } });
    expect(data.viewer.name).toMatch(/^person:[0-9a-f-]{36}$/);
  });

  it('works with a cookie that no neighbour can set, and only over https, where people reach it by https', async () => {
    const secure = await TestApp.start({
      now: START.toISOString(),
      databaseUrl: app.databaseUrl,
      settings: { PUBLIC_URL: 'https://mithaq.example.org' },
    });
    try {
      const visitor = await signIn(secure, OFFICER);
      expect([...visitor.cookies.keys()]).toEqual(['__Host-mithaq_session']);
      const { headers } = await visitor.post('/sign-out');
      expect(headers.getSetCookie().join()).toMatch(/^__Host-mithaq_session=; .*Path=\/; .*HttpOnly; Secure/);
      expect((await visitor.at(app).gql<Who>(WHO)).data.viewer.name).toBe('public');
    } finally {
      await secure.close();
    }
  });

  it('is not used up by programs that open the link, however often', async () => {
    const [visitor, link] = await asked();
    const scanner = new Visitor(app, { 'user-agent': 'MailScanner' });
    for (let opened = 0; opened < 5; opened++) {
      const { status, headers, body } = await scanner.get(link);
      expect([status, headers.get('cache-control'), headers.get('referrer-policy')]).toEqual([
        403,
        'no-store',
        'same-origin',
      ]);
      expect(body).not.toContain('<form');
    }
    expect((await visitor.get(link)).status).toBe(200);
    expect((await visitor.post(link)).status).toBe(303);
  });

  it('says in words what is wrong with a link: used, expired, cut short, made up, or of another browser', async () => {
    const before = await openSessions();
    const [visitor, link] = await asked();
    const bare = link.split('?')[0] ?? '';
    const stranger = new Visitor(app);
    await stranger.post('/sign-in', { address: 'stranger@example.org' });
    const tried = async (who: Visitor, path: string, status: number, words: string) => {
      for (const answer of [await who.get(path), await who.post(path)]) {
        expect([path, answer.status]).toEqual([path, status]);
        expect(answer.body).toContain(words);
        expect(answer.headers.getSetCookie().filter((cookie) => cookie.startsWith('mithaq_session'))).toEqual([]);
      }
    };
    await tried(visitor, bare.slice(0, -1), 404, 'cut short');
    await tried(visitor, `${bare}x`, 404, 'cut short');
    await tried(visitor, `/sign-in/${'A'.repeat(43)}`, 404, 'We do not know it');
    await tried(visitor, `/sign-in/${encodeURIComponent("' or 1=1 --")}`, 404, 'We do not know it');
    await tried(stranger, bare, 403, 'another browser');
    await tried(new Visitor(app), bare, 403, 'another browser');
    expect(await openSessions()).toBe(before);

    expect((await visitor.post(bare)).status).toBe(303);
    await tried(visitor, bare, 410, 'used already');
    const [late, expired] = await asked();
    wait(15 * MINUTE);
    await tried(late, expired, 410, 'It has expired');
    expect(await openSessions()).toBe(before + 1);
  });

  it('lets exactly one win when the button is pressed twice at once', async () => {
    const before = await openSessions();
    const [visitor, link] = await asked();
    const answers = await Promise.all(Array.from({ length: 8 }, () => visitor.at(app).post(link)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array<number>(7).fill(410)]);
    expect(await openSessions()).toBe(before + 1);
  });

  it('answers the same for an address that nobody has, after the same statements, and sends it nothing', async () => {
    const ask = async (address: string) => {
      const visitor = new Visitor(app);
      let answer = { status: 0, body: '', headers: new Headers() };
      const statements = await statementsDuring(async () => {
        answer = await visitor.post('/sign-in', { address });
      });
      const { status, headers, body } = answer;
      return {
        status,
        statements,
        body: body.replaceAll(address, '…'),
        headers: [...headers.keys()],
        cookie: headers
          .getSetCookie()
          .join()
          .replace(/=[\w-]{43};/, '=…;'),
      };
    };
    await ask(OFFICER);
    const [known, unknown] = [await ask(OFFICER), await ask('nobody@example.org')];
    expect(unknown).toEqual(known);
    expect(known.statements).toBeGreaterThan(3);
    await app.app.get(MailRelay).deliver();
    expect(app.mailbox.to('nobody@example.org')).toEqual([]);
    expect(await app.db.query(`select from outbox_mail where to_address = 'nobody@example.org'`)).toEqual([]);
  });

  it('sends nothing to somebody whose last role was taken away, and lets no older link in', async () => {
    await invite(app, 'left@example.org', { role: 'STEERING', plan: PLAN });
    const [visitor, link] = await asked('left@example.org');
    await app.db.query(
      `update role_grant set revoked_at = now() where person_id = (select id from person where email = 'left@example.org')`,
    );
    expect((await visitor.post(link)).status).toBe(404);
    const mails = app.mailbox.to('left@example.org').length;
    await visitor.post('/sign-in', { address: 'left@example.org' });
    await app.app.get(MailRelay).deliver();
    expect(app.mailbox.to('left@example.org')).toHaveLength(mails);
  });

  it('refuses the sixth request for an address within the hour, known or not, also through another process', async () => {
    const second = await TestApp.start({ now: app.clock.now().toISOString(), databaseUrl: app.databaseUrl });
    try {
      for (const address of [OFFICER, 'nobody@example.org']) {
        for (let request = 0; request < 5; request++)
          expect((await new Visitor(request % 2 ? app : second).post('/sign-in', { address })).status).toBe(200);
        const sixth = await new Visitor(second).post('/sign-in', { address: address.toUpperCase() });
        expect(sixth.status).toBe(429);
        expect(Number(sixth.headers.get('retry-after'))).toBeGreaterThan(3500);
        expect(Number(sixth.headers.get('retry-after'))).toBeLessThanOrEqual(3600);
        expect(sixth.body).toContain('Try again in 60 minutes');
      }
      wait(60 * MINUTE);
      expect((await new Visitor(app).post('/sign-in', { address: OFFICER })).status).toBe(200);
    } finally {
      await second.close();
    }
  });

  it('takes thirty requests an hour from one network, and no more when hundreds come at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, at) => new Visitor(app).post('/sign-in', { address: `flood${at}@example.org` })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(30);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(70);
    expect((await new Visitor(app).post('/sign-in', { address: OFFICER })).status).toBe(429);
  });

  it('keeps of who asked only hashes, and of secrets nothing but the mail', async () => {
    const [visitor, link] = await asked();
    const secret = /sign-in\/([\w-]+)/.exec(link)?.[1] ?? 'none';
    await visitor.post(link);
    const session = visitor.cookies.get('mithaq_session') ?? 'none';
    for (const table of ['sign_in_request', 'sign_in_link', 'session', 'audit_entry']) {
      const stored = await app.db.query<Array<{ row: string }>>(`select t::text as row from ${table} t`);
      const all = stored.map(({ row }) => row).join('\n');
      for (const kept of [secret, session, OFFICER, '127.0.0.1'])
        for (const form of [kept, Buffer.from(kept).toString('hex')]) expect(all.includes(form)).toBe(false);
    }
  });

  it.each([
    ['a header more', 'officer@example.org\r\nBcc: thief@example.org'],
    ['two addresses', 'officer@example.org, thief@example.org'],
    ['markup', '"><script>alert(1)</script>@example.org'],
    ['10,000 characters', `${'a'.repeat(10_000)}@example.org`],
    ['a NUL', 'officer\0@example.org'],
    ['Arabic letters', 'ليلى@example.org'],
    ['nothing', ''],
  ])('refuses %s in place of an address, and sends nothing', async (_, address) => {
    const before = app.mailbox.received.length;
    const { status, body } = await new Visitor(app).post('/sign-in', { address });
    await app.app.get(MailRelay).deliver();
    expect(status).toBe(400);
    expect(body).not.toContain('<script');
    expect(body.length).toBeLessThan(5_000);
    expect(app.mailbox.received).toHaveLength(before);
  });

  it('refuses forms that are none', async () => {
    const post = (type: string, body: string) =>
      fetch(`${app.url}/sign-in`, { method: 'POST', headers: { 'content-type': type }, body });
    expect((await post('application/x-www-form-urlencoded', 'address=a@b.org&address=c@d.org')).status).toBe(400);
    expect((await post('application/x-www-form-urlencoded', '')).status).toBe(400);
    expect((await post('application/json', '{"address":{"toString":"x"}}')).status).toBe(400);
    expect((await post('text/xml', '<address/>')).status).toBe(415);
  });

  it('does not send a link that expired while it waited', async () => {
    const visitor = new Visitor(app);
    await visitor.post('/sign-in', { address: OFFICER });
    const before = app.mailbox.received.length;
    wait(16 * MINUTE);
    await app.app.get(MailRelay).deliver();
    expect(app.mailbox.received).toHaveLength(before);
  });

  it('speaks Arabic, from right to left, in the pages and in the mail', async () => {
    const visitor = new Visitor(app, { 'accept-language': 'ar-JO, en;q=0.5' });
    const form = await visitor.get('/sign-in');
    expect(form.body).toContain('<html lang="ar" dir="rtl">');
    await visitor.post('/sign-in', { address: OFFICER });
    const link = await linkTo(app, OFFICER);
    expect(link).toMatch(/\?language=ar$/);
    expect(app.mailbox.to(OFFICER).at(-1)?.mail.html).toContain('dir="rtl"');
    expect((await visitor.get(link)).body).toMatch(/<button>[\u0600-\u06ff ]+<\/button>/);
    expect((await new Visitor(app).get('/sign-in?language=fr')).body).toContain('<html lang="fr" dir="ltr">');
  });

  it('needs no script, and asks only its own server for its look', async () => {
    const { body } = await new Visitor(app).get('/sign-in');
    expect(body).not.toMatch(/<script|<style|style=|\son\w+=|https?:\/\//);
    const style = /<link rel="stylesheet" href="([^"]+)"/.exec(body)?.[1] ?? '';
    const { status, headers } = await new Visitor(app).get(style);
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
      200,
      'text/css; charset=utf-8',
      'public, max-age=31536000, immutable',
    ]);
  });

  describe('a session', () => {
    it('shows a role that was taken away in the middle of it at once', async () => {
      await invite(app, 'changing@example.org', { role: 'FOCAL_POINT', plan: PLAN, institution: 'works' });
      const visitor = await signIn(app, 'changing@example.org');
      const roles = async () => (await visitor.gql<Who>(WHO)).data.viewer.roles.map(({ role }) => role);
      expect(await roles()).toEqual(['FOCAL_POINT']);
      await invite(app, 'changing@example.org', { role: 'STEERING', plan: PLAN });
      expect((await roles()).sort()).toEqual(['FOCAL_POINT', 'STEERING']);
      await app.db.query(`update role_grant set revoked_at = now() where role = 'FOCAL_POINT'`);
      expect(await roles()).toEqual(['STEERING']);
    });

    it('outlives a restart of the service', async () => {
      const visitor = await signIn(app, OFFICER);
      const restarted = await TestApp.start({ now: app.clock.now().toISOString(), databaseUrl: app.databaseUrl });
      try {
        expect((await visitor.at(restarted).gql<Who>(WHO)).data.viewer.person?.email).toBe(OFFICER);
        expect((await visitor.at(restarted).get('/account')).status).toBe(200);
      } finally {
        await restarted.close();
      }
    });

    it('ends after 14 days without use, after 30 days at most, and is the public from then on', async () => {
      const [idle, used] = [await signIn(app, OFFICER), await signIn(app, OFFICER)];
      wait(13 * DAY);
      expect((await used.gql<Who>(WHO)).data.viewer.person).not.toBeNull();
      wait(DAY + MINUTE);
      const answer = await idle.gql<Who>(WHO);
      expect([answer.status, answer.data.viewer.name]).toEqual([200, 'public']);
      expect((await used.gql<Who>(WHO)).data.viewer.person).not.toBeNull();
      wait(13 * DAY);
      await used.gql(WHO);
      wait(3 * DAY);
      expect((await used.gql<Who>(WHO)).data.viewer.name).toBe('public');
      const account = await used.get('/account');
      expect(account).toMatchObject({ status: 303, location: '/sign-in' });
      expect(used.cookies.size).toBe(0);
    });

    it('is listed and can be ended from another browser, by its owner alone', async () => {
      await invite(app, 'other@example.org', { role: 'STEERING', plan: PLAN });
      const [here, there] = [await signIn(app, OFFICER), await signIn(app, OFFICER)];
      const other = await signIn(app, 'other@example.org');
      const { viewer } = (await here.gql<Who>(WHO)).data;
      const target = (await there.gql<Who>(WHO)).data.viewer.sessions.find(({ isThis }) => isThis)?.id ?? '';
      expect(viewer.sessions.find(({ id }) => id === target)).toMatchObject({ isThis: false });
      expect((await other.gql<Who>(WHO)).data.viewer.sessions.map(({ id }) => id)).not.toContain(target);
      expect((await here.get('/account')).body).toContain(`/account/sessions/${target}/end`);

      expect((await other.post(`/account/sessions/${target}/end`)).status).toBe(404);
      expect((await new Visitor(app).post(`/account/sessions/${target}/end`)).location).toBe('/sign-in');
      expect((await there.gql<Who>(WHO)).data.viewer.person).not.toBeNull();
      expect((await here.post(`/account/sessions/${target}/end`)).location).toBe('/account');
      expect((await there.gql<Who>(WHO)).data.viewer.name).toBe('public');
      expect((await here.post(`/account/sessions/${target}/end`)).status).toBe(404);
      expect((await here.post('/account/sessions/nonsense/end')).status).toBe(404);
    });

    it('ends with signing out, also for whoever kept the cookie', async () => {
      const visitor = await signIn(app, OFFICER);
      const thief = visitor.at(app);
      expect(await visitor.post('/sign-out')).toMatchObject({ status: 303, location: '/sign-in' });
      expect(visitor.cookies.size).toBe(0);
      expect((await thief.gql<Who>(WHO)).data.viewer.name).toBe('public');
      expect((await thief.post('/sign-out')).location).toBe('/sign-in');
    });

    it('ends everywhere at once when that is asked for', async () => {
      const [one, two] = [await signIn(app, OFFICER), await signIn(app, OFFICER)];
      await one.post('/sign-out-everywhere');
      for (const visitor of [one, two]) expect((await visitor.gql<Who>(WHO)).data.viewer.name).toBe('public');
    });

    it('takes the place of the one that the browser had', async () => {
      const visitor = await signIn(app, OFFICER);
      const older = visitor.at(app);
      await visitor.post('/sign-in', { address: OFFICER });
      await visitor.post(await linkTo(app, OFFICER));
      expect((await older.gql<Who>(WHO)).data.viewer.name).toBe('public');
      expect((await visitor.gql<Who>(WHO)).data.viewer.person?.email).toBe(OFFICER);
    });

    it('is never guessed from a cookie that was made up', async () => {
      for (const value of ['', 'x', 'A'.repeat(43), '%00', `'; drop table session; --`, 'a'.repeat(8_000)]) {
        const answer = await app.gql<Who>(WHO, {}, { cookie: `mithaq_session=${value}` });
        expect([value.slice(0, 20), answer.status, answer.data.viewer.name]).toEqual([
          value.slice(0, 20),
          200,
          'public',
        ]);
      }
    });

    it('is recorded when it opens and ends, by the person’s id and without what they are called', async () => {
      const visitor = await signIn(app, OFFICER);
      const { name } = (await visitor.gql<Who>(WHO)).data.viewer;
      await visitor.post('/sign-out');
      const entries = await app.db.query<Array<{ action: string; actor: string; row: string }>>(
        `select action, actor, e::text as row from audit_entry e order by number desc limit 2`,
      );
      expect(entries.map(({ action, actor }) => [action, actor])).toEqual([
        ['session.ended', name],
        ['session.opened', 'system:sign-in'],
      ]);
      expect(entries[1]?.row).toContain(name.slice('person:'.length));
      for (const { row } of entries) expect(row).not.toMatch(/example\.org|ليلى/);
    });
  });
});
