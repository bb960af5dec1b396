import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What feeds are read from, in the order of its dates. */
export class Feeds1795400000030 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(
      `create index check_in_revision_claim_index on check_in_revision (plan_id, saved_at) where status = 'SUBMITTED'`,
    );
    await db.query(`create index verification_plan_index on verification (plan_id, verified_at)`);
    await db.query(
      `create index audit_entry_published_index on audit_entry (plan_id, at) where action = 'checkIn.published'`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop index check_in_revision_claim_index, verification_plan_index, audit_entry_published_index`);
  }
}
