import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { rows } from '../platform/database/rows.js';
import type { Language } from '../platform/i18n/text.js';

/** What the commitments of a plan say about it. */
export interface PlanContents {
  readonly planId: string;
  readonly languages: readonly Language[];
  readonly keywords: readonly string[];
}

@Injectable()
export class DatasetsQueries {
  constructor(private readonly db: DataSource) {}

  contentsOf(planIds: readonly string[]): Promise<PlanContents[]> {
    return rows(
      this.db,
      sql`select p.id as "planId",
                 array(select distinct language from (
                   select jsonb_object_keys(p.title) as language
                   union select jsonb_object_keys(c.title) from commitment c where c.plan_id = p.id) l order by 1) as languages,
                 array(select distinct word from (
                   select unnest(c.policy_areas || c.sectors) as word from commitment c where c.plan_id = p.id) w order by 1) as keywords
            from action_plan p where p.id = any(${[...planIds]}::uuid[])`,
    );
  }

  /** The days that published periods cover; a period that is withdrawn since keeps its own. */
  periodDaysOf(periodIds: readonly string[]): Promise<Array<{ id: string; startsOn: string; endsBefore: string }>> {
    return rows(
      this.db,
      sql`select id, starts_on as "startsOn", ends_before as "endsBefore" from reporting_period where id = any(${[...periodIds]}::uuid[])`,
    );
  }
}
