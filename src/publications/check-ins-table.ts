import sql, { type Sql } from 'sql-template-tag';
import type { Day } from '../action-plans/reporting-calendar.js';
import type { Movement } from '../check-ins/check-in.vocabulary.js';
import type { StoredStatus } from '../check-ins/check-in.workflow.js';
import type { CommitmentRole } from '../commitments/commitment.vocabulary.js';
import type { LocalizedText } from '../platform/i18n/text.js';
import { CHECK_IN_STATUS, MOVEMENT, PUNCTUALITY, REPORT, ROLE } from './progress-codes.js';
import {
  fromAgency,
  fromOfficer,
  fromPlan,
  fromService,
  inWords,
  licenceColumn,
  type Column,
} from './progress-column.js';
import { instant, oneDay, type ProgressScope } from './progress-statements.js';
import type { Instant, Table } from './progress-table.js';

export interface CheckInProgressRow {
  readonly commitment: number;
  readonly period: string;
  readonly institution: string;
  readonly institutionName: LocalizedText;
  readonly role: CommitmentRole | null;
  readonly dueOn: Day;
  readonly id: string | null;
  readonly status: StoredStatus;
  readonly nothingToReport: boolean;
  readonly submittedAt: Instant | null;
  readonly punctuality: 'ON_TIME' | 'LATE' | null;
  readonly movement: Movement | null;
  readonly progress: string | null;
  readonly achievements: string | null;
  readonly obstacles: string | null;
  readonly nextSteps: string | null;
  readonly supportNeeded: string | null;
  readonly language: string | null;
  readonly finding: string | null;
  readonly verifiedAt: Instant | null;
  readonly corrections: number;
  readonly correctionReason: string | null;
}

const plan = fromPlan<CheckInProgressRow>();
const agency = fromAgency<CheckInProgressRow>();
const officer = fromOfficer<CheckInProgressRow>();
const service = fromService<CheckInProgressRow>();

const reportOf = ({ submittedAt, nothingToReport }: CheckInProgressRow): keyof typeof REPORT =>
  submittedAt === null ? 'NO_REPORT' : nothingToReport ? 'NOTHING_TO_REPORT' : 'REPORTED';

const columns: ReadonlyArray<Column<CheckInProgressRow>> = [
  plan('Commitment Number', 'integer', 'Number of the commitment within the plan.', (row) => row.commitment),
  service('Period', 'string', 'Key of the reporting period.', (row) => row.period),
  plan('Institution', 'string', 'Key of the agency.', (row) => row.institution),
  plan('Institution Name', 'string', 'Name of the agency.', (row, wanted) => inWords(row.institutionName, wanted)),
  plan(
    'Role',
    'string',
    'What the agency does for the commitment; empty where it no longer owes check-ins.',
    (row) => row.role,
    { codes: ROLE },
  ),
  service('Due Date', 'date', 'Last day on which the agency is on time, its extension counted in.', (row) => row.dueOn),
  service('Check-In', 'string', 'Id of the check-in; empty where nothing was handed in.', (row) => row.id),
  service('Report', 'string', 'Whether the agency has said something.', reportOf, { codes: REPORT }),
  service('Status', 'string', 'How far the check-in has come. Drafts show as expected.', (row) => row.status, {
    codes: CHECK_IN_STATUS,
  }),
  service('Submitted At', 'datetime', 'When it was handed in.', (row) => row.submittedAt),
  service('Punctuality', 'string', 'Whether it was handed in on time.', (row) => row.punctuality, {
    codes: PUNCTUALITY,
  }),
  agency('Claimed Movement', 'string', 'How much has moved, as the agency judges it.', (row) => row.movement, {
    codes: MOVEMENT,
  }),
  agency('Claimed Progress', 'string', 'What the agency says of the period.', (row) => row.progress),
  agency('Claimed Achievements', 'string', 'What the agency says it achieved.', (row) => row.achievements),
  agency('Claimed Obstacles', 'string', 'Obstacles that the agency names.', (row) => row.obstacles),
  agency('Claimed Next Steps', 'string', 'What the agency says comes next.', (row) => row.nextSteps),
  agency('Support Needed', 'string', 'What the agency says it needs.', (row) => row.supportNeeded),
  agency('Claim Language', 'string', 'Language that the agency wrote in (BCP 47).', (row) => row.language),
  officer('Verification Finding', 'string', 'What the MEL officer found last.', (row) => row.finding),
  officer('Verified At', 'datetime', 'When that was recorded.', (row) => row.verifiedAt),
  officer('Corrections', 'integer', 'How often it was opened again after publication.', (row) => row.corrections, {
    unit: 'corrections',
  }),
  officer('Correction Reason', 'string', 'The public reason of the last correction.', (row) => row.correctionReason),
  licenceColumn,
];

const statement = (scope: ProgressScope): Sql => sql`
  select c.number as commitment, r.key as period, i.key as institution, i.name as "institutionName", w.role, ${oneDay(sql`w.due_on`)} as "dueOn",
         case when k.submitted_at is not null then k.id end as id, coalesce(k.status, 'EXPECTED') as status,
         coalesce(k.nothing_to_report, false) as "nothingToReport", ${instant(sql`k.submitted_at`)} as "submittedAt", k.punctuality, k.movement,
         k.progress, k.achievements, k.obstacles, k.next_steps as "nextSteps", k.support_needed as "supportNeeded",
         case when k.submitted_at is not null then k.language end as language,
         v.finding, ${instant(sql`v.verified_at`)} as "verifiedAt", coalesce(x.corrections, 0) as corrections, x.reason as "correctionReason"
    from (
      select o.commitment_id, o.period_id, o.institution_id, o.check_in_id, o.due_on, n.role
        from owed_check_in o
        join implementing_institution n on n.plan_id = o.plan_id and n.commitment_id = o.commitment_id and n.institution_id = o.institution_id
       where o.plan_id = ${scope.planId}
      union all
      select k.commitment_id, k.period_id, k.institution_id, k.id, r.due_on, null
        from check_in k join reporting_period r on r.id = k.period_id and r.plan_id = k.plan_id
       where k.plan_id = ${scope.planId} and k.submitted_at is not null and not r.withdrawn
         and not exists (select from implementing_institution n where n.plan_id = k.plan_id and n.commitment_id = k.commitment_id and n.institution_id = k.institution_id)) w
    join commitment c on c.id = w.commitment_id
    join reporting_period r on r.id = w.period_id and r.plan_id = ${scope.planId}
    join institution i on i.id = w.institution_id
    left join check_in k on k.id = w.check_in_id
    left join lateral (
      select v.finding, v.verified_at from verification v where v.check_in_id = k.id order by v.verified_at desc, v.id desc limit 1) v on true
    left join lateral (
      select count(*)::int as corrections, (array_agg(x.reason order by x.reopened_at desc, x.id desc))[1] as reason
        from check_in_correction x where x.check_in_id = k.id) x on true
   where ${scope.period ? sql`w.period_id = ${scope.period.id}` : sql`r.opens_at <= ${scope.now}`}
   order by r.starts_on, c.number, i.key`;

export const checkInTable: Table<CheckInProgressRow> = {
  name: 'check-ins',
  meaning: 'One row per commitment, period and agency that owes a check-in, or handed one in.',
  columns,
  key: ['Commitment Number', 'Period', 'Institution'],
  statement,
};
