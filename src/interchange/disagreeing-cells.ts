import { TABLES } from '../publications/progress-tables.js';
import { EDITABLE, type EditableColumn } from './editable-columns.js';
import { isSame } from './same-cell.js';
import type { KnownTable } from './table-sheets.js';
import type { TablesInWords } from './tables-in-words.js';
import { WrittenTable } from './written-table.js';

/** Where in the plan file the facts of a cell stand. */
type PlacesOfCell = readonly string[];

/** The cells that may be edited and say something else than the tables do. */
export const disagreeing = (given: readonly KnownTable[], tables: TablesInWords): PlacesOfCell[] =>
  given.flatMap(({ name, given: sheet }) => {
    const { columns, key } = TABLES[name];
    const table = new WrittenTable(columns, key, sheet, { now: tables[name] ?? [], then: null });
    return sheet.rows.flatMap((row) => {
      const found = table.nowAbout(row);
      return [...columns.entries()].flatMap(([at, { name: column, type }]) => {
        const editable = EDITABLE[name][column];
        if (!editable || !table.has(column)) return [];
        const agrees = found.some((cells) => isSame(type, cells[at] ?? null, table.cell(row, column), table.daysAdded));
        return agrees ? [] : [placesOf(table.identity(row), editable)];
      });
    });
  });

const placesOf = (identity: string, { fields, shows }: EditableColumn): PlacesOfCell => [
  ...fields.map((field) => `${identity}.${field}`),
  // A cell that names institutions changes with their names, and with those who lead the plan.
  ...(shows ? ['$.institutions', '$.plan.participations'] : []),
];

/** Whether any of the changed places is one of the cell's, around it or in it. */
export const touches = (changed: readonly string[], cell: PlacesOfCell): boolean =>
  changed.some((path) => cell.some((place) => isIn(path, place) || isIn(place, path)));

const isIn = (inner: string, outer: string): boolean =>
  inner.startsWith(outer) && ['', '.', '['].includes(inner.charAt(outer.length));
