import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { InstitutionsQueries } from '../institutions/institutions.queries.js';
import type { Institution } from '../institutions/institution.entity.js';
import { columnsOf } from '../platform/database/columns.js';
import type { RowList } from '../platform/database/pages.js';
import { keysOf, rows } from '../platform/database/rows.js';
import { WorkingGroup } from './working-group.entity.js';

/** A group's row, with the language that its texts fall back to. */
export type WorkingGroupRow = WorkingGroup & { readonly ownLanguage: string };

const columns = sql`${columnsOf(WorkingGroup, 'g')}, p.language as "ownLanguage"`;
const from = sql`working_group g join action_plan p on p.id = g.plan_id`;

@Injectable()
export class WorkingGroupsQueries {
  constructor(
    private readonly db: DataSource,
    private readonly institutions: InstitutionsQueries,
  ) {}

  list(): RowList<WorkingGroupRow> {
    return {
      name: 'workingGroups',
      alias: 'g',
      columns,
      from,
      where: [],
      order: { name: 'key', by: sql`g.key`, type: 'text' },
      parent: sql`g.plan_id`,
    };
  }

  byIds(ids: readonly string[]): Promise<WorkingGroupRow[]> {
    return rows(this.db, sql`select ${columns} from ${from} where g.id = any(${keysOf(ids)})`);
  }

  members(): RowList<Institution> {
    return this.institutions.list({
      name: 'workingGroupMembers',
      join: sql`join working_group_member m on m.institution_id = i.id`,
      parent: sql`m.working_group_id`,
      order: { name: 'position', by: sql`m.position`, type: 'integer' },
    });
  }
}
