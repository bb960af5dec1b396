import type { Cells, ColumnHead } from '../publications/progress-column.js';
import { plain, type GivenCell } from './given-sheet.js';
import { isSame, numberOf } from './same-cell.js';
import { cellIn, type GivenTable } from './table-header.js';

/** The rows of a table as the service writes them: as they are now, and as they were when the file was written. */
export interface WrittenRows {
  readonly now: readonly Cells[];
  /** Null when nothing has changed since, or when it is not known. */
  readonly then: readonly Cells[] | null;
}

/** A table that was given, beside the rows as they are written. */
export class WrittenTable {
  private readonly usedKey: readonly string[];
  private readonly now: ReadonlyMap<string, readonly Cells[]>;
  private readonly then: ReadonlyMap<string, readonly Cells[]> | null;

  constructor(
    readonly columns: readonly ColumnHead[],
    readonly key: readonly string[],
    readonly given: GivenTable,
    private readonly written: WrittenRows,
  ) {
    this.usedKey = key.filter((column) => given.columns.has(column));
    this.now = this.byKey(written.now);
    this.then = written.then && this.byKey(written.then);
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

  cell(row: number, column: string): GivenCell {
    return cellIn(this.given, row, column);
  }

  number(row: number, column: string): number {
    return numberOf(this.cell(row, column)) ?? 0;
  }

  text(row: number, column: string): string {
    return plain(String(this.cell(row, column).value ?? ''));
  }

  /** What the record of changes calls the thing that the row is about. */
  identity(row: number): string {
    if (!this.key.includes('Commitment Number')) return `$.institutions[key=${this.text(row, 'Institution')}]`;
    const commitment = `$.commitments[number=${this.number(row, 'Commitment Number')}]`;
    if (!this.key.includes('Milestone Number')) return commitment;
    return `${commitment}.milestones[number=${this.number(row, 'Milestone Number')}]`;
  }

  /** What no other row of the table has; null when the file leaves out what tells its rows apart. */
  keyAt(row: number): string | null {
    return this.usedKey.length === this.key.length ? this.keyOf(row) : null;
  }

  /** The rows as they are now that this one may be. */
  nowAt(row: number): readonly Cells[] {
    return this.now.get(this.keyOf(row)) ?? [];
  }

  /** The same for whatever period; what may be edited is not of a period. */
  nowAbout(row: number): readonly Cells[] {
    return this.now.get(this.keyOf(row, 'WITHOUT_PERIOD')) ?? [];
  }

  /** As they were when the file was written, for whatever period; null when nothing has changed since. */
  thenAbout(row: number): readonly Cells[] | null {
    return this.then && (this.then.get(this.keyOf(row, 'WITHOUT_PERIOD')) ?? []);
  }

  standsSomewhere(column: ColumnHead, given: GivenCell): boolean {
    const at = this.columns.indexOf(column);
    return this.written.now.some((cells) => isSame(column.type, cells[at] ?? null, given, this.daysAdded));
  }

  private keyOf(row: number, period?: 'WITHOUT_PERIOD'): string {
    const parts = this.usedKey.map((column) => {
      if (column === 'Period' && period) return '';
      const type = this.columns.find(({ name }) => name === column)?.type;
      return type === 'integer' ? String(this.number(row, column)) : this.text(row, column);
    });
    return parts.join('\n');
  }

  private byKey(rows: readonly Cells[]): ReadonlyMap<string, readonly Cells[]> {
    const places = this.usedKey.map((column) => this.columns.findIndex(({ name }) => name === column));
    const found = new Map<string, Cells[]>();
    for (const cells of rows) {
      const parts = places.map((at) => String(cells[at] ?? ''));
      const withoutPeriod = parts.map((part, at) => (this.usedKey[at] === 'Period' ? '' : part));
      // A row may leave the period out, and is then about the commitment alone.
      for (const name of new Set([parts.join('\n'), withoutPeriod.join('\n')])) {
        const same = found.get(name);
        if (same) same.push(cells);
        else found.set(name, [cells]);
      }
    }
    return found;
  }
}
