import { evidenceUrl } from '../check-ins/evidence-file.url.js';
import {
  ASSESSMENT_KIND,
  CHECK_IN_STATUS,
  COMPLETION,
  EVIDENCE_KIND,
  MILESTONE_STATUS,
  MOVEMENT,
  NO_OR_YES,
  OPENED_GOVERNMENT,
  POTENTIAL,
  PUNCTUALITY,
  REPORT,
  REPORTING,
  ROLE,
  VALUE_COLUMNS,
  VERIFIABILITY,
  wordsOf,
  type Reporting,
} from './progress-codes.js';
import {
  fromAgency,
  fromMonitor,
  fromOfficer,
  fromPlan,
  fromService,
  inWords,
  joined,
  licenceColumn,
  saidBy,
  type Cells,
  type Column,
  type ColumnHead,
  type InLanguage,
} from './progress-column.js';
import type {
  AssessmentProgressRow,
  CheckInProgressRow,
  EvidenceProgressRow,
  InstitutionProgressRow,
  MilestoneProgressRow,
  ProgressRow,
} from './progress-rows.js';

export interface TableRows {
  readonly progress: ProgressRow;
  readonly milestones: MilestoneProgressRow;
  readonly 'check-ins': CheckInProgressRow;
  readonly institutions: InstitutionProgressRow;
  readonly evidence: EvidenceProgressRow;
  readonly assessments: AssessmentProgressRow;
}
export type TableName = keyof TableRows;

/** A table, as everything that writes or describes it knows it. */
export interface TableHead {
  readonly name: string;
  readonly meaning: string;
  readonly columns: readonly ColumnHead[];
  /** Columns that name a row within the plan, where a period is part of it. */
  readonly key: readonly string[];
}

interface Table<Row> extends TableHead {
  readonly columns: ReadonlyArray<Column<Row>>;
}

/** Whether agencies have said something on a commitment in a period. */
export function reportingOf(row: Pick<ProgressRow, 'isOpen' | 'expected' | 'received' | 'nothing'>): Reporting {
  if (!row.isOpen) return 'NOT_OPEN';
  if (row.expected === 0) return 'NOT_OWED';
  if (row.received === 0) return 'NO_REPORT';
  if (row.received < row.expected) return 'PARTLY_REPORTED';
  return row.nothing === row.received ? 'NOTHING_TO_REPORT' : 'REPORTED';
}

const NOT_KEPT = 'A column of OGP’s own table that this service keeps no value for: always empty.';

const plan = fromPlan<ProgressRow>();
const agency = fromAgency<ProgressRow>();
const officer = fromOfficer<ProgressRow>();
const monitor = fromMonitor<ProgressRow>();
const service = fromService<ProgressRow>();

/** The columns of OGP's own commitments table, under its names and in its order. */
const ogpColumns: ReadonlyArray<Column<ProgressRow>> = [
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

const count = { unit: 'check-ins' };
const milestones = { unit: 'milestones' };

const progressColumns: ReadonlyArray<Column<ProgressRow>> = [
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

const milestonePlan = fromPlan<MilestoneProgressRow>();
const milestoneAgency = fromAgency<MilestoneProgressRow>();
const milestoneOfficer = fromOfficer<MilestoneProgressRow>();
const milestoneService = fromService<MilestoneProgressRow>();
const percent = { unit: 'percent' };

const milestoneColumns: ReadonlyArray<Column<MilestoneProgressRow>> = [
  milestonePlan('Commitment Number', 'integer', 'Number of the commitment within the plan.', (row) => row.commitment),
  milestonePlan('Milestone Number', 'integer', 'Number of the milestone within the commitment.', (row) => row.number),
  milestonePlan('Milestone Title', 'string', 'Title of the milestone.', (row, wanted) => inWords(row.title, wanted)),
  milestonePlan('Expected Output', 'string', 'What it is to bring.', (row, wanted) =>
    inWords(row.expectedOutput, wanted),
  ),
  milestonePlan('Start Date', 'date', 'First day.', (row) => row.startsOn),
  milestonePlan('Due Date', 'date', 'Last day, as it stands now.', (row) => row.dueOn),
  milestonePlan('Original Due Date', 'date', 'Last day as it was first published.', (row) => row.originalDueOn),
  milestoneService('Due Date Moves', 'integer', 'How often the due date was moved with a reason.', (row) => row.moves, {
    unit: 'moves',
  }),
  milestonePlan('Responsible Institution', 'string', 'Who is responsible for the milestone.', (row, wanted) =>
    inWords(row.responsible, wanted),
  ),
  milestonePlan(
    'Plan Status',
    'string',
    'Status as the plan itself gives it; empty where it says nothing, which is not the same as not started.',
    (row) => row.publishedStatus,
    { codes: MILESTONE_STATUS },
  ),
  milestonePlan(
    'Plan Percent',
    'integer',
    'Percentage as the plan itself gives it.',
    (row) => row.publishedPercent,
    percent,
  ),
  milestoneAgency(
    'Claimed Status',
    'string',
    'Status by the newest claim; empty where no agency has said anything.',
    (row) => row.claimedStatus,
    { codes: MILESTONE_STATUS },
  ),
  milestoneAgency(
    'Claimed Percent',
    'integer',
    'Percentage by the newest claim, as the agency gave it.',
    (row) => row.claimedPercent,
    percent,
  ),
  milestoneAgency('Forecast Date', 'date', 'When the agency expects to be done.', (row) => row.forecastOn),
  milestoneAgency('Claim Note', 'string', 'What the agency says of the milestone.', (row) => row.claimNote),
  milestoneAgency('Claimed In Period', 'string', 'Period of the newest claim.', (row) => row.claimedIn),
  milestoneOfficer('Verified Status', 'string', 'Status that the MEL officer found.', (row) => row.verifiedStatus, {
    codes: MILESTONE_STATUS,
  }),
  milestoneOfficer(
    'Verified Percent',
    'integer',
    'Percentage that the MEL officer found.',
    (row) => row.verifiedPercent,
    percent,
  ),
  milestoneOfficer('Verified At', 'datetime', 'When it was verified.', (row) => row.verifiedAt),
  milestoneService(
    'Overdue',
    'boolean',
    'Whether its due date has passed and it is neither completed nor cancelled by the newest claim.',
    (row) => row.isOverdue,
  ),
  licenceColumn,
];

const checkInPlan = fromPlan<CheckInProgressRow>();
const checkInAgency = fromAgency<CheckInProgressRow>();
const checkInOfficer = fromOfficer<CheckInProgressRow>();
const checkInService = fromService<CheckInProgressRow>();

const reportOf = ({ submittedAt, nothingToReport }: CheckInProgressRow): keyof typeof REPORT =>
  submittedAt === null ? 'NO_REPORT' : nothingToReport ? 'NOTHING_TO_REPORT' : 'REPORTED';

const checkInColumns: ReadonlyArray<Column<CheckInProgressRow>> = [
  checkInPlan('Commitment Number', 'integer', 'Number of the commitment within the plan.', (row) => row.commitment),
  checkInService('Period', 'string', 'Key of the reporting period.', (row) => row.period),
  checkInPlan('Institution', 'string', 'Key of the agency.', (row) => row.institution),
  checkInPlan('Institution Name', 'string', 'Name of the agency.', (row, wanted) =>
    inWords(row.institutionName, wanted),
  ),
  checkInPlan(
    'Role',
    'string',
    'What the agency does for the commitment; empty where it no longer owes check-ins.',
    (row) => row.role,
    { codes: ROLE },
  ),
  checkInService(
    'Due Date',
    'date',
    'Last day on which the agency is on time, its extension counted in.',
    (row) => row.dueOn,
  ),
  checkInService('Check-In', 'string', 'Id of the check-in; empty where nothing was handed in.', (row) => row.id),
  checkInService('Report', 'string', 'Whether the agency has said something.', reportOf, { codes: REPORT }),
  checkInService('Status', 'string', 'How far the check-in has come. Drafts show as expected.', (row) => row.status, {
    codes: CHECK_IN_STATUS,
  }),
  checkInService('Submitted At', 'datetime', 'When it was handed in.', (row) => row.submittedAt),
  checkInService('Punctuality', 'string', 'Whether it was handed in on time.', (row) => row.punctuality, {
    codes: PUNCTUALITY,
  }),
  checkInAgency('Claimed Movement', 'string', 'How much has moved, as the agency judges it.', (row) => row.movement, {
    codes: MOVEMENT,
  }),
  checkInAgency('Claimed Progress', 'string', 'What the agency says of the period.', (row) => row.progress),
  checkInAgency('Claimed Achievements', 'string', 'What the agency says it achieved.', (row) => row.achievements),
  checkInAgency('Claimed Obstacles', 'string', 'Obstacles that the agency names.', (row) => row.obstacles),
  checkInAgency('Claimed Next Steps', 'string', 'What the agency says comes next.', (row) => row.nextSteps),
  checkInAgency('Support Needed', 'string', 'What the agency says it needs.', (row) => row.supportNeeded),
  checkInAgency('Claim Language', 'string', 'Language that the agency wrote in (BCP 47).', (row) => row.language),
  checkInOfficer('Verification Finding', 'string', 'What the MEL officer found last.', (row) => row.finding),
  checkInOfficer('Verified At', 'datetime', 'When that was recorded.', (row) => row.verifiedAt),
  checkInOfficer(
    'Corrections',
    'integer',
    'How often it was opened again after publication.',
    (row) => row.corrections,
    { unit: 'corrections' },
  ),
  checkInOfficer(
    'Correction Reason',
    'string',
    'The public reason of the last correction.',
    (row) => row.correctionReason,
  ),
  licenceColumn,
];

const institutionPlan = fromPlan<InstitutionProgressRow>();

const institutionColumns: ReadonlyArray<Column<InstitutionProgressRow>> = [
  institutionPlan('Institution', 'string', 'Key of the institution.', (row) => row.key),
  institutionPlan('Institution Name', 'string', 'Name of the institution.', (row, wanted) => inWords(row.name, wanted)),
  institutionPlan('Kind', 'string', 'What sort of body it is.', (row) => row.kind),
  institutionPlan('Website', 'string', 'Its website.', (row) => row.website),
  institutionPlan('Roles In Plan', 'string', 'What it is in the plan as a whole, separated by semicolons.', (row) =>
    joined(row.roles),
  ),
  institutionPlan(
    'Commitments Led',
    'string',
    'Numbers of the commitments that it leads, separated by semicolons.',
    (row) => joined(row.leads.map(String)),
  ),
  institutionPlan(
    'Commitments Supported',
    'string',
    'Numbers of the commitments that it supports, separated by semicolons.',
    (row) => joined(row.supports.map(String)),
  ),
  licenceColumn,
];

const evidenceAgency = fromAgency<EvidenceProgressRow>();

const evidenceColumns: ReadonlyArray<Column<EvidenceProgressRow>> = [
  evidenceAgency('Evidence', 'string', 'Id of the piece of evidence.', (row) => row.id),
  evidenceAgency(
    'Commitment Number',
    'integer',
    'Number of the commitment that it belongs to.',
    (row) => row.commitment,
  ),
  evidenceAgency(
    'Milestone Number',
    'integer',
    'Number of the milestone that it shows; empty where it is of the commitment as a whole.',
    (row) => row.milestone,
  ),
  evidenceAgency('Period', 'string', 'Key of the reporting period.', (row) => row.period),
  evidenceAgency('Institution', 'string', 'Key of the agency that gave it.', (row) => row.institution),
  evidenceAgency('Check-In', 'string', 'Id of the check-in that it was handed in with.', (row) => row.checkIn),
  evidenceAgency('Kind', 'string', 'What sort of evidence it is.', (row) => row.kind, { codes: EVIDENCE_KIND }),
  evidenceAgency('Title', 'string', 'Its title, as the agency gave it.', (row) => row.title),
  evidenceAgency('URL', 'string', 'Where it can be read.', (row, { publicUrl }) =>
    row.name === null ? row.url : evidenceUrl(publicUrl, { id: row.id, name: row.name }),
  ),
  evidenceAgency('File Name', 'string', 'Name of the file.', (row) => row.name),
  evidenceAgency('Media Type', 'string', 'Media type of the file, by its content.', (row) => row.mediaType),
  evidenceAgency('Size', 'integer', 'Size of the file.', (row) => row.size, { unit: 'bytes' }),
  evidenceAgency('SHA-256', 'string', 'SHA-256 of the file’s content, in hexadecimal digits.', (row) => row.sha256),
  licenceColumn,
];

const assessmentMonitor = fromMonitor<AssessmentProgressRow>();

const assessmentColumns: ReadonlyArray<Column<AssessmentProgressRow>> = [
  assessmentMonitor('Assessment', 'string', 'Id of the assessment.', (row) => row.id),
  assessmentMonitor(
    'Commitment Number',
    'integer',
    'Number of the commitment; empty where the plan as a whole was assessed.',
    (row) => row.commitment,
  ),
  assessmentMonitor('Kind', 'string', 'Which assessment it is.', (row) => row.kind, { codes: ASSESSMENT_KIND }),
  assessmentMonitor('Institution Name', 'string', 'The monitoring body.', (row, wanted) =>
    inWords(row.institution, wanted),
  ),
  assessmentMonitor('Due Date', 'date', 'Last day for it, as it was when it was filed.', (row) => row.dueOn),
  assessmentMonitor('Filed Date', 'date', 'Day on which it was filed.', (row) => row.filedOn),
  assessmentMonitor('Completion', 'string', 'How far it was implemented.', (row) => row.completion, {
    codes: COMPLETION,
  }),
  assessmentMonitor(
    'Verifiability',
    'string',
    'Whether it can be told what would be done.',
    (row) => row.verifiability,
    { codes: VERIFIABILITY },
  ),
  assessmentMonitor('Potential For Results', 'string', 'How much it could change.', (row) => row.potentialForResults, {
    codes: POTENTIAL,
  }),
  assessmentMonitor(
    'Did It Open Government',
    'string',
    'Whether it made government more open.',
    (row) => row.openedGovernment,
    { codes: OPENED_GOVERNMENT },
  ),
  assessmentMonitor('Summary', 'string', 'What was found, in the words of the monitoring body.', (row) => row.summary),
  assessmentMonitor('URL', 'string', 'Where the whole assessment can be read.', (row) => row.url),
  assessmentMonitor(
    'Superseded',
    'boolean',
    'Whether a newer assessment of the same kind takes its place.',
    (row) => row.isSuperseded,
  ),
  licenceColumn,
];

/** Every table of the progress files, the flat one first. */
export const TABLES: { readonly [Name in TableName]: Table<TableRows[Name]> } = {
  progress: {
    name: 'progress',
    meaning:
      'One row per commitment and reporting period that has opened: OGP’s own columns first, progress after them. Claim, verification and assessment stand in columns of their own.',
    columns: progressColumns,
    key: ['Commitment Number', 'Period'],
  },
  milestones: {
    name: 'milestones',
    meaning: 'One row per milestone: what the plan says, what agencies claim, what was verified.',
    columns: milestoneColumns,
    key: ['Commitment Number', 'Milestone Number'],
  },
  'check-ins': {
    name: 'check-ins',
    meaning: 'One row per commitment, period and agency that owes a check-in, or handed one in.',
    columns: checkInColumns,
    key: ['Commitment Number', 'Period', 'Institution'],
  },
  institutions: {
    name: 'institutions',
    meaning: 'One row per institution that the plan, a commitment, a milestone or a working group names.',
    columns: institutionColumns,
    key: ['Institution'],
  },
  evidence: {
    name: 'evidence',
    meaning: 'One row per link or file that was handed in with a check-in.',
    columns: evidenceColumns,
    key: ['Evidence'],
  },
  assessments: {
    name: 'assessments',
    meaning: 'One row per assessment of the monitoring body, those included that a newer one took the place of.',
    columns: assessmentColumns,
    key: ['Assessment'],
  },
};

export const TABLE_NAMES = Object.keys(TABLES) as TableName[];

export const isTableName = (name: string): name is TableName => Object.hasOwn(TABLES, name);

/** What the row says, a cell a column. */
export function cellsOf<Name extends TableName>(name: Name, row: TableRows[Name], wanted: InLanguage): Cells {
  const { columns }: Table<TableRows[Name]> = TABLES[name];
  return columns.map(({ value }) => value(row, wanted));
}
