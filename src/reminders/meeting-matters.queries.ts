import { Injectable } from '@nestjs/common';
import sql, { type Sql } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import type { Day } from '../action-plans/reporting-calendar.js';
import { rows } from '../platform/database/rows.js';
import { nothingDue, subjectOf, type Matter } from './matter.js';
import { zonesOf, type PlanInPlay } from './plans-in-play.queries.js';

/** What working groups wait for. */
@Injectable()
export class MeetingMattersQueries {
  constructor(private readonly db: DataSource) {}

  async planned(plans: readonly PlanInPlay[], which: Sql): Promise<Matter[]> {
    const found = await rows<{ planId: string; id: string; version: number; groupId: string; day: Day }>(
      this.db,
      sql`select m.plan_id as "planId", m.id, m.version, m.working_group_id as "groupId", m.day from meeting m where m.status = 'PLANNED' and ${which} order by m.day, m.id`,
    );
    const zones = zonesOf(plans);
    return found.map(({ planId, id, version, groupId, day }) => ({
      ...nothingDue,
      topic: 'MEETING',
      planId,
      subject: subjectOf.meeting(id, version),
      days: { MEETING: day },
      timeZone: zones.get(planId) ?? 'UTC',
      workingGroupId: groupId,
    }));
  }

  /** Of which somebody was told. Whoever was not need not hear that it was called off. */
  async cancelled(plans: readonly PlanInPlay[], which: Sql): Promise<Matter[]> {
    const found = await rows<{
      planId: string;
      id: string;
      groupId: string;
      day: Day;
      cancelledOn: Day;
      toldTo: string[];
    }>(
      this.db,
      sql`select m.plan_id as "planId", m.id, m.working_group_id as "groupId", m.day, (c.at at time zone p.time_zone)::date as "cancelledOn", t.addresses as "toldTo"
            from meeting m
            join action_plan p on p.id = m.plan_id
            cross join lateral (select max(e.at) as at from audit_entry e where e.subject_id = m.id and e.action = 'meeting.cancelled') c
            cross join lateral (
              select array_agg(distinct n.address) as addresses
                from generate_series(1, m.version) v
                join reminder n on n.plan_id = m.plan_id and n.template = 'MEETING' and n.subject = 'meeting/' || m.id || '/' || v and n.reason is null
                join outbox_mail b on b.id = n.mail_id and b.status = 'SENT') t
           where m.status = 'CANCELLED' and t.addresses is not null and ${which} order by m.day, m.id`,
    );
    const zones = zonesOf(plans);
    return found.map(({ planId, id, groupId, day, cancelledOn, toldTo }) => ({
      ...nothingDue,
      topic: 'MEETING_CANCELLED',
      planId,
      subject: subjectOf.meetingCancelled(id),
      days: { MEETING: day, CANCELLED: cancelledOn },
      timeZone: zones.get(planId) ?? 'UTC',
      workingGroupId: groupId,
      onlyTo: toldTo,
    }));
  }

  /** Groups without a meeting in a period: they meet in every one (the plan of Greater Salt). */
  async withoutMeeting(plans: readonly PlanInPlay[], which: Sql): Promise<Matter[]> {
    const found = await rows<{ planId: string; groupId: string; periodId: string; endsOn: Day; hasMeeting: boolean }>(
      this.db,
      sql`select g.plan_id as "planId", g.id as "groupId", r.id as "periodId", r.ends_before - 1 as "endsOn",
                 exists (select from meeting m where m.working_group_id = g.id and m.status <> 'CANCELLED' and m.day >= r.starts_on and m.day < r.ends_before) as "hasMeeting"
            from working_group g join reporting_period r on r.plan_id = g.plan_id and not r.withdrawn
           where ${which} order by r.starts_on, g.key`,
    );
    const zones = zonesOf(plans);
    return found.map(({ planId, groupId, periodId, endsOn, hasMeeting }) => ({
      ...nothingDue,
      topic: 'NO_MEETING',
      planId,
      subject: subjectOf.noMeeting(groupId, periodId),
      days: { ENDS: endsOn },
      timeZone: zones.get(planId) ?? 'UTC',
      isSettled: hasMeeting,
      periodId,
      workingGroupId: groupId,
    }));
  }
}
