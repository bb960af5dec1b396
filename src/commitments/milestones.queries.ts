import { Injectable } from '@nestjs/common';
import sql, { type Sql } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import type { Day } from '../action-plans/reporting-calendar.js';
import { Columns, columnsByName } from '../platform/database/columns.js';
import type { Ordering, RowList } from '../platform/database/pages.js';
import { firstOfEach, keysOf, rows } from '../platform/database/rows.js';
import type { MilestoneFilter, MilestoneOrder } from './commitment.inputs.js';
import type { MilestoneStatus } from './commitment.vocabulary.js';
import { overdueMilestone } from './commitments.queries.js';
import type { DueDateChange } from './commitment.type.js';
import { Milestone } from './milestone.entity.js';

const byDue = { by: sql`coalesce(m.due_on, 'infinity'::date)`, type: 'date' } as const;
const ORDERS: Record<MilestoneOrder, Ordering> = {
  NUMBER_ASC: { name: 'number', by: sql`m.number`, type: 'integer' },
  DUE_DATE_ASC: { name: 'due', ...byDue },
  DUE_DATE_DESC: { name: 'due-desc', ...byDue, descending: true },
};

/** A milestone as it stands now, with what is needed to tell whether it is overdue. */
export interface MilestoneRow extends Milestone {
  readonly status: MilestoneStatus | null;
  readonly percent: number | null;
  readonly forecastOn: Day | null;
  readonly ownLanguage: string;
  readonly timeZone: string;
}

const columns = new Columns({
  ...columnsByName(Milestone, 'm'),
  status: sql`m.status`,
  percent: sql`m.percent`,
  forecastOn: sql`m.forecast_on`,
  ownLanguage: sql`p.language`,
  timeZone: sql`p.time_zone`,
});
const parent = sql`m.commitment_id`;
const from = sql`milestone_now m join commitment c on c.id = m.commitment_id join action_plan p on p.id = c.plan_id`;

@Injectable()
export class MilestonesQueries {
  constructor(private readonly db: DataSource) {}

  list(order: MilestoneOrder, filter: MilestoneFilter, now: Date): RowList<MilestoneRow> {
    return {
      name: 'milestones',
      alias: 'm',
      columns,
      from,
      where:
        filter.overdue == null ? [] : [sql`${overdueMilestone(now)} is ${filter.overdue ? sql`true` : sql`not true`}`],
      order: ORDERS[order],
      parent,
    };
  }

  /** The first 100 moves of each. */
  dueDatesOf(ids: readonly string[]): Promise<Array<DueDateChange & { parentId: string }>> {
    const ofMilestone = (
      id: Sql,
    ) => sql`select previous_due_on as "previousDueDate", due_on as "dueDate", reason, changed_at as "changedAt", acting_as as "actingAs"
      from milestone_due_date where milestone_id = ${id} order by changed_at, id`;
    return rows(this.db, firstOfEach(ids, 100, ofMilestone));
  }

  byIds(ids: readonly string[]): Promise<MilestoneRow[]> {
    return rows(this.db, sql`select ${columns.all} from ${from} where m.id = any(${keysOf(ids)})`);
  }
}
