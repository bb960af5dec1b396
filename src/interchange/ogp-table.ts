import type { OgpValue } from '../commitments/commitment.vocabulary.js';
import { VALUE_COLUMNS } from '../publications/progress-codes.js';
import { TABLES } from '../publications/progress-tables.js';
import { EDITABLE } from './editable-columns.js';
import { EMPTY, isBlank, placeOf, plain, type GivenSheet } from './given-sheet.js';
import { institutionsNamed, isCutOff } from './institution-names.js';
import { keyFrom } from './key-from-name.js';
import { PlanDraft } from './plan-draft.js';
import type { FileCommitment, FileInstitution, PlanFile } from './plan-file.js';
import { numberOf, truthOf } from './same-cell.js';
import type { TableProblem } from './table-import.errors.js';
import { cellIn, headerOf, placeIn, tableIn, type GivenTable } from './table-header.js';

/** The columns of OGP's own table of commitments; there are more, under names that we do not know. */
const OGP_COLUMNS = TABLES.progress.columns
  .map(({ name }) => name)
  .slice(
    0,
    TABLES.progress.columns.findIndex(({ name }) => name === 'Plan'),
  );
/** Less than this is some other table. */
const FEWEST_COLUMNS = 3;
const TAKEN = [
  'Commitment Unique Identifier',
  'Country/Locality',
  'Theme',
  'Year Of Submission',
  'Action Plan Number',
  'Commitment Number',
  'Commitment Title',
  'Short Title',
  'Full Text',
  'Lead Institution',
  'Supporting Institution(s)',
  'URL',
  ...Object.values(VALUE_COLUMNS),
];

/** Which plan a row is of. */
export interface OgpPlan {
  readonly locality: string;
  readonly year: number | null;
  readonly planNumber: number | null;
}

/** OGP's flat table, tolerant of what such tables are like; what it makes of them is noted. */
export class OgpTable {
  readonly notes: TableProblem[];
  readonly institutions: FileInstitution[];
  private readonly table: GivenTable;
  /** The rows that commitments were made of, in their order. */
  private readonly taken: number[] = [];

  static isIn = (sheet: GivenSheet): boolean => headerOf(sheet, OGP_COLUMNS).found >= FEWEST_COLUMNS;

  /** @param known institutions that the member has already */
  constructor(
    private readonly sheet: GivenSheet,
    private readonly language: string,
    known: readonly FileInstitution[],
  ) {
    this.table = tableIn(sheet, OGP_COLUMNS);
    this.institutions = [...known];
    this.notes = [...this.table.notes, ...this.table.problems];
  }

  plans(): OgpPlan[] {
    const found = this.table.rows.map((row) => this.planOf(row));
    return [...new Map(found.map((plan) => [JSON.stringify(plan), plan])).values()];
  }

  /** The commitments of one plan, under numbers that are theirs alone. */
  commitments(plan: OgpPlan): FileCommitment[] {
    const rows = this.table.rows.filter((row) => JSON.stringify(this.planOf(row)) === JSON.stringify(plan));
    this.noteColumns(rows);
    // Names that are whole first, so that those that were cut off find them.
    for (const row of rows) this.agencies(row, 'WHOLE');
    const ids = new Set<string>();
    const numbers = new Set<number>();
    return rows.flatMap((row) => {
      const title = this.text(row, 'Commitment Title') ?? this.text(row, 'Short Title') ?? this.text(row, 'Full Text');
      if (title === null) {
        this.note(row, 'Commitment Title', 'ogpNote.rowSkipped');
        return [];
      }
      const id = this.text(row, 'Commitment Unique Identifier');
      if (id !== null && ids.has(id.toLowerCase()))
        this.note(row, 'Commitment Unique Identifier', 'ogpNote.idTwice', { id });
      ids.add(id?.toLowerCase() ?? '');
      const number = this.numberFor(row, numbers);
      numbers.add(number);
      this.taken.push(row);
      return [this.commitment(row, number, title, id)];
    });
  }

  /** The plan file that was made, with the cell that each of its commitments and their facts come from. */
  draftOf(file: PlanFile): PlanDraft {
    const draft = new PlanDraft(file);
    for (const [at, row] of this.taken.entries()) {
      draft.wasEdited(`$.commitments[${at}]`, placeIn(this.table, row, 'Commitment Number'));
      for (const [column, { fields }] of Object.entries(EDITABLE.progress))
        for (const field of fields) draft.wasEdited(`$.commitments[${at}].${field}`, placeIn(this.table, row, column));
    }
    return draft;
  }

  private commitment(row: number, number: number, title: string, ogpId: string | null): FileCommitment {
    const values = (Object.entries(VALUE_COLUMNS) as Array<[OgpValue, string]>).filter(
      ([, column]) => truthOf(cellIn(this.table, row, column)) === true,
    );
    const [action, areas, url] = [this.text(row, 'Full Text'), this.text(row, 'Theme'), this.text(row, 'URL')];
    return {
      number,
      title: this.inLanguage(title),
      ...(ogpId ? { ogpId } : {}),
      ...(action ? { action: this.inLanguage(action) } : {}),
      ...(areas ? { policyAreas: [...new Set(areas.split(/\s*;\s*/).filter(Boolean))] } : {}),
      ...(url ? { url } : {}),
      ogpValues: values.map(([value]) => value),
      institutions: this.agencies(row),
    };
  }

  private numberFor(row: number, taken: ReadonlySet<number>): number {
    const given = numberOf(cellIn(this.table, row, 'Commitment Number'));
    if (given !== null && given > 0 && !taken.has(given)) return given;
    const all = [
      ...taken,
      ...this.table.rows.map((one) => numberOf(cellIn(this.table, one, 'Commitment Number')) ?? 0),
    ];
    const number = Math.max(0, ...all) + 1;
    this.note(row, 'Commitment Number', 'ogpNote.numberGiven', { number });
    return number;
  }

  private agencies(row: number, names: 'WHOLE' | 'ALL' = 'ALL'): NonNullable<FileCommitment['institutions']> {
    const named = ([column, role]: readonly [string, 'LEAD' | 'SUPPORTING']) =>
      institutionsNamed(this.text(row, column) ?? '', this.institutions).flatMap((found) => {
        if ('institution' in found) {
          const { key } = found.institution;
          if (found.wasCut && names === 'ALL') this.note(row, column, 'tableNote.nameCompleted', { institution: key });
          return [{ institution: key, role }];
        }
        return names === 'ALL' || !isCutOff(found.name)
          ? [{ institution: this.newInstitution(row, column, found.name), role }]
          : [];
      });
    const all = [named(['Lead Institution', 'LEAD']), named(['Supporting Institution(s)', 'SUPPORTING'])].flat();
    // Whoever leads does not support as well.
    return all.filter(({ institution }, at) => all.findIndex((one) => one.institution === institution) === at);
  }

  private newInstitution(row: number, column: string, name: string): string {
    const key = keyFrom(name, 'institution', new Set(this.institutions.map((one) => one.key)));
    this.institutions.push({ key, name: this.inLanguage(name), kind: 'OTHER' });
    this.note(row, column, isCutOff(name) ? 'ogpNote.nameCut' : 'ogpNote.institutionNew', { institution: key });
    return key;
  }

  private noteColumns(rows: readonly number[]): void {
    const filled = (at: number) => rows.some((row) => !isBlank(this.sheet.rows[row]?.[at] ?? EMPTY));
    const left = [
      ...[...this.table.columns].flatMap(([name, at]) => (TAKEN.includes(name) || !filled(at) ? [] : [name])),
      ...this.table.unknown.flatMap(({ name, at }) => (filled(at) ? [name] : [])),
    ];
    const place = placeOf(this.sheet.name, this.table.header, 0);
    if (left.length > 0) this.notes.push({ place, key: 'ogpNote.columnsLeft', args: { columns: left.join(', ') } });
    if (rows.some((row) => this.text(row, 'Full Text') !== null))
      this.note(this.table.header, 'Full Text', 'ogpNote.fullText');
  }

  private planOf(row: number): OgpPlan {
    return {
      locality: this.text(row, 'Country/Locality') ?? '',
      year: numberOf(cellIn(this.table, row, 'Year Of Submission')),
      planNumber: numberOf(cellIn(this.table, row, 'Action Plan Number')),
    };
  }

  private inLanguage(text: string): Record<string, string> {
    return { [this.language]: text };
  }

  private text(row: number, column: string): string | null {
    const cell = cellIn(this.table, row, column);
    return isBlank(cell) || cell.isError || cell.value instanceof Date ? null : plain(String(cell.value));
  }

  private note(row: number, column: string, key: string, args?: TableProblem['args']): void {
    this.notes.push({ place: placeIn(this.table, row, column), key, ...(args ? { args } : {}) });
  }
}
