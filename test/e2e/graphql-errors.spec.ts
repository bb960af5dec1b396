import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { given } from '../support/given.js';

const PLAN = 'testville-2024';
const CODES = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_USER_INPUT',
  'CONFLICT',
  'RATE_LIMITED',
  'QUERY_TOO_COMPLEX',
  'INTERNAL',
  'OVERLOADED',
  'TIMEOUT',
  'UNAVAILABLE',
];
const SUBMIT = `mutation ($checkIn: ID!, $report: CheckInReportInput) {
  checkInSubmit(input: { checkIn: $checkIn, version: 0, report: $report }) { checkIn { id } }
}`;
const SOME_ID = '00000000-0000-7000-8000-000000000000';

interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  readonly milliseconds: number;
  readonly errors: ReadonlyArray<{
    message: string;
    extensions: { code: string; id?: string; violations?: Array<{ field: string; message: string }> };
  }>;
}

describe('what GraphQL refuses', () => {
  let app: TestApp;
  let works: Record<string, string>;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-04-05T08:00+03:00' });
    await app.import(given.plan());
    works = await app.as('FOCAL_POINT', 'testville-2024', 'works');
  });
  afterAll(() => app.close());

  /** Sends the bytes as they are. Every refusal is JSON with a documented code, and tells nothing of the inside. */
  async function refused(
    body: unknown,
    headers: Record<string, string> = {},
    init: RequestInit = {},
    path = '/graphql',
  ) {
    const began = performance.now();
    const response = await fetch(app.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...init,
    });
    const text = await response.text();
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(text).not.toMatch(/node_modules|\.ts\b|\.js\b|\/work\/|select |stack/i);
    const { errors } = JSON.parse(text) as Refusal;
    expect(errors.length).toBeGreaterThan(0);
    for (const { message, extensions } of errors) {
      expect(CODES).toContain(extensions.code);
      expect(message).not.toBe('');
      if (extensions.code === 'BAD_USER_INPUT') expect(extensions.violations?.length).toBeGreaterThan(0);
      expect(extensions.code).not.toBe('INTERNAL');
    }
    return {
      status: response.status,
      headers: response.headers,
      milliseconds: performance.now() - began,
      errors,
      code: errors[0]?.extensions.code,
      fields: errors.flatMap(({ extensions }) => extensions.violations?.map(({ field }) => field) ?? []),
    };
  }

  const NESTED_LISTS =
    'actionPlans(first: 100) { nodes { commitments(first: 100) { nodes { milestones(first: 100) { nodes { id } } } } } }';
  const doubling = (leaf: string) =>
    `{ actionPlan(key: "${PLAN}") { ...F0 } } ${Array.from(
      { length: 40 },
      (_, i) => `fragment F${i} on ActionPlan { ${i < 39 ? `...F${i + 1} ...F${i + 1}` : leaf} }`,
    ).join(' ')}`;

  it.each([
    [
      '500 levels deep',
      `{ actionPlan(key: "${PLAN}") ${'{ member { actionPlans { nodes '.repeat(167)}{ id }${'}}}'.repeat(167)} }`,
    ],
    ['500 levels deep in fields that do not exist', `{ ${'a { '.repeat(500)}a${'}'.repeat(501)}`],
    [
      'deep by its fragments',
      `{ actionPlan(key: "${PLAN}") { ...A } } fragment A on ActionPlan { member { actionPlans { nodes { member { actionPlans { nodes { member { ...B } } } } } } } } fragment B on Member { actionPlans { nodes { member { actionPlans { nodes { member { actionPlans { nodes { id } } } } } } } } }`,
    ],
    ['with 10,000 aliases', `{ ${Array.from({ length: 10_000 }, (_, i) => `a${i}: __typename`).join(' ')} }`],
    [
      'with 100 aliases of a field',
      `{ ${Array.from({ length: 100 }, (_, i) => `a${i}: actionPlan(key: "${PLAN}") { id }`).join(' ')} }`,
    ],
    ['of 100 KB of tokens', `{ ${'a '.repeat(50_000)} }`],
    ['with a literal nested 4,900 lists deep', `{ node(id: ${'['.repeat(4900)}`],
    ['that costs too much in nested lists', `{ ${NESTED_LISTS} }`],
    [
      'that costs too much beside a field that fails',
      `query ($k: String = "x") { actionPlan(key: $k) { id } ${NESTED_LISTS} }`,
    ],
    ['that doubles in every one of 40 fragments', doubling('id')],
  ])('a query %s is too complex', async (_, query) => {
    const refusal = await refused({ query });
    expect(refusal).toMatchObject({ status: 400, code: 'QUERY_TOO_COMPLEX' });
    expect(refusal.milliseconds).toBeLessThan(3000);
  });

  it('counts rows that a variable asks for', async () => {
    const query = `query ($n: Int) { actionPlans(first: $n) { nodes { commitments(first: $n) { nodes { milestones(first: $n) { nodes { id } } } } } } }`;
    expect((await refused({ query, variables: { n: 100 } })).code).toBe('QUERY_TOO_COMPLEX');
    expect((await app.gql(query, { n: 5 })).errors).toBeUndefined();
  });

  it('a cost that hides behind a failing argument is counted all the same', async () => {
    const query = `query ($k: String = "x") { actionPlan(key: $k) { id } ${NESTED_LISTS} }`;
    expect((await refused({ query, variables: { k: null } })).status).toBe(400);
  });

  it('a query of 5 MB is answered with 413', async () => {
    const refusal = await refused(
      { query: `{ viewer { name } } #${'x'.repeat(5_000_000)}` },
      { 'accept-language': 'fr' },
    );
    expect(refusal).toMatchObject({ status: 413, code: 'BAD_USER_INPUT' });
    expect(refusal.errors[0]?.message).toBe('La requête dépasse 1 Mo.');
  });

  it('fragments that lead back to themselves are named', async () => {
    const query = `{ actionPlan(key: "x") { ...A } } fragment A on ActionPlan { ...B } fragment B on ActionPlan { ...A }`;
    expect(await refused({ query })).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
  });

  it.each<[string, unknown, Record<string, string>]>([
    ['an empty body', '', {}],
    ['a body of null', 'null', {}],
    ['a number as body', '5', {}],
    ['no query', {}, {}],
    ['a query that is no text', { query: 5 }, {}],
    ['malformed JSON', '{"query": ', {}],
    ['a body that reaches for the prototype', '{"query": "{ __typename }", "__proto__": {"a": 1}}', {}],
    ['a batch', [{ query: '{ __typename }' }, { query: '{ __typename }' }], {}],
    ['variables that are a text', { query: '{ __typename }', variables: 'x' }, {}],
    ['variables that are a list', { query: '{ __typename }', variables: [1] }, {}],
    ['an unknown operation name', { query: 'query A { __typename } query B { __typename }', operationName: 'C' }, {}],
    ['several operations and no name', { query: 'query A { __typename } query B { __typename }' }, {}],
    ['a syntax error', { query: '{ actionPlan(' }, {}],
    ['plain text', '{"query":"{ __typename }"}', { 'content-type': 'text/plain' }],
    ['a form', 'query=x', { 'content-type': 'application/x-www-form-urlencoded' }],
  ])('%s is bad input', async (_, body, headers) => {
    expect(await refused(body, headers)).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
  });

  it('an unknown content type is answered with 415, another method with 404', async () => {
    expect(await refused('<x/>', { 'content-type': 'application/xml' })).toMatchObject({
      status: 415,
      code: 'BAD_USER_INPUT',
    });
    expect(await refused('{}', {}, { method: 'PUT' })).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  it('a query may come by GET with the header that browsers do not send of themselves; a mutation may not', async () => {
    const path = (query: string) => `/graphql?query=${encodeURIComponent(query)}`;
    const headers = { 'apollo-require-preflight': '1' };
    const answer = await fetch(app.url + path('{ viewer { name } }'), { headers });
    expect(await answer.json()).toEqual({ data: { viewer: { name: 'public' } } });
    expect(await refused(undefined, {}, { method: 'GET', headers: {} }, path('{ viewer { name } }'))).toMatchObject({
      status: 400,
    });
    const mutation = path(
      `mutation { checkInSubmit(input: { checkIn: "${SOME_ID}", version: 0 }) { checkIn { id } } }`,
    );
    expect(await refused(undefined, {}, { method: 'GET', headers }, mutation)).toMatchObject({
      status: 405,
      code: 'BAD_USER_INPUT',
    });
  });

  it.each<[string, string, object, string]>([
    ['a text for a number', 'query ($n: Int) { actionPlans(first: $n) { totalCount } }', { n: 'x' }, 'n'],
    ['a missing variable', 'query ($n: Int!) { actionPlans(first: $n) { totalCount } }', {}, 'n'],
    [
      'a day that does not exist',
      'mutation ($d: Date!) { periodExtend(input: { plan: "p", period: "q", institution: "i", dueDate: $d, reason: "r" }) { period { id } } }',
      { d: '2024-02-30' },
      'd',
    ],
    [
      'the year 0',
      'mutation ($d: Date!) { periodExtend(input: { plan: "p", period: "q", institution: "i", dueDate: $d, reason: "r" }) { period { id } } }',
      { d: '0000-01-01' },
      'd',
    ],
    [
      'an unknown value',
      'query ($o: CommitmentOrder!) { commitments(plan: "p", orderBy: $o) { totalCount } }',
      { o: 'UP' },
      'o',
    ],
    [
      'a script as evidence',
      SUBMIT,
      { checkIn: SOME_ID, report: { evidence: [{ url: 'https://a.example' }, { url: 'javascript:alert(1)' }] } },
      'report.evidence.1.url',
    ],
    [
      'an address without a host',
      SUBMIT,
      { checkIn: SOME_ID, report: { evidence: [{ url: 'http://' }] } },
      'report.evidence.0.url',
    ],
  ])('names the variable that holds %s', async (_, query, variables, field) => {
    expect(await refused({ query, variables })).toMatchObject({ status: 400, code: 'BAD_USER_INPUT', fields: [field] });
  });

  it('says in the caller’s language what is wrong with a day or an address', async () => {
    const variables = { checkIn: SOME_ID, report: { evidence: [{ url: 'javascript:alert(1)' }] } };
    const french = await refused({ query: SUBMIT, variables }, { 'accept-language': 'fr-CA, en;q=0.5' });
    expect(french.errors[0]?.extensions.violations?.[0]?.message).toBe('Indiquez une adresse http ou https complète.');
    const arabic = await refused({ query: SUBMIT, variables }, { 'accept-language': 'AR-jo' });
    expect(arabic.errors[0]?.extensions.violations?.[0]?.message).toMatch(/[\u0600-\u06ff]/);
  });

  it.each([
    ['a NUL', 'a\u0000b'],
    ['half a character', 'a\ud800b'],
  ])('refuses %s in any variable or literal and names the field', async (_, text) => {
    const byKey = 'query ($key: String!) { actionPlan(key: $key) { id } }';
    expect(await refused({ query: byKey, variables: { key: text } })).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: ['key'],
    });
    const literal = JSON.stringify(text);
    // Half a character is refused by the parser already.
    const place = text.includes('\0') ? 'key' : 'query';
    expect(await refused({ query: `{ actionPlan(key: ${literal}) { id } }` })).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [place],
    });
    const search = `query ($s: String) { commitments(plan: "${PLAN}", filter: { search: $s }) { totalCount } }`;
    expect((await refused({ query: search, variables: { s: text } })).fields).toEqual(['filter.search']);
    const after = `query ($c: String) { commitments(plan: "${PLAN}", after: $c) { totalCount } }`;
    expect((await refused({ query: after, variables: { c: text } })).fields).toEqual(['after']);
    const report = { progress: text, milestones: [{ milestone: SOME_ID, status: 'COMPLETED', note: text }] };
    expect((await refused({ query: SUBMIT, variables: { checkIn: SOME_ID, report } }, works)).fields.sort()).toEqual([
      'input.report.milestones.0.note',
      'input.report.progress',
    ]);
    expect(
      (await refused({ query: '{ node(id: "\u0000") { id } commitments(plan: "\u0000") { totalCount } }' })).fields,
    ).toContain('plan');
  });

  it('an unknown field is refused with a suggestion', async () => {
    const refusal = await refused({ query: '{ actionPlan(key: "x") { titel } }' });
    expect(refusal.errors[0]?.message).toContain('Did you mean "title"?');
  });

  it('says in Arabic, in French and else in English that there is no such plan', async () => {
    const query = '{ actionPlan(key: "nowhere") { id } }';
    const saidIn = async (language: string) => (await refused({ query }, { 'accept-language': language })).errors[0];
    const arabic = await saidIn('ar');
    expect(arabic?.message).toMatch(/[\u0600-\u06ff]/);
    expect(arabic?.extensions).toEqual({ code: 'NOT_FOUND', violations: [{ field: 'key', message: arabic?.message }] });
    expect((await saidIn('fr'))?.message).toBe('Il n’existe pas de plan « nowhere ».');
    expect((await saidIn('xx, constructor;q=0.9, __proto__;q=0.8'))?.message).toBe('There is no plan “nowhere”.');
  });

  it('gives every answer the id of its request, and takes over one that is sane', async () => {
    const idOf = async (headers: Record<string, string>) =>
      (await app.gql('{ __typename }', {}, headers)).headers.get('x-request-id');
    expect(await idOf({ 'x-request-id': 'proxy-4711' })).toBe('proxy-4711');
    expect(await idOf({ 'x-request-id': 'a b<script>' })).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idOf({ 'x-request-id': 'x'.repeat(65) })).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idOf({})).not.toBe(await idOf({}));
  });

  it('tells of a fault of its own nothing but an id', async () => {
    await app.db.query('alter table member rename to member_gone');
    try {
      const answer = await app.gql(
        `{ actionPlan(key: "${PLAN}") { member { key } } }`,
        {},
        { 'x-request-id': 'fault-1' },
      );
      expect(answer.errors?.map(({ extensions }) => extensions)).toEqual([{ code: 'INTERNAL', id: 'fault-1' }]);
      expect(JSON.stringify(answer)).not.toMatch(/member_gone|relation|select/);
    } finally {
      await app.db.query('alter table member_gone rename to member');
    }
  });

  it('an address that is nowhere is a problem document', async () => {
    const answer = await fetch(`${app.url}/nowhere`, { headers: { 'accept-language': 'fr' } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toEqual({ title: 'Il n’y a rien à cette adresse.', status: 404, code: 'NOT_FOUND' });
  });

  describe('of a question that was answered before', () => {
    const COMMITMENTS = `query ($n: Int) { actionPlans(first: $n) { nodes { commitments(first: $n) { nodes { milestones(first: $n) { nodes { id } } } } } } }`;
    const seenBy = (headers: Record<string, string>) =>
      app.gql<{ viewer: { name: string } }>('query Who { viewer { name } }', {}, headers);

    it('is still what costs too much, by its variables', async () => {
      for (const n of [5, 5, 6]) expect((await app.gql(COMMITMENTS, { n })).errors).toBeUndefined();
      expect(await refused({ query: COMMITMENTS, variables: { n: 100 } })).toMatchObject({
        status: 400,
        code: 'QUERY_TOO_COMPLEX',
      });
    });

    it('is still a variable that is none, in the words of the first time', async () => {
      const ask = () => refused({ query: COMMITMENTS, variables: { n: 'many' } });
      const first = await ask();
      expect((await app.gql(COMMITMENTS, { n: 5 })).errors).toBeUndefined();
      expect((await ask()).errors).toEqual(first.errors);
    });

    it('is still whoever has a bad token, and nobody is answered as another', async () => {
      const officer = await app.as('MEL_OFFICER', PLAN);
      expect((await seenBy({})).data.viewer.name).toBe('public');
      expect((await seenBy(officer)).data.viewer.name).not.toBe('public');
      expect((await seenBy({})).data.viewer.name).toBe('public');
      const bad = { authorization: 'Bearer mithaq_nonsense' };
      expect((await refused({ query: 'query Who { viewer { name } }' }, bad)).code).toBe('UNAUTHENTICATED');
    });

    it('is still a form that cannot be given, and other forms are given as the first time', async () => {
      const ask = (accept: string) =>
        fetch(`${app.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', accept },
          body: JSON.stringify({ query: 'query Who { viewer { name } }', variables: null, operationName: 'Who' }),
        });
      for (const accept of ['application/graphql-response+json', 'application/json;q=0.5', '*/*', 'image/png']) {
        const [first, again] = [await ask(accept), await ask(accept)];
        const told = async (answer: Response) => [
          answer.status,
          [...answer.headers].filter(
            ([name]) => !['x-request-id', 'date'].includes(name) && !name.startsWith('ratelimit'),
          ),
          await answer.text(),
        ];
        expect(await told(again)).toEqual(await told(first));
      }
      expect((await ask('image/png')).status).toBe(406);
    });

    it('is answered with the same bytes, also where they are many', async () => {
      const ask = async (query: string) => {
        const answer = await fetch(`${app.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query }),
        });
        return Buffer.from(await answer.arrayBuffer()).toString();
      };
      // Nine long names make an answer of 9,000 characters.
      const names = Array.from({ length: 9 }, (_, n) => `${'long'.repeat(250)}${n}`);
      for (const query of ['{ viewer { name } }', `{ viewer { ${names.map((name) => `${name}: name`).join(' ')} } }`]) {
        const first = await ask(query);
        expect(first).toMatch(/^\{"data":.*\}\n$/);
        expect(await ask(query)).toBe(first);
      }
    });

    it('is still an operation that the question does not name', async () => {
      const query = 'query One { viewer { name } } query Two { viewer { isPublic: name } }';
      const asked = async (operationName: string) => {
        const answer = await fetch(`${app.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query, operationName }),
        });
        return (await answer.json()) as { data: { viewer: object } };
      };
      expect(Object.keys((await asked('One')).data.viewer)).toEqual(['name']);
      expect(Object.keys((await asked('Two')).data.viewer)).toEqual(['isPublic']);
      expect(Object.keys((await asked('One')).data.viewer)).toEqual(['name']);
      expect((await refused({ query, operationName: 'Three' })).code).toBe('BAD_USER_INPUT');
      const cut = { query: query.slice('query '.length), operationName: 'One query' };
      expect((await refused(cut)).code).toBe('BAD_USER_INPUT');
      const unnamed = { query: 'query One { viewer { name } }', operationName: '' };
      expect((await refused(unnamed)).code).toBe('BAD_USER_INPUT');
    });
  });
});
