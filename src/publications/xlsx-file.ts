import type { CellObject, Sheet } from 'write-excel-file/node';
import { withoutTimes } from '../platform/files/zip-times.js';
import { directionOf } from '../platform/i18n/pick.js';
import type { Language } from '../platform/i18n/text.js';
import type { JsonTable } from './json-file.js';
import { COLUMN_SOURCES, LICENCE, type Cell, type Cells, type ColumnHead, type ColumnType } from './progress-column.js';
import { WorkbookTooLarge } from './publication.errors.js';
import { CODEBOOK_SHEET, STAMP_MEANING } from './workbook-stamp.js';

/** A workbook is put together in memory, and no person reads more; CSV and NDJSON have no such limit. */
export const MOST_ROWS = 20_000;
/** What a spreadsheet takes in one cell. */
const LONGEST = 32_767;
const WIDTHS: Readonly<Record<ColumnType, number>> = { string: 32, integer: 14, boolean: 12, date: 14, datetime: 20 };

/**
 * A sheet of each table, then one that says what every column means. Read from right to left in languages that are.
 *
 * @param stamp says which state of the plan the workbook shows, for those that come back edited
 */
export async function xlsxFile(tables: readonly JsonTable[], language: Language, stamp?: string): Promise<Buffer> {
  const rightToLeft = directionOf(language) === 'rtl';
  const sheets: Array<Sheet<never>> = [];
  let rows = 0;
  for (const { name, columns, rows: found } of tables) {
    const data: CellObject[][] = [columns.map(headCell)];
    for await (const cells of found) {
      rows += 1;
      if (rows > MOST_ROWS) throw new WorkbookTooLarge({ most: MOST_ROWS });
      data.push(rowOf(columns, cells));
    }
    sheets.push({
      sheet: name,
      data,
      columns: columns.map(({ type }) => ({ width: WIDTHS[type] })),
      stickyRowsCount: 1,
      rightToLeft,
    });
  }
  sheets.push(codebook(tables, stamp));
  // Loaded when first needed: most processes write no workbook.
  const { default: writeWorkbook } = await import('write-excel-file/node');
  return withoutTimes(await writeWorkbook(sheets).toBuffer());
}

const headCell = ({ name }: Pick<ColumnHead, 'name'>): CellObject => ({
  value: name,
  type: String,
  fontWeight: 'bold',
  wrap: true,
  alignVertical: 'top',
});

const rowOf = (columns: readonly ColumnHead[], cells: Cells): CellObject[] =>
  columns.map(({ type }, at) => cellOf(type, cells[at] ?? null));

function cellOf(type: ColumnType, cell: Cell): CellObject {
  if (typeof cell === 'number') return { value: cell, type: Number };
  if (typeof cell === 'boolean') return { value: cell, type: Boolean };
  if (cell === null || cell === '') return {};
  if (type === 'date') return { value: new Date(`${cell}T00:00:00Z`), type: Date, format: 'yyyy-mm-dd' };
  if (type === 'datetime') return { value: new Date(cell), type: Date, format: 'yyyy-mm-dd hh:mm:ss' };
  return { value: textInWorkbook(cell), type: String, alignVertical: 'top' };
}

/** As text, never as a formula; without characters that no workbook may hold. */
export function textInWorkbook(text: string): string {
  const clean = text.replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
  return clean.length > LONGEST ? `${clean.slice(0, LONGEST - 1)}…` : clean;
}

const CODEBOOK: readonly ColumnHead[] = ['Table', 'Column', 'Type', 'Unit', 'Whose Word', 'Meaning', 'Codes'].map(
  (name) => ({
    name,
    type: 'string',
    source: 'SERVICE',
    meaning: '',
  }),
);

/** In English, as the names of columns are, and so from left to right. */
function codebook(tables: readonly JsonTable[], stamp: string | undefined): Sheet<never> {
  const described = tables.flatMap(({ name, columns }) =>
    columns.map(({ name: column, type, unit, source, meaning, codes }) =>
      rowOf(CODEBOOK, [
        name,
        column,
        type,
        unit ?? null,
        COLUMN_SOURCES[source],
        meaning,
        codes ? listed(codes) : null,
      ]),
    ),
  );
  const licence = rowOf(CODEBOOK, [null, null, null, null, null, `${LICENCE.title}: ${LICENCE.path}`, null]);
  const state = stamp === undefined ? [] : [rowOf(CODEBOOK, [null, null, null, null, null, STAMP_MEANING, stamp])];
  const columns = [16, 36, 10, 12, 40, 80, 60].map((width) => ({ width }));
  const data = [CODEBOOK.map(headCell), ...described, licence, ...state];
  return { sheet: CODEBOOK_SHEET, data, columns, stickyRowsCount: 1 };
}

const listed = (codes: Readonly<Record<string, string>>): string =>
  Object.entries(codes)
    .map(([code, meaning]) => (code === meaning ? code : `${code}: ${meaning}`))
    .join('\n');
