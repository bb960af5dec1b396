import type { Cells, InLanguage } from '../publications/progress-column.js';
import type { AllRows } from '../publications/progress.queries.js';
import { cellsOf, TABLE_NAMES, type TableName, type TableRows } from '../publications/progress-tables.js';

/** The tables of progress as they are written in one language. */
export type TablesInWords = Readonly<Partial<Record<TableName, readonly Cells[]>>>;

export const inWords = (found: Partial<AllRows>, wanted: InLanguage): TablesInWords =>
  Object.fromEntries(TABLE_NAMES.flatMap((name) => (found[name] ? [[name, written(name, found[name], wanted)]] : [])));

const written = <Name extends TableName>(name: Name, found: ReadonlyArray<TableRows[Name]>, wanted: InLanguage) =>
  found.map((row) => cellsOf(name, row, wanted));
