import { parse } from 'csv-parse/sync';
import { readXlsx, writeXlsx, type WriteSheet } from 'hucre/xlsx';

/** Rows of text, the names of the columns first, as somebody sees and edits them. */
export type Grid = Array<Array<string | number | boolean | Date | null>>;

export const gridOfCsv = (csv: string): Grid => parse(csv, { bom: true, relax_column_count: true });

export const csvOf = (grid: Grid, separator = ','): string =>
  grid
    .map((row) => row.map((cell) => (cell === null ? '' : `"${String(cell).replaceAll('"', '""')}"`)).join(separator))
    .join('\r\n');

/** Edits one cell, named by its row (the header is row 1) and its column. */
export function put(grid: Grid, row: number, column: string, value: Grid[number][number]): void {
  const at = grid[0]!.indexOf(column);
  if (at < 0) throw new Error(`There is no column ${column}.`);
  grid[row - 1]![at] = value;
}

export type Book = Map<string, Grid>;

export async function bookOf(workbook: Buffer): Promise<Book> {
  const { sheets } = await readXlsx(workbook);
  return new Map(sheets.map(({ name, rows }) => [name, rows]));
}

/** The book as another program writes it; `more` says what else a sheet has. */
export async function workbookOf(
  book: Book,
  more: Readonly<Record<string, Partial<WriteSheet>>> = {},
): Promise<Buffer> {
  const sheets = [...book].map(([name, rows]) => ({ name, rows: rows, ...more[name] }));
  return Buffer.from(await writeXlsx({ sheets }));
}
