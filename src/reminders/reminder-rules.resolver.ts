import { Args, Mutation, ResolveField, Resolver } from '@nestjs/graphql';
import { ActionPlanType } from '../action-plans/action-plan.type.js';
import type { Viewer } from '../platform/access/viewer.js';
import { shortListComplexity } from '../platform/graphql/connection.js';
import { CurrentViewer, Its, Loader, type LoaderOf } from '../platform/graphql/loaders.js';
import { ReminderRulesOfPlan } from './reminder.loaders.js';
import { ReminderRuleResetInput, ReminderRuleSaveInput } from './reminder.inputs.js';
import { ReminderRulesService } from './reminder-rules.service.js';
import { ReminderRuleSavePayload, ReminderRuleResetPayload, ReminderRuleType } from './reminder.type.js';

@Resolver(() => ActionPlanType)
export class ReminderRulesResolver {
  constructor(private readonly service: ReminderRulesService) {}

  @ResolveField(() => [ReminderRuleType], {
    description:
      'When which reminder goes to whom: the usual rules, those that the plan has replaced, and its own. Public, as the plan’s dates are.',
    complexity: shortListComplexity,
  })
  reminderRules(
    @Its<ActionPlanType>('id') id: string,
    @Loader(ReminderRulesOfPlan) rules: LoaderOf<ReminderRulesOfPlan>,
  ): PromiseLike<ReminderRuleType[]> {
    return rules.load(id);
  }

  @Mutation(() => ReminderRuleSavePayload, {
    description:
      'Changes a rule of reminders, or adds one, from now on; nothing that was sent is sent again. For the MEL officer. FORBIDDEN for others, NOT_FOUND for an unknown plan, BAD_USER_INPUT when its parts do not go together.',
  })
  async reminderRuleSave(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'The rule.' }) input: ReminderRuleSaveInput,
    @Loader(ReminderRulesOfPlan) rules: LoaderOf<ReminderRulesOfPlan>,
  ) {
    const saved = await rules.load(await this.service.save(viewer, input));
    return { rule: saved.find(({ key }) => key === input.key) };
  }

  @Mutation(() => ReminderRuleResetPayload, {
    description:
      'Takes a rule of the plan’s own away, so that the usual one of the same key holds again, or none. For the MEL officer. FORBIDDEN for others, NOT_FOUND for an unknown plan.',
  })
  async reminderRuleReset(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Which rule.' }) input: ReminderRuleResetInput,
    @Loader(ReminderRulesOfPlan) rules: LoaderOf<ReminderRulesOfPlan>,
  ) {
    return { rules: await rules.load(await this.service.reset(viewer, input)) };
  }
}
