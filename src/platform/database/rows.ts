import sql, { type Sql } from 'sql-template-tag';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { givenUpInTime } from '../errors/not-now.js';
import { currentRequest } from '../logging/request-context.js';
import { lookBack, refusedWhereNotKept } from './as-of.js';
import { poolOf, readBy } from './prepared.js';

interface Queryable {
  query(text: string, values?: unknown[]): Promise<unknown>;
}

/**
 * Plain rows of one parameterised statement. Inside a transaction it is one more statement of it. Elsewhere it sees
 * what the viewer of the request may see, and is answered from a replica when the request only reads.
 */
export async function rows<Row>(db: Queryable, statement: Sql): Promise<Row[]> {
  try {
    return await (db instanceof DataSource ? alone<Row>(db, statement) : send<Row>(db, statement));
  } catch (error) {
    throw givenUpInTime(error);
  }
}

async function alone<Row>(db: DataSource, statement: Sql): Promise<Row[]> {
  const { onlyReads = false, sight = '', asOf } = currentRequest() ?? {};
  if (sight === '' && !asOf) return readBy<Row>(poolOf(db, onlyReads), statement);
  const runner = db.createQueryRunner(onlyReads ? 'slave' : 'master');
  try {
    return await inSight(runner, asOf ? '' : sight, statement, asOf);
  } finally {
    await runner.release();
  }
}

/** For one transaction, so that a connection never takes what one viewer sees along to the next. */
async function inSight<Row>(runner: QueryRunner, sight: string, statement: Sql, asOf?: Date): Promise<Row[]> {
  await runner.startTransaction();
  try {
    await send(runner, sql`select set_config('mithaq.sight', ${sight}, true)`);
    if (asOf) await lookBack(runner, asOf);
    const found = await send<Row>(runner, statement);
    await runner.commitTransaction();
    return found;
  } catch (error) {
    await runner.rollbackTransaction();
    throw asOf ? refusedWhereNotKept(error) : error;
  }
}

async function send<Row>(db: Queryable | EntityManager, { text, values }: Sql): Promise<Row[]> {
  return (await db.query(text, values)) as Row[];
}

/**
 * The first rows of each parent, as `parentId` and the rest: however many one of them has, they crowd out nobody else's.
 *
 * @param ofParent selects the rows of the parent with the given id, in their order
 */
export const firstOfEach = (ids: readonly string[], most: number, ofParent: (id: Sql) => Sql): Sql =>
  sql`select parent.id as "parentId", own.* from unnest(${[...ids]}::uuid[]) parent (id) cross join lateral (${ofParent(sql`parent.id`)} limit ${most}) own`;

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
