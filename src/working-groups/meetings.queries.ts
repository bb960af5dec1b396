import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { columnsOf } from '../platform/database/columns.js';
import type { Ordering, RowList } from '../platform/database/pages.js';
import { keysOf, rows } from '../platform/database/rows.js';
import { Meeting } from './meeting.entity.js';
import type { MeetingFilter, MeetingOrder } from './meeting.inputs.js';

const byDay = { by: sql`m.day`, type: 'date' } as const;
const ORDERS: Record<MeetingOrder, Ordering> = {
  DATE_ASC: { name: 'day', ...byDay },
  DATE_DESC: { name: 'day-desc', ...byDay, descending: true },
};

const columns = columnsOf(Meeting, 'm', ['createdBy']);

/** A meeting as everybody may see it. */
export type MeetingRow = Omit<Meeting, 'createdBy'>;

@Injectable()
export class MeetingsQueries {
  constructor(private readonly db: DataSource) {}

  /** Meetings of a working group. */
  list(order: MeetingOrder, { status, from, until }: MeetingFilter): RowList<MeetingRow> {
    return {
      name: 'meetings',
      alias: 'm',
      columns,
      from: sql`meeting m`,
      where: [
        ...(status ? [sql`m.status = ${status}`] : []),
        ...(from ? [sql`m.day >= ${from}::date`] : []),
        ...(until ? [sql`m.day <= ${until}::date`] : []),
      ],
      order: ORDERS[order],
      parent: sql`m.working_group_id`,
    };
  }

  byIds(ids: readonly string[]): Promise<MeetingRow[]> {
    return rows(this.db, sql`select ${columns} from meeting m where m.id = any(${keysOf(ids)})`);
  }
}
