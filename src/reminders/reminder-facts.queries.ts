import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { columnsOf } from '../platform/database/columns.js';
import { rows } from '../platform/database/rows.js';
import { Directory, type Matter, type Pause } from './matter.js';
import { MattersQueries, type Audiences, type Stretch } from './matters.queries.js';
import { PlansInPlayQueries, type PlanInPlay } from './plans-in-play.queries.js';
import { ReminderPause } from './reminder-pause.entity.js';
import type { Reminder } from './reminder.entity.js';
import { nameOf, type Facts, type Recorded, type Records } from './reminder.planning.js';
import type { SuppressionReason } from './reminder.vocabulary.js';

export type GatheredFacts = Facts & { readonly plans: readonly PlanInPlay[] };

/** Gathers what planning and the last look decide by. */
@Injectable()
export class ReminderFactsQueries {
  constructor(
    private readonly db: DataSource,
    private readonly plans: PlansInPlayQueries,
    private readonly matters: MattersQueries,
  ) {}

  /** What can concern the plans in a stretch of time. */
  async inPlay(plans: readonly PlanInPlay[], stretch: Stretch): Promise<GatheredFacts> {
    const directory = await this.directory(plans, 'EVERYBODY');
    const matters = await this.matters.inPlay(plans, directory, stretch);
    return this.gathered(plans, directory, matters, await this.recorded(plans, matters), stretch.from);
  }

  /** What concerns some rows of the ledger, as it is now. */
  async about(found: readonly Reminder[], now: Date): Promise<GatheredFacts> {
    const plans = await this.plans.plans([...new Set(found.map(({ planId }) => planId))]);
    const institutions = [...new Set(found.flatMap(({ institutionId }) => institutionId ?? []))];
    const wholePlan = found.some(({ template }) => template === 'UNREACHABLE');
    const audiences: Audiences = wholePlan
      ? 'EVERYBODY'
      : { institutions, audiences: [...new Set(found.map(({ audience }) => audience))] };
    const directory = await this.directory(plans, audiences);
    const matters = await this.matters.named(plans, directory, [...new Set(found.map(({ subject }) => subject))]);
    return this.gathered(plans, directory, matters, await this.recorded(plans, matters), now);
  }

  private async directory(plans: readonly PlanInPlay[], audiences: Audiences): Promise<Directory> {
    return new Directory(
      await this.matters.recipients(
        plans.map(({ id }) => id),
        audiences,
      ),
    );
  }

  private async gathered(
    plans: readonly PlanInPlay[],
    directory: Directory,
    matters: readonly Matter[],
    recorded: Records,
    now: Date,
  ): Promise<GatheredFacts> {
    return {
      plans,
      matters,
      directory,
      recorded,
      rules: new Map(plans.map(({ id, rules }) => [id, rules])),
      weeks: new Map(plans.map(({ id, week }) => [id, week])),
      pauses: await this.pauses(plans, now),
    };
  }

  private async recorded(plans: readonly PlanInPlay[], matters: readonly Matter[]): Promise<Records> {
    type Row = { planId: string; rule: string; subject: string; edition: string; address: string | null } & {
      reason: SuppressionReason | null;
      plannedAt: Date;
      endsAt: Date;
      mailId: string | null;
    };
    const found = await rows<Row>(
      this.db,
      sql`select m.plan_id as "planId", m.rule, m.subject, m.edition, m.address, m.planned_at as "plannedAt", m.ends_at as "endsAt", m.mail_id as "mailId",
                 case when (m.reason is null or m.reason = 'SAID_BY_ANOTHER') and b.status = 'FAILED' and b.reason = 'TOO_LATE' then 'TOO_LATE' else m.reason end as reason
            from reminder m left join outbox_mail b on b.id = m.mail_id
           where m.plan_id = any(${plans.map(({ id }) => id)}::uuid[]) and m.subject = any(${matters.map(({ subject }) => subject)}::text[])`,
    );
    return new Map(
      found.map(({ planId, rule, subject, edition, address, ...recorded }): [string, Recorded] => [
        nameOf(planId, rule, subject, edition, address),
        recorded,
      ]),
    );
  }

  private pauses(plans: readonly PlanInPlay[], now: Date): Promise<Pause[]> {
    return rows(
      this.db,
      sql`select ${columnsOf(ReminderPause, 'z')} from reminder_pause z
           where z.plan_id = any(${plans.map(({ id }) => id)}::uuid[]) and z.lifted_at is null and (z.until is null or z.until > ${now})`,
    );
  }
}
