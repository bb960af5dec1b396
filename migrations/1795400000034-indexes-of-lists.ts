import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What lists are sorted and filtered by, so that a page far into a list is found as fast as the first one. */
export class IndexesOfLists1795400000034 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`create index institution_list_index on institution (key, id)`);
    await db.query(`create index institution_kind_index on institution (kind, key, id)`);
    await db.query(`create index action_plan_end_index on action_plan (coalesce(ends_on, 'infinity'::date), id)`);
    await db.query(
      `create index commitment_end_index on commitment (plan_id, coalesce(ends_on, 'infinity'::date), id)`,
    );
    await db.query(`create index reporting_period_start_index on reporting_period (plan_id, starts_on, id)`);
    await db.query(
      `create index check_in_submitted_index on check_in (plan_id, coalesce(submitted_at, 'infinity'::timestamptz), id)`,
    );
    // The one before serves whatever is looked up by plan.
    await db.query(`drop index check_in_plan_index`);
    // All three tell a check-in apart: by two of them PostgreSQL would go through those of all commitments.
    await db.query(`drop index check_in_period_index`);
    await db.query(`create index check_in_period_index on check_in (period_id, institution_id, commitment_id)`);
    await db.query(
      `create index assessment_whole_plan_index on assessment (plan_id, filed_at) where commitment_id is null`,
    );
    await db.query(`create index audit_entry_at_index on audit_entry (at, number)`);
    await db.query(`create index audit_entry_action_index on audit_entry (action, number)`);
    await db.query(`create index audit_entry_plan_action_index on audit_entry (plan_id, action, number)`);
    await db.query(`create index person_created_index on person (created_at, id)`);
    await db.query(`create index role_grant_person_index on role_grant (person_id)`);
    await db.query(`create index role_grant_role_index on role_grant (role) where revoked_at is null`);
    await db.query(`create index token_created_index on token (created_at, id)`);
    await db.query(`create index token_plan_index on token (plan_id, created_at)`);
    await db.query(`create index reminder_pause_set_index on reminder_pause (plan_id, set_at)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`create index check_in_plan_index on check_in (plan_id, submitted_at)`);
    await db.query(`drop index check_in_period_index`);
    await db.query(`create index check_in_period_index on check_in (period_id, institution_id)`);
    await db.query(`drop index institution_list_index, institution_kind_index, action_plan_end_index, commitment_end_index, reporting_period_start_index,
      check_in_submitted_index, assessment_whole_plan_index, audit_entry_at_index, audit_entry_action_index, audit_entry_plan_action_index, person_created_index,
      role_grant_person_index, role_grant_role_index, token_created_index, token_plan_index, reminder_pause_set_index`);
  }
}
