import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CheckIns1795400000003 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table check_in (
        id uuid primary key default new_id(),
        plan_id uuid not null constraint check_in_plan_fk references action_plan,
        commitment_id uuid not null constraint check_in_commitment_fk references commitment,
        institution_id uuid not null constraint check_in_institution_fk references institution,
        period_id uuid not null constraint check_in_period_fk references reporting_period,
        status text not null default 'EXPECTED' constraint check_in_status_known check
          (status in ('EXPECTED', 'DRAFT', 'SUBMITTED', 'RETURNED', 'VERIFIED', 'PUBLISHED')),
        version integer not null default 0,
        punctuality text constraint check_in_punctuality_known check (punctuality in ('ON_TIME', 'LATE')),
        nothing_to_report boolean not null default false,
        movement text constraint check_in_movement_known check (movement in ('NOTHING', 'LITTLE', 'CLEAR')),
        progress text,
        achievements text,
        obstacles text,
        next_steps text,
        support_needed text,
        language text,
        saved_at timestamptz,
        saved_by text,
        submitted_at timestamptz,
        submitted_by text,
        constraint check_in_unique unique (commitment_id, institution_id, period_id),
        constraint check_in_submitted_completely check
          (status in ('EXPECTED', 'DRAFT') or (submitted_at is not null and submitted_by is not null and punctuality is not null)),
        constraint check_in_obstacles_given check
          (status in ('EXPECTED', 'DRAFT') or movement = 'CLEAR' or obstacles is not null)
      )`);
    await db.query(`create index check_in_period_index on check_in (period_id, institution_id)`);
    await db.query(`create index check_in_institution_index on check_in (institution_id)`);
    await db.query(`create index check_in_plan_index on check_in (plan_id, submitted_at)`);
    await db.query(`
      create table check_in_revision (
        id uuid primary key default new_id(),
        check_in_id uuid not null constraint check_in_revision_check_in_fk references check_in,
        version integer not null,
        status text not null,
        report jsonb not null,
        saved_at timestamptz not null,
        saved_by text not null,
        constraint check_in_revision_unique unique (check_in_id, version)
      )`);
    await db.query(
      `create trigger check_in_revision_append_only before update or delete or truncate on check_in_revision execute function refuse_change()`,
    );
    await db.query(`
      create table milestone_update (
        check_in_id uuid not null constraint milestone_update_check_in_fk references check_in,
        milestone_id uuid not null constraint milestone_update_milestone_fk references milestone,
        status text not null constraint milestone_update_status_known check (status in ('NOT_STARTED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED')),
        percent integer constraint milestone_update_percent_range check (percent between 0 and 100),
        forecast_on date,
        note text,
        primary key (check_in_id, milestone_id)
      )`);
    await db.query(`create index milestone_update_milestone_index on milestone_update (milestone_id)`);
    await db.query(`
      create table evidence (
        id uuid primary key default new_id(),
        check_in_id uuid not null constraint evidence_check_in_fk references check_in,
        milestone_id uuid constraint evidence_milestone_fk references milestone,
        kind text not null constraint evidence_kind_known check (kind in ('LINK')),
        url text not null constraint evidence_url_scheme check (url ~* '^https?://'),
        title text,
        position integer not null
      )`);
    await db.query(`create index evidence_check_in_index on evidence (check_in_id)`);
    await db.query(`create index evidence_milestone_index on evidence (milestone_id)`);
    await db.query(`
      create view milestone_now as
        select m.*, coalesce(u.status, m.published_status) as status, case when u.status is null then m.published_percent else u.percent end as percent,
               u.forecast_on, u.check_in_id as claimed_in_check_in_id
          from milestone m
          left join lateral (
            select u.status, u.percent, u.forecast_on, u.check_in_id
              from milestone_update u
              join check_in k on k.id = u.check_in_id
              join reporting_period p on p.id = k.period_id
             where u.milestone_id = m.id and k.status in ('SUBMITTED', 'VERIFIED', 'PUBLISHED')
             order by p.starts_on desc, k.submitted_at desc
             limit 1) u on true`);
    await db.query(
      `comment on view milestone_now is 'milestones as the newest submitted check-in claims them, else as the plan published them'`,
    );
    await db.query(`
      create view owed_check_in as
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
    await db.query(
      `comment on view owed_check_in is 'one row for every check-in that is owed, written or not, with the dates that hold for its institution'`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop view owed_check_in, milestone_now`);
    await db.query(`drop table evidence, milestone_update, check_in_revision, check_in`);
  }
}
