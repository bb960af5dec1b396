import { DomainError } from '../errors/domain-error.js';

export class NotKeptAsOf extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'asOf.notKept';
}
export class AsOfInFuture extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'asOf.future';
}
export class AsOfBeforeBeginning extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'asOf.beforeBeginning';
}

interface Queryable {
  query(text: string, values?: unknown[]): Promise<unknown>;
}

/**
 * For the rest of the transaction its statements see the database as it was: the schema `as_of` has a view of everything
 * that is kept as it stood. What has none there does not exist, so that nothing of today is taken for something of then.
 */
export const lookBack = (tx: Queryable, asOf: Date): Promise<unknown> =>
  tx.query(`select set_config('mithaq.as_of', $1, true), set_config('search_path', 'as_of', true)`, [
    storable(asOf).toISOString(),
  ]);

/** The same for a part of a transaction that goes on with things as they are. */
export async function lookingBack<T>(tx: Queryable, asOf: Date, work: () => Promise<T>): Promise<T> {
  const [{ path }] = (await tx.query(`select current_setting('search_path') as path`)) as [{ path: string }];
  await lookBack(tx, asOf);
  const found = await work();
  await tx.query(`select set_config('search_path', $1, true)`, [path]);
  return found;
}

/** PostgreSQL writes years before the first in another way; nothing here is nearly so old. */
const FIRST = new Date('0001-01-02T00:00:00Z');
export const storable = (asOf: Date): Date => (asOf < FIRST ? FIRST : asOf);

const NO_SUCH_TABLE = '42P01';

/** What a question about the past failed with, as a refusal where it asks for what is not kept. */
export const refusedWhereNotKept = (error: unknown): unknown =>
  (error as { code?: unknown } | null)?.code === NO_SUCH_TABLE ? new NotKeptAsOf({}, 'asOf') : error;
