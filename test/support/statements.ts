import pg from 'pg';

/** A statement as it went to the database. */
export interface Sent {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Those that begin, end or set up a transaction are of none. */
export const OF_TABLES = /^\s*(with|select)\b(?![\s\S]*set_config)/i;

type Query = (this: unknown, ...args: unknown[]) => unknown;

/** The SQL statements that the process sends while the work runs. */
export async function sentDuring(work: () => Promise<unknown>): Promise<Sent[]> {
  const sent: Sent[] = [];
  // The statement goes to the database unchanged; it is only noted on its way.
  const client = pg.Client.prototype as unknown as { query: Query };
  const { query } = client;
  client.query = function noted(...args) {
    sent.push(statementOf(args));
    return query.apply(this, args);
  };
  try {
    await work();
  } finally {
    client.query = query;
  }
  return sent;
}

/** How many they are. */
export const statementsDuring = async (work: () => Promise<unknown>): Promise<number> =>
  (await sentDuring(work)).length;

interface Given {
  readonly text: string;
  readonly values?: readonly unknown[];
}

/** In the ways that `query` takes it: text and values, an object that has them, or a stream that keeps them in its cursor. */
function statementOf([first, values]: readonly unknown[]): Sent {
  if (typeof first === 'string') return { text: first, values: Array.isArray(values) ? values : [] };
  const given = first as Given | { readonly cursor: Given };
  const { text, values: own = [] } = 'cursor' in given ? given.cursor : given;
  return { text, values: own };
}
