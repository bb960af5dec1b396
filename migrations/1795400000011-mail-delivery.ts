import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What mails carry beside their words, those that come back, and the addresses that nothing reaches. */
export class MailDelivery1795400000011 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table outbox_mail
        add column thread text constraint outbox_mail_thread_in_header check (thread ~ '^[A-Za-z0-9.-]{1,200}$'),
        add column unsubscribe_url text constraint outbox_mail_unsubscribe_url_in_header check (unsubscribe_url ~ '^https?://[!-~]+$' and unsubscribe_url !~ '[<>]'),
        add column calendar_part text,
        add column bounced_at timestamptz,
        add column secrets_gone boolean not null default false,
        drop constraint outbox_mail_status_known,
        add constraint outbox_mail_status_known check (status in ('QUEUED', 'SENT', 'SUPPRESSED', 'FAILED', 'BOUNCED'))`);
    await db.query(
      `create index outbox_mail_secrets_index on outbox_mail (id) where status <> 'QUEUED' and not secrets_gone`,
    );
    await db.query(`create index outbox_mail_address_index on outbox_mail (lower(to_address))`);
    await db.query(`
      create table undeliverable_address (
        address text primary key constraint undeliverable_address_lower_case check (address = lower(address)),
        since timestamptz not null,
        kind text not null constraint undeliverable_address_kind_known check (kind in ('REFUSED', 'BOUNCED', 'COMPLAINED')),
        reason text not null,
        mail_id uuid constraint undeliverable_address_mail_fk references outbox_mail on delete set null
      )`);
    await db.query(`create index undeliverable_address_mail_index on undeliverable_address (mail_id)`);
    await db.query(`
      create table mail_event (
        id text primary key,
        received_at timestamptz not null
      )`);
    await db.query(`create index mail_event_received_index on mail_event (received_at)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table mail_event, undeliverable_address`);
    await db.query(`update outbox_mail set status = 'SENT' where status = 'BOUNCED'`);
    await db.query(`
      alter table outbox_mail
        drop column thread, drop column unsubscribe_url, drop column calendar_part, drop column bounced_at, drop column secrets_gone,
        drop constraint outbox_mail_status_known,
        add constraint outbox_mail_status_known check (status in ('QUEUED', 'SENT', 'SUPPRESSED', 'FAILED'))`);
    await db.query(`drop index outbox_mail_address_index`);
  }
}
