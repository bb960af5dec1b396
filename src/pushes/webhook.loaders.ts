import { Injectable } from '@nestjs/common';
import { groupedBy } from '../platform/database/rows.js';
import type { Batch } from '../platform/graphql/loaders.js';
import { WebhooksQueries, type AttemptRow } from './webhooks.queries.js';

@Injectable()
export class AttemptsOfDelivery implements Batch<string, AttemptRow[]> {
  constructor(private readonly webhooks: WebhooksQueries) {}

  async loadMany(deliveryIds: readonly string[]): Promise<AttemptRow[][]> {
    return groupedBy(deliveryIds, await this.webhooks.attemptsOf(deliveryIds), 'parentId');
  }
}
