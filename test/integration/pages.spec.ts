import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import sql, { raw } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { databaseOptions } from '../../src/platform/database/database.js';
import {
  countOf,
  countsOf,
  pageOf,
  pagesOf,
  type Ordering,
  type Page,
  type PageRequest,
  type RowList,
} from '../../src/platform/database/pages.js';
import { rows } from '../../src/platform/database/rows.js';
import { createDatabase, type TestDatabase } from '../support/cluster.js';

interface Row {
  readonly id: string;
  readonly parent: string;
}
const PARENTS = [1, 2, 3].map((n) => `00000000-0000-7000-8000-00000000000${n}`);
const ORDERS: Record<Ordering['type'], string> = {
  integer: 'number',
  text: 'word',
  date: `coalesce(day, 'infinity'::date)`,
  timestamptz: `coalesce(instant, '-infinity'::timestamptz)`,
};

/** Rows with few different values, so that most places in the list are told apart by the id alone. */
describe('pages of a list', () => {
  let database: TestDatabase;
  let db: DataSource;
  beforeAll(async () => {
    database = await createDatabase();
    db = await new DataSource(databaseOptions(database.url)).initialize();
    await db.query(
      `create table thing (id uuid primary key default new_id(), parent uuid not null, number integer not null, word text not null, day date, instant timestamptz)`,
    );
    await db.query(
      `insert into thing (parent, number, word, day, instant)
       select ('00000000-0000-7000-8000-00000000000' || 1 + i % 3)::uuid, i % 4 - 2, (array['ä', 'a', 'B', '', 'علي', '🎉', '"'',\\'])[1 + i % 7],
              case when i % 5 > 0 then date '2024-02-28' + i % 3 end,
              case when i % 6 > 0 then timestamptz '2024-02-29 23:59:59.999999+00' + (i % 4) * interval '1 microsecond' end
         from generate_series(1, 53) i`,
    );
  });
  afterAll(async () => {
    await db.destroy();
    await database.drop();
  });

  const listBy = (type: Ordering['type'], descending: boolean): RowList<Row> => ({
    name: 'things',
    alias: 't',
    columns: sql`t.id, t.parent`,
    from: sql`thing t`,
    where: [],
    order: { name: `${type}${descending ? '-desc' : ''}`, by: raw(ORDERS[type]), type, descending },
    parent: sql`t.parent`,
  });
  const lists = fc
    .tuple(fc.constantFrom<Ordering['type']>('integer', 'text', 'date', 'timestamptz'), fc.boolean())
    .map(([type, descending]) => listBy(type, descending));
  const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 });

  const whole = async (list: RowList<Row>, parent?: string): Promise<string[]> => {
    const direction = list.order.descending ? 'desc' : 'asc';
    const found = await db.query<Row[]>(
      `select id from thing ${parent ? `where parent = '${parent}'` : ''} order by ${ORDERS[list.order.type]} ${direction}, id ${direction}`,
    );
    return found.map(({ id }) => id);
  };

  /** Reads on to the end, in pages of these sizes in turn. */
  async function joined(
    read: (request: PageRequest) => Promise<Page<Row>>,
    turns: readonly number[],
    backwards: boolean,
  ): Promise<string[]> {
    const ids: string[] = [];
    let cursor: string | null = null;
    for (let turn = 0; turn < 100; turn += 1) {
      const size = turns[turn % turns.length] ?? 1;
      const page: Page<Row> = await read(backwards ? { last: size, before: cursor } : { first: size, after: cursor });
      const found = page.edges.map(({ node }) => node.id);
      expect(found.length).toBeLessThanOrEqual(size);
      ids.splice(backwards ? 0 : ids.length, 0, ...found);
      cursor = (backwards ? page.edges[0] : page.edges.at(-1))?.cursor ?? null;
      if (!(backwards ? page.hasPreviousPage : page.hasNextPage)) return ids;
    }
    throw new Error('The list does not end.');
  }

  it('join to the whole list, whatever their sizes, the order and the end that one begins from', async () => {
    await fc.assert(
      fc.asyncProperty(lists, sizes, fc.boolean(), async (list, turns, backwards) => {
        expect(await joined((request) => pageOf(db, list, request), turns, backwards)).toEqual(await whole(list));
      }),
      { numRuns: 60 },
    );
  });

  it('do the same for each of many parents in one statement', async () => {
    await fc.assert(
      fc.asyncProperty(lists, sizes, fc.boolean(), async (list, turns, backwards) => {
        for (const [at, parent] of PARENTS.entries()) {
          const read = async (request: PageRequest): Promise<Page<Row>> => {
            const pages = await pagesOf(db, list, request, PARENTS);
            expect(pages).toHaveLength(PARENTS.length);
            return pages[at] ?? { nodes: [], edges: [], hasNextPage: false, hasPreviousPage: false };
          };
          expect(await joined(read, turns, backwards)).toEqual(await whole(list, parent));
        }
      }),
      { numRuns: 20 },
    );
  });

  it('between two cursors hold exactly what stands between them', async () => {
    await fc.assert(
      fc.asyncProperty(lists, fc.nat(52), fc.nat(52), fc.boolean(), async (list, one, other, backwards) => {
        const all = (await pageOf(db, list, { first: 100 })).edges;
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const between = { after: all[from]?.cursor ?? null, before: all[to]?.cursor ?? null };
        const page = await pageOf(db, list, backwards ? { last: 100, ...between } : { first: 100, ...between });
        expect(page.edges.map(({ node }) => node.id)).toEqual(all.slice(from + 1, to).map(({ node }) => node.id));
      }),
      { numRuns: 40 },
    );
  });

  it('a cursor holds its place when the row that it names is gone', async () => {
    const list = listBy('integer', false);
    const before = await whole(list);
    const page = await pageOf(db, list, { first: 10 });
    await db.query('delete from thing where id = $1', [before[9]]);
    const next = await pageOf(db, list, { first: 100, after: page.edges[9]?.cursor ?? null });
    expect(next.edges.map(({ node }) => node.id)).toEqual(before.slice(10));
  });

  it('any text at all as cursor is either refused as a cursor or read, and never an error of the database', async () => {
    const shaped = fc
      .tuple(
        lists,
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.constantFrom('infinity', '2024-02-30', '9999-12-31', '99999999999', '2024-02-29 24:00:00+00'),
        ),
      )
      .map(
        ([list, value]) =>
          [
            list,
            Buffer.from(JSON.stringify([`things.${list.order.name}`, value, PARENTS[0]])).toString('base64url'),
          ] as const,
      );
    const anything = fc.tuple(lists, fc.string({ unit: 'binary' }));
    await fc.assert(
      fc.asyncProperty(fc.oneof(shaped, anything), async ([list, after]) => {
        await pageOf(db, list, { first: 1, after }).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'BAD_USER_INPUT', key: 'page.cursor', field: 'after' });
        });
      }),
      { numRuns: 150 },
    );
  });

  it('are counted, each parent for itself, one without rows too', async () => {
    const list = listBy('text', true);
    const total = await countOf(db, list);
    const counts = await countsOf(db, list, [...PARENTS, '00000000-0000-7000-8000-0000000000ff']);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(total);
    expect(counts.at(-1)).toBe(0);
  });

  it('are read on by prepared statements when the table has changed its shape since', async () => {
    const read = () => rows<Record<string, unknown>>(db, sql`select * from shape where number > ${0}`);
    await db.query(`create table shape (number integer)`);
    await db.query(`insert into shape values (1)`);
    for (let times = 0; times < 110; times += 1) expect(await read()).toEqual([{ number: 1 }]);
    expect(await prepared()).toBeGreaterThan(0);
    await db.query(`alter table shape add word text default 'new'`);
    for (let times = 0; times < 3; times += 1) expect(await read()).toEqual([{ number: 1, word: 'new' }]);
    await expect(rows(db, sql`select number / (number - 1) from shape`)).rejects.toThrow('division by zero');
  });

  /** The pool hands out its only idle connection again. */
  const prepared = async (): Promise<number> => {
    const [found] = await rows<{ count: number }>(
      db,
      sql`select count(*)::int as count from pg_prepared_statements where statement like 'select * from shape%'`,
    );
    return found?.count ?? 0;
  };
});
