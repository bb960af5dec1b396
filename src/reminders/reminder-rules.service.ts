import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { assertMay } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { Changes } from '../platform/audit/changes.js';
import { rows } from '../platform/database/rows.js';
import { InvalidInput } from '../platform/errors/domain-error.js';
import { ReminderRuleRow } from './reminder-rule.entity.js';
import { ruleProblems } from './reminder-rule.js';
import type { ReminderRuleResetInput, ReminderRuleSaveInput } from './reminder.inputs.js';

/** How the rules of a plan are changed. No change sends anything again that was sent. */
@Injectable()
export class ReminderRulesService {
  constructor(
    private readonly changes: Changes,
    private readonly plans: ActionPlansQueries,
  ) {}

  /** Answers the id of the plan. @throws InvalidInput when the rule contradicts itself */
  async save(viewer: Viewer, { plan: planKey, ...rule }: ReminderRuleSaveInput): Promise<string> {
    const plan = await this.plans.byKey(planKey, 'input.plan');
    assertMay(viewer, 'reminderRuleSave', { planId: plan.id });
    const problems = ruleProblems(rule);
    if (problems.length > 0) throw new InvalidInput(problems).within('input');
    await this.changes.by(viewer, 'reminderRuleSave', async (change) => {
      change.allow({ planId: plan.id });
      const before = await change.tx.findOneBy(ReminderRuleRow, { planId: plan.id, key: rule.key });
      await change.tx.save(ReminderRuleRow, { ...rule, planId: plan.id });
      change.record('reminderRule.saved', subjectOf(plan.id), { before: withoutPlan(before), after: rule });
    });
    return plan.id;
  }

  /** Takes the plan's own rule away: the usual one holds again, or none. Answers the id of the plan. */
  async reset(viewer: Viewer, { plan: planKey, key }: ReminderRuleResetInput): Promise<string> {
    const plan = await this.plans.byKey(planKey, 'input.plan');
    assertMay(viewer, 'reminderRuleReset', { planId: plan.id });
    await this.changes.by(viewer, 'reminderRuleReset', async (change) => {
      change.allow({ planId: plan.id });
      const before = await change.tx.findOneBy(ReminderRuleRow, { planId: plan.id, key });
      if (!before) return change.nothingToDo();
      await rows(change.tx, sql`delete from reminder_rule where plan_id = ${plan.id} and key = ${key}`);
      change.record('reminderRule.reset', subjectOf(plan.id), { before: withoutPlan(before), after: null });
    });
    return plan.id;
  }
}

const subjectOf = (planId: string) => ({ type: 'ActionPlan', id: planId, planId });

/** The plan is the subject of the entry. */
const withoutPlan = (row: ReminderRuleRow | null) => row && { ...row, planId: undefined };
