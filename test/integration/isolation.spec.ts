import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sql from 'sql-template-tag';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { sightOf } from '../../src/platform/access/sight.js';
import { SCOPES, Viewer, type Grant } from '../../src/platform/access/viewer.js';
import { Changes } from '../../src/platform/audit/changes.js';
import { rows } from '../../src/platform/database/rows.js';
import { inRequest } from '../../src/platform/logging/request-context.js';
import { TestApp } from '../support/app.js';
import { begin } from '../support/filing.js';
import { given } from '../support/given.js';

const PLANS = ['testville-2024', 'elsewhere-2024'] as const;
const MEMBERS = ['testville', 'elsewhere'] as const;
/** Everything that is not for everybody, read as a resolver would that forgot every condition. */
const CARELESS = [
  'select plan_id, institution_id from check_in_draft',
  `select plan_id, institution_id from check_in_revision`,
  'select plan_id, institution_id from check_in_comment',
  'select plan_id, institution_id from evidence_file',
  `select plan_id, institution_id from owed_check_in where status = 'DRAFT'`,
  'select k.plan_id, k.institution_id from begun_check_in b join check_in k on k.id = b.check_in_id',
];

describe('the second lock, in the database', () => {
  let app: TestApp;
  let planIds: string[];
  let institutionIds: Record<string, string>;

  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-04-05T08:00+03:00' });
    for (const [at, key] of PLANS.entries()) {
      const member = { key: MEMBERS[at]!, name: { en: MEMBERS[at]! }, kind: 'LOCAL', country: 'JO' } as const;
      const institutions = ['works', 'parks'].map((name) => given.institution(`${name}-${at}`));
      const commitments = [
        given.commitment(1, {
          institutions: [
            { institution: `works-${at}`, role: 'LEAD' },
            { institution: `parks-${at}`, role: 'SUPPORTING' },
          ],
        }),
      ];
      await app.import(given.plan({ member, institutions, commitments, plan: { key } }));
      for (const institution of ['works', 'parks']) await begin(app, `${institution}-${at}`);
    }
    await app.db.query(
      `insert into check_in_comment (check_in_id, plan_id, institution_id, text, written_at, written_by, acting_as)
       select check_in_id, plan_id, institution_id, 'internal', now(), 'x', 'MEL_OFFICER' from check_in_draft`,
    );
    await app.db.query(
      `insert into evidence_file (check_in_id, plan_id, institution_id, name, media_type, size, sha256, storage_key, uploaded_at, uploaded_by)
       select check_in_id, plan_id, institution_id, 'minutes.pdf', 'application/pdf', 1, 'x', new_id(), now(), 'x' from check_in_draft`,
    );
    planIds = (await app.db.query<Array<{ id: string }>>(`select id from action_plan order by key desc`)).map(
      ({ id }) => id,
    );
    institutionIds = Object.fromEntries(
      (await app.db.query<Array<{ key: string; id: string }>>('select key, id from institution')).map(({ key, id }) => [
        key,
        id,
      ]),
    );
  });
  afterAll(() => app.close());

  /** What comes back when the application's own connections are asked without any condition, in the viewer's request. */
  async function carelessly(viewer: Viewer, question: string): Promise<Set<string>> {
    const context = { requestId: 'test', languages: [], sight: sightOf(viewer) };
    const found = await inRequest(context, () =>
      rows<{ plan_id: string; institution_id: string }>(app.app.get(DataSource), sql([question])),
    );
    return new Set(found.map(({ plan_id, institution_id }) => nameOf(plan_id, institution_id)));
  }
  const nameOf = (planId: string, institutionId: string) =>
    `${PLANS[planIds.indexOf(planId)]} ${Object.keys(institutionIds).find((key) => institutionIds[key] === institutionId)}`;
  const holder = (role: Grant['role'], planId: string | null, institution?: string) =>
    Viewer.person('somebody', [{ role, planId, institutionId: institution ? institutionIds[institution]! : null }]);

  const everything = [
    'elsewhere-2024 parks-1',
    'elsewhere-2024 works-1',
    'testville-2024 parks-0',
    'testville-2024 works-0',
  ];
  const seen = (): Array<[string, Viewer, string[]]> => [
    ['the public', Viewer.public, []],
    ['the focal point of an institution', holder('FOCAL_POINT', planIds[0]!, 'works-0'), ['testville-2024 works-0']],
    ['a focal point with an institution of another member', holder('FOCAL_POINT', planIds[0]!, 'works-1'), []],
    ['a focal point without an institution', holder('FOCAL_POINT', planIds[0]!), []],
    ['the MEL officer of one plan', holder('MEL_OFFICER', planIds[0]!), everything.slice(2)],
    ['the MEL officer of the other', holder('MEL_OFFICER', planIds[1]!), everything.slice(0, 2)],
    ['an administrator of one plan', holder('ADMIN', planIds[1]!), everything.slice(0, 2)],
    ['an administrator of all', holder('ADMIN', null), everything],
    ['the monitoring body', holder('MONITORING_BODY', planIds[0]!), []],
    ['OGP staff', holder('OGP_STAFF', null), []],
    [
      'a token that may only import',
      Viewer.token('t', 't', [{ role: 'MEL_OFFICER', planId: planIds[0]!, institutionId: null }], ['ADMIN']),
      [],
    ],
    [
      'a token with every scope',
      Viewer.token('t', 't', [{ role: 'MEL_OFFICER', planId: planIds[0]!, institutionId: null }], SCOPES),
      everything.slice(2),
    ],
  ];

  it.each(CARELESS)('shows each viewer what is theirs and nothing else: %s', async (question) => {
    for (const [who, viewer, theirs] of seen())
      expect([who, [...(await carelessly(viewer, question))].sort()]).toEqual([who, theirs]);
  });

  it('shows nothing to whoever asks outside a request, and takes nothing along from one request to the next', async () => {
    for (const question of CARELESS) {
      await Promise.all(Array.from({ length: 30 }, () => carelessly(holder('ADMIN', null), question)));
      const answers = await Promise.all(
        Array.from({ length: 30 }, () => rows(app.app.get(DataSource), sql([question]))),
      );
      expect(answers.flat()).toEqual([]);
    }
  });

  it('lets nobody write a draft or a comment for others either, whatever the service would allow', async () => {
    const [draft] = await app.db.query<Array<Record<string, string>>>(
      `select * from check_in_draft where plan_id = $1 and institution_id = $2`,
      [planIds[1], institutionIds['works-1']],
    );
    const writing = (viewer: Viewer, statement: string) =>
      app.app.get(Changes).by(viewer, 'checkInSaveDraft', async (change) => {
        change.allow({ planId: planIds[0]!, institutionId: institutionIds['works-0']! });
        change.record('test', { type: 'CheckIn', id: draft!.check_in_id!, planId: null });
        return change.tx.query<[unknown[], number]>(statement, [draft!.check_in_id]);
      });
    const works = holder('FOCAL_POINT', planIds[0]!, 'works-0');
    expect((await writing(works, `update check_in_draft set report = '{}' where check_in_id = $1`))[1]).toBe(0);
    expect((await writing(works, `delete from check_in_draft where check_in_id = $1`))[1]).toBe(0);
    await expect(
      writing(
        works,
        `insert into check_in_comment (check_in_id, plan_id, institution_id, text, written_at, written_by, acting_as)
         select id, plan_id, institution_id, 'x', now(), 'x', 'x' from check_in where id = $1`,
      ),
    ).rejects.toThrow('row-level security');
    expect(await app.db.query('select * from check_in_draft where check_in_id = $1', [draft!.check_in_id])).toEqual([
      draft,
    ]);
  });

  it('cannot be opened by the application itself', async () => {
    const db = app.app.get(DataSource);
    const [me] = await db.query<[{ me: string; free: boolean }]>(
      `select current_user as me, rolsuper or rolbypassrls as free from pg_roles where rolname = current_user`,
    );
    expect(me).toEqual({ me: 'mithaq_app', free: false });
    for (const statement of [
      'alter table check_in_draft disable row level security',
      'drop policy check_in_draft_sight on check_in_draft',
      'alter table audit_entry disable trigger all',
      'truncate audit_entry',
    ])
      await expect(db.query(statement)).rejects.toThrow(/must be owner|permission denied/);
  });

  it('holds as well for a service that owns its tables without being a superuser', async () => {
    const name = `owner_${process.env['JEST_WORKER_ID']}_${planIds[0]!.slice(-6)}`;
    const client = new Client(app.databaseUrl);
    await client.connect();
    try {
      await client.query('begin');
      await client.query(`create role ${name}`);
      await client.query(`grant all on schema public to ${name}`);
      for (const table of ['check_in_draft', 'check_in_revision', 'check_in_comment'])
        await client.query(`alter table ${table} owner to ${name}`);
      await client.query(`set local role ${name}`);
      for (const table of ['check_in_draft', 'check_in_comment'])
        expect((await client.query(`select from ${table}`)).rowCount).toBe(0);
      await client.query(`select set_config('mithaq.sight', $1, true)`, [planIds[0]]);
      expect((await client.query('select from check_in_draft')).rowCount).toBe(2);
    } finally {
      await client.query('rollback');
      await client.end();
    }
  });
});
