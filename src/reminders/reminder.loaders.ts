import { Injectable } from '@nestjs/common';
import type { Batch } from '../platform/graphql/loaders.js';
import { PlansInPlayQueries } from './plans-in-play.queries.js';
import { DEFAULT_RULES } from './reminder-rule.js';
import type { ReminderRuleType } from './reminder.type.js';

@Injectable()
export class ReminderRulesOfPlan implements Batch<string, ReminderRuleType[]> {
  constructor(private readonly plans: PlansInPlayQueries) {}

  async loadMany(planIds: readonly string[]): Promise<ReminderRuleType[][]> {
    const found = new Map((await this.plans.plans(planIds)).map(({ id, rules }) => [id, rules]));
    return planIds.map((id) =>
      (found.get(id) ?? []).map((rule) => ({ ...rule, isUsual: DEFAULT_RULES.includes(rule) })),
    );
  }
}
