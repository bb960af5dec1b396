import { createHash, randomBytes } from 'node:crypto';
import sql from 'sql-template-tag';
import type { DataSource, EntityManager } from 'typeorm';
import { rows } from '../platform/database/rows.js';
import type { ReminderAudience } from './reminder.vocabulary.js';

/** Whom a link lets stop which letters. */
export interface Unsubscribing {
  readonly planId: string;
  readonly address: string;
  readonly audience: ReminderAudience;
}

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Makes links and answers their paths, in the order asked for. The secrets are in them and nowhere else. */
export async function makeUnsubscribeLinks(
  tx: EntityManager,
  wanted: readonly Unsubscribing[],
  at: Date,
): Promise<string[]> {
  const secrets = wanted.map(() => randomBytes(24).toString('base64url'));
  if (wanted.length > 0)
    await rows(
      tx,
      sql`insert into unsubscribe_link (plan_id, address, audience, secret_hash, created_at)
        select w.plan_id, w.address, w.audience, w.secret_hash, ${at} from unnest(${wanted.map(({ planId }) => planId)}::uuid[], ${wanted.map(({ address }) => address)}::text[],
               ${wanted.map(({ audience }) => audience)}::text[], ${secrets.map(hashOf)}::bytea[]) w (plan_id, address, audience, secret_hash)`,
    );
  return secrets.map((secret) => `/unsubscribe/${secret}`);
}

/** What the link is good for; null when it is unknown. Opening it changes nothing. */
export async function openUnsubscribeLink(
  db: DataSource | EntityManager,
  secret: string,
): Promise<Unsubscribing | null> {
  const [found] = await rows<Unsubscribing>(
    db,
    sql`select plan_id as "planId", address, audience from unsubscribe_link where secret_hash = ${hashOf(secret)}`,
  );
  return found ?? null;
}
