import { CODEBOOK_SHEET, stampOf, type WorkbookStamp } from '../publications/workbook-stamp.js';
import type { TableHead } from '../publications/progress-table.js';
import { isTableName, TABLE_NAMES, TABLES, type TableName } from '../publications/progress-tables.js';
import { isBlank, type GivenSheet } from './given-sheet.js';
import { NoTableFound, TableUnclear, type TableProblem } from './table-import.errors.js';
import { headerOf, tableIn, type GivenTable } from './table-header.js';
import { REASON_COLUMN } from './cell-writer.js';

export interface KnownTable {
  readonly name: TableName;
  readonly given: GivenTable;
}

export interface GivenTables {
  readonly tables: readonly KnownTable[];
  readonly stamp: WorkbookStamp | null;
  /** Whether it has the codebook of a file of the service without the mark of one that may come back. */
  readonly isPublished: boolean;
  readonly notes: readonly TableProblem[];
}

/** The tables of a workbook, by the names of its sheets, else by their columns. @throws NoTableFound */
export function tablesOf(sheets: readonly GivenSheet[]): GivenTables {
  const filled = sheets.filter(({ rows }) => rows.some((row) => row.some((cell) => !isBlank(cell))));
  const named = filled.flatMap((sheet): KnownTable[] => {
    const name = sheet.name.trim().toLowerCase();
    return isTableName(name) ? [known(sheet, name)] : [];
  });
  const others = filled.filter(({ name }) => !isTableName(name.trim().toLowerCase()) && form(name) !== CODEBOOK_SHEET);
  const tables = [...named];
  const notes: TableProblem[] = [];
  for (const sheet of others) {
    const likely = likelyTables(sheet).filter((name) => !tables.some((table) => table.name === name));
    if (likely.length === 1 && likely[0]) tables.push(known(sheet, likely[0]));
    else notes.push({ place: { field: sheet.name, sheet: sheet.name }, key: 'tableNote.sheetIgnored' });
  }
  if (tables.length === 0) throw new NoTableFound({ tables: TABLE_NAMES.join(', ') });
  tables.sort((one, other) => ORDER.indexOf(one.name) - ORDER.indexOf(other.name));
  const codebook = sheets.find(({ name }) => form(name) === CODEBOOK_SHEET);
  const stamp = codebook ? stampIn(codebook) : null;
  return { tables, notes, stamp, isPublished: codebook !== undefined && stamp === null };
}

/** Institutions before the commitments that name them, and those before their milestones. */
const ORDER: readonly TableName[] = ['institutions', ...TABLE_NAMES.filter((name) => name !== 'institutions')];

/** The one table of a CSV file. @throws NoTableFound or TableUnclear */
export function tableOfCsv(sheet: GivenSheet, wanted: TableName | undefined): GivenTables {
  const likely = wanted === undefined ? likelyTables(sheet) : [wanted];
  const [name] = likely;
  if (name === undefined) throw new NoTableFound({ tables: TABLE_NAMES.join(', ') });
  if (likely.length > 1) throw new TableUnclear({ tables: likely.join(', ') }, 'table');
  return { tables: [{ name, given: read(sheet, name, name) }], stamp: null, isPublished: false, notes: [] };
}

const form = (name: string): string => name.trim().toLowerCase();

const known = (sheet: GivenSheet, name: TableName): KnownTable => ({
  name,
  given: read(sheet, name, sheet.name),
});

const read = (sheet: GivenSheet, name: TableName, called: string): GivenTable =>
  tableIn(sheet, namesOf(TABLES[name]), called);

const namesOf = ({ name, columns }: TableHead): string[] => [
  ...columns.map((column) => column.name),
  ...(name === 'milestones' ? [REASON_COLUMN] : []),
];

/** A few columns that tables share are no table. */
const FEWEST_COLUMNS = 2;

/** The tables that have the key columns of, and most of whose columns are in, the sheet. */
function likelyTables(sheet: GivenSheet): TableName[] {
  const fitting = TABLE_NAMES.flatMap((name) => {
    const { found } = headerOf(sheet, namesOf(TABLES[name]));
    const key = TABLES[name].key.filter((column) => column !== 'Period');
    return found >= FEWEST_COLUMNS && headerOf(sheet, key).found === key.length ? [{ name, found }] : [];
  });
  const most = Math.max(0, ...fitting.map(({ found }) => found));
  return fitting.filter(({ found }) => found === most).map(({ name }) => name);
}

function stampIn(codebook: GivenSheet): WorkbookStamp | null {
  for (const row of [...codebook.rows].reverse())
    for (const { value } of row) {
      const stamp = typeof value === 'string' ? stampOf(value) : null;
      if (stamp) return stamp;
    }
  return null;
}
