import type { FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import type { Language } from '../i18n/text.js';

/** Languages that the request asks for, best first. */
export function languagesOf(request: FastifyRequest): Language[] {
  return new Negotiator(request)
    .languages()
    .filter((tag) => tag !== '*')
    .slice(0, 10);
}
