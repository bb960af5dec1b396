import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';
import { createHash } from 'node:crypto';

/** Who asks, as far as counting requests goes. */
export interface Caller {
  /** Stands for a secret or a network and reveals neither. */
  readonly key: string;
  /** Somebody who holds a token or a session, or says so. */
  readonly isSignedIn: boolean;
}

const SESSION = /(?:^|;\s*)(?:__Host-)?mithaq_session=([^;]+)/;
/** What one household or office is given at least. */
const IPV6_NETWORK_BYTES = 8;

export function callerOf(headers: { authorization?: string; cookie?: string }, address: string): Caller {
  const secret = /^Bearer\s+(\S+)/i.exec(headers.authorization ?? '')?.[1] ?? SESSION.exec(headers.cookie ?? '')?.[1];
  return secret ? { key: hashOf(secret), isSignedIn: true } : { key: networkOf(address), isSignedIn: false };
}

/** An IPv4 address as it is; of an IPv6 address the first 64 bits, because the rest is free to choose for whoever has them. */
export function networkOf(address: string): string {
  const known = networks.get(address);
  if (known !== undefined) return known;
  const network = readNetwork(address);
  networks.set(address, network);
  return network;
}

const networks = new LRUCache<string, string>({ max: 1_000 });

function readNetwork(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  const network = parsed.toByteArray().fill(0, IPV6_NETWORK_BYTES);
  return `${ipaddr.fromByteArray(network).toString()}/64`;
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');
