import type { MigrationInterface, QueryRunner } from 'typeorm';

export class MailRemindersAuditAndTokens1795400000004 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table outbox_mail (
        id uuid primary key default new_id(),
        key text not null constraint outbox_mail_key_unique unique,
        kind text not null,
        message_id text not null constraint outbox_mail_message_id_unique unique,
        to_address text not null constraint outbox_mail_address_one_line check (to_address !~ '[[:cntrl:]]'),
        to_name text,
        reply_to text,
        language text not null,
        subject text not null constraint outbox_mail_subject_one_line check (subject !~ '[[:cntrl:]]'),
        text_part text not null,
        html_part text not null,
        status text not null default 'QUEUED' constraint outbox_mail_status_known check (status in ('QUEUED', 'SENT', 'SUPPRESSED', 'FAILED')),
        reason text,
        smtp_answer text,
        attempts integer not null default 0,
        queued_at timestamptz not null,
        next_attempt_at timestamptz not null,
        expires_at timestamptz not null,
        leased_until timestamptz,
        sent_at timestamptz
      )`);
    await db.query(`create index outbox_mail_waiting_index on outbox_mail (next_attempt_at) where status = 'QUEUED'`);
    await db.query(`
      create table reminder (
        id uuid primary key default new_id(),
        plan_id uuid not null constraint reminder_plan_fk references action_plan,
        period_id uuid not null constraint reminder_period_fk references reporting_period,
        institution_id uuid not null constraint reminder_institution_fk references institution,
        stage text not null constraint reminder_stage_known check (stage in ('OPENED', 'DUE_SOON', 'OVERDUE')),
        address text not null,
        language text not null,
        as_of timestamptz not null,
        recorded_at timestamptz not null,
        mail_id uuid not null constraint reminder_mail_fk references outbox_mail,
        constraint reminder_once unique (period_id, institution_id, stage, address)
      )`);
    await db.query(`create index reminder_mail_index on reminder (mail_id)`);
    await db.query(`create index reminder_plan_index on reminder (plan_id, recorded_at)`);
    await db.query(`
      create table audit_entry (
        id uuid primary key default new_id(),
        at timestamptz not null,
        actor text not null,
        acting_as text not null,
        action text not null,
        subject_type text not null,
        subject_id uuid not null,
        plan_id uuid,
        difference jsonb not null
      )`);
    await db.query(
      `create trigger audit_entry_append_only before update or delete or truncate on audit_entry execute function refuse_change()`,
    );
    await db.query(`create index audit_entry_subject_index on audit_entry (subject_id)`);
    await db.query(`
      create table token (
        id uuid primary key default new_id(),
        name text not null,
        secret_hash bytea not null constraint token_secret_hash_unique unique,
        role text not null constraint token_role_known check
          (role in ('ADMIN', 'MEL_OFFICER', 'FOCAL_POINT', 'COORDINATOR', 'STEERING', 'MONITORING_BODY', 'OGP_STAFF', 'PARTNER')),
        plan_id uuid constraint token_plan_fk references action_plan on delete cascade,
        institution_id uuid constraint token_institution_fk references institution on delete cascade,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        revoked_at timestamptz,
        last_used_at timestamptz,
        constraint token_focal_point_of_institution check (role <> 'FOCAL_POINT' or institution_id is not null),
        constraint token_plan_given check (role in ('ADMIN', 'OGP_STAFF', 'PARTNER') or plan_id is not null)
      )`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table token, audit_entry, reminder, outbox_mail`);
  }
}
