import sql, { empty, type Sql } from 'sql-template-tag';
import { evidenceUrl } from '../check-ins/evidence-file.url.js';
import { EVIDENCE_KIND } from './progress-codes.js';
import { fromAgency, licenceColumn, type Column } from './progress-column.js';
import type { ProgressScope } from './progress-statements.js';
import type { Table } from './progress-table.js';

export interface EvidenceProgressRow {
  readonly id: string;
  readonly commitment: number;
  readonly milestone: number | null;
  readonly period: string;
  readonly institution: string;
  readonly checkIn: string;
  readonly kind: 'LINK' | 'FILE';
  readonly title: string | null;
  readonly url: string | null;
  readonly name: string | null;
  readonly mediaType: string | null;
  readonly size: number | null;
  readonly sha256: string | null;
}

const agency = fromAgency<EvidenceProgressRow>();

const columns: ReadonlyArray<Column<EvidenceProgressRow>> = [
  agency('Evidence', 'string', 'Id of the piece of evidence.', (row) => row.id),
  agency('Commitment Number', 'integer', 'Number of the commitment that it belongs to.', (row) => row.commitment),
  agency(
    'Milestone Number',
    'integer',
    'Number of the milestone that it shows; empty where it is of the commitment as a whole.',
    (row) => row.milestone,
  ),
  agency('Period', 'string', 'Key of the reporting period.', (row) => row.period),
  agency('Institution', 'string', 'Key of the agency that gave it.', (row) => row.institution),
  agency('Check-In', 'string', 'Id of the check-in that it was handed in with.', (row) => row.checkIn),
  agency('Kind', 'string', 'What sort of evidence it is.', (row) => row.kind, { codes: EVIDENCE_KIND }),
  agency('Title', 'string', 'Its title, as the agency gave it.', (row) => row.title),
  agency('URL', 'string', 'Where it can be read.', (row, { publicUrl }) =>
    row.name === null ? row.url : evidenceUrl(publicUrl, { id: row.id, name: row.name }),
  ),
  agency('File Name', 'string', 'Name of the file.', (row) => row.name),
  agency('Media Type', 'string', 'Media type of the file, by its content.', (row) => row.mediaType),
  agency('Size', 'integer', 'Size of the file.', (row) => row.size, { unit: 'bytes' }),
  agency('SHA-256', 'string', 'SHA-256 of the file’s content, in hexadecimal digits.', (row) => row.sha256),
  licenceColumn,
];

const statement = (scope: ProgressScope): Sql => sql`
  select e.id, c.number as commitment, m.number as milestone, r.key as period, i.key as institution, k.id as "checkIn", e.kind, e.title, e.url,
         e.name, e.media_type as "mediaType", e.size, e.sha256
    from check_in k
    cross join lateral (
      select id, milestone_id, 'LINK' as kind, title, url, null as name, null as media_type, null::integer as size, null as sha256, position
        from evidence where check_in_id = k.id
      union all
      select id, milestone_id, 'FILE', title, null, name, media_type, size, sha256, null
        from evidence_file where check_in_id = k.id and claimed_at is not null and (removed_at is null or removed_at > k.submitted_at)) e
    join commitment c on c.id = k.commitment_id
    join reporting_period r on r.id = k.period_id and r.plan_id = k.plan_id and not r.withdrawn
    join institution i on i.id = k.institution_id
    left join milestone m on m.id = e.milestone_id
   where k.plan_id = ${scope.planId} and k.submitted_at is not null ${scope.period ? sql`and k.period_id = ${scope.period.id}` : empty}
   order by r.starts_on, c.number, i.key, e.kind desc, e.position, e.id`;

export const evidenceTable: Table<EvidenceProgressRow> = {
  name: 'evidence',
  meaning: 'One row per link or file that was handed in with a check-in.',
  columns,
  key: ['Evidence'],
  statement,
};
