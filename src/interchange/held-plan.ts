import sql from 'sql-template-tag';
import type { EntityManager } from 'typeorm';
import { rows } from '../platform/database/rows.js';

const IMPORTING = 7_164_002;

/**
 * Until the transaction ends there is no other import, since two at once would each see a new plan as missing; nobody
 * files on what may be removed because nothing was filed on it; and nobody moves a due date that was read and is about
 * to be written. In this order: whoever files holds the check-in, and then names milestones.
 */
export async function holdPlan(tx: EntityManager, plan: string): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1)', [IMPORTING]);
  await rows(
    tx,
    sql`select from check_in k join action_plan a on a.id = k.plan_id where a.key = ${plan} order by k.id for update of k`,
  );
  await rows(
    tx,
    sql`select from milestone m join commitment c on c.id = m.commitment_id join action_plan a on a.id = c.plan_id
         where a.key = ${plan} order by m.id for no key update of m`,
  );
}
