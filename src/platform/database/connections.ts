import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { currentRequest } from '../logging/request-context.js';
import { isFaultOfCopy, type Copies } from './copies.js';
import { copiesOf, poolOf } from './prepared.js';

/** A connection that is held for a while, such as for a transaction. */
export interface Connection {
  query(text: string, values?: unknown[]): Promise<unknown[]>;
  readonly client: pg.PoolClient;
}

/** Does the work with a connection and gives it back; one that broke is not used again. */
export async function withConnection<T>(pool: pg.Pool, work: (connection: Connection) => Promise<T>): Promise<T> {
  const { connection, giveBack } = await connectionOf(pool);
  try {
    return await work(connection);
  } finally {
    giveBack();
  }
}

/** For work that is not one call; it has to give the connection back. */
export async function connectionOf(pool: pg.Pool): Promise<{ connection: Connection; giveBack: () => void }> {
  const client = await pool.connect();
  let broke: Error | undefined;
  // Without a listener a connection that breaks between two statements would end the process.
  const note = (error: Error): void => void (broke = error);
  client.on('error', note);
  return {
    connection: {
      client,
      query: async (text, values) => {
        try {
          return (await client.query(text, values)).rows as unknown[];
        } catch (error) {
          // The database refuses with a code; without one it was not asked.
          if ((error as { code?: string }).code?.length !== 5) note(error as Error);
          throw error;
        }
      },
    },
    giveBack: () => {
      client.off('error', note);
      client.release(broke);
    },
  };
}

/** All statements of a request are asked of the same place, so that none knows less than the one before. */
const chosen = new WeakMap<object, Promise<pg.Pool | null>>();

/** Asks a copy of the database where one may answer, and the database itself where not, or where that copy fails. */
export async function askNearest<T>(db: DataSource, copies: Copies, ask: (pool: pg.Pool) => Promise<T>): Promise<T> {
  return askFirst(db, copies, await choiceFor(copies), ask);
}

async function askFirst<T>(
  db: DataSource,
  copies: Copies,
  copy: pg.Pool | null,
  ask: (pool: pg.Pool) => Promise<T>,
): Promise<T> {
  if (!copy) return ask(poolOf(db));
  try {
    return await ask(copy);
  } catch (error) {
    if (!isFaultOfCopy(error)) throw error;
    copies.leaveAside(copy);
    const { outcome } = currentRequest() ?? {};
    if (outcome) chosen.set(outcome, Promise.resolve(null));
    return ask(poolOf(db));
  }
}

/** A connection for reading at length, where nothing is missing: what is read may be kept under a tag that was made before. */
export async function connectionForReading(db: DataSource): ReturnType<typeof connectionOf> {
  const copies = copiesOf(db);
  return copies ? askFirst(db, copies, await copies.upToDate(), connectionOf) : connectionOf(poolOf(db));
}

function choiceFor(copies: Copies): Promise<pg.Pool | null> {
  const { outcome } = currentRequest() ?? {};
  if (!outcome) return copies.forRequest();
  const made = chosen.get(outcome) ?? copies.forRequest();
  chosen.set(outcome, made);
  return made;
}
