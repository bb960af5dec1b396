import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { ReportingPeriodsQueries } from '../action-plans/reporting-periods.queries.js';
import { assertMay } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { Changes } from '../platform/audit/changes.js';
import { Clock } from '../platform/clock.js';
import { rows } from '../platform/database/rows.js';
import type { Matter } from './matter.js';
import { PlansInPlayQueries } from './plans-in-play.queries.js';
import { byHand } from './reminder-by-hand.js';
import { NobodyToRemind, NothingToRemindOf, RemindedToday, RemindersPaused } from './reminder.errors.js';
import { ReminderFactsQueries } from './reminder-facts.queries.js';
import type { ReminderSendNowInput } from './reminder.inputs.js';
import { concerns } from './reminder-schedule.js';
import { LedgerService, RecordedElsewhere } from './ledger.service.js';
import { LettersService } from './letters.service.js';

const REFUSALS = {
  NOTHING_MISSING: NothingToRemindOf,
  NO_ADDRESS: NobodyToRemind,
  PAUSED: RemindersPaused,
  REMINDED_TODAY: RemindedToday,
} as const;

/** Reminding by hand, beside the rules. */
@Injectable()
export class ReminderSendNowService {
  constructor(
    private readonly plans: ActionPlansQueries,
    private readonly periods: ReportingPeriodsQueries,
    private readonly inPlay: PlansInPlayQueries,
    private readonly facts: ReminderFactsQueries,
    private readonly letters: LettersService,
    private readonly ledger: LedgerService,
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {}

  /** Answers the ids of what was written into the ledger; of what waits to be sent already, when there is any. @throws one of REFUSALS, or RemindedToday */
  async sendNow(viewer: Viewer, input: ReminderSendNowInput): Promise<string[]> {
    const plan = await this.plans.byKey(input.plan, 'input.plan');
    assertMay(viewer, 'reminderSendNow', { planId: plan.id });
    const period = input.period ? await this.periods.byKey(plan.id, input.period, 'input.period') : null;
    const institutionId = await this.plans.implementingId(plan, input.institution, 'input.institution');
    const now = this.clock.now();
    const facts = await this.facts.inPlay(await this.inPlay.plans([plan.id]), { from: now, until: now });
    const matters = facts.matters.filter(concerns({ institutionId, periodId: period?.id }));
    const hurried = await this.hurry(viewer, plan.id, matters, input.reason.trim());
    if (hurried.length > 0) return hurried;
    const answer = byHand(facts, matters, now);
    if ('refused' in answer)
      throw new REFUSALS[answer.refused]({ institution: input.institution }, 'input.institution');
    try {
      const written = await this.letters.write(answer.digests, facts);
      if (written.length === 0) throw new NothingToRemindOf({ institution: input.institution }, 'input.institution');
      return await this.ledger.recordByHand(viewer, written, input.reason.trim());
    } catch (error) {
      if (error instanceof RecordedElsewhere)
        throw new RemindedToday({ institution: input.institution }, 'input.institution');
      throw error;
    }
  }

  /** A mail about the same that waits, perhaps to be tried again after a refusal, is tried at once in place of a second one. */
  private hurry(viewer: Viewer, planId: string, matters: readonly Matter[], reason: string): Promise<string[]> {
    return this.changes.by(viewer, 'reminderSendNow', async (change) => {
      change.allow({ planId });
      const waiting = await rows<{ id: string }>(
        change.tx,
        sql`with hurried as (
              update outbox_mail o set next_attempt_at = least(o.next_attempt_at, ${change.at})
               where o.status = 'QUEUED' and o.id in (
                 select m.mail_id from reminder m
                  where m.plan_id = ${planId} and m.reason is null and m.audience = 'FOCAL_POINT' and m.subject = any(${matters.map(({ subject }) => subject)}::text[]))
              returning o.id)
            select m.id from reminder m join hurried h on h.id = m.mail_id where m.reason is null order by m.id limit 200`,
      );
      if (waiting.length === 0) change.nothingToDo();
      else
        change.record(
          'reminder.hurried',
          { type: 'ActionPlan', id: planId, planId },
          { after: { reminders: waiting.map(({ id }) => id) }, reason },
        );
      return waiting.map(({ id }) => id);
    });
  }
}
