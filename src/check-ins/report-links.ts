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

/** Makes links and answers their paths, in the order asked for. The secrets are in them and nowhere else. */
export async function makeReportLinks(
  tx: EntityManager,
  targets: readonly ReportTarget[],
  at: Date,
): Promise<string[]> {
  const secrets = targets.map(() => randomBytes(24).toString('base64url'));
  if (targets.length > 0)
    await rows(
      tx,
      sql`insert into report_link (plan_id, period_id, institution_id, secret_hash, created_at)
        select t.*, ${at} from unnest(${targets.map(({ planId }) => planId)}::uuid[], ${targets.map(({ periodId }) => periodId)}::uuid[],
               ${targets.map(({ institutionId }) => institutionId)}::uuid[], ${secrets.map(hashOf)}::bytea[]) t`,
    );
  return secrets.map((secret) => `/report/${secret}`);
}

/** The paths of links in a text, by what they are good for: whoever sends the text again keeps its links. */
export async function reportLinksIn(db: DataSource, text: string): Promise<Array<ReportTarget & { path: string }>> {
  const secrets = [...text.matchAll(/\/report\/([\w-]{32})(?![\w-])/g)].map(([, secret = '']) => secret);
  const found = await rows<ReportTarget & { secretHash: Buffer }>(
    db,
    sql`select plan_id as "planId", period_id as "periodId", institution_id as "institutionId", secret_hash as "secretHash"
      from report_link where secret_hash = any(${secrets.map(hashOf)}::bytea[])`,
  );
  return found.map(({ secretHash, ...target }) => {
    const secret = secrets.find((one) => hashOf(one).equals(secretHash)) ?? '';
    return { ...target, path: `/report/${secret}` };
  });
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
