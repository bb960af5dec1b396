import sql, { type Sql } from 'sql-template-tag';

/**
 * Entries are numbered in the order in which they were committed, which is nearly that of their instants: those of changes
 * made at the same time come in any order. There are never more of them than connections to the database.
 */
const OUT_OF_TURN = 300;

/** From which number on entries can be of the instant or later; null when there are none. Looked up, not counted through. */
export const firstNumberSince = (since: Date): Sql =>
  sql`(select min(number) from (select number from audit_entry where at >= ${since} order by at limit ${OUT_OF_TURN}) n)`;

/** Up to which number entries can be of before the instant; null when there are none. */
export const lastNumberBefore = (until: Date): Sql =>
  sql`(select max(number) from (select number from audit_entry where at < ${until} order by at desc limit ${OUT_OF_TURN}) n)`;
