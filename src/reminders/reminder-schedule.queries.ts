import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { PlansInPlayQueries } from './plans-in-play.queries.js';
import { ReminderFactsQueries } from './reminder-facts.queries.js';
import { ScheduleTooLarge } from './reminder.errors.js';
import { concerns, schedule, type ScheduledReminder } from './reminder-schedule.js';
import { RemindersQueries, type LedgerPart } from './reminders.queries.js';

/** More rows of the ledger than anybody reads at once. */
const MOST_ROWS = 20_000;

@Injectable()
export class ReminderScheduleQueries {
  constructor(
    private readonly plans: PlansInPlayQueries,
    private readonly facts: ReminderFactsQueries,
    private readonly ledger: RemindersQueries,
    private readonly clock: Clock,
  ) {}

  /** What is planned and what became of it, between two instants. @throws ScheduleTooLarge */
  async of(part: LedgerPart): Promise<ScheduledReminder[]> {
    const plans = await this.plans.plans([part.planId]);
    const facts = await this.facts.inPlay(plans, part);
    const stretch = { ...part, timeZone: plans[0]?.timeZone ?? 'UTC' };
    const matters = facts.matters.filter(concerns(part));
    const subjects = matters.map(({ subject }) => subject);
    const ledger = await this.ledger.planned(part, subjects, MOST_ROWS + 1);
    // Without some of the rows, what was sent would seem not to have been.
    if (ledger.length > MOST_ROWS) throw new ScheduleTooLarge({ most: MOST_ROWS }, 'until');
    const found = schedule({ ...facts, matters }, ledger, stretch, this.clock.now());
    return part.address ? found.filter(({ address }) => address === null || address === part.address) : found;
  }
}
