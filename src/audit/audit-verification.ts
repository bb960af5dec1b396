import { createHash } from 'node:crypto';
import sql from 'sql-template-tag';
import type { DataSource } from 'typeorm';
import { rows } from '../platform/database/rows.js';

/** Of a chain of any length, this much is in memory. */
const BATCH = 1000;
/** More would not help whoever looks for the first one. */
const MOST_PROBLEMS = 20;

export interface ChainProblem {
  readonly number: number;
  readonly what: 'MISSING' | 'CHANGED' | 'CONTENT_CHANGED' | 'CHAIN_BROKEN' | 'NOT_AS_NOTED' | 'ERASED_UNRECORDED';
}

export interface Verification {
  readonly entries: number;
  /** Entries whose content was erased for a person's sake. */
  readonly erased: number;
  readonly problems: readonly ChainProblem[];
  /** The end of the chain. Whoever notes it elsewhere can later show that nothing before it was rewritten. */
  readonly head: { readonly number: number; readonly hash: string } | null;
}

interface Link {
  readonly number: number;
  readonly said: string;
  readonly salt: Buffer | null;
  readonly difference: string | null;
  readonly contentHash: Buffer;
  readonly previousHash: Buffer;
  readonly hash: Buffer;
}

/**
 * Recomputes the whole chain, outside the database: its own functions could have been changed along with its rows.
 *
 * @param noted the end of the chain as somebody noted it earlier
 */
export async function verifyAudit(
  db: DataSource,
  noted?: { readonly number: number; readonly hash: string },
): Promise<Verification> {
  const problems: ChainProblem[] = [];
  let [entries, erased] = [0, 0];
  let last: Link | null = null;
  let wasNoted = noted === undefined;
  for (let batch = await linksAfter(db, 0); batch.length > 0; batch = await linksAfter(db, batch.at(-1)?.number ?? 0)) {
    for (const link of batch) {
      entries += 1;
      if (link.difference === null) erased += 1;
      problems.push(...problemsOf(link, last));
      if (noted?.number === link.number && noted.hash === link.hash.toString('hex')) wasNoted = true;
      last = link;
    }
  }
  const recorded = await erasuresRecorded(db);
  if (erased > recorded) problems.push({ number: erased - recorded, what: 'ERASED_UNRECORDED' });
  if (noted && !wasNoted) problems.push({ number: noted.number, what: 'NOT_AS_NOTED' });
  return {
    entries,
    erased,
    problems: problems.slice(0, MOST_PROBLEMS),
    head: last && { number: last.number, hash: last.hash.toString('hex') },
  };
}

function problemsOf(link: Link, before: Link | null): ChainProblem[] {
  const { number } = link;
  const found: ChainProblem['what'][] = [];
  if (number !== (before?.number ?? 0) + 1) found.push('MISSING');
  else if (!link.previousHash.equals(before?.hash ?? Buffer.alloc(0))) found.push('CHAIN_BROKEN');
  if (!sha256(link.said).equals(link.hash)) found.push('CHANGED');
  if (link.difference !== null && !contentHashOf(link).equals(link.contentHash)) found.push('CONTENT_CHANGED');
  return found.map((what) => ({ number, what }));
}

const sha256 = (content: string | Buffer): Buffer => createHash('sha256').update(content).digest();

const contentHashOf = ({ salt, difference }: Link): Buffer =>
  sha256(Buffer.concat([salt ?? Buffer.alloc(0), Buffer.from(difference ?? '')]));

/** How many contents were erased for people's sake, as those erasures were recorded. */
async function erasuresRecorded(db: DataSource): Promise<number> {
  const [found] = await rows<{ count: number }>(
    db,
    sql`select coalesce(sum((difference->'after'->>'entriesRedacted')::integer), 0)::integer as count from audit_entry where action = 'person.erased'`,
  );
  return found?.count ?? 0;
}

/** `said` is what the migration that made the chain hashes. */
const linksAfter = (db: DataSource, number: number): Promise<Link[]> =>
  rows(
    db,
    sql`select e.number::integer as number, e.salt, e.difference::text as difference, e.content_hash as "contentHash", e.previous_hash as "previousHash", e.hash,
               jsonb_build_array(e.number, e.id, (extract(epoch from e.at) * 1000000)::bigint, e.actor, e.acting_as, e.action, e.subject_type, e.subject_id,
                 e.plan_id, encode(e.content_hash, 'hex'), encode(e.previous_hash, 'hex'))::text as said
          from audit_entry e where e.number > ${number} order by e.number limit ${BATCH}`,
  );
