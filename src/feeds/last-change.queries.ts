import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { PUBLIC_ACTIONS } from '../audit/audit-entries.queries.js';
import { rows } from '../platform/database/rows.js';

/** Changes that feeds, calendars and the catalogue may show. A draft is none: not even its existence is told. */
const SHOWN = [
  ...PUBLIC_ACTIONS,
  'period.published',
  'assessment.filed',
  'meeting.planned',
  'meeting.moved',
  'meeting.held',
  'meeting.cancelled',
];

/** By then every change that began before an answer was made is written. */
const SETTLED_AFTER = 60_000;

@Injectable()
export class LastChangeQueries {
  constructor(private readonly db: DataSource) {}

  /** Of the plan or of another plan of its member, which may name the same institutions; null where nothing is recorded. */
  async of({ memberId }: { readonly memberId: string }): Promise<Date | null> {
    return (await this.ofEach([memberId])).get(memberId) ?? null;
  }

  /** By member. */
  async ofEach(memberIds: readonly string[]): Promise<ReadonlyMap<string, Date>> {
    const found = await rows<{ memberId: string; at: Date }>(
      this.db,
      sql`select p.member_id as "memberId", max(e.at) as at from action_plan p cross join lateral (
            select at from audit_entry where plan_id = p.id and action = any(${SHOWN}::text[]) order by number desc limit 1) e
           where p.member_id = any(${[...memberIds]}::uuid[]) group by 1`,
    );
    return new Map(found.map(({ memberId, at }) => [memberId, at]));
  }
}

/** What a client may send back as `If-Modified-Since`: nothing while another change could still get the same date. */
export const settled = (lastChange: Date | null, now: Date): Date | null =>
  lastChange && now.getTime() - lastChange.getTime() > SETTLED_AFTER ? lastChange : null;
