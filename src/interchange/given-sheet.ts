import type { TablePlace } from '../platform/errors/domain-error.js';

/** What stands in a cell of a file that somebody edited. Days are dates at midnight in UTC. */
export type GivenValue = string | number | boolean | Date | null;

export interface GivenCell {
  readonly value: GivenValue;
  /** The cell computes its value; what stands here is what the spreadsheet computed last, if it kept that. */
  readonly isFormula?: boolean;
  /** The spreadsheet itself shows an error here, such as #REF!. */
  readonly isError?: boolean;
}

export interface GivenSheet {
  readonly name: string;
  readonly rows: ReadonlyArray<readonly GivenCell[]>;
  /** Both ends included, counted from 0. */
  readonly merges: ReadonlyArray<{ startRow: number; startCol: number; endRow: number; endCol: number }>;
  /** What to add to a day that is given as a number: workbooks of old Macs count from another year. */
  readonly daysAdded: number;
}

/** More rows than anybody edits by hand, and room for what people write above a table. */
export const MOST_GIVEN_ROWS = 20_050;
export const MOST_GIVEN_COLUMNS = 128;

export const EMPTY: GivenCell = { value: null };

export const isBlank = ({ value }: GivenCell): boolean =>
  value === null || (typeof value === 'string' && value.trim() === '');

/** The text without the ways in which spreadsheets and systems differ: ends of lines, and blanks around it. */
export const plain = (text: string): string => text.replaceAll(/\r\n?/g, '\n').trim();

/** `F12`, as a spreadsheet calls it. */
export const cellName = (row: number, column: number): string => `${columnLetters(column)}${row + 1}`;

function columnLetters(column: number): string {
  const rest = Math.floor(column / 26);
  return `${rest > 0 ? columnLetters(rest - 1) : ''}${String.fromCharCode(65 + (column % 26))}`;
}

/** A place, and how it is called in the list of what is wrong. */
export interface Place extends TablePlace {
  readonly field: string;
}

export const placeOf = (sheet: string, row: number, column: number, name?: string): Place => ({
  field: `${sheet}!${cellName(row, column)}`,
  sheet,
  row: row + 1,
  ...(name === undefined ? {} : { column: name }),
});
