import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { PeopleService } from '../../src/accounts/people.service.js';
import { hashOf, newSecret } from '../../src/accounts/secrets.js';
import { TokensService } from '../../src/accounts/tokens.service.js';
import { assertInTable } from '../../src/platform/access/access-check.js';
import { ACCESS, type Action } from '../../src/platform/access/access-table.js';
import { Role, Viewer } from '../../src/platform/access/viewer.js';
import { MeetingsService } from '../../src/working-groups/meetings.service.js';
import { TestApp } from '../support/app.js';
import { given } from '../support/given.js';

const PLAN = 'testville-2024';
const OTHER_PLAN = 'elsewhere-2024';
const UNKNOWN = '00000000-0000-7000-8000-000000000000';
/** The only attempts that do what they ask for, where they are allowed. */
const LEAVE_A_TRACE = [
  'checkInComment',
  'evidenceFileRemove',
  'reminderResume',
  'roleRevoke',
  'tokenRevoke',
  'webhookRemove',
  'sessionEndAll',
  'POST /sign-out',
  'POST /sign-out-everywhere',
];
const ACROSS_PLANS = ['OGP_STAFF', 'PARTNER'];
/** Staff and partners may remove webhooks, but not one that somebody else made. */
const leavesTrace = (caller: string, name: string): boolean =>
  LEAVE_A_TRACE.includes(name) && !(name === 'webhookRemove' && ACROSS_PLANS.some((role) => caller.includes(role)));

interface Targets {
  readonly checkIn: string;
  readonly milestone: string;
  /** A role and a token that hold in the plan, new for every attempt. */
  readonly role: string;
  readonly token: string;
  readonly file: string;
  readonly pause: string;
  readonly webhook: string;
  /** Of a group that institution `works` coordinates. */
  readonly meeting: string;
}
/** What belongs to no plan is for whoever has every plan. */
const OF_NO_PLAN = ['personErase'];

/**
 * An input for every mutation, aimed at institution `works` in the plan. None of them changes anything: whoever is allowed
 * is told that the version is old, or that something is missing.
 */
const INPUTS: Readonly<Record<string, (targets: Targets) => object>> = {
  checkInSaveDraft: ({ checkIn }) => ({ checkIn, version: 999, report: {} }),
  checkInSubmit: ({ checkIn }) => ({ checkIn, version: 999 }),
  checkInReturn: ({ checkIn }) => ({ checkIn, version: 999, comment: 'x' }),
  checkInVerify: ({ checkIn }) => ({ checkIn, version: 999, finding: 'x' }),
  checkInPublish: ({ checkIn }) => ({ checkIn, version: 999 }),
  checkInReopen: ({ checkIn }) => ({ checkIn, version: 999, reason: 'x' }),
  checkInComment: ({ checkIn }) => ({ checkIn, text: 'x' }),
  milestoneReschedule: ({ milestone }) => ({ milestone, dueDate: '2024-06-30', reason: 'x' }),
  periodExtend: () => ({ plan: PLAN, period: 'no-such', institution: 'works', dueDate: '2024-12-01', reason: 'x' }),
  periodPublish: () => ({ plan: PLAN, period: 'no-such' }),
  meetingPlan: () => ({ plan: PLAN, workingGroup: 'roads', date: '2199-01-01' }),
  meetingMove: ({ meeting }) => ({ meeting, version: 999, date: '2024-05-02', reason: 'x' }),
  meetingRecordHeld: ({ meeting }) => ({ meeting, version: 999 }),
  meetingCancel: ({ meeting }) => ({ meeting, version: 999, reason: 'x' }),
  assessmentFile: () => ({ plan: PLAN, kind: 'END_OF_COMMITMENT', summary: 'x' }),
  reminderRuleSave: () => ({
    plan: PLAN,
    key: 'due-in-3',
    stage: 'DUE_TODAY',
    template: 'REPORT',
    audience: 'FOCAL_POINT',
    anchor: 'DUE',
    offsetDays: 5,
    unit: 'DAYS',
    localTime: '09:00',
    latenessHours: 1,
  }),
  reminderRuleReset: () => ({ plan: PLAN, key: 'no-such' }),
  reminderSendNow: () => ({ plan: PLAN, period: 'no-such', institution: 'works', reason: 'x' }),
  reminderHold: () => ({ plan: PLAN, period: 'no-such', reason: 'x' }),
  reminderMute: () => ({ plan: PLAN, period: 'no-such', reason: 'x' }),
  reminderResume: ({ pause }) => ({ pause }),
  reportLinkRevoke: () => ({ plan: PLAN, institution: 'works', period: 'no-such', reason: 'x' }),
  undeliverableAddressClear: () => ({ plan: PLAN, address: 'nobody@example.org', reason: 'x' }),
  evidenceFileRemove: ({ file }) => ({ file }),
  personInvite: () => ({ email: 'a@example.org', role: 'STEERING', plan: PLAN }),
  roleRevoke: ({ role }) => ({ role }),
  personErase: () => ({ person: UNKNOWN }),
  tokenCreate: () => ({ name: 'x', role: 'STEERING', plan: PLAN }),
  tokenRevoke: ({ token }) => ({ token }),
  sessionEnd: () => ({ session: UNKNOWN }),
  sessionEndAll: () => ({}),
  webhookCreate: () => ({ plan: PLAN, url: 'http://example.org', events: ['CHECK_IN_PUBLISHED'] }),
  webhookEnable: ({ webhook }) => ({ webhook }),
  webhookDisable: ({ webhook }) => ({ webhook }),
  webhookRemove: ({ webhook }) => ({ webhook }),
  webhookRotateSecret: ({ webhook }) => ({ webhook }),
  webhookDeliveryReplay: ({ webhook }) => ({ webhook, delivery: UNKNOWN }),
  webhookTest: ({ webhook }) => ({ webhook }),
  planImport: () => ({ file: JSON.stringify(given.plan()), dryRun: true }),
};

const CHECK_IN = `/api/v1/plans/${PLAN}/commitments/1/check-ins/2024-Q1`;
const json = (path: string, body: object) => ({
  path: `${path}?institution=works`,
  init: { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
});
const form = (path: string, body = '') => ({
  path,
  init: { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body },
});
/** What every route that is not only read is sent, with the same aim. */
const REQUESTS: Readonly<Record<string, (targets: Targets) => { path: string; init: RequestInit }>> = {
  'POST /graphql': () => ({
    path: '/graphql',
    init: { headers: { 'content-type': 'application/json' }, body: '{"query":"{ __typename }"}' },
  }),
  'PUT /api/v1/plans/:plan/commitments/:number/check-ins/:period': () => json(CHECK_IN, { version: 999, report: {} }),
  'POST /api/v1/plans/:plan/commitments/:number/check-ins/:period/submit': () =>
    json(`${CHECK_IN}/submit`, { version: 999 }),
  'POST /check-ins/:checkIn/files': ({ checkIn }) => form(`/check-ins/${checkIn}/files`),
  'POST /api/v1/plans/:plan/import': () => form(`/api/v1/plans/${PLAN}/import`),
  'POST /sign-in': () => form('/sign-in', 'address=nobody'),
  'POST /sign-in/:secret': () => form(`/sign-in/${'x'.repeat(43)}`),
  'POST /sign-out': () => form('/sign-out'),
  'POST /sign-out-everywhere': () => form('/sign-out-everywhere'),
  'POST /account/sessions/:session/end': () => form(`/account/sessions/${UNKNOWN}/end`),
  'POST /unsubscribe/:secret': () => form(`/unsubscribe/${'x'.repeat(32)}`),
  'POST /mail/events': () => ({ path: '/mail/events', init: {} }),
  'POST /report/:secret/:number': () => form(`/report/${'x'.repeat(32)}/1`),
};

interface Caller {
  readonly name: string;
  /** Asked anew for every attempt: some of them sign out. */
  readonly headers: () => Promise<Record<string, string>>;
  readonly role: Role | null;
  readonly isPerson: boolean;
  /** Whether the role holds in the plan that the inputs aim at, and for the institution. */
  readonly own: { readonly everywhere: boolean; readonly plan: boolean; readonly institution: boolean };
}

/** Read off the table, and not asked of the code that reads it. */
function isAllowed(name: string, { role, own, isPerson }: Caller): boolean {
  const { who }: Action = ACCESS[name as keyof typeof ACCESS];
  if (who === 'EVERYBODY') return true;
  if (who === 'EVERY_PERSON') return isPerson;
  if (role === null) return false;
  const reach = who[role];
  if (OF_NO_PLAN.includes(name)) return reach === 'ITS_PLAN' && own.everywhere;
  return reach === 'ITS_PLAN' ? own.plan : reach === 'ITS_INSTITUTION' ? own.plan && own.institution : false;
}

describe('every role on every mutation and route, in its own plan and in another', () => {
  let app: TestApp;
  let fixed: Pick<Targets, 'checkIn' | 'milestone' | 'meeting'>;
  let callers: Caller[];
  let mutations: string[];

  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-04-05T08:00+03:00' });
    const workingGroups = [{ key: 'roads', name: { en: 'Roads' }, coordinator: 'works' }];
    await app.import(given.plan({ workingGroups }));
    await app.import(
      given.plan({
        workingGroups,
        member: { key: 'elsewhere', name: { en: 'Elsewhere' }, kind: 'LOCAL', country: 'JO' },
        plan: { key: OTHER_PLAN },
      }),
    );
    mutations = Object.keys(app.app.get(GraphQLSchemaHost).schema.getMutationType()?.getFields() ?? {});
    const { data } = await app.gql<{
      checkIns: { nodes: Array<{ id: string; commitment: { milestones: { nodes: Array<{ id: string }> } } }> };
    }>(
      `{ checkIns(plan: "${PLAN}", filter: { institution: "works", commitment: 1 }) { nodes { id commitment { milestones { nodes { id } } } } } }`,
    );
    const [checkIn] = data.checkIns.nodes;
    fixed = {
      checkIn: checkIn?.id ?? '',
      milestone: checkIn?.commitment.milestones.nodes[0]?.id ?? '',
      meeting: await app.app
        .get(MeetingsService)
        .plan(Viewer.system('test'), { plan: PLAN, workingGroup: 'roads', date: '2024-05-02' }),
    };
    callers = await everybody();
  });
  afterAll(() => app.close());

  async function everybody(): Promise<Caller[]> {
    const found: Caller[] = [
      {
        name: 'the public',
        headers: () => Promise.resolve({}),
        role: null,
        isPerson: false,
        own: { everywhere: false, plan: false, institution: false },
      },
    ];
    const add = async (role: Role, plan: string | undefined, institution?: string) => {
      const everywhere = plan === undefined;
      const own = { everywhere, plan: plan === PLAN || everywhere, institution: institution === 'works' };
      const name = [role, institution, 'in', plan ?? 'every plan'].filter(Boolean).join(' ');
      const headers = await app.as(role, plan, institution);
      found.push({ name, headers: () => Promise.resolve(headers), role, own, isPerson: false });
      const email = `person-${found.length}@example.org`;
      const invitation = { email, language: 'en', role, plan, institution };
      const person = await app.app.get(PeopleService).invite(Viewer.system('test'), invitation);
      found.push({ name: `a person, ${name}`, headers: () => signedIn(person), role, own, isPerson: true });
    };
    for (const role of Object.keys(Role) as Role[]) {
      if (ACROSS_PLANS.includes(role)) await add(role, undefined);
      else if (role === 'FOCAL_POINT' || role === 'COORDINATOR') {
        for (const [plan, institution] of [
          [PLAN, 'works'],
          [PLAN, 'parks'],
          [OTHER_PLAN, 'works'],
        ] as const)
          await add(role, plan, institution);
      } else for (const plan of [PLAN, OTHER_PLAN]) await add(role, plan);
    }
    await add('ADMIN', undefined);
    // Of no institution, and so of no group.
    await add('COORDINATOR', PLAN);
    return found;
  }

  /** A new browser of the person. */
  async function signedIn(person: string): Promise<Record<string, string>> {
    const secret = newSecret();
    const now = app.clock.now();
    await app.db.query(
      `insert into session (person_id, secret_hash, browser, created_at, last_seen_at, expires_at) values ($1, $2, 'test', $3, $3, $4)`,
      [person, hashOf(secret), now, new Date(now.getTime() + 3_600_000)],
    );
    return { cookie: `mithaq_session=${secret}` };
  }

  async function targetsOf(name: string): Promise<Targets> {
    const system = Viewer.system('test');
    const role = { role: 'STEERING', plan: PLAN } as const;
    const made = { ...fixed, role: '', token: '', file: '', pause: '', webhook: '' };
    count += 1;
    if (name === 'roleRevoke') {
      const invitation = { email: `made-${count}@example.org`, language: 'en', ...role };
      const person = await app.app.get(PeopleService).invite(system, invitation);
      const [grant] = await app.db.query<[{ id: string }]>('select id from role_grant where person_id = $1', [person]);
      made.role = grant.id;
    }
    if (name === 'tokenRevoke') {
      await app.app.get(TokensService).create(system, { name: `made ${count}`, days: 1, ...role });
      const [token] = await app.db.query<[{ id: string }]>('select id from token where name = $1', [`made ${count}`]);
      made.token = token.id;
    }
    if (name === 'evidenceFileRemove') {
      // Handed in once, so that nobody is refused only because they cannot see it.
      const [file] = await app.db.query<[{ id: string }]>(
        `insert into evidence_file (check_in_id, plan_id, institution_id, name, media_type, size, sha256, storage_key, uploaded_at, uploaded_by, claimed_at)
         select id, plan_id, institution_id, 'x.txt', 'text/plain', 1, repeat('0', 64), gen_random_uuid(), now(), 'x', now() from check_in where id = $1 returning id`,
        [fixed.checkIn],
      );
      made.file = file.id;
    }
    if (name.startsWith('webhook')) {
      const [webhook] = await app.db.query<[{ id: string }]>(
        `insert into webhook (plan_id, owner, url, target, events, created_at)
         select id, 'SYSTEM:test', 'https://example.org', 'example.org:443', '{CHECK_IN_PUBLISHED}', now() from action_plan where key = $1 returning id`,
        [PLAN],
      );
      if (name !== 'webhookEnable')
        await app.db.query(`update webhook set disabled_at = now(), disabled_because = 'BY_HAND' where id = $1`, [
          webhook.id,
        ]);
      made.webhook = webhook.id;
    }
    if (name === 'reminderResume') {
      const [pause] = await app.db.query<[{ id: string }]>(
        `insert into reminder_pause (kind, plan_id, reason, set_at, set_by, acting_as)
         select 'HOLD', id, 'x', now(), 'x', 'x' from action_plan where key = $1 returning id`,
        [PLAN],
      );
      made.pause = pause.id;
    }
    return made;
  }
  let count = 0;

  const refusals = ['UNAUTHENTICATED', 'FORBIDDEN'];
  const expected = (name: string, caller: Caller) =>
    isAllowed(name, caller) ? 'allowed' : caller.role === null ? 'UNAUTHENTICATED' : 'FORBIDDEN';
  const what = (code: string | undefined) => (code && refusals.includes(code) ? code : 'allowed');

  async function tryMutation(name: string, caller: Caller): Promise<string> {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { ${name}(input: $input) { __typename } }`;
    const { errors } = await app.gql(query, { input: INPUTS[name]!(await targetsOf(name)) }, await caller.headers());
    const code = errors?.[0]?.extensions.code;
    // A question that GraphQL itself refuses proves nothing about who may ask it.
    expect([name, errors?.[0]?.message ?? '']).not.toEqual([
      name,
      expect.stringMatching(/^Variable|^Cannot query|^Unknown/),
    ]);
    expect(code).not.toBe('INTERNAL');
    return what(code);
  }

  async function tryRoute(name: string, caller: Caller): Promise<string> {
    const { path, init } = REQUESTS[name]!(await targetsOf(name));
    const headers = { ...(init.headers as Record<string, string> | undefined), ...(await caller.headers()) };
    const { status, headers: answered } = await fetch(app.url + path, {
      ...init,
      method: name.split(' ')[0]!,
      headers,
      redirect: 'manual',
    });
    expect(status).toBeLessThan(500);
    // A page asks whoever is not signed in to do so.
    const location = answered.get('location');
    if (status === 303 && caller.role === null && location?.startsWith('/sign-in')) return 'UNAUTHENTICATED';
    return status === 401 ? 'UNAUTHENTICATED' : status === 403 ? 'FORBIDDEN' : 'allowed';
  }

  it('has an input for every mutation and a request for every route of the table', () => {
    expect(Object.keys(INPUTS).sort()).toEqual([...mutations].sort());
    expect(Object.keys(REQUESTS).sort()).toEqual(
      Object.keys(ACCESS)
        .filter((name) => name.includes(' '))
        .sort(),
    );
    expect(mutations.filter((name) => !Object.hasOwn(ACCESS, name))).toEqual([]);
  });

  it('is as the access table says', async () => {
    const notes = `select count(*) from audit_entry where action not in ('person.invited', 'token.created')`;
    const rows = await app.db.query<[{ count: string }]>(notes);
    const found: string[][] = [];
    const wanted: string[][] = [];
    for (const caller of callers) {
      for (const name of [...mutations, ...Object.keys(REQUESTS)]) {
        const outcome = name.includes(' ') ? await tryRoute(name, caller) : await tryMutation(name, caller);
        found.push([caller.name, name, outcome]);
        wanted.push([caller.name, name, expected(name, caller)]);
      }
    }
    expect(found).toEqual(wanted);
    const allowed = wanted.filter(([, , outcome]) => outcome === 'allowed').length;
    process.stdout.write(
      `Access matrix: ${found.length} combinations of ${callers.length} callers and ${found.length / callers.length} mutations and routes tried; ${allowed} allowed, ${found.length - allowed} refused.\n`,
    );
    expect(found.length).toBeGreaterThan(100);
    // Of what was refused, nothing left a trace.
    const after = await app.db.query<[{ count: string }]>(notes);
    expect(Number(after[0].count) - Number(rows[0].count)).toBe(
      wanted.filter(([caller = '', name = '', outcome]) => leavesTrace(caller, name) && outcome === 'allowed').length,
    );
  });

  it('is on a page that anybody can read, made from the same table', async () => {
    for (const language of ['en', 'fr', 'ar']) {
      const page = await (await fetch(`${app.url}/access?language=${language}`)).text();
      expect(page).toContain(`<html lang="${language}"`);
      for (const name of mutations) expect(page).toContain(`<code dir="ltr">${name}</code>`);
    }
  });

  it('lets nothing start that can change something and has no row, or has a row and does not exist', () => {
    const routes = Object.keys(REQUESTS);
    expect(() => assertInTable(mutations, routes)).not.toThrow();
    expect(() => assertInTable([...mutations, 'planDelete'], routes)).toThrow('planDelete');
    expect(() => assertInTable(mutations, [...routes, 'DELETE /plans/:plan'])).toThrow('DELETE /plans/:plan');
    expect(() => assertInTable(mutations, routes.slice(1))).toThrow(routes[0]!);
  });

  it('tells nobody without a role whether there is such a thing', async () => {
    for (const caller of callers.filter(({ role }) => role === null || role === 'PARTNER')) {
      const real = await app.gql(
        'mutation ($input: CheckInReturnInput!) { checkInReturn(input: $input) { __typename } }',
        { input: { checkIn: fixed.checkIn, version: 0, comment: 'x' } },
        await caller.headers(),
      );
      const unknown = await app.gql(
        'mutation ($input: CheckInReturnInput!) { checkInReturn(input: $input) { __typename } }',
        { input: { checkIn: UNKNOWN, version: 0, comment: 'x' } },
        await caller.headers(),
      );
      expect(unknown.errors).toEqual(real.errors);
    }
  });
});
