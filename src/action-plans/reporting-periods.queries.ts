import { Injectable } from '@nestjs/common';
import sql, { type Sql } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { columnsOf } from '../platform/database/columns.js';
import type { Ordering, RowList } from '../platform/database/pages.js';
import { keysOf, rows } from '../platform/database/rows.js';
import type { ReportingPeriodOrder } from './action-plan.inputs.js';
import { PeriodNotFound } from './action-plan.errors.js';
import { PeriodExtension } from './period-extension.entity.js';
import { ReportingPeriod } from './reporting-period.entity.js';
import type { PeriodState } from './reporting-window.js';

const byStart = { by: sql`r.starts_on`, type: 'date' } as const;
const ORDERS: Record<ReportingPeriodOrder, Ordering> = {
  START_DATE_ASC: { name: 'start', ...byStart },
  START_DATE_DESC: { name: 'start-desc', ...byStart, descending: true },
};

export type ReportingPeriodRow = ReportingPeriod & { readonly timeZone: string };

const columns = sql`${columnsOf(ReportingPeriod, 'r')}, p.time_zone as "timeZone"`;
const from = sql`reporting_period r join action_plan p on p.id = r.plan_id`;

@Injectable()
export class ReportingPeriodsQueries {
  constructor(private readonly db: DataSource) {}

  list(
    order: ReportingPeriodOrder,
    filter: { states?: readonly PeriodState[] | null },
    now: Date,
  ): RowList<ReportingPeriodRow> {
    return {
      name: 'periods',
      alias: 'r',
      columns,
      from,
      where: [
        sql`not r.withdrawn`,
        ...(filter.states ? [sql`${stateAt(now)} = any(${[...filter.states]}::text[])`] : []),
      ],
      order: ORDERS[order],
      parent: sql`r.plan_id`,
    };
  }

  /** All periods of a plan that are part of it, earliest first. */
  ofPlan(planId: string): Promise<ReportingPeriodRow[]> {
    return rows(
      this.db,
      sql`select ${columns} from ${from} where r.plan_id = ${planId} and not r.withdrawn order by r.starts_on`,
    );
  }

  /** @throws PeriodNotFound that names the field which the key was given in */
  async byKey(planId: string, key: string, field = 'period'): Promise<ReportingPeriodRow> {
    const [period] = await rows<ReportingPeriodRow>(
      this.db,
      sql`select ${columns} from ${from} where r.plan_id = ${planId} and r.key = ${key} and not r.withdrawn`,
    );
    if (!period) throw new PeriodNotFound({ period: key }, field);
    return period;
  }

  byIds(ids: readonly string[]): Promise<ReportingPeriodRow[]> {
    return rows(this.db, sql`select ${columns} from ${from} where r.id = any(${keysOf(ids)})`);
  }

  /** The period of each plan that the day of `now` falls in. */
  currentOf(planIds: readonly string[], now: Date): Promise<ReportingPeriodRow[]> {
    return rows(
      this.db,
      sql`select ${columns} from ${from}
        where r.plan_id = any(${keysOf(planIds)}) and not r.withdrawn
          and (${now}::timestamptz at time zone p.time_zone)::date between r.starts_on and r.ends_before - 1`,
    );
  }

  extensionsOf(periodIds: readonly string[]): Promise<PeriodExtension[]> {
    return rows(
      this.db,
      sql`select ${columnsOf(PeriodExtension, 'x')} from period_extension x where x.period_id = any(${keysOf(periodIds)}) order by x.granted_at`,
    );
  }
}

/** The same rule as `periodStateAt`, for filters. */
function stateAt(now: Date): Sql {
  return sql`case when ${now}::timestamptz >= r.closes_before then 'CLOSED' when ${now}::timestamptz >= r.due_before then 'LATE' when ${now}::timestamptz >= r.opens_at then 'OPEN'
    when (${now}::timestamptz at time zone p.time_zone)::date >= r.starts_on then 'RUNNING' else 'UPCOMING' end`;
}
