import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ActionPlan } from '../action-plans/action-plan.entity.js';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { dayOf, type Day } from '../action-plans/reporting-calendar.js';
import type { Viewer } from '../platform/access/viewer.js';
import { Changes } from '../platform/audit/changes.js';
import { meetingDays } from './meeting-days.js';
import { Meeting } from './meeting.entity.js';
import {
  MeetingEditedMeanwhile,
  MeetingNotFound,
  MeetingSettled,
  MeetingStillToCome,
  MeetingTooEarly,
  MeetingTooLate,
  MeetingUnchanged,
  WorkingGroupNotFound,
} from './meeting.errors.js';
import type {
  MeetingCancelInput,
  MeetingMoveInput,
  MeetingPlanInput,
  MeetingRecordHeldInput,
} from './meeting.inputs.js';
import type { MeetingStatus } from './meeting.vocabulary.js';
import { WorkingGroup } from './working-group.entity.js';

/** What can be done to a meeting, in which status, and what it is then. Minutes may be added to later. */
const EDITS = {
  meetingMove: { from: ['PLANNED'], to: 'PLANNED', done: 'meeting.moved' },
  meetingRecordHeld: { from: ['PLANNED', 'HELD'], to: 'HELD', done: 'meeting.held' },
  meetingCancel: { from: ['PLANNED'], to: 'CANCELLED', done: 'meeting.cancelled' },
} as const satisfies Record<string, { from: readonly MeetingStatus[]; to: MeetingStatus; done: string }>;

interface Edit {
  readonly meeting: string;
  readonly version: number;
  readonly reason?: string;
}

@Injectable()
export class MeetingsService {
  constructor(
    private readonly changes: Changes,
    private readonly plans: ActionPlansQueries,
  ) {}

  /** Answers the id of the new meeting. */
  async plan(viewer: Viewer, input: MeetingPlanInput): Promise<string> {
    const plan = await this.plans.byKey(input.plan, 'input.plan');
    return this.changes.by(viewer, 'meetingPlan', async (change) => {
      const group = await groupOf(change.tx, plan.id, input.workingGroup);
      change.allow({ planId: plan.id, institutionId: group.coordinatorInstitutionId });
      assertNearPlan(input.date, plan);
      const planned = {
        day: input.date,
        startsAtTime: input.time ?? null,
        place: textOr(null, input.place),
        agenda: textOr(null, input.agenda),
        note: textOr(null, input.note),
      };
      const { id } = await change.tx.save(Meeting, {
        ...planned,
        planId: plan.id,
        workingGroupId: group.id,
        status: 'PLANNED' as const,
        version: 1,
        createdAt: change.at,
        createdBy: viewer.name,
      });
      const subject = { type: 'Meeting', id, planId: plan.id };
      change.record('meeting.planned', subject, { before: null, after: { workingGroup: group.key, ...planned } });
      return id;
    });
  }

  /** To another day, time or place, with a public reason. Answers the id. */
  move(viewer: Viewer, input: MeetingMoveInput): Promise<string> {
    return this.edit(viewer, 'meetingMove', input, (meeting, plan) => {
      assertNearPlan(input.date, plan);
      const day = input.date;
      const startsAtTime = input.time === undefined ? meeting.startsAtTime : input.time;
      const place = textOr(meeting.place, input.place);
      if (day === meeting.day && startsAtTime === meeting.startsAtTime && place === meeting.place)
        throw new MeetingUnchanged({}, 'input.date');
      return { day, startsAtTime, place, moveReason: input.reason.trim() };
    });
  }

  /** That it took place, with what came of it. Answers the id. */
  recordHeld(viewer: Viewer, input: MeetingRecordHeldInput): Promise<string> {
    return this.edit(viewer, 'meetingRecordHeld', input, (meeting, plan, at) => {
      if (meeting.day > dayOf(at, plan.timeZone)) throw new MeetingStillToCome({ day: meeting.day }, 'input.meeting');
      return {
        minutes: textOr(meeting.minutes, input.minutes),
        minutesUrl: textOr(meeting.minutesUrl, input.minutesUrl),
      };
    });
  }

  /** Answers the id. */
  cancel(viewer: Viewer, input: MeetingCancelInput): Promise<string> {
    return this.edit(viewer, 'meetingCancel', input, () => ({ cancelReason: input.reason.trim() }));
  }

  /** Locks the meeting: of two people who change it at once, the second is told. */
  private edit(
    viewer: Viewer,
    action: keyof typeof EDITS,
    input: Edit,
    decide: (meeting: Meeting, plan: ActionPlan, at: Date) => Partial<Meeting>,
  ): Promise<string> {
    const { from, to, done } = EDITS[action];
    return this.changes.by(viewer, action, async (change) => {
      const meeting = await held(change.tx, input.meeting);
      const group = await change.tx.findOneByOrFail(WorkingGroup, { id: meeting.workingGroupId });
      change.allow({ planId: meeting.planId, institutionId: group.coordinatorInstitutionId });
      assertEditable(meeting, from, input.version);
      const plan = await change.tx.findOneByOrFail(ActionPlan, { id: meeting.planId });
      const after = { ...decide(meeting, plan, change.at), status: to, version: meeting.version + 1 };
      await change.tx.update(Meeting, meeting.id, after);
      change.record(
        done,
        { type: 'Meeting', id: meeting.id, planId: meeting.planId },
        { before: sameOf(meeting, after), after, ...(input.reason ? { reason: input.reason.trim() } : {}) },
      );
      return meeting.id;
    });
  }
}

/** Held until the transaction ends, so that no import removes it meanwhile. @throws WorkingGroupNotFound */
async function groupOf(tx: EntityManager, planId: string, key: string): Promise<WorkingGroup> {
  const group = await tx.findOne(WorkingGroup, { where: { planId, key }, lock: { mode: 'for_key_share' } });
  if (!group) throw new WorkingGroupNotFound({ group: key }, 'input.workingGroup');
  return group;
}

/** @throws MeetingNotFound */
async function held(tx: EntityManager, id: string): Promise<Meeting> {
  const meeting = await tx.findOne(Meeting, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!meeting) throw new MeetingNotFound({}, 'input.meeting');
  return meeting;
}

/** @throws MeetingSettled or MeetingEditedMeanwhile */
function assertEditable(meeting: Meeting, from: readonly MeetingStatus[], version: number): void {
  if (!from.includes(meeting.status)) throw new MeetingSettled({ status: meeting.status });
  if (meeting.version !== version) throw new MeetingEditedMeanwhile({ version: meeting.version }, 'input.version');
}

/** @throws MeetingTooEarly or MeetingTooLate */
function assertNearPlan(day: Day, plan: ActionPlan): void {
  const { first, last } = meetingDays(plan);
  if (first && day < first) throw new MeetingTooEarly({ day: first }, 'input.date');
  if (last && day > last) throw new MeetingTooLate({ day: last }, 'input.date');
}

/** What is left out stays as it was; what is emptied is null. */
const textOr = (before: string | null, given: string | null | undefined): string | null =>
  given === undefined ? before : given?.trim() || null;

/** Of the row, the columns that the other one has. */
const sameOf = (row: Meeting, other: Partial<Meeting>): object =>
  Object.fromEntries(Object.entries(row).filter(([column]) => column in other));
