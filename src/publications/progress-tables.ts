import { assessmentTable, type AssessmentProgressRow } from './assessments-table.js';
import { checkInTable, type CheckInProgressRow } from './check-ins-table.js';
import { progressTable } from './commitments-table.js';
import { evidenceTable, type EvidenceProgressRow } from './evidence-table.js';
import { institutionTable, type InstitutionProgressRow } from './institutions-table.js';
import { milestoneTable, type MilestoneProgressRow } from './milestones-table.js';
import type { Cells, InLanguage } from './progress-column.js';
import type { ProgressRow } from './commitments-row.js';
import type { Table } from './progress-table.js';

export interface TableRows {
  readonly progress: ProgressRow;
  readonly milestones: MilestoneProgressRow;
  readonly 'check-ins': CheckInProgressRow;
  readonly institutions: InstitutionProgressRow;
  readonly evidence: EvidenceProgressRow;
  readonly assessments: AssessmentProgressRow;
}
export type TableName = keyof TableRows;

/** Every table of the progress files, the flat one first. */
export const TABLES: { readonly [Name in TableName]: Table<TableRows[Name]> } = {
  progress: progressTable,
  milestones: milestoneTable,
  'check-ins': checkInTable,
  institutions: institutionTable,
  evidence: evidenceTable,
  assessments: assessmentTable,
};

export const TABLE_NAMES = Object.keys(TABLES) as TableName[];

export const isTableName = (name: string): name is TableName => Object.hasOwn(TABLES, name);

/** What the row says, a cell a column. */
export function cellsOf<Name extends TableName>(name: Name, row: TableRows[Name], wanted: InLanguage): Cells {
  const { columns }: Table<TableRows[Name]> = TABLES[name];
  return columns.map(({ value }) => value(row, wanted));
}
