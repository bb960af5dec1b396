import { Injectable } from '@nestjs/common';
import { inOrderOf } from '../platform/database/rows.js';
import type { Batch } from '../platform/graphql/loaders.js';
import { PublicationsQueries, type PublicationRow } from './publications.queries.js';

@Injectable()
export class LatestPublicationOfPeriod implements Batch<string, PublicationRow | null> {
  constructor(private readonly publications: PublicationsQueries) {}

  async loadMany(periodIds: readonly string[]): Promise<Array<PublicationRow | null>> {
    return inOrderOf(periodIds, await this.publications.latestOf(periodIds), 'periodId');
  }
}
