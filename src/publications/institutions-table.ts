import sql, { type Sql } from 'sql-template-tag';
import type { LocalizedText } from '../platform/i18n/text.js';
import { fromPlan, inWords, joined, licenceColumn, type Column } from './progress-column.js';
import { list, type ProgressScope } from './progress-statements.js';
import type { Table } from './progress-table.js';

export interface InstitutionProgressRow {
  readonly key: string;
  readonly name: LocalizedText;
  readonly kind: string;
  readonly website: string | null;
  readonly roles: readonly string[];
  readonly leads: readonly number[];
  readonly supports: readonly number[];
}

const plan = fromPlan<InstitutionProgressRow>();

const columns: ReadonlyArray<Column<InstitutionProgressRow>> = [
  plan('Institution', 'string', 'Key of the institution.', (row) => row.key),
  plan('Institution Name', 'string', 'Name of the institution.', (row, wanted) => inWords(row.name, wanted)),
  plan('Kind', 'string', 'What sort of body it is.', (row) => row.kind),
  plan('Website', 'string', 'Its website.', (row) => row.website),
  plan('Roles In Plan', 'string', 'What it is in the plan as a whole, separated by semicolons.', (row) =>
    joined(row.roles),
  ),
  plan('Commitments Led', 'string', 'Numbers of the commitments that it leads, separated by semicolons.', (row) =>
    joined(row.leads.map(String)),
  ),
  plan(
    'Commitments Supported',
    'string',
    'Numbers of the commitments that it supports, separated by semicolons.',
    (row) => joined(row.supports.map(String)),
  ),
  licenceColumn,
];

const statement = (scope: ProgressScope): Sql => sql`
  select i.key, i.name, i.kind, i.website,
         (select ${list(sql`t.role`, sql`t.role`)} from plan_participation t where t.plan_id = ${scope.planId} and t.institution_id = i.id) as roles,
         named.leads, named.supports
    from institution i
    cross join lateral (
      select ${list(sql`c.number`, sql`c.number`, sql`filter (where n.role = 'LEAD')`)} as leads,
             ${list(sql`c.number`, sql`c.number`, sql`filter (where n.role = 'SUPPORTING')`)} as supports
        from implementing_institution n join commitment c on c.id = n.commitment_id
       where n.plan_id = ${scope.planId} and n.institution_id = i.id) named
   where i.id in (
     select institution_id from plan_participation where plan_id = ${scope.planId}
     union select institution_id from implementing_institution where plan_id = ${scope.planId}
     union select m.institution_id from working_group_member m join working_group g on g.id = m.working_group_id where g.plan_id = ${scope.planId}
     union select coordinator_institution_id from working_group where plan_id = ${scope.planId}
     union select m.responsible_institution_id from milestone m join commitment c on c.id = m.commitment_id where c.plan_id = ${scope.planId}
     union select institution_id from check_in where plan_id = ${scope.planId} and submitted_at is not null)
   order by i.key`;

export const institutionTable: Table<InstitutionProgressRow> = {
  name: 'institutions',
  meaning: 'One row per institution that the plan, a commitment, a milestone or a working group names.',
  columns,
  key: ['Institution'],
  statement,
};
