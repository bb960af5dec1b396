import sql, { type Sql } from 'sql-template-tag';
import type { EntityManager } from 'typeorm';
import { rows } from '../platform/database/rows.js';

/**
 * What institutions owe in periods, as `o` of a `from`: the first institution in the first period, and so on. Each is
 * looked up by itself (`offset 0` keeps it so): joined in one go, PostgreSQL would read what all institutions owe.
 */
export const owedEach = (periodIds: readonly string[], institutionIds: readonly string[]): Sql =>
  sql`(select distinct * from unnest(${[...periodIds]}::uuid[], ${[...institutionIds]}::uuid[]) w (period_id, institution_id)) wanted
      cross join lateral (select * from owed_check_in e where e.period_id = wanted.period_id and e.institution_id = wanted.institution_id offset 0) o`;

/** Writes the row of every check-in that is owed in a period that has opened and has none yet. Answers how many. */
export async function expectCheckIns(tx: EntityManager, now: Date): Promise<number> {
  const written = await rows(
    tx,
    sql`insert into check_in (plan_id, commitment_id, institution_id, period_id)
      select o.plan_id, o.commitment_id, o.institution_id, o.period_id from owed_check_in o
       where o.check_in_id is null and o.opens_at <= ${now}
      on conflict on constraint check_in_unique do nothing returning id`,
  );
  return written.length;
}
