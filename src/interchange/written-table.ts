import type { Cells, ColumnHead } from '../publications/progress-column.js';
import type { TableName } from '../publications/progress-tables.js';
import { EMPTY, plain, type GivenCell } from './given-sheet.js';
import { isSame, numberOf } from './same-cell.js';
import type { GivenTable } from './table-header.js';

/** A table that was given, beside the rows as they are written now. */
export class WrittenTable {
  private readonly byKey = new Map<string, Cells[]>();
  private readonly usedKey: readonly string[];

  constructor(
    readonly columns: readonly ColumnHead[],
    readonly key: readonly string[],
    private readonly given: GivenTable,
    private readonly rows: readonly Cells[],
  ) {
    this.usedKey = key.filter((column) => given.columns.has(column));
    const places = this.usedKey.map((column) => columns.findIndex(({ name }) => name === column));
    for (const cells of rows) {
      const parts = places.map((at) => String(cells[at] ?? ''));
      // A row may leave the period out, and is then about the commitment alone.
      const withoutPeriod = parts.map((part, at) => (this.usedKey[at] === 'Period' ? '' : part));
      for (const name of new Set([parts.join('\n'), withoutPeriod.join('\n')])) {
        const found = this.byKey.get(name);
        if (found) found.push(cells);
        else this.byKey.set(name, [cells]);
      }
    }
  }

  get daysAdded(): number {
    return this.given.sheet.daysAdded;
  }

  keyColumns(): ColumnHead[] {
    return this.columns.filter(({ name }) => this.usedKey.includes(name) && name !== 'Period');
  }

  has(column: string): boolean {
    return this.given.columns.has(column);
  }

  at(column: string): number {
    return this.given.columns.get(column) ?? 0;
  }

  cell(row: number, column: string): GivenCell {
    return this.given.sheet.rows[row]?.[this.at(column)] ?? EMPTY;
  }

  number(row: number, column: string): number {
    return numberOf(this.cell(row, column)) ?? 0;
  }

  text(row: number, column: string): string {
    return plain(String(this.cell(row, column).value ?? ''));
  }

  /** What the record of changes calls the thing that the row is about. */
  identity(name: TableName, row: number): string {
    if (name === 'institutions') return `$.institutions[key=${this.text(row, 'Institution')}]`;
    const commitment = `$.commitments[number=${this.number(row, 'Commitment Number')}]`;
    return name === 'milestones'
      ? `${commitment}.milestones[number=${this.number(row, 'Milestone Number')}]`
      : commitment;
  }

  matching(row: number): readonly Cells[] {
    const parts = this.usedKey.map((column) => {
      const type = this.columns.find(({ name }) => name === column)?.type;
      return type === 'integer' ? String(this.number(row, column)) : this.text(row, column);
    });
    return this.byKey.get(parts.join('\n')) ?? [];
  }

  standsSomewhere(column: ColumnHead, given: GivenCell): boolean {
    const at = this.columns.indexOf(column);
    return this.rows.some((cells) => isSame(column.type, cells[at] ?? null, given, this.daysAdded));
  }
}
