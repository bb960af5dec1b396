import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { columnsOf } from '../platform/database/columns.js';
import type { RowList } from '../platform/database/pages.js';
import { rows } from '../platform/database/rows.js';
import { ReminderPause } from './reminder-pause.entity.js';

const columns = columnsOf(ReminderPause, 'z');

@Injectable()
export class ReminderPausesQueries {
  constructor(private readonly db: DataSource) {}

  list(): RowList<ReminderPause> {
    return {
      name: 'reminderPauses',
      alias: 'z',
      columns,
      from: sql`reminder_pause z`,
      where: [],
      order: { name: 'set-desc', by: sql`z.set_at`, type: 'timestamptz', descending: true },
      parent: sql`z.plan_id`,
    };
  }

  async byId(id: string): Promise<ReminderPause | null> {
    const [found] = await rows<ReminderPause>(this.db, sql`select ${columns} from reminder_pause z where z.id = ${id}`);
    return found ?? null;
  }
}
