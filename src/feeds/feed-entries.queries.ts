import { Injectable } from '@nestjs/common';
import sql, { empty, type Sql } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import type { Day } from '../action-plans/reporting-calendar.js';
import type { AssessedCompletion, AssessmentKind } from '../assessments/assessment.vocabulary.js';
import type { Report } from '../check-ins/check-in.report.js';
import { pageOf, type RowList } from '../platform/database/pages.js';
import { inOrderOf, rows } from '../platform/database/rows.js';
import { cursorRefused } from '../platform/rest/query-parameters.js';
import type { LocalizedText } from '../platform/i18n/text.js';
import type { Difference } from '../publications/publication-difference.js';
import type { PublishedReports } from '../publications/publication-content.js';

/** What can be told in a feed. Every one of them is a row that is never changed and never removed. */
export type FeedEntryKind =
  'PUBLICATION' | 'CLAIM' | 'VERIFIED' | 'PUBLISHED' | 'REOPENED' | 'RESCHEDULED' | 'ASSESSMENT';

/** Of whom a feed tells: a plan, or one commitment of it. */
export interface FeedScope {
  readonly planId: string;
  readonly commitmentId: string | null;
}

/** One thing that happened, with what the public may know of it; null for what its kind does not have. */
export interface FeedEntry {
  readonly id: string;
  readonly kind: FeedEntryKind;
  readonly at: Date;
  /** The roles of whoever did it, joined by `+`; null where the institution itself speaks. */
  readonly actingAs: string | null;
  readonly reason: string | null;
  readonly institution: { readonly key: string; readonly name: LocalizedText } | null;
  readonly commitment: { readonly number: number; readonly title: LocalizedText } | null;
  readonly milestone: { readonly number: number; readonly title: LocalizedText } | null;
  readonly period: string | null;
  readonly publication: {
    readonly version: number;
    readonly sha256: string;
    readonly reports: PublishedReports;
    readonly difference: Pick<Difference, 'since' | 'added' | 'changed' | 'removed'>;
  } | null;
  readonly claim: { readonly report: Report; readonly isFirst: boolean } | null;
  readonly finding: string | null;
  readonly move: { readonly dueOn: Day; readonly previousDueOn: Day | null } | null;
  readonly assessment: {
    readonly kind: AssessmentKind;
    readonly completion: AssessedCompletion | null;
    readonly summary: string;
    readonly url: string | null;
  } | null;
}

export interface FeedPage {
  readonly entries: readonly FeedEntry[];
  /** Cursor of the entries before these; null where these are the first that there were. */
  readonly next: string | null;
}

const PAGE = 50;

interface Place {
  readonly id: string;
  readonly kind: FeedEntryKind;
}

@Injectable()
export class FeedEntriesQueries {
  constructor(private readonly db: DataSource) {}

  /** Newest first. @throws CursorNotOfThisList */
  async page(scope: FeedScope, cursor: string | undefined): Promise<FeedPage> {
    const { edges, hasNextPage } = await pageOf(this.db, listOf(scope), { first: PAGE, after: cursor ?? null }).catch(
      cursorRefused,
    );
    const entries = await this.told(edges.map(({ node }) => node));
    return { entries, next: hasNextPage ? (edges.at(-1)?.cursor ?? null) : null };
  }

  /** Looked up only for those that are on the page, each by its id. */
  private async told(places: readonly Place[]): Promise<FeedEntry[]> {
    const ids = places.map(({ id }) => id);
    const found = await rows<FeedEntry>(this.db, details(places));
    return inOrderOf(ids, found, 'id').flatMap((entry) => entry ?? []);
  }
}

/** Which rows there are and when each came to be: nothing else is read before the page is known. */
function listOf({ planId, commitmentId }: FeedScope): RowList<Place> {
  const ofCheckIn = (id: Sql, from: Sql): Sql =>
    commitmentId === null
      ? from
      : sql`${from} and exists (select from check_in k where k.id = ${id} and k.commitment_id = ${commitmentId})`;
  const ofCommitment = commitmentId === null ? empty : sql`and c.id = ${commitmentId}`;
  return {
    name: commitmentId === null ? 'feed' : 'feed of a commitment',
    alias: 'e',
    columns: sql`e.id, e.kind`,
    from: sql`(
      ${commitmentId === null ? sql`select id, 'PUBLICATION' as kind, published_at as at from publication where plan_id = ${planId} union all` : empty}
      ${ofCheckIn(sql`v.check_in_id`, sql`select v.id, 'CLAIM' as kind, v.saved_at as at from check_in_revision v where v.plan_id = ${planId} and v.status = 'SUBMITTED'`)}
      union all
      ${ofCheckIn(sql`v.check_in_id`, sql`select v.id, 'VERIFIED', v.verified_at from verification v where v.plan_id = ${planId}`)}
      union all
      ${ofCheckIn(sql`a.subject_id`, sql`select a.id, 'PUBLISHED', a.at from audit_entry a where a.plan_id = ${planId} and a.action = 'checkIn.published'`)}
      union all
      ${ofCheckIn(sql`x.check_in_id`, sql`select x.id, 'REOPENED', x.reopened_at from check_in_correction x join check_in o on o.id = x.check_in_id where o.plan_id = ${planId}`)}
      union all
      select d.id, 'RESCHEDULED', d.changed_at from milestone_due_date d join milestone m on m.id = d.milestone_id join commitment c on c.id = m.commitment_id
       where c.plan_id = ${planId} ${ofCommitment}
      union all
      select a.id, 'ASSESSMENT', a.filed_at from assessment a
       where a.plan_id = ${planId} ${commitmentId === null ? empty : sql`and a.commitment_id = ${commitmentId}`}) e`,
    where: [],
    order: { name: 'newest', by: sql`e.at`, type: 'timestamptz', descending: true },
  };
}

/** No draft, no comment that only the agency may read, and nobody's name is among the columns. */
const details = (places: readonly Place[]): Sql => sql`
  select e.id, e.kind, coalesce(q.published_at, v.saved_at, f.verified_at, a.at, x.reopened_at, d.changed_at, s.filed_at) as at,
         coalesce(q.acting_as, f.acting_as, a.acting_as, x.acting_as, d.acting_as, s.acting_as) as "actingAs",
         coalesce(q.reason, x.reason, d.reason) as reason,
         case when i.id is not null then json_build_object('key', i.key, 'name', i.name) end as institution,
         case when c.id is not null then json_build_object('number', c.number, 'title', c.title) end as commitment,
         case when m.id is not null then json_build_object('number', m.number, 'title', m.title) end as milestone,
         coalesce(q.period_key, r.key) as period,
         case when q.id is not null then json_build_object('version', q.version, 'sha256', q.sha256, 'reports', q.reports, 'difference', q.difference - 'rows') end as publication,
         case when v.id is not null then json_build_object('report', v.report, 'isFirst',
           not exists (select from check_in_revision w where w.check_in_id = v.check_in_id and w.status = 'SUBMITTED' and w.version < v.version)) end as claim,
         f.finding,
         case when d.id is not null then json_build_object('dueOn', d.due_on, 'previousDueOn', d.previous_due_on) end as move,
         case when s.id is not null then json_build_object('kind', s.kind, 'completion', s.completion, 'summary', s.summary, 'url', s.url) end as assessment
    from unnest(${places.map(({ id }) => id)}::uuid[], ${places.map(({ kind }) => kind)}::text[]) e (id, kind)
    left join publication q on q.id = e.id and e.kind = 'PUBLICATION'
    left join check_in_revision v on v.id = e.id and e.kind = 'CLAIM' and v.status = 'SUBMITTED'
    left join verification f on f.id = e.id and e.kind = 'VERIFIED'
    left join audit_entry a on a.id = e.id and e.kind = 'PUBLISHED'
    left join check_in_correction x on x.id = e.id and e.kind = 'REOPENED'
    left join milestone_due_date d on d.id = e.id and e.kind = 'RESCHEDULED'
    left join assessment s on s.id = e.id and e.kind = 'ASSESSMENT'
    left join check_in k on k.id = coalesce(v.check_in_id, f.check_in_id, a.subject_id, x.check_in_id)
    left join milestone m on m.id = d.milestone_id
    left join commitment c on c.id = coalesce(k.commitment_id, m.commitment_id, s.commitment_id)
    left join institution i on i.id = coalesce(k.institution_id, s.institution_id)
    left join reporting_period r on r.id = k.period_id`;
