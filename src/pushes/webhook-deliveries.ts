import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { Clock } from '../platform/clock.js';
import { rows } from '../platform/database/rows.js';
import type { EventFacts, StoredEventType } from './public-event.js';
import type { WebhookAttemptOutcome, WebhookDeliveryStatus } from './webhook.vocabulary.js';

/** Longer than an attempt may take: a lease that runs out means that its holder is gone. */
const LEASE = 60_000;
/** Letters that are under way at the same time in one process. */
export const PLACES = 20;
/** Of one account, whatever receivers it names: slow ones of its own keep nobody else's waiting. */
export const MOST_FOR_OWNER = PLACES / 4;
/** Letters that one receiver is handed at the same time: a slow one keeps only its own waiting. */
export const MOST_FOR_TARGET = 2;

/** A delivery that this process holds, with all that is needed to send it. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly leasedUntil: Date;
  readonly attempts: number;
  readonly webhookId: string;
  readonly owner: string;
  readonly url: string;
  readonly language: string | null;
  readonly generation: number;
  readonly rotatedAt: Date | null;
  readonly eventId: string;
  readonly type: StoredEventType;
  readonly happenedAt: Date;
  readonly facts: EventFacts;
}

export interface AttemptMade {
  readonly delivery: ClaimedDelivery;
  readonly at: Date;
  readonly outcome: WebhookAttemptOutcome;
  readonly httpStatus: number | null;
  readonly status: WebhookDeliveryStatus;
  readonly nextAttemptAt: Date | null;
}

/** Since when the attempts of its webhook have failed, this one included. */
export interface RecordedAttempt {
  readonly failingSince: Date | null;
}

/** What waits to be delivered to webhooks, and what came of it. */
@Injectable()
export class WebhookDeliveries {
  constructor(
    private readonly db: DataSource,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes deliveries for this process alone, until their lease runs out; of each receiver the one that waits longest first.
   *
   * What is under way is counted as the statement begins: processes that claim in the very same instant do not see each
   * other's. Each of them keeps to the limits nevertheless, so that no account gets more than its share of the places
   * there are; holding the processes apart would cost every claim three more round trips.
   *
   * @param busy for whom this process has letters under way, a name for each: also for webhooks that are gone by now
   */
  claim(now: Date, most: number, busy: readonly string[] = []): Promise<ClaimedDelivery[]> {
    return rows(
      this.db,
      sql`with under_way as (
          select w.owner, w.target from webhook_delivery d join webhook w on w.id = d.webhook_id
           where d.status = 'WAITING' and d.leased_until > ${now}),
        receiver as (
          select distinct w.owner, w.target from webhook w join webhook_delivery d on d.webhook_id = w.id
           where w.disabled_at is null and d.status = 'WAITING' and d.next_attempt_at <= ${now}),
        room as (
          select r.owner, r.target,
                 ${MOST_FOR_TARGET} - (select count(*) from under_way u where u.target = r.target) as of_target,
                 ${MOST_FOR_OWNER} - greatest((select count(*) from under_way u where u.owner = r.owner),
                                              (select count(*) from unnest(${[...busy]}::text[]) b where b = r.owner)) as of_owner
            from receiver r),
        waiting as (
          select room.*, next.id, next.next_attempt_at from room cross join lateral (
            select d.id, d.next_attempt_at from webhook_delivery d join webhook w on w.id = d.webhook_id
             where w.owner = room.owner and w.target = room.target and w.disabled_at is null and d.status = 'WAITING'
               and d.next_attempt_at <= ${now} and (d.leased_until is null or d.leased_until <= ${now})
             order by d.next_attempt_at limit greatest(0, least(of_target, of_owner))
               for update of d skip locked) next),
        of_owners as (
          select *, row_number() over (partition by owner order by next_attempt_at, id) as nth_of_owner from waiting),
        of_targets as (
          select *, row_number() over (partition by target order by next_attempt_at, id) as nth_of_target
            from of_owners where nth_of_owner <= of_owner),
        due as (select id from of_targets where nth_of_target <= of_target order by next_attempt_at limit ${most}),
        claimed as (
          update webhook_delivery d set leased_until = ${new Date(now.getTime() + LEASE)}::timestamptz, attempts = attempts + 1
            from due where d.id = due.id
          returning d.*)
        select d.id, d.leased_until as "leasedUntil", d.attempts, w.id as "webhookId", w.owner, w.url, w.language, w.generation, w.rotated_at as "rotatedAt",
               e.id as "eventId", e.type, e.happened_at as "happenedAt", e.facts
          from claimed d join webhook w on w.id = d.webhook_id join public_event e on e.id = d.event_id`,
    );
  }

  /**
   * The attempt is noted whatever became of the delivery. That is left alone when somebody else holds it by now, is not
   * tried again when it was given up meanwhile, and is tried as was asked when a replay was asked for meanwhile.
   */
  async record({ delivery, at, outcome, httpStatus, status, nextAttemptAt }: AttemptMade): Promise<RecordedAttempt> {
    const [recorded] = await rows<RecordedAttempt>(
      this.db,
      sql`with noted as (
          insert into webhook_attempt (delivery_id, attempted_at, outcome, http_status)
          select d.id, ${at}::timestamptz, ${outcome}::text, ${httpStatus}::integer from webhook_delivery d where d.id = ${delivery.id}),
        recorded as (
          update webhook_delivery
             set status = case when ${outcome} = 'DELIVERED' or (status = 'WAITING' and attempts = ${delivery.attempts}) then ${status} else status end,
                 next_attempt_at = case when attempts = ${delivery.attempts} then coalesce(${nextAttemptAt}::timestamptz, next_attempt_at) else next_attempt_at end,
                 leased_until = null
           where id = ${delivery.id} and leased_until = ${delivery.leasedUntil}),
        told as (
          update webhook set failing_since = case when ${outcome} = 'DELIVERED' then null else coalesce(failing_since, ${at}::timestamptz) end
           where id = ${delivery.webhookId} returning failing_since)
        select failing_since as "failingSince" from told`,
    );
    return recorded ?? { failingSince: null };
  }

  /** How many wait, and since when the oldest of those does that could have left. Those of webhooks that are disabled do not. */
  async waiting(): Promise<{ count: number; oldest: Date | null }> {
    const [row] = await rows<{ count: number; oldest: Date | null }>(
      this.db,
      sql`select count(*)::int as count, min(d.queued_at) filter (where d.next_attempt_at <= ${this.clock.now()} or d.attempts > 0) as oldest
            from webhook_delivery d join webhook w on w.id = d.webhook_id where d.status = 'WAITING' and w.disabled_at is null`,
    );
    return row ?? { count: 0, oldest: null };
  }

  counts(): Promise<Array<{ status: WebhookDeliveryStatus; count: number }>> {
    return rows(this.db, sql`select status, count(*)::int as count from webhook_delivery group by status`);
  }
}
