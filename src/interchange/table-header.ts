import { EMPTY, isBlank, placeOf, type GivenCell, type GivenSheet, type Place } from './given-sheet.js';
import type { TableProblem } from './table-import.errors.js';

/** A row of a table as it was given: its number in the sheet, counted from 0, and where its cells are. */
export interface GivenTable {
  readonly sheet: GivenSheet;
  /** What the sheet is called, for whoever looks at it. */
  readonly called: string;
  readonly header: number;
  /** In which column of the sheet each column of the table stands. */
  readonly columns: ReadonlyMap<string, number>;
  /** Rows below the header that say something, counted from 0 in the sheet. */
  readonly rows: readonly number[];
  readonly unknown: ReadonlyArray<{ readonly name: string; readonly at: number }>;
  readonly problems: readonly TableProblem[];
  readonly notes: readonly TableProblem[];
}

/** People put titles and notes above a table, and not more of them than this. */
const HEADER_WITHIN = 30;

const nameIn = (value: unknown): string => (typeof value === 'string' ? value.replaceAll(/\s+/g, ' ').trim() : '');
const form = (name: string): string => name.toLowerCase();

/** How many of the names stand in the row of the sheet that has most of them. */
export function headerOf(sheet: GivenSheet, names: readonly string[]): { row: number; found: number } {
  const known = new Set(names.map(form));
  const counts = sheet.rows
    .slice(0, HEADER_WITHIN)
    .map((row) => new Set(row.map(({ value }) => form(nameIn(value))).filter((name) => known.has(name))).size);
  const found = Math.max(0, ...counts);
  return { row: counts.indexOf(found), found };
}

/** The table that stands in the sheet somewhere, with all that is wrong with its shape. */
export function tableIn(sheet: GivenSheet, names: readonly string[], called = sheet.name): GivenTable {
  const { row: header } = headerOf(sheet, names);
  const byForm = new Map(names.map((name) => [form(name), name]));
  const columns = new Map<string, number>();
  const unknown: Array<{ name: string; at: number }> = [];
  const problems: TableProblem[] = [];
  const rows = sheet.rows.flatMap((row, at) => (at > header && row.some((cell) => !isBlank(cell)) ? [at] : []));
  const last = rows.at(-1) ?? header;
  const width = Math.max(0, ...sheet.rows.map(({ length }) => length));
  for (let at = 0; at < width; at++) {
    const given = nameIn(sheet.rows[header]?.[at]?.value);
    const name = byForm.get(form(given));
    const place = placeOf(called, header, at, given || undefined);
    if (name !== undefined && columns.has(name))
      problems.push({ place, key: 'tableImport.columnTwice', args: { column: name } });
    else if (name !== undefined) columns.set(name, at);
    else if (given !== '') unknown.push({ name: given, at });
    else if (rows.some((row) => !isBlank(sheet.rows[row]?.[at] ?? EMPTY)))
      problems.push({ place, key: 'tableImport.columnUnnamed' });
  }
  for (const { startRow, startCol, endRow, endCol } of sheet.merges) {
    if (endRow < header || startRow > last) continue;
    const range = `${placeOf(called, startRow, startCol).field}:${placeOf('', endRow, endCol).field.slice(1)}`;
    problems.push({ place: placeOf(called, startRow, startCol), key: 'tableImport.merged', args: { range } });
  }
  const above = sheet.rows.slice(0, header).filter((row) => row.some((cell) => !isBlank(cell))).length;
  const blank = last - header - rows.length;
  return {
    sheet,
    called,
    header,
    columns,
    rows,
    unknown,
    problems,
    notes: [...noteOf(called, 'tableNote.rowsAbove', above), ...noteOf(called, 'tableNote.blankRows', blank)],
  };
}

export function cellIn({ sheet, columns }: GivenTable, row: number, column: string): GivenCell {
  const at = columns.get(column);
  return (at === undefined ? undefined : sheet.rows[row]?.[at]) ?? EMPTY;
}

export const placeIn = ({ called, columns }: GivenTable, row: number, column: string): Place =>
  placeOf(called, row, columns.get(column) ?? 0, column);

/** Something about the sheet as a whole. */
export const noteOf = (sheet: string, key: string, count: number): TableProblem[] =>
  count > 0 ? [{ place: { field: sheet, sheet }, key, args: { count } }] : [];
