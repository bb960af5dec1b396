import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import type { EntityManager } from 'typeorm';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { assertMay } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { Changes } from '../platform/audit/changes.js';
import { rows } from '../platform/database/rows.js';
import { InvalidInput } from '../platform/errors/domain-error.js';
import { ReminderRuleRow } from './reminder-rule.entity.js';
import { ruleProblems } from './reminder-rule.js';
import { TooManyRules } from './reminder.errors.js';
import type { ReminderRuleResetInput, ReminderRuleSaveInput } from './reminder.inputs.js';

/** More than anybody can keep in mind. */
const MOST_RULES = 50;

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
      await rulesOf(change.tx, plan.id, rule.key);
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

/** Holds the plan's rules until the transaction ends. @throws TooManyRules when one more would be too many */
async function rulesOf(tx: EntityManager, planId: string, key: string): Promise<void> {
  await rows(tx, sql`select from action_plan where id = ${planId} for update`);
  const others = await rows(tx, sql`select from reminder_rule where plan_id = ${planId} and key <> ${key}`);
  if (others.length >= MOST_RULES) throw new TooManyRules({ most: MOST_RULES }, 'input.key');
}

const subjectOf = (planId: string) => ({ type: 'ActionPlan', id: planId, planId });

/** The plan is the subject of the entry. */
const withoutPlan = (row: ReminderRuleRow | null) => row && { ...row, planId: undefined };
