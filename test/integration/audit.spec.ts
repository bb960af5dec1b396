import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { verifyAudit } from '../../src/audit/audit-verification.js';
import { Viewer } from '../../src/platform/access/viewer.js';
import { Changes } from '../../src/platform/audit/changes.js';
import { TestApp } from '../support/app.js';
import { begin, handIn } from '../support/filing.js';
import { given } from '../support/given.js';

const PLAN = 'testville-2024';

describe('the record of changes', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-04-05T08:00+03:00' });
    await app.import(given.plan());
    await begin(app, 'works');
    await handIn(app, 'parks');
  });
  afterAll(() => app.close());

  const verify = (noted?: { number: number; hash: string }) => verifyAudit(app.app.get(DataSource), noted);
  /** What somebody with the keys to the database can do. Everything is put back afterwards. */
  async function tampered(statement: string, parameters: unknown[] = []) {
    const before = await app.db.query<Array<Record<string, unknown>>>('select * from audit_entry order by number');
    await app.db.query('alter table audit_entry disable trigger all');
    await app.db.query(statement, parameters);
    const found = await verify();
    await app.db.query('delete from audit_entry');
    for (const { difference, ...entry } of before) {
      const columns = Object.keys(entry);
      await app.db.query(
        `insert into audit_entry (${columns.join(', ')}, difference) values (${columns.map((_, at) => `$${at + 1}`).join(', ')}, $${columns.length + 1})`,
        [...Object.values(entry), difference === null ? null : JSON.stringify(difference)],
      );
    }
    await app.db.query('alter table audit_entry enable trigger all');
    return found.problems.map(({ number, what }) => `${number} ${what}`);
  }
  const idle = (work: (at: number) => Promise<unknown>, count: number) =>
    Promise.all(Array.from({ length: count }, (_, at) => work(at)));
  const write = (at: number, fails = false) =>
    app.app.get(Changes).by(Viewer.system('test'), 'remind', async (change) => {
      await change.tx.query('select pg_sleep($1)', [Math.random() / 50]);
      change.record(
        'test.done',
        { type: 'Test', id: '00000000-0000-7000-8000-000000000000', planId: null },
        { after: { at } },
      );
      if (fails) throw new Error('never mind');
    });

  it('is a chain without a gap, also when many write at once and some of them fail', async () => {
    const before = await verify();
    await Promise.allSettled(Array.from({ length: 40 }, (_, at) => write(at, at % 4 === 0)));
    const after = await verify();
    expect(after).toMatchObject({ entries: before.entries + 30, problems: [] });
    expect(after.head?.number).toBe(after.entries);
    expect(await verify(before.head!)).toMatchObject({ problems: [] });
  });

  it('shows what was changed, removed, slipped in or moved, by its number', async () => {
    await idle((at) => write(at), 3);
    const { head, entries } = await verify();
    expect(await tampered(`update audit_entry set actor = 'somebody else' where number = 2`)).toEqual(['2 CHANGED']);
    expect(await tampered(`update audit_entry set at = at + interval '1 microsecond' where number = 2`)).toEqual([
      '2 CHANGED',
    ]);
    expect(await tampered(`update audit_entry set difference = difference || '{"after": 1}' where number = 3`)).toEqual(
      ['3 CONTENT_CHANGED'],
    );
    expect(await tampered(`delete from audit_entry where number = 2`)).toEqual(['3 MISSING']);
    expect(await tampered(`delete from audit_entry where number = 1`)).toEqual(['2 MISSING']);
    expect(
      await tampered(
        `do $$ begin
          update audit_entry set difference = null, salt = null, content_hash = '\\x00' where number = 2;
          update audit_entry e set hash = audit_hash(e) where number = 2;
        end $$`,
      ),
    ).toContain('3 CHAIN_BROKEN');
    // Whoever cuts the end off leaves a chain that holds: only a noted end tells.
    await app.db.query('alter table audit_entry disable trigger all');
    await app.db.query('create table cut as select * from audit_entry where number = $1', [entries]);
    await app.db.query('delete from audit_entry where number = $1', [entries]);
    expect((await verify()).problems).toEqual([]);
    expect((await verify(head!)).problems).toEqual([{ number: entries, what: 'NOT_AS_NOTED' }]);
    await app.db.query('insert into audit_entry select * from cut');
    await app.db.query('drop table cut');
    await app.db.query('alter table audit_entry enable trigger all');
    expect(await verify(head!)).toMatchObject({ entries, problems: [] });
  });

  it('keeps its chain when the content of an entry is erased for a person’s sake, and lets nothing else be changed', async () => {
    const before = await verify();
    await app.app.get(DataSource).query('update audit_entry set difference = null, salt = null where number = 1');
    expect(await verify(before.head!)).toEqual({
      ...before,
      erased: before.erased + 1,
      problems: [{ number: 1, what: 'ERASED_UNRECORDED' }],
    });
    const subject = { type: 'Person', id: '00000000-0000-7000-8000-000000000000', planId: null };
    await app.app
      .get(Changes)
      .by(Viewer.system('test'), 'forget', (change) =>
        Promise.resolve(change.record('person.erased', subject, { after: { entriesRedacted: 1 } })),
      );
    expect(await verify(before.head!)).toMatchObject({ erased: before.erased + 1, problems: [] });
    for (const statement of [
      `update audit_entry set difference = '{}' where number = 2`,
      `update audit_entry set difference = null where number = 2`,
      `update audit_entry set difference = null, salt = null, actor = 'x' where number = 2`,
      `update audit_entry set actor = 'x' where number = 2`,
      `delete from audit_entry where number = 2`,
    ])
      await expect(app.app.get(DataSource).query(statement)).rejects.toThrow('never changed or removed');
  });

  it('refuses a change that was not allowed, that left no entry, or that left two', async () => {
    const { entries } = await verify();
    const changes = app.app.get(Changes);
    const subject = { type: 'Test', id: '00000000-0000-7000-8000-000000000000', planId: null };
    const officer = Viewer.person('x', [{ role: 'ADMIN', planId: null, institutionId: null }]);
    await expect(changes.by(officer, 'planImport', () => Promise.resolve())).rejects.toThrow('Nobody asked');
    await expect(changes.by(officer, 'planImport', (change) => Promise.resolve(change.allow({})))).rejects.toThrow(
      'must be recorded',
    );
    await expect(
      changes.by(officer, 'planImport', (change) => {
        change.allow({});
        change.record('test.one', subject);
        change.record('test.two', subject);
        return Promise.resolve();
      }),
    ).rejects.toThrow('exactly one');
    expect((await verify()).entries).toBe(entries);
  });

  it('tells the public what happened to what is public, and those who run the plan everything', async () => {
    interface Entry {
      readonly number: number;
      readonly action: string;
      readonly actor: string | null;
      readonly actingAs: string;
      readonly difference: string | null;
    }
    const read = async (headers: Record<string, string> = {}) =>
      (
        await app.gql<{ auditEntries: { totalCount: number; nodes: Entry[] } }>(
          `{ auditEntries(plan: "${PLAN}", first: 100) { totalCount nodes { number action actor actingAs difference hash plan { key } } } }`,
          {},
          headers,
        )
      ).data.auditEntries;
    const everything = await read(await app.as('MEL_OFFICER', PLAN));
    expect(everything.nodes.map(({ action }) => action)).toContain('checkIn.draftSaved');
    const submitted = everything.nodes.find(({ action }) => action === 'checkIn.submitted');
    expect(JSON.parse(submitted?.difference ?? '')).toMatchObject({
      before: { status: 'EXPECTED', version: 0 },
      after: { status: 'SUBMITTED', report: { progress: 'The council met.' } },
    });
    for (const headers of [
      {},
      await app.as('FOCAL_POINT', PLAN, 'works'),
      await app.as('PARTNER'),
      await app.as('STEERING', PLAN),
    ]) {
      const { nodes, totalCount } = await read(headers);
      expect(totalCount).toBe(nodes.length);
      expect([...new Set(nodes.map(({ action }) => action))].sort()).toEqual(['checkIn.submitted', 'plan.imported']);
      expect(nodes.every(({ actor, difference }) => actor === null && difference === null)).toBe(true);
      expect(nodes.map(({ actingAs }) => actingAs)).toContain('FOCAL_POINT');
    }
    const [draft] = await app.db.query<Array<{ id: string }>>(
      `select id from audit_entry where action = 'checkIn.draftSaved'`,
    );
    expect((await app.gql('query ($id: ID!) { node(id: $id) { id } }', { id: draft?.id })).data).toEqual({
      node: null,
    });
  });
});
