import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Takes drafts out of the table that everybody reads, guards them by row-level security, and adds what a review leaves
 * behind: verifications, internal comments and public corrections.
 */
export class DraftsApartAndReview1795400000005 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create function viewer_sees(plan uuid, institution uuid) returns boolean language sql stable as $$
        select coalesce(string_to_array(current_setting('mithaq.sight', true), ' ') && array['*', plan::text, plan::text || '/' || institution::text], false)
      $$`);
    await db.query(
      `comment on function viewer_sees is 'whether drafts and internal comments of the institution in the plan are for the viewer: mithaq.sight holds "*", plans, and plan/institution pairs'`,
    );
    await this.draftsApart(db);
    await this.guardedRevisions(db);
    await this.review(db);
    await this.workingRole(db);
  }

  private async draftsApart(db: QueryRunner): Promise<void> {
    await db.query(`
      create table check_in_draft (
        check_in_id uuid primary key constraint check_in_draft_check_in_fk references check_in,
        plan_id uuid not null constraint check_in_draft_plan_fk references action_plan,
        institution_id uuid not null constraint check_in_draft_institution_fk references institution,
        version integer not null,
        report jsonb not null,
        saved_at timestamptz not null,
        saved_by text not null
      )`);
    await db.query(`
      insert into check_in_draft (check_in_id, plan_id, institution_id, version, report, saved_at, saved_by)
        select k.id, k.plan_id, k.institution_id, k.version,
               jsonb_set(v.report, '{evidence}', coalesce((select jsonb_agg(e || jsonb_build_object('id', new_id())) from jsonb_array_elements(v.report->'evidence') e), '[]')),
               k.saved_at, k.saved_by
          from check_in k join check_in_revision v on v.check_in_id = k.id and v.version = k.version
         where k.status = 'DRAFT'`);
    await db.query(`delete from milestone_update u using check_in k where k.id = u.check_in_id and k.status = 'DRAFT'`);
    await db.query(`delete from evidence e using check_in k where k.id = e.check_in_id and k.status = 'DRAFT'`);
    await db.query(`
      update check_in set status = 'EXPECTED', version = 0, nothing_to_report = false, movement = null, progress = null, achievements = null,
        obstacles = null, next_steps = null, support_needed = null, language = null, saved_at = null, saved_by = null where status = 'DRAFT'`);
    await db.query(`alter table check_in
      drop constraint check_in_status_known,
      add constraint check_in_status_known check (status in ('EXPECTED', 'SUBMITTED', 'RETURNED', 'VERIFIED', 'PUBLISHED')),
      drop constraint check_in_submitted_completely,
      add constraint check_in_submitted_completely check
        (status = 'EXPECTED' or (submitted_at is not null and submitted_by is not null and punctuality is not null)),
      drop constraint check_in_obstacles_given,
      add constraint check_in_obstacles_given check (status = 'EXPECTED' or movement = 'CLEAR' or obstacles is not null)`);
    await guard(db, 'check_in_draft', 'viewer_sees(plan_id, institution_id)');
    await db.query(`
      create view begun_check_in with (security_invoker = true) as
        select id as check_in_id from check_in where version > 0 union select check_in_id from check_in_draft`);
    await db.query(
      `comment on view begun_check_in is 'check-ins that somebody has written in: a draft counts, it is somebody''s work'`,
    );
    // A view reads with the rights of its owner unless it says otherwise, and the owner may see every draft.
    await db.query(`
      create or replace view owed_check_in with (security_invoker = true) as
        select p.plan_id, p.id as period_id, i.commitment_id, i.institution_id,
               k.id as check_in_id,
               case when d.check_in_id is not null and k.status = 'EXPECTED' then 'DRAFT' else coalesce(k.status, 'EXPECTED') end as status,
               p.opens_at,
               greatest(p.due_before, x.due_before) as due_before,
               greatest(p.closes_before, x.closes_before) as closes_before,
               greatest(p.due_on, x.due_on) as due_on,
               greatest(p.closes_on, x.closes_on) as closes_on
          from reporting_period p
          join implementing_institution i on i.plan_id = p.plan_id
          left join check_in k on k.commitment_id = i.commitment_id and k.institution_id = i.institution_id and k.period_id = p.id
          left join check_in_draft d on d.check_in_id = k.id
          left join period_extension x on x.period_id = p.id and x.institution_id = i.institution_id
         where not p.withdrawn`);
  }

  private async guardedRevisions(db: QueryRunner): Promise<void> {
    await db.query(`alter table check_in_revision disable trigger check_in_revision_append_only`);
    await db.query(`alter table check_in_revision add column plan_id uuid, add column institution_id uuid`);
    await db.query(
      `update check_in_revision v set plan_id = k.plan_id, institution_id = k.institution_id from check_in k where k.id = v.check_in_id`,
    );
    await db.query(
      `alter table check_in_revision alter column plan_id set not null, alter column institution_id set not null`,
    );
    await db.query(`alter table check_in_revision enable trigger check_in_revision_append_only`);
    await guard(db, 'check_in_revision', `status = 'SUBMITTED' or viewer_sees(plan_id, institution_id)`);
  }

  private async review(db: QueryRunner): Promise<void> {
    await db.query(`
      create table verification (
        id uuid primary key default new_id(),
        check_in_id uuid not null constraint verification_check_in_fk references check_in,
        plan_id uuid not null constraint verification_plan_fk references action_plan,
        claim_version integer not null,
        finding text not null,
        evidence jsonb not null default '[]',
        verified_at timestamptz not null,
        verified_by text not null,
        acting_as text not null
      )`);
    await db.query(`create index verification_check_in_index on verification (check_in_id, verified_at)`);
    await db.query(`
      create table verified_milestone (
        verification_id uuid not null constraint verified_milestone_verification_fk references verification,
        milestone_id uuid not null constraint verified_milestone_milestone_fk references milestone,
        status text not null constraint verified_milestone_status_known check (status in ('NOT_STARTED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED')),
        percent integer constraint verified_milestone_percent_range check (percent between 0 and 100),
        primary key (verification_id, milestone_id)
      )`);
    await db.query(`create index verified_milestone_milestone_index on verified_milestone (milestone_id)`);
    await db.query(`
      create table check_in_comment (
        id uuid primary key default new_id(),
        check_in_id uuid not null constraint check_in_comment_check_in_fk references check_in,
        plan_id uuid not null constraint check_in_comment_plan_fk references action_plan,
        institution_id uuid not null constraint check_in_comment_institution_fk references institution,
        text text not null,
        written_at timestamptz not null,
        written_by text not null,
        acting_as text not null
      )`);
    await db.query(`create index check_in_comment_check_in_index on check_in_comment (check_in_id, written_at)`);
    await guard(db, 'check_in_comment', 'viewer_sees(plan_id, institution_id)');
    await db.query(`
      create table check_in_correction (
        id uuid primary key default new_id(),
        check_in_id uuid not null constraint check_in_correction_check_in_fk references check_in,
        reason text not null,
        reopened_at timestamptz not null,
        reopened_by text not null,
        acting_as text not null
      )`);
    await db.query(`create index check_in_correction_check_in_index on check_in_correction (check_in_id, reopened_at)`);
    await db.query(`
      create table milestone_due_date (
        id uuid primary key default new_id(),
        milestone_id uuid not null constraint milestone_due_date_milestone_fk references milestone,
        due_on date not null,
        previous_due_on date,
        reason text not null,
        changed_at timestamptz not null,
        changed_by text not null,
        acting_as text not null
      )`);
    await db.query(`create index milestone_due_date_milestone_index on milestone_due_date (milestone_id, changed_at)`);
    for (const table of [
      'verification',
      'verified_milestone',
      'check_in_comment',
      'check_in_correction',
      'milestone_due_date',
    ])
      await db.query(
        `create trigger ${table}_append_only before update or delete or truncate on ${table} execute function refuse_change()`,
      );
  }

  /** Row-level security does not hold for a superuser, so the service works as this role when it is given one. */
  private async workingRole(db: QueryRunner): Promise<void> {
    await db.query(`
      do $$ begin
        if (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) then
          begin
            create role mithaq_app nologin;
          exception when duplicate_object or unique_violation then null;
          end;
          grant usage on schema public to mithaq_app;
          grant select, insert, update, delete on all tables in schema public to mithaq_app;
          alter default privileges in schema public grant select, insert, update, delete on tables to mithaq_app;
        end if;
      end $$`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      create or replace view owed_check_in with (security_invoker = false) as
        select p.plan_id, p.id as period_id, i.commitment_id, i.institution_id,
               k.id as check_in_id, coalesce(k.status, 'EXPECTED') as status,
               p.opens_at,
               greatest(p.due_before, x.due_before) as due_before,
               greatest(p.closes_before, x.closes_before) as closes_before,
               greatest(p.due_on, x.due_on) as due_on,
               greatest(p.closes_on, x.closes_on) as closes_on
          from reporting_period p
          join implementing_institution i on i.plan_id = p.plan_id
          left join check_in k on k.commitment_id = i.commitment_id and k.institution_id = i.institution_id and k.period_id = p.id
          left join period_extension x on x.period_id = p.id and x.institution_id = i.institution_id
         where not p.withdrawn`);
    await db.query(`drop view begun_check_in`);
    await db.query(
      `drop table milestone_due_date, check_in_correction, check_in_comment, verified_milestone, verification, check_in_draft`,
    );
    await db.query(`drop policy check_in_revision_sight on check_in_revision`);
    await db.query(`alter table check_in_revision no force row level security, disable row level security`);
    await db.query(`alter table check_in_revision drop column plan_id, drop column institution_id`);
    await db.query(`drop function viewer_sees`);
    await db.query(`alter table check_in
      drop constraint check_in_status_known,
      add constraint check_in_status_known check (status in ('EXPECTED', 'DRAFT', 'SUBMITTED', 'RETURNED', 'VERIFIED', 'PUBLISHED')),
      drop constraint check_in_submitted_completely,
      add constraint check_in_submitted_completely check
        (status in ('EXPECTED', 'DRAFT') or (submitted_at is not null and submitted_by is not null and punctuality is not null)),
      drop constraint check_in_obstacles_given,
      add constraint check_in_obstacles_given check (status in ('EXPECTED', 'DRAFT') or movement = 'CLEAR' or obstacles is not null)`);
  }
}

/** Also for the owner of the table, which the service may be. */
async function guard(db: QueryRunner, table: string, condition: string): Promise<void> {
  await db.query(`create policy ${table}_sight on ${table} using (${condition}) with check (${condition})`);
  await db.query(`alter table ${table} enable row level security, force row level security`);
}
