import type { Sent } from '../../test/support/statements.js';

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const HASH = /\\\\x[0-9a-f]{64}/g;

/** As text, so that it can be handed to another process, and the ids in it can be exchanged wherever they stand. */
export const asText = (statements: readonly Sent[]): string =>
  JSON.stringify(statements, (_, value: unknown) => {
    const isBuffer = typeof value === 'object' && value !== null && (value as { type?: unknown }).type === 'Buffer';
    return isBuffer ? `\\x${Buffer.from((value as { data: number[] }).data).toString('hex')}` : value;
  });

/** The same statements with other ids. One that was made up on the way is made up again. */
export function withIds(text: string, others: ReadonlyMap<string, string>, made: () => string): Sent[] {
  const again = new Map(others);
  const other = (id: string): string => {
    const found = again.get(id) ?? made();
    again.set(id, found);
    return found;
  };
  return JSON.parse(text.replace(UUID, other).replace(HASH, (hash) => others.get(hash) ?? hash)) as Sent[];
}
