import pg from 'pg';

/** A statement as the service sent it. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

interface Query {
  readonly text: string;
  readonly values?: readonly unknown[];
}

/** What this process sends to the database while the work is done, whoever in it sends it. */
export async function statementsOf(work: () => Promise<unknown>): Promise<Statement[]> {
  const statements: Statement[] = [];
  const client = pg.Client.prototype as unknown as { query: (this: pg.Client, ...args: unknown[]) => unknown };
  const { query: send } = client;
  client.query = function (...args) {
    const [asked, values] = args as [string | Query, readonly unknown[] | undefined];
    const query = typeof asked === 'string' ? { text: asked, values } : asked;
    statements.push({ text: query.text, values: query.values ?? (Array.isArray(values) ? values : []) });
    return send.apply(this, args);
  };
  try {
    await work();
  } finally {
    client.query = send;
  }
  return statements;
}

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const HASH = /\\\\x[0-9a-f]{64}/g;

/** As text, so that it can be handed to another process, and the ids in it can be exchanged wherever they stand. */
export const asText = (statements: readonly Statement[]): string =>
  JSON.stringify(statements, (_, value: unknown) => {
    const isBuffer = typeof value === 'object' && value !== null && (value as { type?: unknown }).type === 'Buffer';
    return isBuffer ? `\\x${Buffer.from((value as { data: number[] }).data).toString('hex')}` : value;
  });

/** The same statements with other ids. One that was made up on the way is made up again. */
export function withIds(text: string, others: ReadonlyMap<string, string>, made: () => string): Statement[] {
  const again = new Map(others);
  const other = (id: string): string => {
    const found = again.get(id) ?? made();
    again.set(id, found);
    return found;
  };
  return JSON.parse(text.replace(UUID, other).replace(HASH, (hash) => others.get(hash) ?? hash)) as Statement[];
}
