import sql, { type Sql } from 'sql-template-tag';
import type { Day } from '../action-plans/reporting-calendar.js';
import type {
  AssessedCompletion,
  AssessmentKind,
  OpenedGovernment,
  PotentialForResults,
  Verifiability,
} from '../assessments/assessment.vocabulary.js';
import { superseded } from '../assessments/assessments.queries.js';
import type { LocalizedText } from '../platform/i18n/text.js';
import { ASSESSMENT_KIND, COMPLETION, OPENED_GOVERNMENT, POTENTIAL, VERIFIABILITY } from './progress-codes.js';
import { fromMonitor, inWords, licenceColumn, type Column } from './progress-column.js';
import { oneDay, type ProgressScope } from './progress-statements.js';
import type { Table } from './progress-table.js';

export interface AssessmentProgressRow {
  readonly id: string;
  readonly commitment: number | null;
  readonly kind: AssessmentKind;
  readonly institution: LocalizedText | null;
  readonly dueOn: Day | null;
  readonly filedOn: Day;
  readonly completion: AssessedCompletion | null;
  readonly verifiability: Verifiability | null;
  readonly potentialForResults: PotentialForResults | null;
  readonly openedGovernment: OpenedGovernment | null;
  readonly summary: string;
  readonly url: string | null;
  readonly isSuperseded: boolean;
}

const monitor = fromMonitor<AssessmentProgressRow>();

const columns: ReadonlyArray<Column<AssessmentProgressRow>> = [
  monitor('Assessment', 'string', 'Id of the assessment.', (row) => row.id),
  monitor(
    'Commitment Number',
    'integer',
    'Number of the commitment; empty where the plan as a whole was assessed.',
    (row) => row.commitment,
  ),
  monitor('Kind', 'string', 'Which assessment it is.', (row) => row.kind, { codes: ASSESSMENT_KIND }),
  monitor('Institution Name', 'string', 'The monitoring body.', (row, wanted) => inWords(row.institution, wanted)),
  monitor('Due Date', 'date', 'Last day for it, as it was when it was filed.', (row) => row.dueOn),
  monitor('Filed Date', 'date', 'Day on which it was filed.', (row) => row.filedOn),
  monitor('Completion', 'string', 'How far it was implemented.', (row) => row.completion, {
    codes: COMPLETION,
  }),
  monitor('Verifiability', 'string', 'Whether it can be told what would be done.', (row) => row.verifiability, {
    codes: VERIFIABILITY,
  }),
  monitor('Potential For Results', 'string', 'How much it could change.', (row) => row.potentialForResults, {
    codes: POTENTIAL,
  }),
  monitor('Did It Open Government', 'string', 'Whether it made government more open.', (row) => row.openedGovernment, {
    codes: OPENED_GOVERNMENT,
  }),
  monitor('Summary', 'string', 'What was found, in the words of the monitoring body.', (row) => row.summary),
  monitor('URL', 'string', 'Where the whole assessment can be read.', (row) => row.url),
  monitor(
    'Superseded',
    'boolean',
    'Whether a newer assessment of the same kind takes its place.',
    (row) => row.isSuperseded,
  ),
  licenceColumn,
];

const statement = (scope: ProgressScope): Sql => sql`
  select a.id, c.number as commitment, a.kind, i.name as institution, ${oneDay(sql`a.due_on`)} as "dueOn", ${oneDay(sql`a.filed_on`)} as "filedOn",
         a.completion, a.verifiability, a.potential_for_results as "potentialForResults", a.opened_government as "openedGovernment", a.summary, a.url,
         ${superseded} as "isSuperseded"
    from assessment a
    left join commitment c on c.id = a.commitment_id
    left join institution i on i.id = a.institution_id
   where a.plan_id = ${scope.planId}
   order by a.filed_at, a.id`;

export const assessmentTable: Table<AssessmentProgressRow> = {
  name: 'assessments',
  meaning: 'One row per assessment of the monitoring body, those included that a newer one took the place of.',
  columns,
  key: ['Assessment'],
  statement,
};
