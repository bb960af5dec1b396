import type { Language } from '../platform/i18n/text.js';
import type { Cells, ColumnHead } from '../publications/progress-column.js';
import { TABLES, type TableName } from '../publications/progress-tables.js';
import { before, touching } from './changed-since.js';
import { EDITABLE, type EditableColumn, type Editing } from './editable-columns.js';
import { EMPTY, isBlank, plain, placeOf, type GivenCell, type Place } from './given-sheet.js';
import type { PlanChange } from './plan-diff.js';
import { PlanDraft, type Target } from './plan-draft.js';
import type { FileMilestone } from './plan-file.js';
import { SAME_IN_MANY_ROWS, whereToChange } from './read-only-columns.js';
import { isSame, numberOf } from './same-cell.js';
import type { Refusal, TableProblem } from './table-import.errors.js';
import { noteOf, type GivenTable } from './table-header.js';
import { WrittenTable } from './written-table.js';

/** Beside the columns that are written, a table of milestones may say why a due date moves. */
export const REASON_COLUMN = 'Due Date Reason';

export interface EditSurroundings {
  readonly language: Language;
  readonly own: Language;
  /** What others changed since the file was written; null where the file does not say when that was. */
  readonly since: readonly PlanChange[] | null;
  /** Whether anything at all may have changed since, be it only the day. */
  readonly isStale: boolean;
  /** Due dates that milestones had before, as `commitment.milestone`. */
  readonly earlierDueDates: ReadonlyMap<string, readonly string[]>;
  /** Why due dates move that have no reason of their own. */
  readonly reason: string | null;
}

interface Row {
  readonly at: number;
  readonly target: Target | null;
  readonly isNew: boolean;
  /** Rows as they are now that this one may be. */
  readonly written: readonly Cells[];
}

/** Finds the cells that were edited in the tables of one file, and makes the edits in a draft of the plan. */
export class TableEdits {
  readonly problems: TableProblem[] = [];
  readonly notes: TableProblem[] = [];
  /** Reasons of moved due dates, as `commitment.milestone`. */
  readonly reasons = new Map<string, string>();
  private readonly stored: PlanDraft;
  /** What was written where, so that rows that speak of one commitment cannot contradict each other. */
  private readonly edited = new Map<string, { value: string; row: number }>();
  private outdated = 0;

  constructor(
    readonly draft: PlanDraft,
    private readonly around: EditSurroundings,
  ) {
    this.stored = new PlanDraft(structuredClone(draft.file));
  }

  /** @param now the rows of the table as they are now */
  take(name: TableName, given: GivenTable, now: readonly Cells[], called: string): void {
    const { columns, key }: { columns: readonly ColumnHead[]; key: readonly string[] } = TABLES[name];
    this.problems.push(...given.problems);
    this.notes.push(...given.notes);
    for (const { name: column, at } of given.unknown)
      this.refuse(placeOf(called, given.header, at, column), {
        key: 'tableImport.columnUnknown',
        args: { column, table: name },
      });
    const missing = key.filter((column) => !given.columns.has(column) && column !== 'Period');
    if (missing.length > 0 || (name === 'check-ins' && !given.columns.has('Period')))
      return this.refuse(placeOf(called, given.header, 0), {
        key: 'tableImport.columnMissing',
        args: { columns: missing.join(', ') || 'Period' },
      });
    this.outdated = 0;
    const table = new WrittenTable(columns, key, given, now);
    const met = new Set<Cells>();
    for (const at of given.rows) {
      const row = this.rowOf(name, table, at, called);
      row?.written.forEach((cells) => met.add(cells));
      if (row) this.compare(name, table, row, called);
    }
    this.notes.push(
      ...noteOf(called, 'tableNote.rowsMissing', Object.keys(EDITABLE[name]).length > 0 ? now.length - met.size : 0),
      ...noteOf(called, 'tableNote.outdated', this.outdated),
    );
  }

  private refuse(place: Place, refusal: Refusal): void {
    this.problems.push({ place, ...refusal });
  }

  private rowOf(name: TableName, table: WrittenTable, at: number, called: string): Row | null {
    for (const { name: column, type } of table.keyColumns()) {
      const cell = table.cell(at, column);
      const place = placeOf(called, at, table.at(column), column);
      if (isBlank(cell)) return this.skip(place, { key: 'tableImport.keyMissing' });
      if (type === 'integer' && numberOf(cell) === null) return this.skip(place, { key: 'tableImport.keyNoNumber' });
    }
    const written = table.matching(at);
    const target = this.targetOf(name, table, at);
    const anchor = placeOf(called, at, table.at(table.key[0] ?? ''), table.key[0]);
    if (written.length > 0) return { at, target, isNew: false, written };
    if (target && !this.draft.isAdded(target))
      // What is edited is there; only the period, or what else the row is about, is not among what was written.
      return name === 'institutions' || name === 'milestones'
        ? { at, target, isNew: false, written: [] }
        : this.skip(anchor, { key: 'tableImport.rowUnknown' });
    return this.newRow(name, table, at, anchor, target);
  }

  private newRow(name: TableName, table: WrittenTable, at: number, anchor: Place, known: Target | null): Row | null {
    if (Object.keys(EDITABLE[name]).length === 0) return this.skip(anchor, { key: 'tableImport.rowUnknown' });
    const identity = table.identity(name, at);
    if (this.around.since?.some(({ path }) => path === identity || path === '$'))
      return this.skip(anchor, { key: 'tableImport.changedSince' });
    const target = known ?? this.added(name, table, at);
    if (!target)
      return this.skip(anchor, {
        key: 'tableImport.noCommitment',
        args: { number: table.number(at, 'Commitment Number') },
      });
    this.draft.wasEdited(target.json, anchor);
    return { at, target, isNew: true, written: [] };
  }

  private skip(place: Place, refusal: Refusal): null {
    this.refuse(place, refusal);
    return null;
  }

  private compare(name: TableName, table: WrittenTable, row: Row, called: string): void {
    for (const [at, column] of table.columns.entries()) {
      if (!table.has(column.name) || table.key.includes(column.name)) continue;
      const given = table.cell(row.at, column.name);
      const place = placeOf(called, row.at, table.at(column.name), column.name);
      if (row.written.some((cells) => isSame(column.type, cells[at] ?? null, given, table.daysAdded))) continue;
      if (row.isNew && isBlank(given)) continue;
      const refusal = this.edit(name, table, row, column, given, place);
      if (refusal) this.refuse(place, refusal);
    }
  }

  private edit(
    name: TableName,
    table: WrittenTable,
    { at, target, isNew }: Row,
    column: ColumnHead,
    given: GivenCell,
    place: Place,
  ): Refusal | null {
    const editable = EDITABLE[name][column.name];
    if (!editable || !target) {
      if (isNew) return this.mayStand(table, column, given) ? null : { key: 'tableImport.leaveEmpty' };
      if (!this.around.isStale) return whereToChange(name, column);
      this.outdated += 1;
      return null;
    }
    if (given.isError) return { key: 'tableImport.errorCell', args: { value: String(given.value) } };
    if (given.isFormula) return { key: 'tableImport.formula' };
    const since = this.since(target, editable, given, column);
    if (since === 'LEFT') {
      this.notes.push({ place, key: 'tableNote.leftAsIs' });
      return null;
    }
    if (since === 'CONFLICT') return { key: 'tableImport.changedSince' };
    const contradicted = this.contradicted(`${target.identity} ${column.name}`, given, at);
    if (contradicted !== null)
      return contradicted === at + 1 ? null : { key: 'tableImport.contradiction', args: { row: contradicted } };
    if (column.name === 'Due Date' && !isNew) return this.moveDueDate(table, at, target, editable, given, place);
    return this.write(table, target, editable, given, place);
  }

  private write(table: WrittenTable, target: Target, editable: EditableColumn, given: GivenCell, place: Place) {
    const editing: Editing = {
      language: this.around.language,
      own: this.around.own,
      institutions: this.draft.file.institutions,
      daysAdded: table.daysAdded,
      note: (key, args) => this.notes.push({ place, key, args }),
    };
    for (const field of editable.fields) this.draft.wasEdited(`${target.json}.${field}`, place);
    return editable.write(target.object, given, editing);
  }

  /** The date that was promised first, and every one since, stays known, each with its reason. */
  private moveDueDate(
    table: WrittenTable,
    at: number,
    target: Target,
    editable: EditableColumn,
    given: GivenCell,
    place: Place,
  ): Refusal | null {
    const { dueOn, originalDueOn } = target.object as Pick<FileMilestone, 'dueOn' | 'originalDueOn'>;
    if (dueOn === undefined) return this.write(table, target, editable, given, place);
    if (isBlank(given)) return { key: 'tableImport.dueDateRemoved' };
    const refusal = this.write(table, target, editable, given, place);
    if (refusal) return refusal;
    const name = [table.number(at, 'Commitment Number'), table.number(at, 'Milestone Number')].join('.');
    const moved = String(target.object['dueOn']);
    if (this.around.since === null && this.around.earlierDueDates.get(name)?.some((day) => day.startsWith(moved))) {
      target.object['dueOn'] = dueOn;
      this.notes.push({ place, key: 'tableNote.dueDateKept', args: { day: dueOn } });
      return null;
    }
    target.object['originalDueOn'] = originalDueOn ?? dueOn;
    const own = table.has(REASON_COLUMN) ? table.cell(at, REASON_COLUMN) : EMPTY;
    const reason = isBlank(own) ? this.around.reason : plain(String(own.value));
    if (!reason) return { key: 'tableImport.reasonMissing', args: { column: REASON_COLUMN } };
    this.reasons.set(name, reason);
    return null;
  }

  /** Whether others changed the fact since the file was written: then whoever edited it has not seen what it says now. */
  private since(target: Target, editable: EditableColumn, given: GivenCell, column: ColumnHead) {
    const changes = touching(this.around.since ?? [], target, editable.fields);
    if (changes.length === 0) return null;
    const object = this.stored.called(target.identity);
    const then = object && editable.shows && before(object, changes);
    if (!then || !editable.shows) return 'CONFLICT';
    const was = editable.shows(then, this.around);
    if (isSame(column.type, was, given)) return 'LEFT';
    // What was changed is not seen here: a text in another language.
    return was === editable.shows(object.object, this.around) ? null : 'CONFLICT';
  }

  /** The row that said something of the fact already: this one when it said the same, null when none did. */
  private contradicted(fact: string, given: GivenCell, at: number): number | null {
    const value = given.value instanceof Date ? given.value.toISOString() : plain(String(given.value ?? ''));
    const earlier = this.edited.get(fact);
    if (!earlier) this.edited.set(fact, { value, row: at + 1 });
    return earlier ? (earlier.value === value ? at + 1 : earlier.row) : null;
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
