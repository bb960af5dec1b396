import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleQueries } from '../../src/example-queries.js';
import { TestApp } from '../support/app.js';
import { given } from '../support/given.js';
import { statementsDuring } from '../support/statements.js';

const PLAN = 'testville-2024';
const NIL = '00000000-0000-0000-0000-000000000000';

const LONG_TEXTS = [
  'problem',
  'statusQuo',
  'action',
  'solution',
  'longTermGoal',
  'expectedOutputs',
  'expectedOutcomes',
  'note',
];

interface Texts {
  actionPlan: {
    title: string;
    titleSource: { language: string; origin: string; direction: string; availableLanguages: string[] };
  };
}

describe('reading over GraphQL', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-07-01T09:00+03:00' });
    await app.import(
      given.plan({
        plan: {
          title: {
            ar: 'خطة العمل',
            en: { text: 'Action plan', origin: 'HUMAN_TRANSLATION' },
            'fr-CA': { text: 'Plan d’action', origin: 'MACHINE_TRANSLATION' },
          },
          language: 'ar',
          participations: [{ institution: 'works', role: 'LEAD' }],
        },
        workingGroups: [{ key: 'group', name: { en: 'Group' }, coordinator: 'works', members: ['works', 'parks'] }],
        commitments: [
          given.commitment(1, {
            title: {
              en: 'Open data for citizens',
              fr: 'Données ouvertes : l’accès de tous',
              ar: 'البيانات المفتوحة للمواطنين',
            },
            problem: { en: 'It’s "closed" & slow; see https://data.example.org/a\\b?c=d' },
            policyAreas: ['Open Data', "People's rights"],
            ogpValues: ['ACCESS_TO_INFORMATION'],
            workingGroup: 'group',
            institutions: [{ institution: 'works', role: 'LEAD' }],
            milestones: [
              { number: 1, title: { en: 'Late' }, dueOn: '2024-06-30' },
              { number: 2, title: { en: 'Done' }, dueOn: '2024-01-31', status: 'COMPLETED' },
              { number: 3, title: { en: 'Given up' }, dueOn: '2024-01-31', status: 'CANCELLED' },
              {
                number: 4,
                title: { en: 'No date' },
                expectedOutput: { en: 'A portal' },
                note: { en: 'From the annex' },
              },
            ],
          }),
          given.commitment(2, {
            title: { en: 'Participation', fr: 'Participation des jeunes', ar: 'مشاركة الشباب الإلكترونيّة' },
            ogpValues: ['CIVIC_PARTICIPATION', 'ACCESS_TO_INFORMATION'],
            institutions: [{ institution: 'parks', role: 'SUPPORTING' }],
            milestones: [{ number: 1, title: { en: 'Soon' }, dueOn: '2024-07-01' }],
          }),
          given.commitment(3, {
            title: { en: 'Whoever leads the plan answers for this' },
            ...Object.fromEntries(LONG_TEXTS.map((name) => [name, { en: `The ${name}` }])),
            milestones: [],
          }),
        ],
      }),
    );
    await app.beat();
  }, 60_000);
  afterAll(() => app.close());

  it.each([
    ['nodes', 'nodes { ...F }'],
    ['the nodes of edges', 'edges { node { ...F } }'],
  ])('a list answers each long text to whoever asks for it, also when asked for in %s', async (_, rows) => {
    const asked = async (list: string, type: string, field: string): Promise<string> => {
      const query = `{ actionPlan(key: "${PLAN}") { ${list.replace('*', rows)} } } fragment F on ${type} { number ${field} }`;
      const { data, errors } = await app.gql(query);
      expect(errors).toBeUndefined();
      return JSON.stringify(data);
    };
    for (const name of LONG_TEXTS) {
      expect(await asked('commitments { * }', 'Commitment', name)).toContain(`"The ${name}"`);
      const source = await asked('commitments { * }', 'Commitment', `${name}Source { language }`);
      expect(source).toContain(`"${name}Source":{"language":"en"}`);
    }
    const milestones = 'commitments { nodes { milestones { * } } }';
    expect(await asked(milestones, 'Milestone', 'expectedOutput')).toContain('A portal');
    expect(await asked(milestones, 'Milestone', 'note')).toContain('From the annex');
  });

  it('answers a question alike each time, with conditions on fragments that are used twice', async () => {
    const question = `query ($k: String!, $a: Boolean!) { actionPlan(key: $k) { ...Head @include(if: $a) ...Page } }
      fragment Page on ActionPlan { key ...Head } fragment Head on ActionPlan { language }`;
    for (let time = 0; time < 3; time += 1)
      for (const a of [false, true])
        expect((await app.gql<object>(question, { k: PLAN, a })).data).toEqual({
          actionPlan: { key: PLAN, language: 'ar' },
        });
  });

  const numbers = async (filter: object) => {
    const answer = await app.gql<{ commitments: { totalCount: number; nodes: Array<{ number: number }> } }>(
      `query ($filter: CommitmentFilter) { commitments(plan: "${PLAN}", filter: $filter) { totalCount nodes { number } } }`,
      { filter },
    );
    expect(answer.errors).toBeUndefined();
    const found = answer.data.commitments.nodes.map(({ number }) => number);
    expect(answer.data.commitments.totalCount).toBe(found.length);
    return found;
  };

  describe('filters', () => {
    it.each<[string, object, number[]]>([
      ['nothing', {}, [1, 2, 3]],
      ['an institution that the commitment names', { institution: 'parks' }, [2]],
      ['an institution that owes because it leads the plan', { institution: 'works' }, [1, 3]],
      ['an institution that nobody knows', { institution: 'nobody' }, []],
      ['a policy area', { policyArea: 'Open Data' }, [1]],
      ['a policy area with a quote', { policyArea: "People's rights" }, [1]],
      ['an OGP value', { ogpValue: 'CIVIC_PARTICIPATION' }, [2]],
      ['an overdue milestone', { overdue: true }, [1]],
      ['no overdue milestone', { overdue: false }, [2, 3]],
      ['a check-in missing in a period', { missingIn: '2024-Q2' }, [1, 2, 3]],
      ['a check-in missing in a period that has not opened', { missingIn: '2024-Q3' }, []],
      ['several together', { ogpValue: 'ACCESS_TO_INFORMATION', overdue: false, search: 'jeunes' }, [2]],
    ])('commitments by %s', async (_, filter, expected) => {
      expect(await numbers(filter)).toEqual(expected);
    });

    it.each<[string, string, number[]]>([
      ['a word', 'citizens', [1]],
      ['the beginning of a word', 'particip', [2]],
      ['in any case', 'OPEN DATA', [1]],
      ['words from several languages', 'data ouvertes', [1]],
      ['in French with accents', 'accès', [1]],
      ['in French, capitals with accents', 'DONNÉES', [1]],
      ['in French, typed on a Mac', 'accès'.normalize('NFD'), [1]],
      ['in Arabic', 'المفتوحة', [1]],
      ['the beginning of a word in Arabic', 'البيان', [1]],
      ['in Arabic with vowels', 'المَفْتُوحَة', [1]],
      ['in Arabic, lengthened', 'المفتوحـــة', [1]],
      ['in Arabic without the article', 'مفتوحة', [1]],
      ['in Arabic with an article that is not there', 'المشاركة', [2]],
      ['in Arabic with “and” and “with the”', 'وبالبيانات', [1]],
      ['in Arabic without hamza', 'الكترونية', [2]],
      ['in Arabic with “for the”', 'للشباب', [2]],
      ['in Arabic as it is typed in a hurry', 'المفتوحه', [1]],
      ['in Arabic, another number', 'مفتوحات', []],
      ['in French without accents', 'acces', [1]],
      ['in French, capitals without accents', 'DONNEES', [1]],
      ['words that do not stand together', 'citizens participation', []],
      ['nothing but blanks', '   ', [1, 2, 3]],
      ['a quote', "It's", [1]],
      ['an address', 'https://data.example.org/a\\b?c=d', [1]],
      ['operators', 'open & data', [1]],
      ['a negation', '!open', [1]],
      ['a prefix mark', 'open:*', [1]],
      ['only punctuation', '&|!:*()<->\'"\\', []],
      ['an open bracket', '(', []],
      ['a backslash and a quote', "\\' or 1=1 --", []],
      ['markup', '<b>open</b>', [1]],
      ['emoji', '🎉', []],
    ])('commitments by search text: %s', async (_, search, expected) => {
      expect(await numbers({ search })).toEqual(expected);
    });

    it('refuses search text that is longer than anybody types, and a key that cannot be one', async () => {
      const answer = await app.gql(
        `query ($filter: CommitmentFilter) { commitments(plan: "${PLAN}", filter: $filter) { totalCount } }`,
        { filter: { search: 'x'.repeat(201), institution: 'Not A Key' } },
      );
      expect(answer.errors?.[0]?.extensions).toEqual({
        code: 'BAD_USER_INPUT',
        violations: [
          { field: 'filter.institution', message: expect.anything() },
          { field: 'filter.search', message: 'At most 200 characters.' },
        ],
      });
    });

    it('plans by member, institutions by kind and address, participations by role, periods by state, milestones by overdue', async () => {
      const { data, errors } = await app.gql<Record<string, { totalCount: number }>>(
        `{ mine: actionPlans(filter: { member: "testville" }) { totalCount } other: actionPlans(filter: { member: "elsewhere" }) { totalCount }
           government: institutions(filter: { kind: GOVERNMENT }) { totalCount } media: institutions(filter: { kind: MEDIA }) { totalCount }
           reachable: institutions(filter: { withoutAddress: false }) { totalCount } mute: institutions(filter: { withoutAddress: true }) { totalCount } }`,
      );
      expect(errors).toBeUndefined();
      expect(Object.fromEntries(Object.entries(data).map(([name, { totalCount }]) => [name, totalCount]))).toEqual({
        mine: 1,
        other: 0,
        government: 2,
        media: 0,
        reachable: 2,
        mute: 0,
      });
      const nested = await app.gql<object>(
        `{ actionPlan(key: "${PLAN}") { participations(role: LEAD) { totalCount } periods(filter: { states: [OPEN, RUNNING] }) { nodes { key state } } }
           commitment(plan: "${PLAN}", number: 1) { late: milestones(filter: { overdue: true }) { nodes { number } } rest: milestones(filter: { overdue: false }) { nodes { number } } } }`,
      );
      expect(nested.data).toEqual({
        actionPlan: {
          participations: { totalCount: 1 },
          periods: {
            nodes: [
              { key: '2024-Q2', state: 'OPEN' },
              { key: '2024-Q3', state: 'RUNNING' },
            ],
          },
        },
        commitment: {
          late: { nodes: [{ number: 1 }] },
          rest: { nodes: [{ number: 2 }, { number: 3 }, { number: 4 }] },
        },
      });
    });

    it('check-ins by period, institution, commitment, status and overdue', async () => {
      const count = async (filter: object) =>
        (
          await app.gql<{ checkIns: { totalCount: number } }>(
            `query ($filter: CheckInFilter) { checkIns(plan: "${PLAN}", filter: $filter) { totalCount } }`,
            { filter },
          )
        ).data.checkIns.totalCount;
      expect(await count({})).toBe(6);
      expect(await count({ period: '2024-Q2' })).toBe(3);
      expect(await count({ institution: 'works' })).toBe(4);
      expect(await count({ commitment: 2 })).toBe(2);
      expect(await count({ commitment: 0 })).toBe(0);
      expect(await count({ statuses: ['EXPECTED'] })).toBe(6);
      expect(await count({ statuses: [] })).toBe(0);
      expect(await count({ statuses: ['SUBMITTED'] })).toBe(0);
      expect(await count({ punctuality: 'LATE' })).toBe(0);
      expect(await count({ overdue: true })).toBe(3);
      expect(await count({ overdue: false })).toBe(3);
    });
  });

  it('counts days in the plan’s time zone: a milestone is overdue and a quarter begins at midnight in Amman', async () => {
    const at = async (instant: string) => {
      app.clock.set(new Date(instant));
      const { data } = await app.gql<{
        actionPlan: { currentPeriod: { key: string } };
        commitment: {
          milestones: { nodes: Array<{ isOverdue: boolean }> };
          progress: { overdue: number; overdueSince: string | null };
        };
      }>(
        `{ actionPlan(key: "${PLAN}") { currentPeriod { key } } commitment(plan: "${PLAN}", number: 1) { milestones { nodes { isOverdue } } progress { overdue overdueSince } } }`,
      );
      return {
        period: data.actionPlan.currentPeriod.key,
        overdue: data.commitment.milestones.nodes.map(({ isOverdue }) => isOverdue),
        progress: data.commitment.progress,
        filtered: await numbers({ overdue: true }),
      };
    };
    expect(await at('2024-06-30T23:59:30+03:00')).toEqual({
      period: '2024-Q2',
      overdue: [false, false, false, false],
      progress: { overdue: 0, overdueSince: null },
      filtered: [],
    });
    expect(await at('2024-07-01T00:00:00+03:00')).toEqual({
      period: '2024-Q3',
      overdue: [true, false, false, false],
      progress: { overdue: 1, overdueSince: '2024-06-30' },
      filtered: [1],
    });
    app.clock.set(new Date('2024-07-01T09:00+03:00'));
  });

  describe('node', () => {
    it('fetches everything that has an id again, and ids are unique across types', async () => {
      const focal = await app.as('FOCAL_POINT', PLAN, 'works');
      const officer = await app.as('MEL_OFFICER', PLAN);
      const owed = await app.gql<{ checkIns: { nodes: Array<{ id: string }> } }>(
        `{ checkIns(plan: "${PLAN}", filter: { institution: "works", commitment: 1, period: "2024-Q2" }) { nodes { id } } }`,
      );
      const sent = await app.gql(
        'mutation ($id: ID!) { checkInSubmit(input: { checkIn: $id, version: 0, report: { movement: CLEAR, progress: "p", evidence: [{ url: "https://example.org/x" }] } }) { checkIn { id } } }',
        { id: owed.data.checkIns.nodes[0]?.id },
        focal,
      );
      expect(sent.errors).toBeUndefined();
      const { data } = await app.gql<object>(
        `{ actionPlan(key: "${PLAN}") { __typename id member { __typename id } participations { nodes { __typename id } } workingGroups { nodes { __typename id } }
             periods { nodes { __typename id } }
             commitments { nodes { __typename id milestones { nodes { __typename id } } checkIns { nodes { __typename id evidence { __typename id } } } } } }
           institutions { nodes { __typename id contacts { __typename id } } }
           reminders(plan: "${PLAN}") { nodes { __typename id } } }`,
        {},
        officer,
      );
      const found = identified(data);
      const types = [...new Set(found.map(({ __typename }) => __typename))].sort();
      expect(types).toEqual([
        'ActionPlan',
        'CheckIn',
        'Commitment',
        'Contact',
        'Evidence',
        'Institution',
        'Member',
        'Milestone',
        'PlanParticipation',
        'Reminder',
        'ReportingPeriod',
        'WorkingGroup',
      ]);
      expect(new Map(found.map(({ id, __typename }) => [id, __typename])).size).toBe(
        new Set(found.map((each) => JSON.stringify(each))).size,
      );
      for (const type of types) {
        const one = found.find(({ __typename }) => __typename === type);
        const again = await app.gql(`query ($id: ID!) { node(id: $id) { __typename id } }`, { id: one?.id }, officer);
        expect(again).toMatchObject({ data: { node: one } });
      }
      const contact = found.find(({ __typename }) => __typename === 'Contact');
      const byPublic = await app.gql<{ node: object }>(
        'query ($id: ID!) { node(id: $id) { ... on Contact { hasAddress name email } } }',
        { id: contact?.id },
      );
      expect(byPublic.data.node).toEqual({ hasAddress: true, name: null, email: null });
      const reminder = found.find(({ __typename }) => __typename === 'Reminder');
      expect((await app.gql('query ($id: ID!) { node(id: $id) { id } }', { id: reminder?.id }, focal)).data).toEqual({
        node: null,
      });
    });

    it.each(['', 'x', NIL, NIL.toUpperCase(), "' or 1=1", '0', `${NIL} `, '🎉'])('is null for %j', async (id) => {
      const answer = await app.gql('query ($id: ID!) { node(id: $id) { id } }', { id });
      expect(answer).toMatchObject({ status: 200, data: { node: null } });
      expect(answer.errors).toBeUndefined();
    });
  });

  describe('languages', () => {
    const TITLE = (argument = '') =>
      `{ actionPlan(key: "${PLAN}") { title${argument} titleSource${argument} { language origin direction availableLanguages } } }`;
    const asked = async (argument: string, header?: string) =>
      (await app.gql<Texts>(TITLE(argument), {}, header ? { 'accept-language': header } : {})).data.actionPlan;

    it('answers in the plan’s own language when none is asked for', async () => {
      expect(await asked('')).toEqual({
        title: 'خطة العمل',
        titleSource: {
          language: 'ar',
          origin: 'ORIGINAL',
          direction: 'RTL',
          availableLanguages: ['ar', 'en', 'fr-CA'],
        },
      });
    });

    it.each([
      ['the header beats the plan’s own', '', 'en', 'en'],
      ['the argument beats the header', '(language: "en")', 'ar', 'en'],
      ['a region falls back to its language', '(language: "en-GB")', undefined, 'en'],
      ['a region that exists is answered', '(language: "fr-CA")', undefined, 'fr-CA'],
      ['case does not matter', '(language: "FR-ca")', undefined, 'fr-CA'],
      ['an unknown argument falls back to the header', '(language: "xx")', 'en', 'en'],
      ['unknown everywhere falls back to the plan’s own', '(language: "xx")', 'yy', 'ar'],
      ['the header’s order counts', '', 'xx, ar;q=0.2, en;q=0.7', 'en'],
      ['any language will do', '', '*', 'ar'],
      ['what every object has is no language', '(language: "constructor")', 'toString, __proto__;q=0.5', 'ar'],
      ['nonsense is no language', '(language: "<>")', ';;;,,,', 'ar'],
    ])('%s', async (_, argument, header, language) => {
      expect((await asked(argument, header)).titleSource.language).toBe(language);
    });

    it('says which text is a translation', async () => {
      expect((await asked('(language: "en")')).titleSource).toMatchObject({
        origin: 'HUMAN_TRANSLATION',
        direction: 'LTR',
      });
      expect((await asked('(language: "fr-CA")')).titleSource.origin).toBe('MACHINE_TRANSLATION');
    });
  });

  describe('the number of SQL statements', () => {
    /**
     * Statements run side by side, so that by chance a loader's keys arrive in one wave or in two. One statement a row
     * would be at least 28 more.
     */
    const JITTER = 6;

    const many = (key: string, commitments: number, milestones: number) => {
      const plan = given.plan({
        plan: {
          key,
          participations: [
            { institution: 'works', role: 'LEAD' },
            { institution: 'parks', role: 'FORUM' },
          ],
        },
      });
      return {
        ...plan,
        workingGroups: [{ key: 'group', name: { en: 'Group' }, coordinator: 'works', members: ['works', 'parks'] }],
        commitments: Array.from({ length: commitments }, (_, c) =>
          given.commitment(c + 1, {
            workingGroup: 'group',
            institutions: [
              { institution: 'works', role: 'LEAD' as const },
              { institution: 'parks', role: 'SUPPORTING' as const },
            ],
            milestones: Array.from({ length: milestones }, (_, m) => ({
              number: m + 1,
              title: { en: `M${m + 1}` },
              dueOn: '2024-05-31',
              responsibleInstitution: m % 2 ? 'works' : 'parks',
            })),
          }),
        ),
      };
    };

    /** Every connection and every list of the schema, with filters that depend on the time. */
    const EVERYTHING = (plans: string) => `{ actionPlans(first: 3, filter: { member: "${plans}" }) { totalCount nodes {
      key member { key actionPlans(first: 2) { totalCount nodes { key } } }
      currentPeriod { key } reportingRate { expected }
      participations(first: 3) { totalCount nodes { role institution { key member { key } } } }
      workingGroups(first: 2) { totalCount nodes { key plan { key } coordinator { key } members(first: 2) { totalCount nodes { key contacts { role } } } commitments(first: 2, filter: { overdue: true }) { totalCount nodes { number } } } }
      periods(first: 3, filter: { states: [OPEN, LATE, RUNNING, CLOSED] }) { totalCount nodes { key plan { key } extensions { reason institution { key } } reportingRate { expected received } latestCheckIn { status institution { key } }
        checkIns(first: 2, filter: { overdue: true }) { totalCount nodes { status institution { key } } } } }
      commitments(first: 30, filter: { missingIn: "2024-Q2" }) { totalCount nodes {
        number plan { key } progress { overdue } workingGroup { key plan { key } coordinator { key } } latestCheckIn { status institution { key } period { key } }
        leadInstitution { key } implementingInstitutions { role institution { key } }
        leadInstitutions(first: 2) { totalCount nodes { key } } supportingInstitutions(first: 2) { totalCount nodes { key } }
        checkIns(first: 2, filter: { overdue: false }) { totalCount nodes { status plan { key } commitment { number } period { key } institution { key } milestoneUpdates { status milestone { number } } evidence { url } revisions { version } availableTransitions } }
        milestones(first: 4, filter: { overdue: true }) { totalCount nodes { number commitment { number } responsibleInstitution { key } evidence { url } } } } } } } }`;

    beforeAll(async () => {
      const member = (key: string) => ({ key, name: { en: key }, kind: 'LOCAL' as const, country: 'JO' });
      await app.import({ ...many('small-2024', 2, 1), member: member('small') });
      for (const key of ['large-a-2024', 'large-b-2024', 'large-c-2024']) {
        await app.import({ ...many(key, 30, 20), member: member('large') });
      }
      // Something was reported in every plan, for every commitment.
      for (const key of ['small-2024', 'large-a-2024', 'large-b-2024', 'large-c-2024']) {
        const headers = await app.as('FOCAL_POINT', key, 'works');
        const owed = await app.gql<{
          checkIns: { nodes: Array<{ id: string; commitment: { milestones: { nodes: Array<{ id: string }> } } }> };
        }>(
          `{ checkIns(plan: "${key}", first: 100, filter: { institution: "works", period: "2024-Q1" }) { nodes { id commitment { milestones(first: 1) { nodes { id } } } } } }`,
        );
        app.clock.set(new Date('2024-04-02T09:00+03:00'));
        for (const { id, commitment } of owed.data.checkIns.nodes) {
          const milestone = commitment.milestones.nodes[0]?.id;
          const report = {
            movement: 'CLEAR',
            progress: 'p',
            milestones: [{ milestone, status: 'IN_PROGRESS' }],
            evidence: [{ url: 'https://example.org', milestone }],
          };
          const sent = await app.gql(
            'mutation ($id: ID!, $report: CheckInReportInput) { checkInSubmit(input: { checkIn: $id, version: 0, report: $report }) { checkIn { id } } }',
            { id, report },
            headers,
          );
          expect(sent.errors).toBeUndefined();
        }
        app.clock.set(new Date('2024-07-01T09:00+03:00'));
      }
    }, 60_000);

    it('does not grow from 2 commitments to 90 with 20 milestones each, over every list of the schema', async () => {
      // It costs more than the public may ask for at once.
      const partner = await app.as('PARTNER');
      const counted = (member: string) =>
        statementsDuring(async () => {
          const answer = await app.gql<{ actionPlans: { nodes: Array<{ commitments: { nodes: object[] } }> } }>(
            EVERYTHING(member),
            {},
            partner,
          );
          expect(answer.errors).toBeUndefined();
          expect(answer.data.actionPlans.nodes.flatMap(({ commitments }) => commitments.nodes)).toHaveLength(
            member === 'small' ? 2 : 90,
          );
        });
      const small = await counted('small');
      const large = await counted('large');
      expect(small).toBeGreaterThan(20);
      expect(large).toBeLessThanOrEqual(small + JITTER);
    });

    it('does not grow with the plan for the explorer’s first example', async () => {
      const query = exampleQueries[0]?.query ?? '';
      expect(query).toContain('greater-salt-2024-2025');
      const counted = (key: string) =>
        statementsDuring(async () => {
          expect(
            (await app.gql(query.replaceAll('greater-salt-2024-2025', key).replace('first: 10', 'first: 30'))).errors,
          ).toBeUndefined();
        });
      expect(await counted('large-a-2024')).toBeLessThanOrEqual((await counted('small-2024')) + JITTER);
    });
  });
});

interface Identified {
  readonly id: string;
  readonly __typename: string;
}

function identified(value: unknown): Identified[] {
  if (value === null || typeof value !== 'object') return [];
  const inner = Object.values(value).flatMap(identified);
  return 'id' in value && '__typename' in value
    ? [{ id: String(value.id), __typename: String(value.__typename) }, ...inner]
    : inner;
}
