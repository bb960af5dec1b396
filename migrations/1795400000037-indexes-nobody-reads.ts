import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A plan has few enough commitments and assessments to be sorted, and every write kept these two in order. */
export class IndexesNobodyReads1795400000037 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`drop index commitment_end_index, assessment_whole_plan_index`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(
      `create index commitment_end_index on commitment (plan_id, coalesce(ends_on, 'infinity'::date), id)`,
    );
    await db.query(
      `create index assessment_whole_plan_index on assessment (plan_id, filed_at) where commitment_id is null`,
    );
  }
}
