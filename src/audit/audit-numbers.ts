import sql, { type Sql } from 'sql-template-tag';

/**
 * Entries are numbered in the order in which they were committed, which is nearly that of their instants: those of a change
 * that took long come after those of shorter ones that began later, and a clock that was set right goes back. Neither is
 * more than this: no change takes so long, and no zone is so far from another.
 */
const MOST_OUT_OF_TURN = sql`interval '2 days'`;

/** From which number on entries can be of the instant or later; null when there are none. Looked up, not counted through. */
export const firstNumberSince = (since: Date): Sql =>
  sql`(select min(number) from (select number from audit_entry
    where at >= ${since} and at <= (select min(at) from audit_entry where at >= ${since}) + ${MOST_OUT_OF_TURN} offset 0) n)`;

/** Up to which number entries can be of before the instant; null when there are none. */
export const lastNumberBefore = (until: Date): Sql =>
  sql`(select max(number) from (select number from audit_entry
    where at < ${until} and at >= (select max(at) from audit_entry where at < ${until}) - ${MOST_OUT_OF_TURN} offset 0) n)`;
