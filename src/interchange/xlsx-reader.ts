import { inspectFile } from '../platform/files/file-inspection.js';
import { FileDamaged } from '../platform/files/file.errors.js';
import {
  EMPTY,
  MOST_GIVEN_COLUMNS,
  MOST_GIVEN_ROWS,
  cellName,
  type GivenCell,
  type GivenSheet,
} from './given-sheet.js';
import { TableTooLong } from './table-import.errors.js';

/** One row more than is taken, so that a longer sheet shows. */
const AREA = `A1:${cellName(MOST_GIVEN_ROWS, MOST_GIVEN_COLUMNS - 1)}`;
/** Days from the first of January 1900, as most workbooks count, to that of 1904. */
const FROM_1904 = 1462;

/**
 * The sheets of a workbook. What it unpacks to is bounded before anything is unpacked, and each part of it by what the
 * directory says of that part; no more is kept of a sheet than fits a table.
 *
 * @throws FileDamaged, FileUnpacksTooLarge and what else `inspectFile` throws; TableTooLong
 */
export async function readWorkbook(content: Buffer): Promise<GivenSheet[]> {
  await inspectFile('workbook.xlsx', content);
  // Loaded when a workbook comes, which is seldom.
  const { readXlsx } = await import('hucre/xlsx');
  const { sheets, dateSystem } = await readXlsx(content, { range: AREA }).catch(() => {
    throw new FileDamaged();
  });
  return sheets.map(({ name, rows, cells, merges }) => {
    if (rows.length > MOST_GIVEN_ROWS) throw new TableTooLong({ most: MOST_GIVEN_ROWS });
    return {
      name,
      rows: rows.map((values, row) =>
        values.map((value, column): GivenCell => {
          if (value === null && !cells?.has(`${row},${column}`)) return EMPTY;
          const more = cells?.get(`${row},${column}`);
          return {
            value,
            ...(more?.formula === undefined ? {} : { isFormula: true }),
            ...(more?.type === 'error' ? { isError: true } : {}),
          };
        }),
      ),
      merges: merges ?? [],
      daysAdded: dateSystem === '1904' ? FROM_1904 : 0,
    };
  });
}
