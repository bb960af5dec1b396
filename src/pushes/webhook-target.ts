import ipaddr from 'ipaddr.js';
import {
  WebhookNeedsHttps,
  WebhookPortRefused,
  WebhookToPrivateAddress,
  WebhookWithCredentials,
} from './webhook.errors.js';

/** `public` is the internet, by https alone; `any` is for trying webhooks out on one's own machine. */
export type WebhookTargets = 'public' | 'any';

const HTTPS = 443;
/** Below it ports belong to other services, which must not be talked to from here. */
const FIRST_FREE_PORT = 1024;

/**
 * Host and port that an address leads to. What a name leads to shows only when it is called, and is looked at then.
 *
 * @throws the reason why a webhook cannot have this address
 */
export function targetOf(address: string, targets: WebhookTargets, field: string): string {
  const url = new URL(address);
  if (url.username || url.password) throw new WebhookWithCredentials({}, field);
  const port = Number(url.port || (url.protocol === 'https:' ? HTTPS : 80));
  const target = `${url.hostname}:${port}`;
  if (targets === 'any') return target;
  if (url.protocol !== 'https:') throw new WebhookNeedsHttps({}, field);
  if (port !== HTTPS && port < FIRST_FREE_PORT) throw new WebhookPortRefused({ port }, field);
  if (isPrivate(url.hostname)) throw new WebhookToPrivateAddress({}, field);
  return target;
}

/** Of an address in digits, in any of its forms: URLs bring them all into one. */
function isPrivate(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  return ipaddr.isValid(address) && ipaddr.parse(address).range() !== 'unicast';
}
