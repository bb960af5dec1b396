import { Readable } from 'node:stream';
import type { Cell, Cells, ColumnHead } from './progress-column.js';

/**
 * What a spreadsheet would take for a formula, or hand to a program; signs in full width are read the same in some
 * countries. With as many apostrophes before it as were there already, so that every guarded text can be told from one
 * that was so from the start.
 */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;
const GUARDED = /^'+[=+\-@\t\r\n＝＋－＠]/;

/** Text that a spreadsheet shows as it is; `unguarded` undoes it. */
export const guarded = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);
export const unguarded = (text: string): string => (GUARDED.test(text) ? text.slice(1) : text);

/**
 * RFC 4180: lines end with CR LF, fields with quotes where they need them. Nothing known is an empty field.
 *
 * @param hasMark whether it begins with a byte order mark. Without it spreadsheets read a file as what their country
 *   uses, and Arabic as gibberish; with it some programs find it in the name of the first column.
 */
export async function* csvFile(
  columns: readonly ColumnHead[],
  rows: AsyncIterable<Cells>,
  hasMark: boolean,
): AsyncGenerator<Buffer, void> {
  const { stringify } = await import('csv-stringify');
  const options = {
    bom: hasMark,
    header: true,
    columns: columns.map(({ name }) => name),
    record_delimiter: 'windows',
  } as const;
  // Composed, so that whoever stops reading the one ends the other.
  yield* Readable.from(inFields(rows)).compose(stringify(options)) as AsyncIterable<Buffer>;
}

async function* inFields(rows: AsyncIterable<Cells>): AsyncGenerator<readonly string[], void> {
  for await (const cells of rows) yield cells.map(field);
}

const field = (cell: Cell): string => (typeof cell === 'string' ? guarded(cell) : cell === null ? '' : String(cell));
