import { Injectable } from '@nestjs/common';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { ReportingPeriodsQueries } from '../action-plans/reporting-periods.queries.js';
import { assertMay } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { Clock } from '../platform/clock.js';
import { PlansInPlayQueries } from './plans-in-play.queries.js';
import { byHand } from './reminder-by-hand.js';
import { NobodyToRemind, NothingToRemindOf, RemindedToday, RemindersPaused } from './reminder.errors.js';
import { ReminderFactsQueries } from './reminder-facts.queries.js';
import type { ReminderSendNowInput } from './reminder.inputs.js';
import { concerns } from './reminder-schedule.js';
import { RecordedElsewhere, RemindersService } from './reminders.service.js';

const REFUSALS = {
  NOTHING_MISSING: NothingToRemindOf,
  NO_ADDRESS: NobodyToRemind,
  PAUSED: RemindersPaused,
} as const;

/** Reminding by hand, beside the rules. */
@Injectable()
export class ReminderSendNowService {
  constructor(
    private readonly plans: ActionPlansQueries,
    private readonly periods: ReportingPeriodsQueries,
    private readonly inPlay: PlansInPlayQueries,
    private readonly facts: ReminderFactsQueries,
    private readonly reminders: RemindersService,
    private readonly clock: Clock,
  ) {}

  /** Answers the ids of what was written into the ledger. @throws one of REFUSALS, or RemindedToday */
  async sendNow(viewer: Viewer, input: ReminderSendNowInput): Promise<string[]> {
    const plan = await this.plans.byKey(input.plan, 'input.plan');
    assertMay(viewer, 'reminderSendNow', { planId: plan.id });
    const period = input.period ? await this.periods.byKey(plan.id, input.period, 'input.period') : null;
    const institutionId = await this.plans.implementingId(plan, input.institution, 'input.institution');
    const now = this.clock.now();
    const facts = await this.facts.inPlay(await this.inPlay.plans([plan.id]), { from: now, until: now });
    const answer = byHand(facts, facts.matters.filter(concerns({ institutionId, periodId: period?.id })), now);
    if ('refused' in answer)
      throw new REFUSALS[answer.refused]({ institution: input.institution }, 'input.institution');
    try {
      return await this.reminders.recordByHand(viewer, answer.digests, facts, input.reason.trim());
    } catch (error) {
      if (error instanceof RecordedElsewhere)
        throw new RemindedToday({ institution: input.institution }, 'input.institution');
      throw error;
    }
  }
}
