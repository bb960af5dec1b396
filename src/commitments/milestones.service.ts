import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import type { EntityManager } from 'typeorm';
import type { Day } from '../action-plans/reporting-calendar.js';
import { actingAs } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { Changes } from '../platform/audit/changes.js';
import { rows } from '../platform/database/rows.js';
import { DueBeforeStart, DueDateUnchanged, MilestoneNotFound } from './commitment.errors.js';
import { MilestoneDueDate } from './milestone-due-date.entity.js';
import { Milestone } from './milestone.entity.js';
import type { MilestoneRescheduleInput } from './milestone-reschedule.input.js';

@Injectable()
export class MilestonesService {
  constructor(private readonly changes: Changes) {}

  /** Moves the due date; the date that was promised first, and every one since, stays known. Answers the id. */
  reschedule(viewer: Viewer, input: MilestoneRescheduleInput): Promise<string> {
    return this.changes.by(viewer, 'milestoneReschedule', async (change) => {
      const { milestone, planId } = await held(change.tx, input.milestone);
      change.allow({ planId });
      const [dueOn, previousDueOn] = [input.dueDate, milestone.dueOn];
      assertMoves(milestone, dueOn);
      const reason = input.reason.trim();
      await change.tx.update(Milestone, milestone.id, {
        dueOn,
        originalDueOn: milestone.originalDueOn ?? previousDueOn ?? dueOn,
        monthPrecision: milestone.monthPrecision.filter((name) => name !== 'dueOn'),
      });
      await change.tx.insert(MilestoneDueDate, {
        milestoneId: milestone.id,
        dueOn,
        previousDueOn,
        reason,
        changedAt: change.at,
        changedBy: viewer.name,
        actingAs: actingAs(viewer, 'milestoneReschedule'),
      });
      change.record(
        'milestone.rescheduled',
        { type: 'Milestone', id: milestone.id, planId },
        { before: { dueDate: previousDueOn }, after: { dueDate: dueOn }, reason },
      );
      return milestone.id;
    });
  }
}

/** @throws MilestoneNotFound */
async function held(tx: EntityManager, id: string): Promise<{ milestone: Milestone; planId: string }> {
  const milestone = await tx.findOne(Milestone, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!milestone) throw new MilestoneNotFound({}, 'input.milestone');
  const [plan] = await rows<{ planId: string }>(
    tx,
    sql`select plan_id as "planId" from commitment where id = ${milestone.commitmentId}`,
  );
  return { milestone, planId: plan?.planId ?? '' };
}

/** @throws DueDateUnchanged or DueBeforeStart */
function assertMoves({ dueOn, startsOn }: Milestone, wanted: Day): void {
  if (wanted === dueOn) throw new DueDateUnchanged({ day: wanted }, 'input.dueDate');
  if (startsOn !== null && wanted < startsOn) throw new DueBeforeStart({ day: startsOn }, 'input.dueDate');
}
