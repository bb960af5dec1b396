import { Injectable } from '@nestjs/common';
import { inOrderOf } from '../platform/database/rows.js';
import type { Batch } from '../platform/graphql/loaders.js';
import { WorkingGroupsQueries, type WorkingGroupRow } from './working-groups.queries.js';

@Injectable()
export class WorkingGroupById implements Batch<string, WorkingGroupRow | null> {
  constructor(private readonly groups: WorkingGroupsQueries) {}

  async loadMany(ids: readonly string[]): Promise<Array<WorkingGroupRow | null>> {
    return inOrderOf(ids, await this.groups.byIds(ids), 'id');
  }
}
