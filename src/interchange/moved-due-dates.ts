import sql from 'sql-template-tag';
import { actingAs } from '../platform/access/access.js';
import type { Change } from '../platform/audit/changes.js';
import { rows } from '../platform/database/rows.js';
import type { StoredPlan } from './plan-reader.js';

/** Why due dates move. */
export interface Reasons {
  /** Of single milestones, as `commitment.milestone`. */
  readonly own: ReadonlyMap<string, string>;
  /** Of all others. */
  readonly others: string;
}

interface Moved {
  readonly id: string;
  readonly dueOn: string;
  readonly previousDueOn: string | null;
  readonly reason: string;
}

/** A due date that a file moves is as much part of its history as one that a person moves, and told to the same listeners. */
export async function keepMovedDueDates(change: Change, stored: StoredPlan | null, reasons: Reasons): Promise<void> {
  const numbers = new Map((stored?.commitments ?? []).map(({ id, number }) => [id, number]));
  const before = (stored?.milestones ?? []).map(({ id, dueOn, number, commitmentId }) => ({
    id,
    dueOn,
    reason: reasons.own.get(`${numbers.get(commitmentId)}.${number}`) ?? reasons.others,
  }));
  const moved = await rows<Moved>(
    change.tx,
    sql`insert into milestone_due_date (milestone_id, due_on, previous_due_on, reason, changed_at, changed_by, acting_as)
      select m.id, m.due_on, (b->>'dueOn')::date, b->>'reason', ${change.at}, ${change.viewer.name}, ${actingAs(change.viewer, 'planImport')}
        from jsonb_array_elements(${JSON.stringify(before)}::jsonb) with ordinality l (b, place) join milestone m on m.id = (b->>'id')::uuid
       where m.due_on is not null and m.due_on is distinct from (b->>'dueOn')::date
       order by place
      returning milestone_id as id, due_on::text as "dueOn", previous_due_on::text as "previousDueOn", reason`,
  );
  for (const { id, dueOn, previousDueOn, reason } of moved)
    change.recordPart(
      'milestone.rescheduled',
      { type: 'Milestone', id, planId: stored?.plan.id ?? null },
      { before: { dueDate: previousDueOn }, after: { dueDate: dueOn }, reason },
    );
}
