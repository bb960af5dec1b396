import { createHash, randomBytes } from 'node:crypto';
import sql from 'sql-template-tag';
import type { DataSource, EntityManager } from 'typeorm';
import { Viewer } from '../platform/access/viewer.js';
import { rows } from '../platform/database/rows.js';

/** What a link is good for, and nothing else. */
export interface ReportTarget {
  readonly planId: string;
  readonly periodId: string;
  readonly institutionId: string;
}

export interface OpenedLink extends ReportTarget {
  /** Reports in the institution's name, for this period alone. */
  readonly viewer: Viewer;
}

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Makes a link and answers its path. The secret is in it and nowhere else. */
export async function makeReportLink(tx: EntityManager, target: ReportTarget, at: Date): Promise<string> {
  const secret = randomBytes(24).toString('base64url');
  await rows(
    tx,
    sql`insert into report_link (plan_id, period_id, institution_id, secret_hash, created_at)
      values (${target.planId}, ${target.periodId}, ${target.institutionId}, ${hashOf(secret)}, ${at})`,
  );
  return `/report/${secret}`;
}

/**
 * Whom the link speaks for, or null when it is unknown, revoked or over. It is good until the institution's close, and
 * after it for as long as something was sent back to be mended. Opening it changes nothing.
 */
export async function openReportLink(db: DataSource, secret: string, now: Date): Promise<OpenedLink | null> {
  const [found] = await rows<ReportTarget & { id: string }>(
    db,
    sql`select l.id, l.plan_id as "planId", l.period_id as "periodId", l.institution_id as "institutionId" from report_link l
      where l.secret_hash = ${hashOf(secret)} and l.revoked_at is null
        and exists (select from owed_check_in o where o.period_id = l.period_id and o.institution_id = l.institution_id
                      and (o.closes_before > ${now} or o.status = 'RETURNED'))`,
  );
  if (!found) return null;
  const { id, ...target } = found;
  return { ...target, viewer: Viewer.link(id, target) };
}
