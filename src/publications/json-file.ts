import type { Cell, Cells, ColumnHead } from './progress-column.js';

/** A row as an object with the columns' own names. */
export const objectOf = (columns: readonly ColumnHead[], cells: Cells): Record<string, Cell> =>
  Object.fromEntries(columns.map(({ name }, at) => [name, cells[at] ?? null]));

export interface JsonTable {
  readonly name: string;
  readonly columns: readonly ColumnHead[];
  readonly rows: AsyncIterable<Cells>;
}

/** One object a line. */
export async function* ndjsonFile(
  columns: readonly ColumnHead[],
  rows: AsyncIterable<Cells>,
): AsyncGenerator<string, void> {
  for await (const cells of rows) yield `${JSON.stringify(objectOf(columns, cells))}\n`;
}

/** All tables in one object, after what describes them. */
export async function* jsonFile(head: object, tables: readonly JsonTable[]): AsyncGenerator<string, void> {
  yield `${JSON.stringify(head).slice(0, -1)},"tables":{`;
  for (const [at, { name, columns, rows }] of tables.entries()) {
    yield `${at > 0 ? '],' : ''}${JSON.stringify(name)}:[`;
    let before = '\n';
    for await (const cells of rows) {
      yield before + JSON.stringify(objectOf(columns, cells));
      before = ',\n';
    }
  }
  yield ']}}\n';
}
