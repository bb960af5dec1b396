import type { PublishedCell, PublishedRow, PublishedTable } from './publication-content.js';

/** One row that is not as it was. */
export interface RowDifference {
  readonly table: string;
  /** The values of the key columns, which name the row. */
  readonly row: readonly string[];
  readonly kind: 'ADDED' | 'CHANGED' | 'REMOVED';
  /** Which columns say something else; empty for rows that are new or gone. */
  readonly columns: readonly string[];
}

/** How a publication differs from the one before. */
export interface Difference {
  /** What it is compared with: the version before, else the newest publication of an earlier period. Null for the first. */
  readonly since: { readonly period: string; readonly version: number } | null;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** Check-ins in it that were handed in late. */
  readonly late: number;
  readonly rows: readonly RowDifference[];
}

export const MOST_ROWS_TOLD = 500;

/** What every period says anew, and so tells nothing about what changed from one to the next. */
const OF_THE_PERIOD = ['Period', 'Period Start Date', 'Period End Date', 'Period Due Date', 'Check-In', 'Due Date'];

/** @param isCorrection whether both are of the same period */
export function differences(
  before: readonly PublishedTable[],
  after: readonly PublishedTable[],
  isCorrection: boolean,
): RowDifference[] {
  const left = isCorrection ? [] : OF_THE_PERIOD;
  return after.flatMap((table) => {
    const key = table.key.filter((column) => !left.includes(column));
    const earlier = byKey(before.find(({ name }) => name === table.name)?.rows ?? [], key);
    const later = byKey(table.rows, key);
    const told = (row: PublishedRow, kind: RowDifference['kind'], columns: readonly string[]): RowDifference => ({
      table: table.name,
      row: key.map((column) => named(row[column])),
      kind,
      columns,
    });
    return [
      ...[...later].flatMap(([name, row]) => {
        const was = earlier.get(name);
        if (!was) return [told(row, 'ADDED', [])];
        const columns = changedColumns(was, row).filter((column) => !left.includes(column));
        return columns.length > 0 ? [told(row, 'CHANGED', columns)] : [];
      }),
      ...[...earlier].flatMap(([name, row]) => (later.has(name) ? [] : [told(row, 'REMOVED', [])])),
    ];
  });
}

/** Counted in full; of a difference that nobody would read to its end, the first rows are kept. */
export function summed(since: Difference['since'], rows: readonly RowDifference[], late: number): Difference {
  const count = (kind: RowDifference['kind']) => rows.filter((row) => row.kind === kind).length;
  return {
    since,
    added: count('ADDED'),
    changed: count('CHANGED'),
    removed: count('REMOVED'),
    late,
    rows: rows.slice(0, MOST_ROWS_TOLD),
  };
}

const byKey = (rows: readonly PublishedRow[], key: readonly string[]): Map<string, PublishedRow> =>
  new Map(rows.map((row) => [JSON.stringify(key.map((column) => row[column] ?? null)), row]));

const changedColumns = (before: PublishedRow, after: PublishedRow): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (column) => written(before[column]) !== written(after[column]),
  );

/** The database gives the languages of a text in an order of its own. */
const written = (cell: PublishedCell | undefined): string =>
  cell !== null && typeof cell === 'object'
    ? JSON.stringify(Object.entries(cell).sort())
    : JSON.stringify(cell ?? null);

/** Keys and numbers, which are the same in every language. */
const named = (cell: PublishedCell | undefined): string =>
  cell === null || cell === undefined || typeof cell === 'object' ? '' : String(cell);
