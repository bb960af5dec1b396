import type { MigrationInterface, QueryRunner } from 'typeorm';

export class MembersInstitutionsAndPlans1795400000001 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    // PostgreSQL 18 makes time-ordered ids itself; older servers get random ones, which are as unique.
    await db.query(`
      do $$ begin
        if exists (select from pg_proc where proname = 'uuidv7') then
          create function new_id() returns uuid language sql volatile as 'select uuidv7()';
        else
          create function new_id() returns uuid language sql volatile as 'select gen_random_uuid()';
        end if;
      end $$`);
    await db.query(`
      create function refuse_change() returns trigger language plpgsql as $$
      begin
        raise exception 'rows of % are never changed or removed', tg_table_name using errcode = 'integrity_constraint_violation';
      end $$`);
    await db.query(`
      create table member (
        id uuid primary key default new_id(),
        key text not null constraint member_key_unique unique,
        name jsonb not null,
        kind text not null constraint member_kind_known check (kind in ('NATIONAL', 'LOCAL')),
        country text not null constraint member_country_code check (country ~ '^[A-Z]{2}$'),
        website text
      )`);
    await db.query(`
      create table institution (
        id uuid primary key default new_id(),
        member_id uuid not null constraint institution_member_fk references member,
        key text not null,
        name jsonb not null,
        kind text not null constraint institution_kind_known check
          (kind in ('GOVERNMENT', 'MUNICIPAL_UNIT', 'CIVIL_SOCIETY', 'ACADEMIA', 'PRIVATE_SECTOR', 'MEDIA', 'OTHER')),
        website text,
        constraint institution_key_unique unique (member_id, key)
      )`);
    await db.query(`
      create table contact (
        id uuid primary key default new_id(),
        institution_id uuid not null constraint contact_institution_fk references institution on delete cascade,
        key text not null,
        role text not null constraint contact_role_known check (role in ('FOCAL_POINT', 'HEAD', 'MEL_OFFICER')),
        name text,
        email text constraint contact_email_one_line check (email !~ '[[:cntrl:][:space:]]' and email like '%_@_%'),
        language text not null,
        position integer not null,
        constraint contact_key_unique unique (institution_id, key)
      )`);
    await db.query(`create index contact_email_index on contact (lower(email))`);
    await db.query(`
      create table action_plan (
        id uuid primary key default new_id(),
        key text not null constraint action_plan_key_unique unique,
        member_id uuid not null constraint action_plan_member_fk references member,
        title jsonb not null,
        language text not null,
        time_zone text not null,
        submitted_on date,
        starts_on date,
        ends_on date,
        administration_started_on date,
        term_ends_on date,
        month_precision text[] not null default '{}',
        website text,
        foreword jsonb,
        questions jsonb not null default '[]',
        co_creation jsonb,
        dissemination jsonb not null default '[]',
        documents jsonb not null default '[]',
        endorsements jsonb not null default '[]',
        reporting jsonb,
        sources jsonb not null default '[]',
        constraint action_plan_dates_in_order check (starts_on <= ends_on)
      )`);
    await db.query(
      `comment on column action_plan.month_precision is 'columns whose day stands for a whole month, because only the month was published'`,
    );
    await db.query(`create index action_plan_member_index on action_plan (member_id)`);
    await db.query(`
      create table plan_participation (
        id uuid primary key default new_id(),
        plan_id uuid not null constraint plan_participation_plan_fk references action_plan on delete cascade,
        institution_id uuid not null constraint plan_participation_institution_fk references institution,
        role text not null constraint plan_participation_role_known check
          (role in ('LEAD', 'SUPPORTING', 'MONITORING_BODY', 'ENDORSER', 'CO_CREATOR', 'STEERING', 'FORUM', 'COUNCIL')),
        note jsonb,
        position integer not null,
        constraint plan_participation_unique unique (plan_id, institution_id, role)
      )`);
    await db.query(`create index plan_participation_institution_index on plan_participation (institution_id)`);
    await db.query(`
      create table reporting_period (
        id uuid primary key default new_id(),
        plan_id uuid not null constraint reporting_period_plan_fk references action_plan on delete cascade,
        key text not null,
        starts_on date not null,
        ends_before date not null,
        opens_on date not null,
        due_on date not null,
        closes_on date not null,
        opens_at timestamptz not null,
        due_before timestamptz not null,
        closes_before timestamptz not null,
        is_stub boolean not null,
        withdrawn boolean not null default false,
        constraint reporting_period_days_in_order check (starts_on < ends_before and opens_on <= due_on and due_on <= closes_on),
        constraint reporting_period_instants_in_order check (opens_at < due_before and due_before <= closes_before)
      )`);
    await db.query(
      `comment on column reporting_period.withdrawn is 'no longer part of the plan after an edit of its dates, kept because something was filed'`,
    );
    // A withdrawn period may share its key with a new one: Y1-Q1 means other months when the start moves.
    await db.query(
      `create unique index reporting_period_key_unique on reporting_period (plan_id, key) where not withdrawn`,
    );
    await db.query(`create index reporting_period_window_index on reporting_period (opens_at, closes_before)`);
    await db.query(`
      create table period_extension (
        id uuid primary key default new_id(),
        period_id uuid not null constraint period_extension_period_fk references reporting_period,
        institution_id uuid not null constraint period_extension_institution_fk references institution,
        due_on date not null,
        closes_on date not null,
        due_before timestamptz not null,
        closes_before timestamptz not null,
        reason text not null,
        granted_by text not null,
        granted_at timestamptz not null,
        constraint period_extension_unique unique (period_id, institution_id),
        constraint period_extension_in_order check (due_on <= closes_on and due_before <= closes_before)
      )`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(
      `drop table period_extension, reporting_period, plan_participation, action_plan, contact, institution, member`,
    );
    await db.query(`drop function refuse_change`);
    await db.query(`drop function new_id`);
  }
}
