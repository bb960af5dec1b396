import { inspectFile } from '../platform/files/file-inspection.js';
import {
  EMPTY,
  MOST_GIVEN_COLUMNS,
  MOST_GIVEN_ROWS,
  cellName,
  type GivenCell,
  type GivenSheet,
} from './given-sheet.js';
import { TableTooLong } from './table-import.errors.js';
import { readApart, READING, type ReadSheet } from './workbook-process.js';

/** One row more than is taken, so that a longer sheet shows. */
const AREA = `A1:${cellName(MOST_GIVEN_ROWS, MOST_GIVEN_COLUMNS - 1)}`;
/** Days from the first of January 1900, as most workbooks count, to that of 1904. */
const FROM_1904 = 1462;

/**
 * The sheets of a workbook. What it unpacks to is bounded before anything is unpacked, and each part of it by what the
 * directory says of that part; no more is kept of a sheet than fits a table.
 *
 * @throws FileDamaged, FileUnpacksTooLarge and what else `inspectFile` throws; TableTooLong or WorkbookTooHeavy
 */
export async function readWorkbook(content: Buffer, limits = READING): Promise<GivenSheet[]> {
  await inspectFile('workbook.xlsx', content);
  const { sheets, countsFrom1904 } = await readApart(content, AREA, limits);
  return sheets.map((sheet) => {
    if (sheet.rows.length > MOST_GIVEN_ROWS) throw new TableTooLong({ most: MOST_GIVEN_ROWS });
    return {
      name: sheet.name,
      rows: sheet.rows.map((_, row) => cellsOf(sheet, row)),
      merges: sheet.merges,
      daysAdded: countsFrom1904 ? FROM_1904 : 0,
    };
  });
}

const cellsOf = ({ rows, odd }: ReadSheet, row: number): GivenCell[] =>
  (rows[row] ?? []).map((read, column) => {
    const value = typeof read === 'object' && read !== null ? new Date(read.at) : read;
    const kind = odd.get(`${row},${column}`);
    if (kind === undefined) return value === null ? EMPTY : { value };
    return { value, ...(kind === 'ERROR' ? { isError: true } : { isFormula: true }) };
  });
