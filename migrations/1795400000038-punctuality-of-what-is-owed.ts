import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createAsOfViews, dropAsOfViews } from './as-of-views.js';

/** Whoever counts what is owed asks how punctual it came: the view has the check-in at hand, and nobody looks it up again. */
export class PunctualityOfWhatIsOwed1795400000038 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(owed('create or replace view', ', k.punctuality'));
    await createAsOfViews(db);
  }

  async down(db: QueryRunner): Promise<void> {
    await dropAsOfViews(db);
    await db.query(`drop view owed_check_in`);
    await db.query(owed('create view', ''));
    await db.query(
      `comment on view owed_check_in is 'one row for every check-in that is owed, written or not, with the dates that hold for its institution'`,
    );
    await createAsOfViews(db);
  }
}

const owed = (create: string, more: string): string => `
  ${create} owed_check_in with (security_invoker = true) as
    select p.plan_id, p.id as period_id, i.commitment_id, i.institution_id,
           k.id as check_in_id,
           case when d.check_in_id is not null and k.status = 'EXPECTED' then 'DRAFT' else coalesce(k.status, 'EXPECTED') end as status,
           p.opens_at,
           greatest(p.due_before, x.due_before) as due_before,
           greatest(p.closes_before, x.closes_before) as closes_before,
           greatest(p.due_on, x.due_on) as due_on,
           greatest(p.closes_on, x.closes_on) as closes_on${more}
      from reporting_period p
      join implementing_institution i on i.plan_id = p.plan_id
      left join check_in k on k.commitment_id = i.commitment_id and k.institution_id = i.institution_id and k.period_id = p.id
      left join check_in_draft d on d.check_in_id = k.id
      left join period_extension x on x.period_id = p.id and x.institution_id = i.institution_id
     where not p.withdrawn`;
