import { ogpColumns } from './ogp-columns.js';
import {
  ASSESSMENT_KIND,
  COMPLETION,
  OPENED_GOVERNMENT,
  POTENTIAL,
  REPORTING,
  reportingOf,
  VERIFIABILITY,
} from './progress-codes.js';
import {
  fromAgency,
  fromMonitor,
  fromOfficer,
  fromPlan,
  fromService,
  licenceColumn,
  saidBy,
  type Column,
} from './progress-column.js';
import type { ProgressRow } from './commitments-row.js';

const plan = fromPlan<ProgressRow>();
const agency = fromAgency<ProgressRow>();
const officer = fromOfficer<ProgressRow>();
const monitor = fromMonitor<ProgressRow>();
const service = fromService<ProgressRow>();
const count = { unit: 'check-ins' };
const milestones = { unit: 'milestones' };

export const progressColumns: ReadonlyArray<Column<ProgressRow>> = [
  ...ogpColumns,
  plan('Plan', 'string', 'Key of the plan.', (row) => row.plan),
  plan('Commitment Start Date', 'date', 'First day of the commitment.', (row) => row.startsOn),
  plan('Commitment End Date', 'date', 'Last day of the commitment.', (row) => row.endsOn),
  service(
    'Period',
    'string',
    'Key of the reporting period, such as 2024-Q2; empty where none has opened yet.',
    (row) => row.period,
  ),
  service('Period Start Date', 'date', 'First day of the period.', (row) => row.periodStartsOn),
  service('Period End Date', 'date', 'Last day of the period.', (row) => row.periodEndsOn),
  service(
    'Period Due Date',
    'date',
    'Last day, counted whole, on which a check-in is on time; single agencies may have been given more.',
    (row) => row.periodDueOn,
  ),
  service(
    'Reporting',
    'string',
    'Whether agencies have said something. No report, nothing to report and not started are three different things.',
    reportingOf,
    { codes: REPORTING },
  ),
  service(
    'Reports Expected',
    'integer',
    'Check-ins that are owed: one of each implementing agency.',
    (row) => row.expected,
    count,
  ),
  service(
    'Reports Received',
    'integer',
    'Check-ins that were handed in and are not sent back.',
    (row) => row.received,
    count,
  ),
  service('Reports On Time', 'integer', 'Of those received, handed in by the due day.', (row) => row.onTime, count),
  service('Reports Late', 'integer', 'Of those received, handed in after the due day.', (row) => row.late, count),
  service(
    'Reports Sent Back',
    'integer',
    'Check-ins that were sent back to the agency and are not counted as received.',
    (row) => row.returned,
    count,
  ),
  service('Reports Published', 'integer', 'Of those received, published one by one.', (row) => row.published, count),
  agency(
    'Nothing To Report',
    'integer',
    'Of those received, that say there is nothing to report.',
    (row) => row.nothing,
    count,
  ),
  agency(
    'Claimed Movement Nothing',
    'integer',
    'Of those received, whose agency says that nothing has moved.',
    (row) => row.movedNothing,
    count,
  ),
  agency(
    'Claimed Movement Little',
    'integer',
    'Of those received, whose agency says that little has moved.',
    (row) => row.movedLittle,
    count,
  ),
  agency(
    'Claimed Movement Clear',
    'integer',
    'Of those received, whose agency says that there was clear movement.',
    (row) => row.movedClear,
    count,
  ),
  agency(
    'Claimed Progress',
    'string',
    'What agencies say of the period, in the language they wrote it in; after their names where there are several.',
    (row, wanted) =>
      saidBy(
        row.claims.map(({ institution, progress }) => ({ institution, text: progress })),
        wanted,
      ),
  ),
  agency('Claimed Obstacles', 'string', 'Obstacles that agencies name.', (row, wanted) =>
    saidBy(
      row.claims.map(({ institution, obstacles }) => ({ institution, text: obstacles })),
      wanted,
    ),
  ),
  agency('Claimed Next Steps', 'string', 'Next steps that agencies name.', (row, wanted) =>
    saidBy(
      row.claims.map(({ institution, nextSteps }) => ({ institution, text: nextSteps })),
      wanted,
    ),
  ),
  agency(
    'Last Submitted At',
    'datetime',
    'When the last of the check-ins received was handed in.',
    (row) => row.lastSubmittedAt,
  ),
  plan(
    'Milestones',
    'integer',
    'Milestones of the commitment. No percentage is made of them: there is no published formula.',
    (row) => row.milestones,
    milestones,
  ),
  agency(
    'Milestones Completed',
    'integer',
    'Completed by the newest claim up to this period, else as the plan itself says.',
    (row) => row.completed,
    milestones,
  ),
  agency(
    'Milestones In Progress',
    'integer',
    'In progress by the newest claim up to this period, else as the plan itself says.',
    (row) => row.inProgress,
    milestones,
  ),
  agency(
    'Milestones Not Started',
    'integer',
    'Said not to have begun by the newest claim up to this period, else by the plan itself.',
    (row) => row.notStarted,
    milestones,
  ),
  agency(
    'Milestones Cancelled',
    'integer',
    'Cancelled by the newest claim up to this period, else as the plan itself says.',
    (row) => row.cancelled,
    milestones,
  ),
  service(
    'Milestones Without Status',
    'integer',
    'Milestones of which nobody has said anything yet. They are not counted as not started.',
    (row) => row.unknown,
    milestones,
  ),
  service(
    'Milestones Overdue',
    'integer',
    'Due before the end of the period (or today, if that is earlier), and neither completed nor cancelled.',
    (row) => row.overdue,
    milestones,
  ),
  service('Overdue Since', 'date', 'The earliest due date among those overdue.', (row) => row.overdueSince),
  officer(
    'Reports Verified',
    'integer',
    'Of those received, verified by the MEL officer.',
    (row) => row.verified,
    count,
  ),
  officer(
    'Milestones Verified Completed',
    'integer',
    'Milestones whose newest verification up to this period finds them completed.',
    (row) => row.verifiedCompleted,
    milestones,
  ),
  officer(
    'Verification Findings',
    'string',
    'What the MEL officer found for the check-ins of the period.',
    (row, wanted) =>
      saidBy(
        row.findings.map(({ institution, finding }) => ({ institution, text: finding })),
        wanted,
      ),
  ),
  officer('Last Verified At', 'datetime', 'When the last of them was recorded.', (row) => row.lastVerifiedAt),
  monitor(
    'Assessment Kind',
    'string',
    'Which assessment of the commitment is the newest; empty where there is none. See the table of assessments for all.',
    (row) => row.assessmentKind,
    { codes: ASSESSMENT_KIND },
  ),
  monitor('Assessment Filed Date', 'date', 'Day on which it was filed.', (row) => row.assessmentFiledOn),
  monitor(
    'Assessment Completion',
    'string',
    'How far the commitment was implemented.',
    (row) => row.assessmentCompletion,
    { codes: COMPLETION },
  ),
  monitor(
    'Assessment Verifiability',
    'string',
    'Whether it can be told what would be done.',
    (row) => row.verifiability,
    { codes: VERIFIABILITY },
  ),
  monitor('Assessment Potential For Results', 'string', 'How much it could change.', (row) => row.potentialForResults, {
    codes: POTENTIAL,
  }),
  monitor(
    'Assessment Did It Open Government',
    'string',
    'Whether it made government more open.',
    (row) => row.openedGovernment,
    { codes: OPENED_GOVERNMENT },
  ),
  monitor(
    'Assessment Summary',
    'string',
    'What was found, in the words of the monitoring body.',
    (row) => row.assessmentSummary,
  ),
  licenceColumn,
];
