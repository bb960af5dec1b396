import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Links in reminders that lead to the form of one institution and one period. */
export class ReportLinks1795400000009 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table report_link (
        id uuid primary key default new_id(),
        plan_id uuid not null constraint report_link_plan_fk references action_plan on delete cascade,
        period_id uuid not null constraint report_link_period_fk references reporting_period on delete cascade,
        institution_id uuid not null constraint report_link_institution_fk references institution on delete cascade,
        secret_hash bytea not null constraint report_link_secret_hash_unique unique,
        created_at timestamptz not null,
        last_used_at timestamptz,
        revoked_at timestamptz
      )`);
    await db.query(`create index report_link_period_index on report_link (period_id, institution_id)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table report_link`);
  }
}
