import type { MigrationInterface, QueryRunner } from 'typeorm';

const searchable = [
  'title',
  'problem',
  'status_quo',
  'action',
  'solution',
  'long_term_goal',
  'expected_outputs',
  'expected_outcomes',
];

export class WorkingGroupsAndCommitments1795400000002 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table working_group (
        id uuid primary key default new_id(),
        plan_id uuid not null constraint working_group_plan_fk references action_plan on delete cascade,
        key text not null,
        name jsonb not null,
        coordinator_institution_id uuid constraint working_group_coordinator_fk references institution,
        note jsonb,
        constraint working_group_key_unique unique (plan_id, key)
      )`);
    await db.query(`
      create table working_group_member (
        working_group_id uuid not null constraint working_group_member_group_fk references working_group on delete cascade,
        institution_id uuid not null constraint working_group_member_institution_fk references institution,
        position integer not null,
        primary key (working_group_id, institution_id)
      )`);
    await db.query(`
      create table commitment (
        id uuid primary key default new_id(),
        plan_id uuid not null constraint commitment_plan_fk references action_plan on delete cascade,
        number integer not null constraint commitment_number_positive check (number > 0),
        ogp_id text,
        title jsonb not null,
        problem jsonb,
        status_quo jsonb,
        action jsonb,
        solution jsonb,
        long_term_goal jsonb,
        expected_outputs jsonb,
        expected_outcomes jsonb,
        starts_on date,
        ends_on date,
        month_precision text[] not null default '{}',
        policy_areas text[] not null default '{}',
        sectors text[] not null default '{}',
        ogp_values text[] not null default '{}',
        working_group_id uuid constraint commitment_working_group_fk references working_group,
        url text,
        note jsonb,
        search tsvector not null generated always as (${searchable
          .map(
            (column) =>
              `jsonb_to_tsvector('simple', coalesce(jsonb_path_query_array(${column}, '$.*.text'), '[]'), '["string"]')`,
          )
          .join(' || ')}) stored,
        constraint commitment_number_unique unique (plan_id, number),
        constraint commitment_dates_in_order check (starts_on <= ends_on)
      )`);
    await db.query(`create index commitment_search_index on commitment using gin (search)`);
    await db.query(`create index commitment_policy_areas_index on commitment using gin (policy_areas)`);
    await db.query(`create index commitment_working_group_index on commitment (working_group_id)`);
    await db.query(`
      create table commitment_institution (
        commitment_id uuid not null constraint commitment_institution_commitment_fk references commitment on delete cascade,
        institution_id uuid not null constraint commitment_institution_institution_fk references institution,
        role text not null constraint commitment_institution_role_known check (role in ('LEAD', 'SUPPORTING')),
        position integer not null,
        primary key (commitment_id, institution_id)
      )`);
    await db.query(`create index commitment_institution_institution_index on commitment_institution (institution_id)`);
    await db.query(`
      create table milestone (
        id uuid primary key default new_id(),
        commitment_id uuid not null constraint milestone_commitment_fk references commitment on delete cascade,
        number integer not null constraint milestone_number_positive check (number > 0),
        title jsonb not null,
        expected_output jsonb,
        starts_on date,
        due_on date,
        original_due_on date,
        month_precision text[] not null default '{}',
        responsible_institution_id uuid constraint milestone_institution_fk references institution,
        published_status text constraint milestone_status_known check
          (published_status in ('NOT_STARTED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED')),
        published_percent integer constraint milestone_percent_range check (published_percent between 0 and 100),
        note jsonb,
        constraint milestone_number_unique unique (commitment_id, number)
      )`);
    await db.query(
      `comment on column milestone.published_status is 'as the plan itself gives it, null where it says nothing; what agencies claimed since stands in milestone_update'`,
    );
    await db.query(`
      create view implementing_institution as
        select c.plan_id, c.id as commitment_id, i.institution_id, i.role, i.position, true as named_by_commitment
          from commitment c join commitment_institution i on i.commitment_id = c.id
        union all
        select c.plan_id, c.id, p.institution_id, 'LEAD', p.position, false
          from commitment c join plan_participation p on p.plan_id = c.plan_id and p.role = 'LEAD'
         where not exists (select from commitment_institution i where i.commitment_id = c.id)`);
    await db.query(
      `comment on view implementing_institution is 'who owes check-ins on a commitment: whom it names, else who leads the plan'`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop view implementing_institution`);
    await db.query(`drop table milestone, commitment_institution, commitment, working_group_member, working_group`);
  }
}
