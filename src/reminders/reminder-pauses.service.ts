import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource, IsNull } from 'typeorm';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { ReportingPeriodsQueries } from '../action-plans/reporting-periods.queries.js';
import { actingAs, assertMay, assertMayAnywhere } from '../platform/access/access.js';
import { Viewer } from '../platform/access/viewer.js';
import { Changes } from '../platform/audit/changes.js';
import { Clock } from '../platform/clock.js';
import { rows } from '../platform/database/rows.js';
import { PauseNotFound, PauseOver } from './reminder.errors.js';
import type { ReminderPauseInput, ReminderResumeInput } from './reminder.inputs.js';
import { ReminderPause } from './reminder-pause.entity.js';
import { openUnsubscribeLink, type Unsubscribing } from './unsubscribe-links.js';

/** What people decide about reminders by hand. A pause is never removed: it ends, and stays on record. */
@Injectable()
export class ReminderPausesService {
  constructor(
    private readonly db: DataSource,
    private readonly changes: Changes,
    private readonly plans: ActionPlansQueries,
    private readonly periods: ReportingPeriodsQueries,
    private readonly clock: Clock,
  ) {}

  /** Answers the id of the pause. */
  async pause(viewer: Viewer, kind: 'HOLD' | 'MUTE', input: ReminderPauseInput): Promise<string> {
    const action = kind === 'HOLD' ? 'reminderHold' : 'reminderMute';
    const plan = await this.plans.byKey(input.plan, 'input.plan');
    assertMay(viewer, action, { planId: plan.id });
    if (input.until && input.until <= this.clock.now()) throw new PauseOver({}, 'input.until');
    const period = input.period ? await this.periods.byKey(plan.id, input.period, 'input.period') : null;
    const institutionId = input.institution
      ? await this.plans.institutionId(plan, input.institution, 'input.institution')
      : null;
    return this.changes.by(viewer, action, async (change) => {
      change.allow({ planId: plan.id });
      const given = { institutionId, periodId: period?.id ?? null, until: input.until ?? null };
      const { id } = await change.tx.save(ReminderPause, {
        ...given,
        kind,
        planId: plan.id,
        address: input.address?.toLowerCase() ?? null,
        audience: null,
        reason: input.reason.trim(),
        setAt: change.at,
        setBy: viewer.name,
        actingAs: actingAs(viewer, action),
        liftedAt: null,
        liftedBy: null,
      });
      // Addresses can be forgotten, audit entries cannot: the entry says that there is one, and the pause which.
      const after = { kind, ...given, hasAddress: Boolean(input.address) };
      change.record(
        'reminderPause.set',
        { type: 'ReminderPause', id, planId: plan.id },
        { after, reason: input.reason.trim() },
      );
      return id;
    });
  }

  /** Answers the id of the pause. @throws PauseNotFound when there is none that still holds */
  async resume(viewer: Viewer, input: ReminderResumeInput): Promise<string> {
    assertMayAnywhere(viewer, 'reminderResume');
    return this.changes.by(viewer, 'reminderResume', async (change) => {
      const pause = await change.tx.findOne(ReminderPause, {
        where: { id: input.pause, liftedAt: IsNull() },
        lock: { mode: 'pessimistic_write' },
      });
      if (!pause) throw new PauseNotFound({}, 'input.pause');
      change.allow({ planId: pause.planId });
      await change.tx.update(ReminderPause, pause.id, { liftedAt: change.at, liftedBy: viewer.name });
      const subject = { type: 'ReminderPause', id: pause.id, planId: pause.planId };
      change.record('reminderPause.lifted', subject, { before: { kind: pause.kind }, after: null });
      return pause.id;
    });
  }

  /** Whoever has the link stops such letters to the address. Again without effect. Null when the link is unknown. */
  async unsubscribe(secret: string): Promise<Unsubscribing | null> {
    const link = await openUnsubscribeLink(this.db, secret);
    if (!link) return null;
    const viewer = Viewer.system('unsubscribe-link');
    await this.changes.by(viewer, 'remind', async (change) => {
      // Two requests at once wait for one another here.
      await rows(
        change.tx,
        sql`select from unsubscribe_link where plan_id = ${link.planId} and address = ${link.address} for update`,
      );
      const already = await change.tx.existsBy(ReminderPause, { ...link, kind: 'MUTE', liftedAt: IsNull() });
      if (already) return change.nothingToDo();
      const { id } = await change.tx.save(ReminderPause, {
        ...link,
        kind: 'MUTE',
        institutionId: null,
        periodId: null,
        until: null,
        reason: 'Unsubscribed by the link in a mail.',
        setAt: change.at,
        setBy: viewer.name,
        actingAs: 'LINK',
        liftedAt: null,
        liftedBy: null,
      });
      const after = { kind: 'MUTE', audience: link.audience, hasAddress: true };
      change.record('reminderPause.set', { type: 'ReminderPause', id, planId: link.planId }, { after });
    });
    return link;
  }
}
