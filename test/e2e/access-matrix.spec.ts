import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { ACCESS, type Action } from '../../src/platform/access/access-table.js';
import { Role } from '../../src/platform/access/viewer.js';
import { TestApp } from '../support/app.js';
import { given } from '../support/given.js';

const PLAN = 'testville-2024';
const OTHER_PLAN = 'elsewhere-2024';
const UNKNOWN = '00000000-0000-7000-8000-000000000000';
const ACROSS_PLANS = ['OGP_STAFF', 'PARTNER'];

interface Targets {
  readonly checkIn: string;
  readonly milestone: string;
}

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
  planImport: () => ({ file: JSON.stringify(given.plan()), dryRun: true }),
};

/** What every route that is not only read is sent, with the same aim. */
const REQUESTS: Readonly<Record<string, (targets: Targets) => { path: string; init: RequestInit }>> = {
  'POST /graphql': () => ({
    path: '/graphql',
    init: { headers: { 'content-type': 'application/json' }, body: '{"query":"{ __typename }"}' },
  }),
};

interface Caller {
  readonly name: string;
  readonly headers: Record<string, string>;
  readonly role: Role | null;
  /** Whether the role holds in the plan that the inputs aim at, and for the institution. */
  readonly own: { readonly plan: boolean; readonly institution: boolean };
}

/** Read off the table, and not asked of the code that reads it. */
function isAllowed({ who }: Action, { role, own }: Caller): boolean {
  if (who === 'EVERYBODY') return true;
  if (who === 'EVERY_PERSON' || role === null) return false;
  const reach = who[role];
  return reach === 'ITS_PLAN' ? own.plan : reach === 'ITS_INSTITUTION' ? own.plan && own.institution : false;
}

describe('every role on every mutation and route, in its own plan and in another', () => {
  let app: TestApp;
  let targets: Targets;
  let callers: Caller[];
  let mutations: string[];

  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-04-05T08:00+03:00' });
    await app.import(given.plan());
    await app.import(
      given.plan({
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
    targets = { checkIn: checkIn?.id ?? '', milestone: checkIn?.commitment.milestones.nodes[0]?.id ?? '' };
    callers = await everybody();
  });
  afterAll(() => app.close());

  async function everybody(): Promise<Caller[]> {
    const found: Caller[] = [{ name: 'the public', headers: {}, role: null, own: { plan: false, institution: false } }];
    const add = async (role: Role, plan: string | undefined, institution?: string) => {
      const own = { plan: plan === PLAN || plan === undefined, institution: institution === 'works' };
      const name = [role, institution, 'in', plan ?? 'every plan'].filter(Boolean).join(' ');
      found.push({ name, headers: await app.as(role, plan, institution), role, own });
    };
    for (const role of Object.keys(Role) as Role[]) {
      if (ACROSS_PLANS.includes(role)) await add(role, undefined);
      else if (role === 'FOCAL_POINT') {
        for (const [plan, institution] of [
          [PLAN, 'works'],
          [PLAN, 'parks'],
          [OTHER_PLAN, 'works'],
        ] as const)
          await add(role, plan, institution);
      } else for (const plan of [PLAN, OTHER_PLAN]) await add(role, plan);
    }
    await add('ADMIN', undefined);
    return found;
  }

  const refusals = ['UNAUTHENTICATED', 'FORBIDDEN'];
  const expected = (action: Action, caller: Caller) =>
    isAllowed(action, caller) ? 'allowed' : caller.role === null ? 'UNAUTHENTICATED' : 'FORBIDDEN';
  const what = (code: string | undefined) => (code && refusals.includes(code) ? code : 'allowed');

  async function tryMutation(name: string, caller: Caller): Promise<string> {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { ${name}(input: $input) { __typename } }`;
    const { errors } = await app.gql(query, { input: INPUTS[name]!(targets) }, caller.headers);
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
    const { path, init } = REQUESTS[name]!(targets);
    const headers = { ...(init.headers as Record<string, string> | undefined), ...caller.headers };
    const { status } = await fetch(app.url + path, {
      ...init,
      method: name.split(' ')[0]!,
      headers,
      redirect: 'manual',
    });
    expect([name, status]).not.toEqual([name, 404]);
    expect(status).toBeLessThan(500);
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
    const rows = await app.db.query<[{ count: string }]>('select count(*) from audit_entry');
    const found: string[][] = [];
    const wanted: string[][] = [];
    for (const caller of callers) {
      for (const name of [...mutations, ...Object.keys(REQUESTS)]) {
        const action: Action = ACCESS[name as keyof typeof ACCESS];
        const outcome = name.includes(' ') ? await tryRoute(name, caller) : await tryMutation(name, caller);
        found.push([caller.name, name, outcome]);
        wanted.push([caller.name, name, expected(action, caller)]);
      }
    }
    expect(found).toEqual(wanted);
    const allowed = wanted.filter(([, , outcome]) => outcome === 'allowed').length;
    process.stdout.write(
      `Access matrix: ${found.length} combinations of ${callers.length} callers and ${found.length / callers.length} mutations and routes tried; ${allowed} allowed, ${found.length - allowed} refused.\n`,
    );
    expect(found.length).toBeGreaterThan(100);
    // Of what was refused, nothing left a trace; what was allowed here writes at most a comment.
    const after = await app.db.query<[{ count: string }]>('select count(*) from audit_entry');
    expect(Number(after[0].count) - Number(rows[0].count)).toBe(
      wanted.filter(([, name, outcome]) => name === 'checkInComment' && outcome === 'allowed').length,
    );
  });

  it('tells nobody without a role whether there is such a thing', async () => {
    for (const { headers } of callers.filter(({ role }) => role === null || role === 'PARTNER')) {
      const real = await app.gql(
        'mutation ($input: CheckInReturnInput!) { checkInReturn(input: $input) { __typename } }',
        { input: { checkIn: targets.checkIn, version: 0, comment: 'x' } },
        headers,
      );
      const unknown = await app.gql(
        'mutation ($input: CheckInReturnInput!) { checkInReturn(input: $input) { __typename } }',
        { input: { checkIn: UNKNOWN, version: 0, comment: 'x' } },
        headers,
      );
      expect(unknown.errors).toEqual(real.errors);
    }
  });
});
