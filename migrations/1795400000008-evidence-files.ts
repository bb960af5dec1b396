import type { MigrationInterface, QueryRunner } from 'typeorm';

export class EvidenceFiles1795400000008 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table evidence_file (
        id uuid primary key default new_id(),
        check_in_id uuid not null constraint evidence_file_check_in_fk references check_in,
        plan_id uuid not null constraint evidence_file_plan_fk references action_plan,
        institution_id uuid not null constraint evidence_file_institution_fk references institution,
        milestone_id uuid constraint evidence_file_milestone_fk references milestone,
        name text not null,
        media_type text not null,
        size integer not null constraint evidence_file_size_range check (size > 0),
        sha256 text not null,
        storage_key uuid not null constraint evidence_file_storage_key_unique unique,
        title text,
        uploaded_at timestamptz not null,
        uploaded_by text not null,
        claimed_at timestamptz,
        removed_at timestamptz
      )`);
    await db.query(`create index evidence_file_check_in_index on evidence_file (check_in_id)`);
    await db.query(`create index evidence_file_milestone_index on evidence_file (milestone_id)`);
    // What was handed in is public for good; before that it is the agency's, like its draft.
    const condition = 'claimed_at is not null or viewer_sees(plan_id, institution_id)';
    await db.query(`create policy evidence_file_sight on evidence_file using (${condition}) with check (${condition})`);
    await db.query(`alter table evidence_file enable row level security, force row level security`);
    await db.query(`
      create table evidence_check (
        evidence_id uuid primary key constraint evidence_check_evidence_fk references evidence on delete cascade,
        checked_at timestamptz not null,
        outcome text not null constraint evidence_check_outcome_known check (outcome in ('OK', 'DEAD', 'UNREACHABLE')),
        status integer,
        failing_since timestamptz,
        constraint evidence_check_failing check ((outcome = 'OK') = (failing_since is null))
      )`);
    await db.query(`
      create or replace view begun_check_in with (security_invoker = true) as
        select id as check_in_id from check_in where version > 0
        union select check_in_id from check_in_draft
        union select check_in_id from evidence_file`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      create or replace view begun_check_in with (security_invoker = true) as
        select id as check_in_id from check_in where version > 0 union select check_in_id from check_in_draft`);
    await db.query(`drop table evidence_check, evidence_file`);
  }
}
