import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { groupedBy, inOrderOf } from '../platform/database/rows.js';
import type { Batch } from '../platform/graphql/loaders.js';
import { ActionPlansQueries, type ActionPlanRow } from './action-plans.queries.js';
import type { Member } from './member.entity.js';
import type { PeriodExtension } from './period-extension.entity.js';
import { ReportingPeriodsQueries, type ReportingPeriodRow } from './reporting-periods.queries.js';

@Injectable()
export class ActionPlanById implements Batch<string, ActionPlanRow | null> {
  constructor(private readonly plans: ActionPlansQueries) {}

  async loadMany(ids: readonly string[]): Promise<Array<ActionPlanRow | null>> {
    return inOrderOf(ids, await this.plans.byIds(ids), 'id');
  }
}

@Injectable()
export class MemberById implements Batch<string, Member | null> {
  constructor(private readonly plans: ActionPlansQueries) {}

  async loadMany(ids: readonly string[]): Promise<Array<Member | null>> {
    return inOrderOf(ids, await this.plans.membersByIds(ids), 'id');
  }
}

@Injectable()
export class ReportingPeriodById implements Batch<string, ReportingPeriodRow | null> {
  constructor(private readonly periods: ReportingPeriodsQueries) {}

  async loadMany(ids: readonly string[]): Promise<Array<ReportingPeriodRow | null>> {
    return inOrderOf(ids, await this.periods.byIds(ids), 'id');
  }
}

@Injectable()
export class CurrentPeriodOfPlan implements Batch<string, ReportingPeriodRow | null> {
  constructor(
    private readonly periods: ReportingPeriodsQueries,
    private readonly clock: Clock,
  ) {}

  async loadMany(planIds: readonly string[]): Promise<Array<ReportingPeriodRow | null>> {
    return inOrderOf(planIds, await this.periods.currentOf(planIds, this.clock.now()), 'planId');
  }
}

@Injectable()
export class ExtensionsOfPeriod implements Batch<string, PeriodExtension[]> {
  constructor(private readonly periods: ReportingPeriodsQueries) {}

  async loadMany(periodIds: readonly string[]): Promise<PeriodExtension[][]> {
    return groupedBy(periodIds, await this.periods.extensionsOf(periodIds), 'periodId');
  }
}
