import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { inOrderOf } from '../platform/database/rows.js';
import type { Batch } from '../platform/graphql/loaders.js';
import type { ReportingRate } from './reporting-rate.type.js';
import { ReportingRatesQueries, type RateParent } from './reporting-rates.queries.js';

const NOTHING_YET: ReportingRate = {
  expected: 0,
  received: 0,
  onTime: 0,
  late: 0,
  verified: 0,
  overdue: 0,
  overdueSince: null,
  longestOverdueDays: null,
  medianOverdueDays: null,
};

@Injectable()
abstract class RateOf implements Batch<string, ReportingRate> {
  protected abstract readonly parent: RateParent;

  constructor(
    private readonly rates: ReportingRatesQueries,
    private readonly clock: Clock,
  ) {}

  async loadMany(ids: readonly string[]): Promise<ReportingRate[]> {
    const found = inOrderOf(ids, await this.rates.rateOf(this.parent, ids, this.clock.now()), 'parentId');
    return found.map((rate) => rate ?? NOTHING_YET);
  }
}

@Injectable()
export class RateOfPlan extends RateOf {
  protected readonly parent = 'plan';
}

@Injectable()
export class RateOfPeriod extends RateOf {
  protected readonly parent = 'period';
}

@Injectable()
export class RateOfCommitment extends RateOf {
  protected readonly parent = 'commitment';
}
