import type { FastifyReply } from 'fastify';

/** Says what else an answer depends on; what was said before stays, such as the origin that a browser asks for. */
export function varyBy(reply: FastifyReply, ...names: readonly string[]): void {
  const said = String(reply.getHeader('vary') ?? '');
  if (said === '') return void reply.header('vary', names.join(', '));
  const known = said.toLowerCase().split(/,\s*/);
  if (known.includes('*')) return undefined;
  const others = names.filter((name) => !known.includes(name.toLowerCase()));
  if (others.length > 0) void reply.header('vary', [said, ...others].join(', '));
  return undefined;
}
