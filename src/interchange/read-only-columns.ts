import type { ColumnHead, ColumnSource } from '../publications/progress-column.js';
import type { TableName } from '../publications/progress-tables.js';

/** Where what a column says is changed, since a spreadsheet is not the place: the last step of a message's key. */
type Elsewhere =
  | 'claimed'
  | 'verified'
  | 'assessed'
  | 'derived'
  | 'notKept'
  | 'inPlanFile'
  | 'originalDueDate'
  | 'inProgressTable'
  | 'rowOfAnotherPlan';

const BY_SOURCE: Readonly<Record<ColumnSource, Elsewhere>> = {
  PLAN: 'inPlanFile',
  AGENCY: 'claimed',
  MEL_OFFICER: 'verified',
  MONITORING_BODY: 'assessed',
  SERVICE: 'derived',
};

const BY_NAME: Readonly<Partial<Record<TableName, Readonly<Record<string, Elsewhere>>>>> = {
  progress: {
    Region: 'notKept',
    'Action Plan Number': 'notKept',
    'Short Title': 'notKept',
    Specificity: 'notKept',
    'Potential Impact': 'notKept',
    Milestones: 'derived',
    Plan: 'rowOfAnotherPlan',
  },
  milestones: { 'Original Due Date': 'originalDueDate' },
  'check-ins': { Role: 'inProgressTable' },
  institutions: { 'Commitments Led': 'inProgressTable', 'Commitments Supported': 'inProgressTable' },
};

export const whereToChange = (table: TableName, { name, source }: ColumnHead): { key: string } => ({
  key: `tableImport.${BY_NAME[table]?.[name] ?? BY_SOURCE[source]}`,
});

/** What stands in every row of a plan, or of a period: whoever copies a row to make a new one copies it, and may. */
export const SAME_IN_MANY_ROWS: readonly string[] = [
  'Country/Locality',
  'Year Of Submission',
  'Plan',
  'Period',
  'Period Start Date',
  'Period End Date',
  'Period Due Date',
  'Licence',
];
