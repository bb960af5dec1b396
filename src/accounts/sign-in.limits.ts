import sql from 'sql-template-tag';
import type { EntityManager } from 'typeorm';
import { rows } from '../platform/database/rows.js';
import { hashOf } from './secrets.js';
import { TooManySignInRequests } from './sign-in.errors.js';
import { before, HOUR, PER_ADDRESS, PER_NETWORK } from './sign-in.terms.js';

const NETWORK_LOCK = 7_164_011;
const ADDRESS_LOCK = 7_164_012;

/**
 * Counts a request for a link, in the database, so that many processes count together. Who asks for a known address and
 * who asks for an unknown one are counted alike; those who are refused are not counted.
 *
 * @throws TooManySignInRequests
 */
export async function countRequest(tx: EntityManager, address: string, network: string, now: Date): Promise<void> {
  const [ofAddress, ofNetwork] = [hashOf(address), hashOf(network)];
  // One after the other, or a hundred at once would all count before any is written.
  await rows(
    tx,
    sql`select pg_advisory_xact_lock(${NETWORK_LOCK}::int, ${ofNetwork.readInt32BE()}::int), pg_advisory_xact_lock(${ADDRESS_LOCK}::int, ${ofAddress.readInt32BE()}::int)`,
  );
  const [counted] = await rows<{ address: number; addressSince: Date; network: number; networkSince: Date }>(
    tx,
    sql`select count(*) filter (where address_hash = ${ofAddress})::int as address, min(at) filter (where address_hash = ${ofAddress}) as "addressSince",
               count(*) filter (where network_hash = ${ofNetwork})::int as network, min(at) filter (where network_hash = ${ofNetwork}) as "networkSince"
          from sign_in_request where at > ${before(now, HOUR)} and (address_hash = ${ofAddress} or network_hash = ${ofNetwork})`,
  );
  const full = [
    ...(counted && counted.address >= PER_ADDRESS ? [counted.addressSince] : []),
    ...(counted && counted.network >= PER_NETWORK ? [counted.networkSince] : []),
  ].map((since) => since.getTime() + HOUR - now.getTime());
  if (full.length > 0) throw new TooManySignInRequests(Math.max(1, Math.ceil(Math.max(...full) / 1000)));
  await rows(
    tx,
    sql`insert into sign_in_request (address_hash, network_hash, at) values (${ofAddress}, ${ofNetwork}, ${now})`,
  );
}
