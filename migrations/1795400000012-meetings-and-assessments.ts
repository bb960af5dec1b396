import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Meetings of working groups, assessments of the monitoring body, and who is written to on behalf of a whole plan. */
export class MeetingsAndAssessments1795400000012 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table meeting (
        id uuid primary key default new_id(),
        plan_id uuid not null constraint meeting_plan_fk references action_plan,
        working_group_id uuid not null constraint meeting_working_group_fk references working_group,
        status text not null default 'PLANNED' constraint meeting_status_known check (status in ('PLANNED', 'HELD', 'CANCELLED')),
        version integer not null default 1,
        day date not null,
        starts_at_time text constraint meeting_time_of_day check (starts_at_time ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
        place text constraint meeting_place_one_line check (place !~ '[[:cntrl:]]'),
        agenda text,
        note text,
        minutes text,
        minutes_url text constraint meeting_minutes_url_scheme check (minutes_url ~* '^https?://'),
        move_reason text,
        cancel_reason text,
        created_at timestamptz not null,
        created_by text not null,
        constraint meeting_cancelled_with_reason check ((status = 'CANCELLED') = (cancel_reason is not null)),
        constraint meeting_minutes_when_held check (status = 'HELD' or (minutes is null and minutes_url is null))
      )`);
    await db.query(`comment on column meeting.day is 'in the time zone of the plan, as starts_at_time is'`);
    await db.query(`create index meeting_working_group_index on meeting (working_group_id, day)`);
    await db.query(`create index meeting_plan_index on meeting (plan_id, day)`);
    await db.query(`
      create table assessment (
        id uuid primary key default new_id(),
        plan_id uuid not null constraint assessment_plan_fk references action_plan,
        commitment_id uuid constraint assessment_commitment_fk references commitment,
        institution_id uuid constraint assessment_institution_fk references institution,
        kind text not null constraint assessment_kind_known check (kind in ('INCEPTION', 'END_OF_COMMITMENT')),
        due_on date,
        filed_on date not null,
        filed_at timestamptz not null,
        filed_by text not null,
        acting_as text not null,
        summary text not null,
        url text constraint assessment_url_scheme check (url ~* '^https?://'),
        completion text constraint assessment_completion_known check
          (completion in ('NO_EVIDENCE_AVAILABLE', 'NOT_STARTED', 'LIMITED', 'SUBSTANTIAL', 'COMPLETE')),
        verifiability text constraint assessment_verifiability_known check (verifiability in ('VERIFIABLE', 'NOT_VERIFIABLE')),
        potential_for_results text constraint assessment_potential_known check
          (potential_for_results in ('UNCLEAR', 'MODEST', 'SUBSTANTIAL')),
        opened_government text constraint assessment_opened_government_known check
          (opened_government in ('NOT_APPLICABLE', 'WORSENED', 'DID_NOT_CHANGE', 'MARGINAL', 'MAJOR', 'OUTSTANDING')),
        constraint assessment_of_a_commitment check (kind = 'INCEPTION' or commitment_id is not null)
      )`);
    await db.query(
      `comment on table assessment is 'what the monitoring body found: stands beside claims and verifications; a newer one supersedes, none is changed'`,
    );
    await db.query(`comment on column assessment.due_on is 'as it was when the assessment was filed'`);
    await db.query(`create index assessment_plan_index on assessment (plan_id, filed_at)`);
    await db.query(`create index assessment_commitment_index on assessment (commitment_id, filed_at)`);
    await db.query(
      `create trigger assessment_append_only before update or delete or truncate on assessment execute function refuse_change()`,
    );
    await this.recipients(db);
  }

  /** Every institution is taken through the plan's member, so that no wrong reference leads to another member's people. */
  private async recipients(db: QueryRunner): Promise<void> {
    await db.query(`
      create view plan_recipient with (security_invoker = true) as
        with member_contact as not materialized (
          select p.id as plan_id, k.institution_id, k.role, lower(k.email) as address, k.name, k.language, k.position
            from action_plan p
            join institution i on i.member_id = p.member_id
            join contact k on k.institution_id = i.id
        ), role_holder as not materialized (
          select g.plan_id, g.institution_id, g.role, h.email as address, h.name, h.language, null::integer as position
            from role_grant g
            join person h on h.id = g.person_id
            join action_plan p on p.id = g.plan_id
            left join institution i on i.id = g.institution_id
           where g.revoked_at is null and h.erased_at is null and (g.institution_id is null or i.member_id = p.member_id)
        ), focal_point as not materialized (
          select * from member_contact where role = 'FOCAL_POINT'
          union all
          select * from role_holder where role = 'FOCAL_POINT'
        ), recipient as not materialized (
          select plan_id, institution_id, null::uuid as working_group_id, role as audience, address, name, language, position
            from member_contact
          union all
          select plan_id, institution_id, null, role, address, name, language, position
            from role_holder where role in ('FOCAL_POINT', 'MEL_OFFICER', 'STEERING', 'MONITORING_BODY')
          union all
          select f.plan_id, f.institution_id, null, a.role, f.address, f.name, f.language, f.position
            from focal_point f
            join plan_participation a on a.plan_id = f.plan_id and a.institution_id = f.institution_id and a.role in ('STEERING', 'MONITORING_BODY')
          union all
          select f.plan_id, f.institution_id, g.id, 'COORDINATOR', f.address, f.name, f.language, f.position
            from focal_point f
            join working_group g on g.plan_id = f.plan_id and g.coordinator_institution_id = f.institution_id
          union all
          select h.plan_id, h.institution_id, g.id, 'COORDINATOR', h.address, h.name, h.language, h.position
            from role_holder h
            join working_group g on g.plan_id = h.plan_id and g.coordinator_institution_id = h.institution_id
           where h.role = 'COORDINATOR'
          union all
          select f.plan_id, f.institution_id, g.id, 'WORKING_GROUP', f.address, f.name, f.language, f.position
            from focal_point f
            join working_group g on g.plan_id = f.plan_id
           where g.coordinator_institution_id = f.institution_id
              or exists (select from working_group_member m where m.working_group_id = g.id and m.institution_id = f.institution_id)
        )
        select distinct plan_id, institution_id, working_group_id, audience, address, name, language, position from recipient`);
    await db.query(
      `comment on view plan_recipient is 'who is written to in which part of a plan; institution_id is whose contact or focal point it is, working_group_id is given for the audiences COORDINATOR and WORKING_GROUP, position is null for people who sign in, and address is null where a contact has none'`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop view plan_recipient`);
    await db.query(`drop table assessment, meeting`);
  }
}
