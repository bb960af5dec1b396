import { COMPLETION, NO_OR_YES, OPENED_GOVERNMENT, VALUE_COLUMNS, wordsOf } from './progress-codes.js';
import { fromMonitor, fromPlan, inWords, joined, type Column } from './progress-column.js';
import type { ProgressRow } from './commitments-row.js';

const NOT_KEPT = 'A column of OGP’s own table that this service keeps no value for: always empty.';

const plan = fromPlan<ProgressRow>();
const monitor = fromMonitor<ProgressRow>();

/** The columns of OGP's own commitments table, under its names and in its order. */
export const ogpColumns: ReadonlyArray<Column<ProgressRow>> = [
  plan(
    'Commitment Unique Identifier',
    'string',
    'The id that OGP gave; empty where none is known, and not unique.',
    (row) => row.ogpId,
  ),
  plan('Country/Locality', 'string', 'Name of the government that submitted the plan.', (row, wanted) =>
    inWords(row.member, wanted),
  ),
  plan('Region', 'string', NOT_KEPT, () => null),
  plan('Theme', 'string', 'Primary policy areas, separated by semicolons.', (row) => joined(row.policyAreas)),
  plan('Year Of Submission', 'integer', 'Year in which the plan was submitted.', (row) => row.submittedIn),
  plan('Action Plan Number', 'integer', NOT_KEPT, () => null),
  plan('Commitment Number', 'integer', 'Number of the commitment within the plan.', (row) => row.number),
  plan('Commitment Title', 'string', 'Title in full.', (row, wanted) => inWords(row.title, wanted)),
  plan('Short Title', 'string', NOT_KEPT, () => null),
  plan(
    'Full Text',
    'string',
    'Problem, status quo, action and how it solves the problem, as far as they are published.',
    (row, wanted) =>
      joined(
        [row.problem, row.statusQuo, row.action, row.solution].map((text) => inWords(text, wanted)),
        '\n\n',
      ),
  ),
  plan(
    'Lead Institution',
    'string',
    'Who leads the commitment, separated by semicolons; those who lead the plan where the commitment names nobody. Never cut short.',
    (row, wanted) => joined(row.leads.map((name) => inWords(name, wanted))),
  ),
  plan('Supporting Institution(s)', 'string', 'Who supports the commitment, separated by semicolons.', (row, wanted) =>
    joined(row.supporting.map((name) => inWords(name, wanted))),
  ),
  plan('URL', 'string', 'Page of the commitment.', (row) => row.url),
  ...(Object.keys(VALUE_COLUMNS) as Array<keyof typeof VALUE_COLUMNS>).map((value) =>
    plan(
      VALUE_COLUMNS[value],
      'integer',
      'Whether the commitment serves this value of OGP.',
      (row) => (row.ogpValues.includes(value) ? 1 : 0),
      { codes: NO_OR_YES },
    ),
  ),
  plan('Specificity', 'string', NOT_KEPT, () => null),
  plan(
    'Potential Impact',
    'string',
    `${NOT_KEPT} See Assessment Potential For Results, which asks another question.`,
    () => null,
  ),
  monitor(
    'Completion (Progress Report)',
    'string',
    'How far it was implemented, in OGP’s words, by the newest assessment of the monitoring body. Never computed from claims.',
    (row) => row.assessmentCompletion && COMPLETION[row.assessmentCompletion],
    { codes: wordsOf(COMPLETION) },
  ),
  monitor(
    'Did It Open Government (Overall)',
    'string',
    'Whether it made government more open, in OGP’s words, by the newest assessment of the monitoring body.',
    (row) => row.openedGovernment && OPENED_GOVERNMENT[row.openedGovernment],
    { codes: wordsOf(OPENED_GOVERNMENT) },
  ),
];
