import sql, { raw, type Sql } from 'sql-template-tag';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { givenUpInTime } from '../errors/not-now.js';
import { currentRequest } from '../logging/request-context.js';
import { lookBack, refusedWhereNotKept } from './as-of.js';
import { askNearest, withConnection } from './connections.js';
import { copiesOf, poolOf, readBy } from './prepared.js';

interface Queryable {
  query(text: string, values?: unknown[]): Promise<unknown>;
}

/**
 * Plain rows of one parameterised statement. Inside a transaction it is one more statement of it. Elsewhere it sees
 * what the viewer of the request may see, and is answered by a copy of the database when the request only reads.
 */
export function rows<Row>(db: Queryable, statement: Sql): Promise<Row[]> {
  const found = db instanceof DataSource ? alone<Row>(db, statement) : send<Row>(db, statement);
  return found.catch((error: unknown) => {
    throw givenUpInTime(error);
  });
}

function alone<Row>(db: DataSource, statement: Sql): Promise<Row[]> {
  const { onlyReads = false, sight = '', asOf } = currentRequest() ?? {};
  const askOf = (pool: pg.Pool): Promise<Row[]> =>
    sight === '' && !asOf ? readBy<Row>(pool, statement) : inSight(pool, asOf ? '' : sight, statement, asOf);
  const copies = onlyReads ? copiesOf(db) : null;
  return copies ? askNearest(db, copies, askOf) : askOf(poolOf(db));
}

/** For one transaction, so that a connection never takes what one viewer sees along to the next. */
async function inSight<Row>(pool: pg.Pool, sight: string, statement: Sql, asOf?: Date): Promise<Row[]> {
  return withConnection(pool, async (connection) => {
    await connection.query('begin');
    try {
      await send(connection, sql`select set_config('mithaq.sight', ${sight}, true)`);
      if (asOf) await lookBack(connection, asOf);
      const found = await send<Row>(connection, statement);
      await connection.query('commit');
      return found;
    } catch (error) {
      // A connection that broke has nothing to undo.
      await connection.query('rollback').catch(() => undefined);
      throw asOf ? refusedWhereNotKept(error) : error;
    }
  });
}

async function send<Row>(db: Queryable, { text, values }: Sql): Promise<Row[]> {
  return (await db.query(text, values)) as Row[];
}

const IS_WORD = /^[\w.-]+$/;

/**
 * Words of the service's own as a part of the statement, for `any()`: PostgreSQL knows them when it plans, and finds the
 * index that was made for them. What somebody has sent is never one of them.
 */
export function ownWords(words: readonly string[]): Sql {
  const strange = words.find((word) => !IS_WORD.test(word));
  if (strange !== undefined) throw new Error(`"${strange}" is no word of the service.`);
  return raw(`array[${words.map((word) => `'${word}'`).join(', ')}]::text[]`);
}

/**
 * Keys that a statement looks up, for `any()` and `unnest()`. PostgreSQL does not see how many there are before it runs the
 * statement: where it does and there are few, it takes each time for a rare one and plans it anew, which for most lookups
 * takes longer than they do.
 */
export const keysOf = (keys: readonly string[]): Sql => sql`(select ${[...keys]}::uuid[])::uuid[]`;

/**
 * The first rows of each parent, as `parentId` and the rest: however many one of them has, they crowd out nobody else's.
 *
 * @param ofParent selects the rows of the parent with the given id, in their order
 */
export const firstOfEach = (ids: readonly string[], most: number, ofParent: (id: Sql) => Sql): Sql =>
  sql`select parent.id as "parentId", own.* from unnest(${keysOf(ids)}) parent (id) cross join lateral (${ofParent(sql`parent.id`)} limit ${most}) own`;

/** Rows in the order of the ids that were asked for, null where there is none: the answer a loader owes. */
export function inOrderOf<Row extends object, K extends keyof Row>(
  ids: ReadonlyArray<Row[K]>,
  found: readonly Row[],
  key: K,
): Array<Row | null> {
  const byKey = new Map(found.map((row) => [row[key], row]));
  return ids.map((id) => byKey.get(id) ?? null);
}

/** Rows grouped by parent, in the order of the parents that were asked for. */
export function groupedBy<Row extends object, K extends keyof Row>(
  ids: ReadonlyArray<Row[K]>,
  found: readonly Row[],
  key: K,
): Row[][] {
  const groups = new Map<Row[K], Row[]>(ids.map((id) => [id, []]));
  for (const row of found) groups.get(row[key])?.push(row);
  return ids.map((id) => groups.get(id) ?? []);
}
