import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import type { FileContact } from '../../src/interchange/plan-file.js';
import { TestApp } from '../support/app.js';
import { given } from '../support/given.js';
import { invite } from '../support/visitor.js';

const SHARED = 'Samira@example.org';

const contact = (role: FileContact['role'], email: string | undefined, name = 'Contact'): FileContact => ({
  role,
  name,
  ...(email ? { email } : {}),
  language: 'ar',
});

/** The same institutions in both members, with the same person among their contacts. */
const planOf = (member: string, key: string) =>
  given.plan({
    member: { key: member, name: { en: member }, kind: 'LOCAL', country: 'JO' },
    plan: {
      key,
      participations: [
        { institution: 'committee', role: 'STEERING' },
        { institution: 'monitor', role: 'MONITORING_BODY' },
      ],
    },
    institutions: [
      given.institution('works', {
        contacts: [
          contact('FOCAL_POINT', SHARED),
          contact('HEAD', `head@${member}.example`),
          contact('MEL_OFFICER', `mel@${member}.example`),
        ],
      }),
      given.institution('parks', { contacts: [contact('FOCAL_POINT', undefined, 'No address yet')] }),
      given.institution('committee', { contacts: [contact('FOCAL_POINT', `committee@${member}.example`)] }),
      given.institution('monitor', { contacts: [contact('FOCAL_POINT', `monitor@${member}.example`)] }),
    ],
    workingGroups: [
      { key: 'roads', name: { en: 'Roads' }, coordinator: 'works', members: ['parks', 'committee'] },
      { key: 'nobody', name: { en: 'Nobody yet' } },
    ],
  });

const ROLES = ['FOCAL_POINT', 'COORDINATOR', 'MEL_OFFICER', 'STEERING', 'MONITORING_BODY'] as const;
const OF_AN_INSTITUTION: readonly string[] = ['FOCAL_POINT', 'COORDINATOR'];

interface Row {
  readonly audience: string;
  readonly group: string | null;
  readonly institution: string | null;
  readonly member: string | null;
  readonly address: string | null;
}

describe('who is written to on behalf of a plan', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-04-05T08:00+03:00' });
    for (const [member, key] of [
      ['testville', 'testville-2024'],
      ['elsewhere', 'elsewhere-2024'],
    ] as const) {
      await app.import(planOf(member, key));
      for (const role of ROLES)
        await invite(app, `${role.toLowerCase()}@people.${member}.example`, {
          role,
          plan: key,
          ...(OF_AN_INSTITUTION.includes(role) ? { institution: 'works' } : {}),
        });
    }
  });
  afterAll(() => app.close());

  /** As the service itself reads them. */
  const recipients = (plan: string): Promise<Row[]> =>
    app.app.get(DataSource).query<Row[]>(
      `select r.audience, g.key as "group", i.key as institution, m.key as member, r.address
         from plan_recipient r
         join action_plan p on p.id = r.plan_id
         left join institution i on i.id = r.institution_id
         left join member m on m.id = i.member_id
         left join working_group g on g.id = r.working_group_id
        where p.key = $1`,
      [plan],
    );
  const addresses = async (plan: string, audience: string) =>
    (await recipients(plan))
      .filter((row) => row.audience === audience)
      .map(({ institution, group, address }) => [group, institution, address].map((one) => one ?? '-').join(' '))
      .sort();

  it.each([
    [
      'FOCAL_POINT',
      [
        '- committee committee@testville.example',
        '- monitor monitor@testville.example',
        '- parks -',
        '- works focal_point@people.testville.example',
        '- works samira@example.org',
      ],
    ],
    ['HEAD', ['- works head@testville.example']],
    ['MEL_OFFICER', ['- - mel_officer@people.testville.example', '- works mel@testville.example']],
    ['STEERING', ['- - steering@people.testville.example', '- committee committee@testville.example']],
    ['MONITORING_BODY', ['- - monitoring_body@people.testville.example', '- monitor monitor@testville.example']],
    [
      'COORDINATOR',
      [
        'roads works coordinator@people.testville.example',
        'roads works focal_point@people.testville.example',
        'roads works samira@example.org',
      ],
    ],
    [
      'WORKING_GROUP',
      [
        'roads committee committee@testville.example',
        'roads parks -',
        'roads works focal_point@people.testville.example',
        'roads works samira@example.org',
      ],
    ],
  ])('names every %s once, in lower case, and those without an address too', async (audience, expected) => {
    expect(await addresses('testville-2024', audience)).toEqual(expected);
  });

  it('leads nobody across members, though both name the same person and the same institutions', async () => {
    for (const [plan, member, other] of [
      ['testville-2024', 'testville', 'elsewhere'],
      ['elsewhere-2024', 'elsewhere', 'testville'],
    ] as const) {
      const found = await recipients(plan);
      expect(found.length).toBeGreaterThan(15);
      expect(found.filter((row) => row.address?.includes(other))).toEqual([]);
      expect(found.filter((row) => row.member !== null && row.member !== member)).toEqual([]);
    }
  });

  it('leads nobody across members even where a reference is wrong', async () => {
    const before = (await recipients('testville-2024')).length;
    const elsewhere = `(select i.id from institution i join member m on m.id = i.member_id where m.key = 'elsewhere' and i.key = 'works')`;
    const plan = `(select id from action_plan where key = 'testville-2024')`;
    const group = `(select id from working_group where key = 'nobody' and plan_id = ${plan})`;
    for (const wrong of [
      `insert into plan_participation (plan_id, institution_id, role, position) values (${plan}, ${elsewhere}, 'STEERING', 9)`,
      `insert into plan_participation (plan_id, institution_id, role, position) values (${plan}, ${elsewhere}, 'MONITORING_BODY', 9)`,
      `insert into working_group_member (working_group_id, institution_id, position) values (${group}, ${elsewhere}, 9)`,
      `update working_group set coordinator_institution_id = ${elsewhere} where id = ${group}`,
      `insert into role_grant (person_id, role, plan_id, institution_id, granted_at, granted_by)
         select id, 'FOCAL_POINT', ${plan}, ${elsewhere}, now(), 'x' from person limit 1`,
    ])
      await app.db.query(wrong);
    expect(await recipients('testville-2024')).toHaveLength(before);
  });

  it('forgets whoever lost the role or was erased', async () => {
    await app.db.query(
      `update role_grant set revoked_at = now() where person_id = (select id from person where email = 'steering@people.testville.example')`,
    );
    await app.db.query(
      `update person set email = null, name = null, erased_at = now() where email = 'monitoring_body@people.testville.example'`,
    );
    expect(await addresses('testville-2024', 'STEERING')).toEqual(['- committee committee@testville.example']);
    expect(await addresses('testville-2024', 'MONITORING_BODY')).toEqual(['- monitor monitor@testville.example']);
    expect(await addresses('elsewhere-2024', 'STEERING')).toHaveLength(2);
  });
});
