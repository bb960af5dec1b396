import ipaddr from 'ipaddr.js';

const PREFIX_BYTES = 8;

/** Where a request comes from, as far as one user reaches: an IPv4 address, or the 64 bits that a home gets of IPv6. */
export function networkOf(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip);
  return address.kind() === 'ipv4'
    ? address.toString()
    : `${Buffer.from(address.toByteArray().slice(0, PREFIX_BYTES)).toString('hex')}/64`;
}
