import type { Cell, Cells, ColumnHead } from '../publications/progress-column.js';
import { TABLES, type TableName } from '../publications/progress-tables.js';
import { CellWriter, type CellEdit, type EditedRow, type EditSurroundings } from './cell-writer.js';
import { EDITABLE } from './editable-columns.js';
import { isBlank, placeOf, type GivenCell, type Place } from './given-sheet.js';
import { PlanDraft, type Target } from './plan-draft.js';
import { SAME_IN_MANY_ROWS, whereToChange } from './read-only-columns.js';
import { isSame, numberOf } from './same-cell.js';
import type { Refusal, TableProblem } from './table-import.errors.js';
import { noteOf, placeIn, type GivenTable } from './table-header.js';
import { verdictOf, type Versions } from './three-way.js';
import { WrittenTable, type WrittenRows } from './written-table.js';

interface Row {
  readonly at: number;
  readonly target: Target | null;
  readonly isNew: boolean;
  /** Rows as they are now that this one may be, and as they were. */
  readonly now: readonly Cells[];
  readonly then: readonly Cells[] | null;
}

/** Finds the cells that were edited in the tables of one file, and makes the edits in a draft of the plan. */
export class TableEdits {
  readonly problems: TableProblem[] = [];
  readonly notes: TableProblem[] = [];
  private readonly writer: CellWriter;
  private readonly stored: PlanDraft;
  private readonly planLeads: readonly string[];
  private outdated = 0;
  private gone = 0;

  constructor(
    readonly draft: PlanDraft,
    private readonly around: EditSurroundings,
  ) {
    this.writer = new CellWriter(draft, around, this.notes);
    this.stored = new PlanDraft(structuredClone(draft.file));
    this.planLeads = (draft.file.plan.participations ?? [])
      .filter(({ role }) => role === 'LEAD')
      .map(({ institution }) => institution);
  }

  /** Reasons of moved due dates, as `commitment.milestone`. */
  get reasons(): ReadonlyMap<string, string> {
    return this.writer.reasons;
  }

  /** A file that does not say when it was written may be of any day. */
  private get mayBeOld(): boolean {
    return this.around.isStale || !this.around.isDated;
  }

  take(name: TableName, given: GivenTable, written: WrittenRows): void {
    const { columns, key }: { columns: readonly ColumnHead[]; key: readonly string[] } = TABLES[name];
    this.problems.push(...given.problems);
    this.notes.push(...given.notes);
    for (const { name: column, at } of given.unknown)
      this.refuse(placeOf(given.called, given.header, at, column), {
        key: 'tableImport.columnUnknown',
        args: { column, table: name },
      });
    const missing = key.filter((column) => !given.columns.has(column) && column !== 'Period');
    if (missing.length > 0 || (name === 'check-ins' && !given.columns.has('Period')))
      return this.refuse(placeOf(given.called, given.header, 0), {
        key: 'tableImport.columnMissing',
        args: { columns: missing.join(', ') || 'Period' },
      });
    [this.outdated, this.gone] = [0, 0];
    const table = new WrittenTable(columns, key, given, written);
    const met = new Set<Cells>();
    const rowsOf = new Map<string, number>();
    for (const at of given.rows) {
      const row = this.rowOf(name, table, at);
      row?.now.forEach((cells) => met.add(cells));
      const isTwice = row && row.now.length > 0 && isEditable(name) && this.standsTwice(table, at, rowsOf);
      if (row && !isTwice) this.compare(name, table, row);
    }
    this.notes.push(
      ...noteOf(given.called, 'tableNote.rowsMissing', isEditable(name) ? written.now.length - met.size : 0),
      ...noteOf(given.called, 'tableNote.outdated', this.outdated),
      ...noteOf(given.called, 'tableNote.rowsGone', this.gone),
    );
  }

  /** A number or key that was mistyped would write one thing over another. */
  private standsTwice(table: WrittenTable, at: number, rowsOf: Map<string, number>): boolean {
    const identity = table.keyAt(at);
    const place = placeIn(table.given, at, table.key.at(-1) ?? '');
    const first = identity === null ? undefined : rowsOf.get(identity);
    if (first !== undefined) this.refuse(place, { key: 'tableImport.rowTwice', args: { row: first } });
    else if (identity !== null) rowsOf.set(identity, place.row ?? 0);
    return first !== undefined;
  }

  private refuse(place: Place, refusal: Refusal): void {
    this.problems.push({ place, ...refusal });
  }

  private rowOf(name: TableName, table: WrittenTable, at: number): Row | null {
    for (const { name: column, type } of table.keyColumns()) {
      const cell = table.cell(at, column);
      const place = placeIn(table.given, at, column);
      if (isBlank(cell)) return this.skip(place, { key: 'tableImport.keyMissing' });
      if (type === 'integer' && numberOf(cell) === null) return this.skip(place, { key: 'tableImport.keyNoNumber' });
    }
    const [now, then] = [table.nowAt(at), table.thenAbout(at)];
    const target = this.targetOf(name, table, at);
    const row: Row = { at, target, isNew: false, now, then };
    if (now.length > 0) return row;
    const others = table.nowAbout(at);
    if (others.length === 0 && then !== null && then.length > 0) return this.removed(name, table, at, then);
    if (this.mayBeOld && !isEditable(name)) return this.leaveOut();
    if (this.mayBeOld && others.length > 0) return { ...row, now: others };
    const anchor = placeIn(table.given, at, table.key[0] ?? '');
    if (target && !this.draft.isAdded(target))
      // It is there; only the period, or the plan's mention of it, is not among what was written.
      return name === 'institutions' ? row : this.skip(anchor, { key: 'tableImport.rowUnknown' });
    return this.newRow(name, table, at, anchor, target);
  }

  /** Others took out what the row is about: that stands, and only what the row edits needs a decision of somebody. */
  private removed(name: TableName, table: WrittenTable, at: number, then: readonly Cells[]): null {
    const edited = table.columns.filter(
      ({ name: column, type }, place) =>
        EDITABLE[name][column] &&
        table.has(column) &&
        !then.some((cells) => isSame(type, cells[place] ?? null, table.cell(at, column), table.daysAdded)),
    );
    for (const { name: column } of edited)
      this.refuse(placeIn(table.given, at, column), { key: 'tableImport.removedSince' });
    return edited.length > 0 ? null : this.leaveOut();
  }

  private leaveOut(): null {
    this.gone += 1;
    return null;
  }

  private newRow(name: TableName, table: WrittenTable, at: number, anchor: Place, known: Target | null): Row | null {
    if (!isEditable(name)) return this.skip(anchor, { key: 'tableImport.rowUnknown' });
    const target = known ?? this.added(name, table, at);
    if (!target)
      return this.skip(anchor, {
        key: 'tableImport.noCommitment',
        args: { number: table.number(at, 'Commitment Number') },
      });
    this.draft.wasEdited(target.json, anchor);
    return { at, target, isNew: true, now: [], then: null };
  }

  private skip(place: Place, refusal: Refusal): null {
    this.refuse(place, refusal);
    return null;
  }

  private compare(name: TableName, table: WrittenTable, row: Row): void {
    for (const [at, column] of table.columns.entries()) {
      if (!table.has(column.name) || table.key.includes(column.name)) continue;
      const given = table.cell(row.at, column.name);
      if (row.isNew && isBlank(given)) continue;
      const place = placeIn(table.given, row.at, column.name);
      const editable = EDITABLE[name][column.name];
      const refusal =
        editable && row.target
          ? this.decide(table, { ...row, target: row.target }, { at, column, editable, given, place })
          : this.leave(name, table, row, { at, column, given, place });
      if (refusal) this.refuse(place, refusal);
    }
  }

  /** What is not edited here has to be what it is; in a file that is not of today that may be what it was. */
  private leave(
    name: TableName,
    table: WrittenTable,
    { now, then, isNew }: Row,
    { at, column, given, place }: Omit<CellEdit, 'editable'>,
  ): Refusal | null {
    if (now.some((cells) => isSame(column.type, cells[at] ?? null, given, table.daysAdded))) return null;
    if (isNew) return this.mayStand(table, column, given) ? null : { key: 'tableImport.leaveEmpty' };
    const elsewhere = whereToChange(name, column);
    // The key of a plan never changes.
    if (!this.mayBeOld || column.name === 'Plan') return elsewhere;
    // It is known what the file said: anything else was written by its sender.
    const before = then ?? now;
    const isKnown = this.around.isDated && column.source !== 'SERVICE' && before.length > 0;
    if (isKnown && !before.some((cells) => isSame(column.type, cells[at] ?? null, given, table.daysAdded)))
      return elsewhere;
    // What the service counts moves with every day; anything else in a file that seems to be of today may be meant.
    if (this.around.isStale || column.source === 'SERVICE') this.outdated += 1;
    else this.notes.push({ place, ...elsewhere });
    return null;
  }

  private decide(table: WrittenTable, row: EditedRow & Row, edit: CellEdit): Refusal | null {
    const { column, given, place } = edit;
    switch (verdictOf(column.type, given, this.versions(row, edit), table.daysAdded)) {
      case 'SAME':
        return null;
      case 'LEFT':
        this.notes.push({ place, key: this.around.isDated ? 'tableNote.leftAsIs' : 'tableNote.saidBefore' });
        return null;
      case 'CONFLICT':
        return { key: 'tableImport.changedSince' };
      case 'EDITED':
    }
    return this.writer.write(table, row, edit);
  }

  private versions({ target, now, then }: EditedRow & Row, { at, editable }: CellEdit): Versions {
    const cells = (rows: readonly Cells[]): Cell[] => rows.map((row) => row[at] ?? null);
    const stored = this.stored.called(target.identity);
    const { planLeads } = this;
    const shown =
      then && stored && editable.shows?.(stored.object, { planLeads, nameOf: (key) => this.writer.nameThen(key) });
    // Another name of an institution is not another institution.
    return { now: shown === undefined || shown === null ? cells(now) : [shown], then: then && cells(then) };
  }

  private mayStand(table: WrittenTable, column: ColumnHead, given: GivenCell): boolean {
    return SAME_IN_MANY_ROWS.includes(column.name) && table.standsSomewhere(column, given);
  }

  private targetOf(name: TableName, table: WrittenTable, at: number): Target | null {
    if (name === 'progress') return this.draft.commitment(table.number(at, 'Commitment Number'));
    if (name === 'milestones')
      return this.draft.milestone(table.number(at, 'Commitment Number'), table.number(at, 'Milestone Number'));
    return name === 'institutions' ? this.draft.institution(table.text(at, 'Institution')) : null;
  }

  private added(name: TableName, table: WrittenTable, at: number): Target | null {
    if (name === 'progress') return this.draft.addCommitment(table.number(at, 'Commitment Number'));
    if (name === 'milestones')
      return this.draft.addMilestone(table.number(at, 'Commitment Number'), table.number(at, 'Milestone Number'));
    return this.draft.addInstitution(table.text(at, 'Institution'));
  }
}

const isEditable = (name: TableName): boolean => Object.keys(EDITABLE[name]).length > 0;
