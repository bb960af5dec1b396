import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People, the roles they hold, how they sign in, and what a token may be used for. */
export class PeopleAndSessions1795400000007 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table person (
        id uuid primary key default new_id(),
        email text constraint person_email_unique unique constraint person_email_lower_case_line check
          (email = lower(email) and email !~ '[[:cntrl:][:space:]]' and email like '%_@_%'),
        name text,
        language text not null,
        created_at timestamptz not null,
        erased_at timestamptz,
        constraint person_erased_wholly check (case when erased_at is null then email is not null else email is null and name is null end)
      )`);
    await db.query(`
      create table role_grant (
        id uuid primary key default new_id(),
        person_id uuid not null constraint role_grant_person_fk references person,
        role text not null constraint role_grant_role_known check
          (role in ('ADMIN', 'MEL_OFFICER', 'FOCAL_POINT', 'COORDINATOR', 'STEERING', 'MONITORING_BODY', 'OGP_STAFF', 'PARTNER')),
        plan_id uuid constraint role_grant_plan_fk references action_plan on delete cascade,
        institution_id uuid constraint role_grant_institution_fk references institution on delete cascade,
        granted_at timestamptz not null,
        granted_by text not null,
        revoked_at timestamptz,
        constraint role_grant_focal_point_of_institution check (role <> 'FOCAL_POINT' or institution_id is not null),
        constraint role_grant_plan_given check (role in ('ADMIN', 'OGP_STAFF', 'PARTNER') or plan_id is not null)
      )`);
    await db.query(
      `create unique index role_grant_held_once on role_grant (person_id, role, plan_id, institution_id) nulls not distinct where revoked_at is null`,
    );
    await db.query(`create index role_grant_plan_index on role_grant (plan_id)`);
    await this.signIn(db);
    // A version of the service that knows no scopes may still run beside this one: its tokens can do all that theirs could.
    await db.query(`alter table token
      add column scopes text[] not null default '{READ_OWN,WRITE_CHECK_INS,REVIEW,ADMIN}'
        constraint token_scopes_known check (scopes <@ '{READ_OWN,WRITE_CHECK_INS,REVIEW,ADMIN}')`);
  }

  private async signIn(db: QueryRunner): Promise<void> {
    await db.query(`
      create table sign_in_link (
        id uuid primary key default new_id(),
        person_id uuid not null constraint sign_in_link_person_fk references person,
        secret_hash bytea not null constraint sign_in_link_secret_hash_unique unique,
        browser_hash bytea not null,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        used_at timestamptz
      )`);
    await db.query(`create index sign_in_link_person_index on sign_in_link (person_id)`);
    await db.query(`
      create table sign_in_request (
        id uuid primary key default new_id(),
        address_hash bytea not null,
        network_hash bytea not null,
        at timestamptz not null
      )`);
    await db.query(`create index sign_in_request_address_index on sign_in_request (address_hash, at)`);
    await db.query(`create index sign_in_request_network_index on sign_in_request (network_hash, at)`);
    await db.query(`
      create table session (
        id uuid primary key default new_id(),
        person_id uuid not null constraint session_person_fk references person,
        secret_hash bytea not null constraint session_secret_hash_unique unique,
        created_at timestamptz not null,
        last_seen_at timestamptz not null,
        expires_at timestamptz not null,
        ended_at timestamptz,
        browser text not null
      )`);
    await db.query(`create index session_person_index on session (person_id)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`alter table token drop column scopes`);
    await db.query(`drop table session, sign_in_request, sign_in_link, role_grant, person`);
  }
}
