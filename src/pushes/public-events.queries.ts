import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { rows } from '../platform/database/rows.js';
import type { PublicEvent } from './public-event.entity.js';
import type { PublicEventType } from './public-event.js';

/** An event as those are told who listen: they read what it is about. */
export type EventRow = Pick<PublicEvent, 'type' | 'planId' | 'subjectId' | 'happenedAt'> & { readonly number: number };

const columns = sql`e.number::float8 as number, e.type, e.plan_id as "planId", e.subject_id as "subjectId", e.happened_at as "happenedAt"`;

/** Events in the order of their commits. Read from the primary: a copy that lags would not have what was just announced. */
@Injectable()
export class PublicEventsQueries {
  constructor(private readonly db: DataSource) {}

  /** The number of the newest, 0 when there is none. */
  async newest(): Promise<number> {
    const [row] = await rows<{ number: number }>(
      this.db,
      sql`select coalesce(max(number), 0)::float8 as number from public_event`,
    );
    return row?.number ?? 0;
  }

  after(number: number, most: number): Promise<EventRow[]> {
    return rows(
      this.db,
      sql`select ${columns} from public_event e where e.number > ${number} order by e.number limit ${most}`,
    );
  }

  ofPlanAfter(planId: string, type: PublicEventType, number: number, most: number): Promise<EventRow[]> {
    return rows(
      this.db,
      sql`select ${columns} from public_event e where e.plan_id = ${planId} and e.type = ${type} and e.number > ${number} order by e.number limit ${most}`,
    );
  }
}
