import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What everybody may hear of as it happens, and who is told by webhook. */
export class PublicEventsAndWebhooks1795400000031 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    // The number is that of the audit entry, which is given under a lock that is held to the commit: whoever has read
    // up to a number has missed nothing below it.
    await db.query(`
      create table public_event (
        id uuid primary key default new_id(),
        number bigint not null constraint public_event_number_unique unique,
        type text not null constraint public_event_type_known check (type in ('PUBLICATION_PUBLISHED', 'CHECK_IN_SUBMITTED', 'CHECK_IN_VERIFIED',
          'CHECK_IN_PUBLISHED', 'CHECK_IN_REOPENED', 'MILESTONE_RESCHEDULED', 'ASSESSMENT_FILED', 'PING')),
        plan_id uuid not null constraint public_event_plan_fk references action_plan,
        subject_id uuid not null,
        happened_at timestamptz not null,
        facts jsonb not null
      )`);
    await db.query(
      `comment on table public_event is 'what everybody may hear of: public facts alone, in the order of their commits'`,
    );
    await db.query(`create index public_event_plan_index on public_event (plan_id, number)`);
    await db.query(
      `create trigger public_event_append_only before update or delete or truncate on public_event execute function refuse_change()`,
    );
    await db.query(`
      create table webhook (
        id uuid primary key default new_id(),
        plan_id uuid not null constraint webhook_plan_fk references action_plan,
        owner text not null,
        url text not null constraint webhook_url_length check (length(url) <= 2000),
        target text not null,
        events text[] not null constraint webhook_events_given check (cardinality(events) > 0),
        language text,
        generation integer not null default 1,
        rotated_at timestamptz,
        created_at timestamptz not null,
        failing_since timestamptz,
        disabled_at timestamptz,
        disabled_because text constraint webhook_disabled_because_known check (disabled_because in ('BY_HAND', 'GONE', 'FAILING')),
        constraint webhook_disabled_with_cause check ((disabled_at is null) = (disabled_because is null))
      )`);
    await db.query(
      `comment on column webhook.generation is 'of its secret, which is derived from SECRETS_KEY and stored nowhere'`,
    );
    await db.query(`create index webhook_plan_index on webhook (plan_id)`);
    await db.query(`
      create table webhook_delivery (
        id uuid primary key default new_id(),
        webhook_id uuid not null constraint webhook_delivery_webhook_fk references webhook on delete cascade,
        event_id uuid not null constraint webhook_delivery_event_fk references public_event,
        status text not null default 'WAITING' constraint webhook_delivery_status_known check (status in ('WAITING', 'DELIVERED', 'FAILED')),
        queued_at timestamptz not null,
        next_attempt_at timestamptz not null,
        leased_until timestamptz,
        attempts integer not null default 0,
        constraint webhook_delivery_once unique (webhook_id, event_id)
      )`);
    await db.query(
      `create index webhook_delivery_waiting_index on webhook_delivery (next_attempt_at) where status = 'WAITING'`,
    );
    await db.query(`create index webhook_delivery_log_index on webhook_delivery (webhook_id, queued_at)`);
    await db.query(`create index webhook_delivery_event_index on webhook_delivery (event_id)`);
    await db.query(`
      create table webhook_attempt (
        id uuid primary key default new_id(),
        delivery_id uuid not null constraint webhook_attempt_delivery_fk references webhook_delivery on delete cascade,
        attempted_at timestamptz not null,
        outcome text not null constraint webhook_attempt_outcome_known check (outcome in ('DELIVERED', 'REFUSED', 'REDIRECTED', 'PRIVATE_ADDRESS',
          'NO_SUCH_HOST', 'NOT_REACHED', 'CERTIFICATE', 'TIMED_OUT', 'CONNECTION_LOST')),
        http_status integer
      )`);
    await db.query(`create index webhook_attempt_delivery_index on webhook_attempt (delivery_id, attempted_at)`);
    await db.query(`alter table token drop constraint token_scopes_known,
      add constraint token_scopes_known check (scopes <@ '{READ_OWN,WRITE_CHECK_INS,REVIEW,ADMIN,WEBHOOKS}')`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`update token set scopes = array_remove(scopes, 'WEBHOOKS')`);
    await db.query(`alter table token drop constraint token_scopes_known,
      add constraint token_scopes_known check (scopes <@ '{READ_OWN,WRITE_CHECK_INS,REVIEW,ADMIN}')`);
    await db.query(`drop table webhook_attempt, webhook_delivery, webhook, public_event`);
  }
}
