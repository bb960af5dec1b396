import { wordsOf } from '../platform/i18n/pick.js';
import type { Language, LocalizedText } from '../platform/i18n/text.js';
import type { ColumnHead } from '../publications/progress-column.js';
import type { EditableColumn, Editing } from './editable-columns.js';
import { EMPTY, isBlank, plain, type GivenCell, type Place } from './given-sheet.js';
import type { PlanDraft, Target } from './plan-draft.js';
import type { FileMilestone } from './plan-file.js';
import type { Refusal, TableProblem } from './table-import.errors.js';
import type { WrittenTable } from './written-table.js';

/** Beside the columns that are written, a table of milestones may say why a due date moves. */
export const REASON_COLUMN = 'Due Date Reason';

export interface EditSurroundings {
  readonly language: Language;
  readonly own: Language;
  /** Whether the file says when it was written. */
  readonly isDated: boolean;
  /** Whether anything at all is known to have changed since, be it only the day. */
  readonly isStale: boolean;
  /** What institutions were called when the file was written, by their keys. */
  readonly namesThen: ReadonlyMap<string, LocalizedText>;
  /** Due dates that milestones had before, as `commitment.milestone`. */
  readonly earlierDueDates: ReadonlyMap<string, readonly string[]>;
  /** Why due dates move that have no reason of their own. */
  readonly reason: string | null;
}

/** The row of a table that an edit stands in. */
export interface EditedRow {
  /** Counted from 0 in the sheet. */
  readonly at: number;
  readonly target: Target;
  readonly isNew: boolean;
}

export interface CellEdit {
  /** The place of the column in the table. */
  readonly at: number;
  readonly column: ColumnHead;
  readonly editable: EditableColumn;
  readonly given: GivenCell;
  readonly place: Place;
}

/** Makes edits of cells in a draft of the plan, or says why one cannot be made. */
export class CellWriter {
  /** Reasons of moved due dates, as `commitment.milestone`. */
  readonly reasons = new Map<string, string>();
  /** What was written where, so that rows that speak of one commitment cannot contradict each other. */
  private readonly edited = new Map<string, { value: string; row: number }>();

  constructor(
    private readonly draft: PlanDraft,
    private readonly around: EditSurroundings,
    private readonly notes: TableProblem[],
  ) {}

  write(table: WrittenTable, row: EditedRow, edit: CellEdit): Refusal | null {
    const { column, given } = edit;
    if (given.isError) return { key: 'tableImport.errorCell', args: { value: String(given.value) } };
    if (given.isFormula) return { key: 'tableImport.formula' };
    const contradicted = this.contradicted(`${row.target.identity} ${column.name}`, given, row.at);
    if (contradicted !== null)
      return contradicted === row.at + 1 ? null : { key: 'tableImport.contradiction', args: { row: contradicted } };
    return column.name === 'Due Date' && !row.isNew
      ? this.moveDueDate(table, row, edit)
      : this.put(table, row.target, edit);
  }

  /** What the file calls the institution. */
  nameThen(key: string): string | null {
    const now = this.draft.file.institutions.find((one) => one.key === key)?.name as LocalizedText | undefined;
    return wordsOf(this.around.namesThen.get(key) ?? now, [this.around.language], this.around.own);
  }

  private put(table: WrittenTable, target: Target, { editable, given, place }: CellEdit): Refusal | null {
    const { language, own, namesThen } = this.around;
    const { institutions } = this.draft.file;
    const editing: Editing = {
      language,
      own,
      institutions,
      institutionsThen: institutions.map((one) => ({ ...one, name: namesThen.get(one.key) ?? one.name })),
      daysAdded: table.daysAdded,
      note: (key, args) => this.notes.push({ place, key, args }),
    };
    for (const field of editable.fields) this.draft.wasEdited(`${target.json}.${field}`, place);
    return editable.write(target.object, given, editing);
  }

  /** The date that was promised first, and every one since, stays known, each with its reason. */
  private moveDueDate(table: WrittenTable, { at, target }: EditedRow, edit: CellEdit): Refusal | null {
    const { given, place } = edit;
    const { dueOn, originalDueOn } = target.object as Pick<FileMilestone, 'dueOn' | 'originalDueOn'>;
    if (dueOn === undefined) return this.put(table, target, edit);
    if (isBlank(given)) return { key: 'tableImport.dueDateRemoved' };
    const refusal = this.put(table, target, edit);
    if (refusal) return refusal;
    const name = [table.number(at, 'Commitment Number'), table.number(at, 'Milestone Number')].join('.');
    const moved = String(target.object['dueOn']);
    if (!this.around.isDated && this.around.earlierDueDates.get(name)?.some((day) => day.startsWith(moved))) {
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

  /** The row that said something of the fact already: this one when it said the same, null when none did. */
  private contradicted(fact: string, given: GivenCell, at: number): number | null {
    const value = given.value instanceof Date ? given.value.toISOString() : plain(String(given.value ?? ''));
    const earlier = this.edited.get(fact);
    if (!earlier) this.edited.set(fact, { value, row: at + 1 });
    return earlier ? (earlier.value === value ? at + 1 : earlier.row) : null;
  }
}
