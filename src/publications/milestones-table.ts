import sql, { type Sql } from 'sql-template-tag';
import type { Day } from '../action-plans/reporting-calendar.js';
import type { MilestoneStatus } from '../commitments/commitment.vocabulary.js';
import type { LocalizedText } from '../platform/i18n/text.js';
import { MILESTONE_STATUS } from './progress-codes.js';
import {
  fromAgency,
  fromOfficer,
  fromPlan,
  fromService,
  inWords,
  licenceColumn,
  type Column,
} from './progress-column.js';
import {
  instant,
  newestClaim,
  newestVerification,
  oneDay,
  overdue,
  startOf,
  today,
  type ProgressScope,
} from './progress-statements.js';
import type { Instant, Table } from './progress-table.js';

export interface MilestoneProgressRow {
  readonly commitment: number;
  readonly number: number;
  readonly title: LocalizedText;
  readonly expectedOutput: LocalizedText | null;
  readonly startsOn: Day | null;
  readonly dueOn: Day | null;
  readonly originalDueOn: Day | null;
  readonly moves: number;
  readonly responsible: LocalizedText | null;
  readonly publishedStatus: MilestoneStatus | null;
  readonly publishedPercent: number | null;
  readonly claimedStatus: MilestoneStatus | null;
  readonly claimedPercent: number | null;
  readonly forecastOn: Day | null;
  readonly claimNote: string | null;
  readonly claimedIn: string | null;
  readonly verifiedStatus: MilestoneStatus | null;
  readonly verifiedPercent: number | null;
  readonly verifiedAt: Instant | null;
  readonly isOverdue: boolean;
}

const plan = fromPlan<MilestoneProgressRow>();
const agency = fromAgency<MilestoneProgressRow>();
const officer = fromOfficer<MilestoneProgressRow>();
const service = fromService<MilestoneProgressRow>();
const percent = { unit: 'percent' };

const columns: ReadonlyArray<Column<MilestoneProgressRow>> = [
  plan('Commitment Number', 'integer', 'Number of the commitment within the plan.', (row) => row.commitment),
  plan('Milestone Number', 'integer', 'Number of the milestone within the commitment.', (row) => row.number),
  plan('Milestone Title', 'string', 'Title of the milestone.', (row, wanted) => inWords(row.title, wanted)),
  plan('Expected Output', 'string', 'What it is to bring.', (row, wanted) => inWords(row.expectedOutput, wanted)),
  plan('Start Date', 'date', 'First day.', (row) => row.startsOn),
  plan('Due Date', 'date', 'Last day, as it stands now.', (row) => row.dueOn),
  plan('Original Due Date', 'date', 'Last day as it was first published.', (row) => row.originalDueOn),
  service('Due Date Moves', 'integer', 'How often the due date was moved with a reason.', (row) => row.moves, {
    unit: 'moves',
  }),
  plan('Responsible Institution', 'string', 'Who is responsible for the milestone.', (row, wanted) =>
    inWords(row.responsible, wanted),
  ),
  plan(
    'Plan Status',
    'string',
    'Status as the plan itself gives it; empty where it says nothing, which is not the same as not started.',
    (row) => row.publishedStatus,
    { codes: MILESTONE_STATUS },
  ),
  plan('Plan Percent', 'integer', 'Percentage as the plan itself gives it.', (row) => row.publishedPercent, percent),
  agency(
    'Claimed Status',
    'string',
    'Status by the newest claim; empty where no agency has said anything.',
    (row) => row.claimedStatus,
    { codes: MILESTONE_STATUS },
  ),
  agency(
    'Claimed Percent',
    'integer',
    'Percentage by the newest claim, as the agency gave it.',
    (row) => row.claimedPercent,
    percent,
  ),
  agency('Forecast Date', 'date', 'When the agency expects to be done.', (row) => row.forecastOn),
  agency('Claim Note', 'string', 'What the agency says of the milestone.', (row) => row.claimNote),
  agency('Claimed In Period', 'string', 'Period of the newest claim.', (row) => row.claimedIn),
  officer('Verified Status', 'string', 'Status that the MEL officer found.', (row) => row.verifiedStatus, {
    codes: MILESTONE_STATUS,
  }),
  officer(
    'Verified Percent',
    'integer',
    'Percentage that the MEL officer found.',
    (row) => row.verifiedPercent,
    percent,
  ),
  officer('Verified At', 'datetime', 'When it was verified.', (row) => row.verifiedAt),
  service(
    'Overdue',
    'boolean',
    'Whether its due date has passed and it is neither completed nor cancelled by the newest claim.',
    (row) => row.isOverdue,
  ),
  licenceColumn,
];

const statement = (scope: ProgressScope): Sql => sql`
  select c.number as commitment, m.number, m.title, m.expected_output as "expectedOutput", ${oneDay(sql`m.starts_on`)} as "startsOn",
         ${oneDay(sql`m.due_on`)} as "dueOn", ${oneDay(sql`m.original_due_on`)} as "originalDueOn",
         (select count(*)::int from milestone_due_date d where d.milestone_id = m.id) as moves, i.name as responsible,
         m.published_status as "publishedStatus", m.published_percent as "publishedPercent",
         u.status as "claimedStatus", u.percent as "claimedPercent", ${oneDay(sql`u.forecast_on`)} as "forecastOn", u.note as "claimNote",
         u.period as "claimedIn", f.status as "verifiedStatus", f.percent as "verifiedPercent", ${instant(sql`f.verified_at`)} as "verifiedAt",
         ${overdue(sql`least(${today(scope)}, ${scope.period?.endsBefore ?? null}::date)`)} as "isOverdue"
    from milestone m
    join commitment c on c.id = m.commitment_id
    join action_plan p on p.id = c.plan_id
    left join institution i on i.id = m.responsible_institution_id
    ${newestClaim(startOf(scope))} ${newestVerification(startOf(scope))}
   where c.plan_id = ${scope.planId}
   order by c.number, m.number`;

export const milestoneTable: Table<MilestoneProgressRow> = {
  name: 'milestones',
  meaning: 'One row per milestone: what the plan says, what agencies claim, what was verified.',
  columns,
  key: ['Commitment Number', 'Milestone Number'],
  statement,
};
