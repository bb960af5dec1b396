import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ForgetService } from '../../src/accounts/forget.service.js';
import { MailRelay } from '../../src/platform/mail/mail-relay.js';
import { TestApp, type Answer } from '../support/app.js';
import { given } from '../support/given.js';
import { invite, linkTo, signIn, Visitor } from '../support/visitor.js';

const PLAN = 'testville-2024';
const OTHER = 'otherville-2024';
const ADMIN = 'admin@example.org';
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const INVITE =
  'mutation ($input: PersonInviteInput!) { personInvite(input: $input) { person { id name roles { id role revokedAt plan { key } institution { key } } } } }';
const REVOKE = 'mutation ($role: ID!) { roleRevoke(input: { role: $role }) { person { roles { role revokedAt } } } }';
const ERASE =
  'mutation ($person: ID!) { personErase(input: { person: $person }) { person { id email name erasedAt roles { revokedAt } } contactsLeft { email } } }';
const CREATE =
  'mutation ($input: TokenCreateInput!) { tokenCreate(input: $input) { secret token { id name scopes expiresAt plan { key } } } }';
const REVOKE_TOKEN = 'mutation ($token: ID!) { tokenRevoke(input: { token: $token }) { token { revokedAt } } }';
const PEOPLE =
  'query ($filter: PeopleFilter) { people(filter: $filter) { totalCount nodes { email roles { role plan { key } } } } }';
const TOKENS = 'query ($plan: String) { tokens(plan: $plan) { totalCount nodes { name lastUsedAt } } }';
const SAVE = 'mutation ($input: CheckInSaveDraftInput!) { checkInSaveDraft(input: $input) { checkIn { status } } }';

interface PersonAnswer {
  id: string;
  name: string | null;
  email: string | null;
  erasedAt: string | null;
  roles: Array<{ id: string; role: string; revokedAt: string | null; plan: { key: string } | null }>;
}
const codeOf = ({ errors }: Answer<unknown>): string | undefined => errors?.[0]?.extensions.code;
const fieldOf = ({ errors }: Answer<unknown>): string | undefined => errors?.[0]?.extensions.violations?.[0]?.field;

describe('people and their roles', () => {
  let app: TestApp;
  let admin: Visitor;
  const wait = (milliseconds: number) => app.clock.set(new Date(app.clock.now().getTime() + milliseconds));
  const entries = () =>
    app.db.query<Array<{ action: string; actor: string; row: string }>>(
      'select action, actor, e::text as row from audit_entry e order by number desc',
    );
  const inviteBy = (visitor: Visitor, input: object) =>
    visitor.gql<{ personInvite: { person: PersonAnswer } }>(INVITE, { input: { email: 'new@example.org', ...input } });
  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-04-05T08:00+03:00' });
    await app.import(given.plan());
    await app.import(
      given.plan({
        member: { key: 'otherville', name: { en: 'Otherville' }, kind: 'LOCAL', country: 'JO' },
        plan: { key: OTHER },
      }),
    );
    await invite(app, ADMIN, { role: 'ADMIN' });
    admin = await signIn(app, ADMIN);
  });
  afterAll(() => app.close());
  afterEach(() => wait(2 * 60 * MINUTE));

  it('are invited by mail, in their language, with the role and the page to sign in at', async () => {
    const { data } = await inviteBy(admin, {
      ...{ email: 'Leila@example.org', name: 'ليلى العمري', language: 'ar' },
      ...{ role: 'FOCAL_POINT', plan: PLAN, institution: 'works' },
    });
    expect(data.personInvite.person.roles).toMatchObject([
      { role: 'FOCAL_POINT', revokedAt: null, plan: { key: PLAN }, institution: { key: 'works' } },
    ]);
    await app.app.get(MailRelay).deliver();
    const [mail] = app.mailbox.to('leila@example.org');
    expect(mail?.mail.text).toContain('http://mithaq.example.org/sign-in?language=ar');
    expect(mail?.mail.text).toContain('نقطة اتصال — Plan of Testville');
    expect(mail?.mail.text).toContain('ليلى العمري');
    const [entry] = await entries();
    expect([entry?.action, entry?.actor]).toEqual(['person.invited', expect.stringMatching(/^person:/)]);
    expect(entry?.row).not.toMatch(/leila|ليلى/i);
    expect((await signIn(app, 'leila@example.org')).cookies.size).toBe(1);
  });

  it('are not told twice of a role that they hold, and are one person however often they are invited', async () => {
    const input = { email: 'twice@example.org', role: 'STEERING', plan: PLAN };
    const answers = await Promise.all([
      inviteBy(admin, input),
      inviteBy(admin, input),
      inviteBy(admin, { ...input, role: 'COORDINATOR' }),
    ]);
    expect(answers.map(({ errors }) => errors)).toEqual([undefined, undefined, undefined]);
    expect(new Set(answers.map(({ data }) => data.personInvite.person.id)).size).toBe(1);
    await app.app.get(MailRelay).deliver();
    expect(app.mailbox.to('twice@example.org')).toHaveLength(2);
    const again = await inviteBy(admin, input);
    expect(again.data.personInvite.person.roles).toHaveLength(2);
  });

  it('cannot be MEL officer and monitoring body of one plan, not even when both are given at once', async () => {
    const email = 'both@example.org';
    const answers = await Promise.all([
      inviteBy(admin, { email, role: 'MEL_OFFICER', plan: PLAN }),
      inviteBy(admin, { email, role: 'MONITORING_BODY', plan: PLAN }),
    ]);
    expect(answers.map(codeOf).sort()).toEqual(['CONFLICT', undefined]);
    expect((await inviteBy(admin, { email, role: 'MONITORING_BODY', plan: OTHER })).errors).toBeUndefined();
    const { data } = await admin.gql<{
      people: { nodes: Array<{ email: string; roles: Array<{ role: string; plan: { key: string } }> }> };
    }>(PEOPLE, {});
    const held = data.people.nodes.find((person) => person.email === email)?.roles ?? [];
    expect(held.filter(({ plan }) => plan.key === PLAN)).toHaveLength(1);
  });

  it.each([
    ['an address that is none', { email: 'no address', role: 'ADMIN' }, 'BAD_USER_INPUT', undefined],
    [
      'an address with a header',
      { email: 'a@example.org\nBcc: b@example.org', role: 'ADMIN' },
      'BAD_USER_INPUT',
      undefined,
    ],
    ['a role in a plan without a plan', { role: 'MEL_OFFICER' }, 'BAD_USER_INPUT', 'plan'],
    ['a focal point without an institution', { role: 'FOCAL_POINT', plan: PLAN }, 'BAD_USER_INPUT', 'institution'],
    ['an institution without a plan', { role: 'PARTNER', institution: 'works' }, 'BAD_USER_INPUT', 'plan'],
    ['an unknown plan', { role: 'STEERING', plan: 'atlantis' }, 'NOT_FOUND', 'plan'],
    ['an unknown institution', { role: 'FOCAL_POINT', plan: PLAN, institution: 'x' }, 'NOT_FOUND', 'institution'],
    ['a language that is none', { role: 'ADMIN', language: '<b>' }, 'BAD_USER_INPUT', 'input.language'],
  ])('are not invited with %s', async (_, input, code, field) => {
    const before = (await entries()).length;
    const answer = await inviteBy(admin, input);
    expect([codeOf(answer), field && fieldOf(answer)]).toEqual([code, field]);
    expect(await entries()).toHaveLength(before);
  });

  it('lose a role at once, which is on record, and cannot lose it twice', async () => {
    const { data } = await inviteBy(admin, { email: 'officer@example.org', role: 'MEL_OFFICER', plan: PLAN });
    const officer = await signIn(app, 'officer@example.org');
    const drafts = () => officer.gql(`{ reminders(plan: "${PLAN}") { totalCount } }`);
    expect((await drafts()).errors).toBeUndefined();
    const role = data.personInvite.person.roles[0]?.id ?? '';
    const revoked = await admin.gql<{ roleRevoke: { person: PersonAnswer } }>(REVOKE, { role });
    expect(revoked.data.roleRevoke.person.roles[0]?.revokedAt).not.toBeNull();
    expect(codeOf(await drafts())).toBe('FORBIDDEN');
    expect((await entries())[0]?.action).toBe('role.revoked');
    expect(codeOf(await admin.gql(REVOKE, { role }))).toBe('NOT_FOUND');
  });

  it('are shown and managed by the administrator of a plan in that plan alone', async () => {
    await invite(app, 'local@example.org', { role: 'ADMIN', plan: PLAN });
    const there = await inviteBy(admin, { email: 'there@example.org', role: 'STEERING', plan: OTHER });
    const local = await signIn(app, 'local@example.org');
    const { data } = await local.gql<{ people: { nodes: PersonAnswer[] } }>(PEOPLE, {});
    const emails = data.people.nodes.map(({ email }) => email);
    expect(emails).toContain('local@example.org');
    expect(emails).not.toContain('there@example.org');
    expect(data.people.nodes.flatMap(({ roles }) => roles).filter(({ plan }) => plan?.key !== PLAN)).toEqual([]);
    const { id, roles } = there.data.personInvite.person;
    expect((await local.gql<{ node: unknown }>(`{ node(id: "${id}") { id } }`)).data.node).toBeNull();
    expect(codeOf(await local.gql(REVOKE, { role: roles[0]?.id }))).toBe('FORBIDDEN');
    expect(codeOf(await inviteBy(local, { role: 'STEERING', plan: OTHER }))).toBe('FORBIDDEN');
    expect(codeOf(await inviteBy(local, { role: 'ADMIN' }))).toBe('FORBIDDEN');
    expect(codeOf(await local.gql(ERASE, { person: id }))).toBe('FORBIDDEN');
    expect((await inviteBy(local, { role: 'STEERING', plan: PLAN })).errors).toBeUndefined();
  });

  it('are nobody’s to see but an administrator’s', async () => {
    const officer = await app.as('MEL_OFFICER', PLAN);
    expect(codeOf(await app.gql(PEOPLE, {}, officer))).toBe('FORBIDDEN');
    expect(codeOf(await app.gql(TOKENS, {}, officer))).toBe('FORBIDDEN');
    expect(codeOf(await app.gql(PEOPLE))).toBe('UNAUTHENTICATED');
    const { viewer } = (await admin.gql<{ viewer: { person: { id: string } } }>('{ viewer { person { id } } }')).data;
    const asked = `{ node(id: "${viewer.person.id}") { id } }`;
    expect((await app.gql<{ node: unknown }>(asked)).data.node).toBeNull();
    expect((await admin.gql<{ node: unknown }>(asked)).data.node).toEqual(viewer.person);
  });

  it('end their own sessions over GraphQL, and a token cannot', async () => {
    const [one, two] = [await signIn(app, ADMIN), await signIn(app, ADMIN)];
    const { data } = await two.gql<{ viewer: { sessions: Array<{ id: string; isThis: boolean }> } }>(
      '{ viewer { sessions { id isThis } } }',
    );
    const own = data.viewer.sessions.find(({ isThis }) => isThis)?.id;
    const END = 'mutation ($session: ID!) { sessionEnd(input: { session: $session }) { sessions { id } } }';
    expect(codeOf(await app.gql(END, { session: own }, await app.as('ADMIN')))).toBe('FORBIDDEN');
    expect(codeOf(await app.gql(END, { session: own }))).toBe('UNAUTHENTICATED');
    expect((await one.gql(END, { session: own })).errors).toBeUndefined();
    expect((await two.gql<{ viewer: { name: string } }>('{ viewer { name } }')).data.viewer.name).toBe('public');
    const all = await one.gql<{ sessionEndAll: { ended: number } }>(
      'mutation { sessionEndAll(input: { exceptThis: true }) { ended } }',
    );
    expect(all.data.sessionEndAll.ended).toBeGreaterThan(0);
    expect(
      (await one.gql<{ viewer: { sessions: unknown[] } }>('{ viewer { sessions { id } } }')).data.viewer.sessions,
    ).toHaveLength(1);
    admin = one;
  });

  it('are erased on request: address, name, mails and sessions go, what they did stays, and the chain holds', async () => {
    const email = 'works@example.org';
    const person = await invite(app, email, {
      role: 'FOCAL_POINT',
      plan: PLAN,
      institution: 'works',
      name: 'Salma Haddad',
    });
    const visitor = await signIn(app, email);
    await new Visitor(app).post('/sign-in', { address: email });
    // As an older version of the service might have recorded it.
    await app.db.query(
      `insert into audit_entry (at, actor, acting_as, action, subject_type, subject_id, difference)
       values (now(), 'system:test', 'SYSTEM', 'test', 'Test', $1, '{"after": {"name": "Salma Haddad"}}'), (now(), 'system:test', 'SYSTEM', 'test', 'Test', $1, '{"after": {"name": "Salma"}}')`,
      [person],
    );

    const { data, errors } = await admin.gql<{
      personErase: { person: PersonAnswer; contactsLeft: Array<{ email: string }> };
    }>(ERASE, { person });

    expect(errors).toBeUndefined();
    expect(data.personErase.person).toMatchObject({ id: person, email: null, name: null });
    expect(data.personErase.person.roles.filter(({ revokedAt }) => revokedAt === null)).toEqual([]);
    expect(data.personErase.contactsLeft.map((contact) => contact.email)).toEqual([email, email]);
    expect((await visitor.gql<{ viewer: { name: string } }>('{ viewer { name } }')).data.viewer.name).toBe('public');
    for (const table of [
      'person',
      'outbox_mail',
      'audit_entry',
      'session',
      'sign_in_link',
      'sign_in_request',
      'role_grant',
    ]) {
      const found = await app.db.query<Array<{ row: string }>>(
        `select t::text as row from ${table} t where t::text ilike '%works@example.org%' or t::text ilike '%Salma Haddad%'`,
      );
      expect([table, found]).toEqual([table, []]);
    }
    const sent = app.mailbox.received.length;
    await app.app.get(MailRelay).deliver();
    expect(app.mailbox.received).toHaveLength(sent);
    const broken = await app.db.query<object[]>(
      `select number from (select *, lag(hash, 1, '\\x') over (order by number) as before from audit_entry) e
        where previous_hash <> before or hash <> (select audit_hash(a) from audit_entry a where a.id = e.id)
           or (difference is not null and content_hash <> audit_content_hash(salt, difference))`,
    );
    expect(broken).toEqual([]);
    const kept = await app.db.query<Array<{ difference: object | null }>>(
      `select difference from audit_entry where action = 'test' order by number`,
    );
    expect(kept).toEqual([{ difference: null }, { difference: { after: { name: 'Salma' } } }]);
    expect(codeOf(await admin.gql(ERASE, { person }))).toBe('NOT_FOUND');
    expect(await invite(app, email, { role: 'STEERING', plan: PLAN })).not.toBe(person);
  });

  it('are forgotten in part after a while: requests, links, old sessions and the secrets in mails', async () => {
    const visitor = await signIn(app, ADMIN);
    await visitor.post('/sign-out');
    const mails = () =>
      app.db.query<Array<{ kept: boolean }>>(
        `select text_part <> '' as kept from outbox_mail where kind = 'sign-in' and to_address = '${ADMIN}'`,
      );
    expect((await mails()).filter(({ kept }) => kept).length).toBeGreaterThan(0);
    const forget = () => app.app.get(ForgetService).forget();
    wait(16 * MINUTE);
    expect((await forget()).mails).toBeGreaterThan(0);
    expect((await mails()).filter(({ kept }) => kept)).toEqual([]);
    wait(DAY);
    expect(await forget()).toMatchObject({ links: 0, sessions: 0 });
    expect(await app.db.query('select from sign_in_request')).toEqual([]);
    wait(7 * DAY);
    expect((await forget()).links).toBeGreaterThan(0);
    const recorded = (await entries()).length;
    expect(await forget()).toEqual({ requests: 0, links: 0, sessions: 0, mails: 0, secrets: 0 });
    expect(await entries()).toHaveLength(recorded);
    wait(120 * DAY);
    expect((await forget()).sessions).toBeGreaterThan(0);
    expect((await app.db.query<[{ count: number }]>('select count(*)::int as count from session'))[0].count).toBe(0);
  });
});

describe('tokens for programs', () => {
  let app: TestApp;
  let admin: Record<string, string>;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-04-05T08:00+03:00' });
    await app.import(given.plan());
    await app.beat();
    admin = await app.as('ADMIN');
  });
  afterAll(() => app.close());
  const create = (input: object, headers = admin) =>
    app.gql<{ tokenCreate: { secret: string; token: { id: string; scopes: string[]; expiresAt: string } } }>(
      CREATE,
      { input: { name: 'program', ...input } },
      headers,
    );
  const works = { role: 'FOCAL_POINT', plan: PLAN, institution: 'works' };
  const as = (secret: string) => ({ authorization: `Bearer ${secret}` });

  it('can do less than their role where their scopes say so: one that only reads sees drafts and cannot save', async () => {
    const [writer, reader] = [await create(works), await create({ ...works, scopes: ['READ_OWN'] })];
    const [checkIn] = await app.db.query<[{ id: string; version: number }]>(
      `select k.id, k.version from check_in k join institution i on i.id = k.institution_id join reporting_period r on r.id = k.period_id where i.key = 'works' and r.key = '2024-Q1' limit 1`,
    );
    const input = { checkIn: checkIn.id, version: checkIn.version, report: { progress: 'The council met.' } };
    const save = (secret: string) => app.gql(SAVE, { input }, as(secret));
    expect(codeOf(await save(reader.data.tokenCreate.secret))).toBe('FORBIDDEN');
    expect((await save(writer.data.tokenCreate.secret)).errors).toBeUndefined();
    const seen = (
      await app.gql<{ node: { status: string } }>(
        `{ node(id: "${checkIn.id}") { ... on CheckIn { status } } }`,
        {},
        as(reader.data.tokenCreate.secret),
      )
    ).data;
    expect(seen.node.status).toBe('DRAFT');
  });

  it('get all scopes that their role can use when none are named, and none that it cannot', async () => {
    expect((await create(works)).data.tokenCreate.token.scopes).toEqual(['READ_OWN', 'WRITE_CHECK_INS', 'REVIEW']);
    const beyond = await create({ ...works, scopes: ['READ_OWN', 'ADMIN'] });
    expect([codeOf(beyond), fieldOf(beyond)]).toEqual(['BAD_USER_INPUT', 'scopes']);
    const none = await create({ role: 'ADMIN', scopes: [] });
    expect(codeOf(await app.gql(PEOPLE, {}, as(none.data.tokenCreate.secret)))).toBe('FORBIDDEN');
  });

  it('are shown once, listed without their secret, with their last use', async () => {
    const { secret, token } = (await create({ ...works, name: 'spreadsheet' })).data.tokenCreate;
    expect(secret).toMatch(/^mithaq_[\w-]{43}$/);
    await app.gql('{ viewer { name } }', {}, as(secret));
    const answer = await app.gql<{ tokens: { nodes: Array<{ name: string; lastUsedAt: string | null }> } }>(
      TOKENS,
      { plan: PLAN },
      admin,
    );
    expect(JSON.stringify(answer.data)).not.toContain(secret);
    expect(answer.data.tokens.nodes.find(({ name }) => name === 'spreadsheet')?.lastUsedAt).not.toBeNull();
    expect(answer.data.tokens.nodes.map(({ name }) => name)).not.toContain('ADMIN');
    expect(
      (await app.gql<{ node: unknown }>(`{ node(id: "${token.id}") { id } }`, {}, as(secret))).data.node,
    ).toBeNull();
    expect((await app.gql<{ node: unknown }>(`{ node(id: "${token.id}") { id } }`, {}, admin)).data.node).toEqual({
      id: token.id,
    });
  });

  it('expire after the days that were asked for, and are refused at once when revoked', async () => {
    const { secret, token } = (await create({ ...works, days: 1 })).data.tokenCreate;
    expect(new Date(token.expiresAt).getTime() - app.clock.now().getTime()).toBeLessThanOrEqual(DAY);
    const who = () => app.gql('{ viewer { name } }', {}, as(secret));
    expect((await who()).status).toBe(200);
    expect(codeOf(await app.gql(REVOKE_TOKEN, { token: token.id }, await app.as('MEL_OFFICER', PLAN)))).toBe(
      'FORBIDDEN',
    );
    expect((await app.gql(REVOKE_TOKEN, { token: token.id }, admin)).errors).toBeUndefined();
    expect((await who()).status).toBe(401);
    expect(codeOf(await app.gql(REVOKE_TOKEN, { token: token.id }, admin))).toBe('NOT_FOUND');
    for (const days of [0, 3651, -1]) expect(codeOf(await create({ ...works, days }))).toBe('BAD_USER_INPUT');
  });

  it('are given out by administrators alone, and by one of a plan for that plan alone', async () => {
    const local = await app.as('ADMIN', PLAN);
    expect((await create(works, local)).errors).toBeUndefined();
    expect(codeOf(await create({ role: 'ADMIN' }, local))).toBe('FORBIDDEN');
    expect(codeOf(await create(works, await app.as('MEL_OFFICER', PLAN)))).toBe('FORBIDDEN');
    expect(codeOf(await create(works, {}))).toBe('UNAUTHENTICATED');
    const onlyReads = (await create({ role: 'ADMIN', scopes: ['READ_OWN'] })).data.tokenCreate.secret;
    expect(codeOf(await create(works, as(onlyReads)))).toBe('FORBIDDEN');
  });

  it('sign in before a cookie does, and a bad one is refused whatever cookie comes along', async () => {
    await invite(app, ADMIN, { role: 'ADMIN' });
    const visitor = await signIn(app, ADMIN);
    const cookie = `mithaq_session=${visitor.cookies.get('mithaq_session')}`;
    const who = (headers: Record<string, string>) =>
      app.gql<{ viewer: { name: string } }>('{ viewer { name } }', {}, { cookie, ...headers });
    expect((await who({})).data.viewer.name).toMatch(/^person:/);
    expect((await who(admin)).data.viewer.name).toBe('token:ADMIN');
    expect((await who({ authorization: 'Bearer nonsense' })).status).toBe(401);
    expect(await linkTo(app, ADMIN)).toBeDefined();
  });
});
