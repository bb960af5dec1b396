import { Injectable } from '@nestjs/common';
import sql, { join, type Sql } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { columnsOf } from '../platform/database/columns.js';
import { LARGEST_PAGE, pageOf, type Page, type RowList } from '../platform/database/pages.js';
import { keysOf, rows } from '../platform/database/rows.js';
import type { PublicationContent } from './publication-content.js';
import { Publication } from './publication.entity.js';
import { PublicationNotFound } from './publication.errors.js';

/** A publication as everybody may see it, without its content, which may be large. */
export type PublicationRow = Omit<Publication, 'content' | 'publishedBy'> & {
  readonly plan: string;
  readonly size: number;
  readonly isLatest: boolean;
};

const columns = sql`${columnsOf(Publication, 'q', ['content', 'publishedBy'])}, p.key as plan, octet_length(q.content) as size,
  not exists (select from publication n where n.plan_id = q.plan_id and n.period_key = q.period_key and n.version > q.version) as "isLatest"`;
const from = sql`publication q join action_plan p on p.id = q.plan_id`;

@Injectable()
export class PublicationsQueries {
  constructor(
    private readonly db: DataSource,
    private readonly plans: ActionPlansQueries,
  ) {}

  /** Newest first. */
  list({ period }: { readonly period?: string | null }): RowList<PublicationRow> {
    return {
      name: 'publications',
      alias: 'q',
      columns,
      from,
      where: period == null ? [] : [sql`q.period_key = ${period}`],
      order: { name: 'published', by: sql`q.published_at`, type: 'timestamptz', descending: true },
      parent: sql`q.plan_id`,
    };
  }

  /** A page of what was published of a plan. @throws PlanNotFound */
  async page(planKey: string, after: string | null): Promise<Page<PublicationRow>> {
    const { id } = await this.plans.byKey(planKey);
    const list = this.list({});
    return pageOf(this.db, { ...list, where: [sql`q.plan_id = ${id}`] }, { first: LARGEST_PAGE, after });
  }

  byIds(ids: readonly string[]): Promise<PublicationRow[]> {
    return rows(this.db, sql`select ${columns} from ${from} where q.id = any(${keysOf(ids)})`);
  }

  /** The newest version of each period that has one. */
  latestOf(periodIds: readonly string[]): Promise<PublicationRow[]> {
    return rows(
      this.db,
      sql`select distinct on (q.period_id) ${columns} from ${from} where q.period_id = any(${keysOf(periodIds)}) order by q.period_id, q.version desc`,
    );
  }

  /** A version, or the newest. @throws PublicationNotFound */
  async find(planId: string, period: string, version: number | null): Promise<PublicationRow> {
    const which = [sql`q.plan_id = ${planId}`, sql`q.period_key = ${period}`];
    const conditions = version === null ? which : [...which, sql`q.version = ${version}`];
    const [found] = await rows<PublicationRow>(
      this.db,
      sql`select ${columns} from ${from} where ${join(conditions, ' and ')} order by q.version desc limit 1`,
    );
    if (!found) throw new PublicationNotFound({ period }, 'period');
    return found;
  }

  /** The bytes that were published. */
  async contentOf(id: string): Promise<Buffer> {
    const [found] = await rows<{ content: Buffer }>(this.db, sql`select content from publication where id = ${id}`);
    return found?.content ?? Buffer.alloc(0);
  }
}

/** What a publication is compared with: the version before, else the newest of an earlier period. */
export const before = (planId: string, period: { readonly key: string; readonly startsOn: string }): Sql =>
  sql`select q.period_key as "periodKey", q.version, q.sha256, q.id, q.content from publication q
        join reporting_period r on r.id = q.period_id
       where q.plan_id = ${planId} and (q.period_key = ${period.key} or r.starts_on < ${period.startsOn})
       order by q.period_key = ${period.key} desc, r.starts_on desc, q.version desc limit 1`;

export const readContent = (bytes: Buffer): PublicationContent => JSON.parse(bytes.toString()) as PublicationContent;
