import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import type { EntityManager } from 'typeorm';
import { RecordFollowers, type Recorded } from '../platform/audit/record-followers.js';
import { rows } from '../platform/database/rows.js';
import { EVENT_OF_ACTION } from './public-event.js';
import { factsOf } from './public-event-facts.js';

/** What processes that listen to the database hear when there is a new event; the event itself they read. */
export const CHANNEL = 'mithaq_public_event';

/**
 * Writes what everybody may hear of in the transaction of the change itself, with a delivery for every webhook that
 * wants it: none is told of a change that is rolled back, and none misses one that is committed.
 */
@Injectable()
export class PublicEventsWriter {
  constructor(followers: RecordFollowers) {
    followers.register((tx, recorded) => this.follow(tx, recorded));
  }

  private async follow(tx: EntityManager, { action, subject, at, number }: Recorded): Promise<void> {
    const type = EVENT_OF_ACTION[action];
    const facts = type && (await factsOf(tx, type, subject.id));
    if (!facts) return;
    // Waiting for a webhook that is being removed would be waiting for ourselves: its removal waits for our entry.
    await rows(
      tx,
      sql`with event as (
          insert into public_event (number, type, plan_id, subject_id, happened_at, facts)
          values (${number}::bigint, ${type}, ${subject.planId}, ${subject.id}, ${at}, ${JSON.stringify(facts)}::jsonb)
          returning id),
        wanted as (
          select w.id from webhook w
           where w.plan_id = ${subject.planId} and w.disabled_at is null and (${type} = any(w.events) or (${type} = 'PING' and w.id = ${subject.id}))
             for key share skip locked),
        queued as (
          insert into webhook_delivery (webhook_id, event_id, queued_at, next_attempt_at)
          select w.id, e.id, ${at}::timestamptz, ${at}::timestamptz from event e cross join wanted w)
        select pg_notify(${CHANNEL}, '')`,
    );
  }
}
