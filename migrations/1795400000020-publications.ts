import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Periods as they were published, each version for ever. */
export class Publications1795400000020 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table publication (
        id uuid primary key default new_id(),
        plan_id uuid not null constraint publication_plan_fk references action_plan,
        period_id uuid not null constraint publication_period_fk references reporting_period,
        period_key text not null,
        version integer not null constraint publication_version_positive check (version > 0),
        content bytea not null,
        sha256 text not null,
        reports jsonb not null,
        difference jsonb not null,
        reason text,
        published_at timestamptz not null,
        published_by text not null,
        acting_as text not null,
        constraint publication_version_unique unique (plan_id, period_key, version),
        constraint publication_hash_of_content check (sha256 = encode(sha256(content), 'hex')),
        constraint publication_correction_with_reason check ((version > 1) = (reason is not null))
      )`);
    await db.query(
      `comment on table publication is 'periods as they were published: a correction is a version of its own, none is changed'`,
    );
    await db.query(`create index publication_period_index on publication (period_id)`);
    await db.query(`create index publication_plan_index on publication (plan_id, published_at)`);
    await db.query(
      `create trigger publication_append_only before update or delete or truncate on publication execute function refuse_change()`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table publication`);
  }
}
