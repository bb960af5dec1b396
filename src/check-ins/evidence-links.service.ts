import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { Clock } from '../platform/clock.js';
import { rows } from '../platform/database/rows.js';
import { Shutdown } from '../platform/shutdown.js';
import { LinkProbe } from './evidence-link-probe.js';

const WEEK = 7 * 24 * 60 * 60 * 1000;
const MOST_AT_ONCE = 20;

export interface LinksChecked {
  readonly looked: number;
  readonly failing: number;
}

/** Links that die are reported and stay where they are: that an agency gave them is part of its claim. */
@Injectable()
export class EvidenceLinksService {
  constructor(
    private readonly db: DataSource,
    private readonly clock: Clock,
    private readonly probe: LinkProbe,
    private readonly shutdown: Shutdown,
  ) {}

  /** Looks at links that nobody has looked at for a week, at most 20, longest ago first. */
  async check(): Promise<LinksChecked> {
    const due = await this.due();
    let [looked, failing] = [0, 0];
    // One after the other, so that a server with many of them is not asked many times at once.
    for (const { id, url } of due) {
      if (this.shutdown.hasBegun) break;
      looked++;
      const { outcome, status } = await this.probe.look(url);
      if (outcome !== 'OK') failing++;
      const at = this.clock.now();
      const since = outcome === 'OK' ? null : at;
      // A check-in that was handed in again in the meantime has new links.
      await rows(
        this.db,
        sql`insert into evidence_check (evidence_id, checked_at, outcome, status, failing_since)
            select id, ${at}::timestamptz, ${outcome}::text, ${status}::integer, ${since}::timestamptz from evidence where id = ${id} for key share
            on conflict (evidence_id) do update set checked_at = excluded.checked_at, outcome = excluded.outcome, status = excluded.status,
              failing_since = case when excluded.failing_since is null then null else coalesce(evidence_check.failing_since, excluded.failing_since) end`,
      );
    }
    return { looked, failing };
  }

  private due(): Promise<Array<{ id: string; url: string }>> {
    const before = new Date(this.clock.now().getTime() - WEEK);
    return rows(
      this.db,
      sql`select e.id, e.url from evidence e left join evidence_check c on c.evidence_id = e.id
           where c.checked_at is null or c.checked_at <= ${before}
           order by c.checked_at nulls first, e.id limit ${MOST_AT_ONCE}`,
    );
  }
}
