import sql from 'sql-template-tag';
import type { EntityManager } from 'typeorm';
import type { Erasure } from '../accounts/erasures.js';
import { rows } from '../platform/database/rows.js';

/** That somebody was reminded stays on record; who it was does not. */
export async function forgetAddress(tx: EntityManager, { email, instead }: Erasure): Promise<void> {
  await rows(tx, sql`update reminder set address = ${instead} where address = ${email}`);
  await rows(tx, sql`update reminder_pause set address = ${instead} where address = ${email}`);
  await rows(tx, sql`delete from unsubscribe_link where address = ${email}`);
}
