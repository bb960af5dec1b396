import { Injectable } from '@nestjs/common';
import sql, { type Sql } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { rangeOf } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import type { RowList } from '../platform/database/pages.js';
import { ownWords, rows } from '../platform/database/rows.js';
import type { AuditEntryFilter } from './audit-entry.inputs.js';
import type { AuditEntryType } from './audit-entry.type.js';
import { firstNumberSince, lastNumberBefore } from './audit-numbers.js';

/** Changes to what is public anyway. Of all others not even the existence is told: a draft is one. */
export const PUBLIC_ACTIONS = [
  'checkIn.submitted',
  'checkIn.returned',
  'checkIn.verified',
  'checkIn.published',
  'checkIn.reopened',
  'milestone.rescheduled',
  'period.extended',
  'plan.imported',
];
/** The same, for `any()`. */
export const publicActions = ownWords(PUBLIC_ACTIONS);

@Injectable()
export class AuditEntriesQueries {
  constructor(private readonly db: DataSource) {}

  /** @param planId null: of all plans, and of what belongs to none */
  list(viewer: Viewer, planId: string | null, filter: AuditEntryFilter): RowList<AuditEntryType> {
    return {
      name: 'audit-entries',
      alias: 'e',
      columns: columnsFor(viewer),
      from: sql`audit_entry e`,
      where: [
        sql`(${isInside(viewer)} or e.action = any(${publicActions}))`,
        ...(planId ? [sql`e.plan_id = ${planId}`] : []),
        ...(filter.action ? [sql`e.action = ${filter.action}`] : []),
        ...(filter.subject ? [sql`e.subject_id = ${filter.subject}::uuid`] : []),
        ...(filter.since ? [sql`e.at >= ${filter.since} and e.number >= ${firstNumberSince(filter.since)}`] : []),
        ...(filter.until ? [sql`e.at < ${filter.until} and e.number <= ${lastNumberBefore(filter.until)}`] : []),
      ],
      order: { name: 'number-desc', by: sql`e.number`, type: 'integer', descending: true },
    };
  }

  async byId(id: string, viewer: Viewer): Promise<AuditEntryType | null> {
    const [found] = await rows<AuditEntryType>(
      this.db,
      sql`select ${columnsFor(viewer)} from audit_entry e where e.id = ${id} and (${isInside(viewer)} or e.action = any(${publicActions}))`,
    );
    return found ?? null;
  }
}

function isInside(viewer: Viewer): Sql {
  const { everywhere, plans } = rangeOf(viewer, 'readAudit');
  return sql`(${everywhere}::boolean or e.plan_id = any(${[...plans]}::uuid[]))`;
}

const columnsFor = (viewer: Viewer): Sql =>
  sql`e.id, e.number::integer as number, e.at, case when ${isInside(viewer)} then e.actor end as actor, e.acting_as as "actingAs", e.action,
    e.subject_type as "subjectType", e.subject_id as "subjectId", e.plan_id as "planId",
    case when ${isInside(viewer)} then e.difference::text end as difference, encode(e.hash, 'hex') as hash`;
