import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createAsOfViews, dropAsOfViews } from './as-of-views.js';

const IS_HANDED_IN = `status in ('SUBMITTED', 'VERIFIED', 'PUBLISHED')`;
const HANDED_IN = `k.${IS_HANDED_IN}`;

/**
 * What a milestone claims is found in the check-ins of its commitment, the newest first: the first one that tells of it is
 * enough. PostgreSQL cannot know that most of them do; `limit 1` has it look each one up, and not all that was ever claimed.
 */
const BY_CHECK_IN = `
  select u.status, u.percent, u.forecast_on, u.check_in_id
    from check_in k
    cross join lateral (select * from milestone_update u where u.check_in_id = k.id and u.milestone_id = m.id limit 1) u
   where k.commitment_id = m.commitment_id and ${HANDED_IN}
   order by k.period_starts_on desc, k.submitted_at desc
   limit 1`;
/** As it was: all that was ever claimed of the milestone, sorted. */
const BY_MILESTONE = `
  select u.status, u.percent, u.forecast_on, u.check_in_id
    from milestone_update u
    join check_in k on k.id = u.check_in_id
    join reporting_period p on p.id = k.period_id
   where u.milestone_id = m.id and ${HANDED_IN}
   order by p.starts_on desc, k.submitted_at desc
   limit 1`;

/**
 * A check-in knows on which day its period starts, so that an index has the check-ins of a commitment in the order in which
 * they are shown. PostgreSQL itself keeps the two days the same.
 */
export class NewestCheckIns1795400000040 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await dropAsOfViews(db);
    await db.query(`alter table reporting_period add constraint reporting_period_start_unique unique (id, starts_on)`);
    await db.query(`alter table check_in add column period_starts_on date`);
    await this.fill(db);
    await db.query(`alter table check_in alter column period_starts_on set not null`);
    await db.query(
      `alter table check_in add constraint check_in_period_start_fk foreign key (period_id, period_starts_on)
         references reporting_period (id, starts_on) on update cascade`,
    );
    await db.query(
      `comment on column check_in.period_starts_on is 'first day of the period, as reporting_period has it'`,
    );
    await db.query(`
      create function check_in_period_start() returns trigger language plpgsql as $$
      begin
        select starts_on into new.period_starts_on from reporting_period where id = new.period_id;
        return new;
      end $$`);
    await db.query(
      `create trigger check_in_period_start before insert on check_in
         for each row when (new.period_starts_on is null) execute function check_in_period_start()`,
    );
    // Also for whoever restores rows with triggers at rest: the column may not be empty.
    await db.query(`alter table check_in enable always trigger check_in_period_start`);
    for (const parent of ['plan', 'commitment', 'period'])
      await db.query(`create index check_in_${parent}_start_index on check_in (${parent}_id, period_starts_on, id)`);
    await db.query(
      `create index check_in_claim_index on check_in (commitment_id, period_starts_on, submitted_at, id) where ${IS_HANDED_IN}`,
    );
    await claimedBy(db, BY_CHECK_IN);
    await createAsOfViews(db);
  }

  /** Of what is there, and of what was said before: neither is a change that anybody has made. */
  private async fill(db: QueryRunner): Promise<void> {
    await db.query(`alter table check_in disable trigger check_in_kept_update`);
    await db.query(
      `update check_in k set period_starts_on = p.starts_on from reporting_period p where p.id = k.period_id`,
    );
    await db.query(`alter table check_in enable trigger check_in_kept_update`);
    await db.query(`alter table as_of.former_row disable trigger former_row_append_only`);
    await db.query(`
      update as_of.former_row f set said = f.said || jsonb_build_object('period_starts_on', p.starts_on) from reporting_period p
       where f.table_name = 'check_in' and p.id = (f.said->>'period_id')::uuid`);
    await db.query(`alter table as_of.former_row enable trigger former_row_append_only`);
  }

  async down(db: QueryRunner): Promise<void> {
    await dropAsOfViews(db);
    await claimedBy(db, BY_MILESTONE);
    await db.query(`drop trigger check_in_period_start on check_in`);
    await db.query(`drop function check_in_period_start`);
    await db.query(`alter table check_in drop column period_starts_on`);
    await db.query(`alter table reporting_period drop constraint reporting_period_start_unique`);
    await db.query(`alter table as_of.former_row disable trigger former_row_append_only`);
    await db.query(`update as_of.former_row set said = said - 'period_starts_on' where table_name = 'check_in'`);
    await db.query(`alter table as_of.former_row enable trigger former_row_append_only`);
    await createAsOfViews(db);
  }
}

const claimedBy = (db: QueryRunner, newest: string): Promise<unknown> =>
  db.query(`
    create or replace view milestone_now as
      select m.*, coalesce(u.status, m.published_status) as status, case when u.status is null then m.published_percent else u.percent end as percent,
             u.forecast_on, u.check_in_id as claimed_in_check_in_id
        from milestone m left join lateral (${newest}) u on true`);
