import type { FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { LANGUAGE_PATTERN, type Language } from '../i18n/text.js';

const IS_LANGUAGE = new RegExp(LANGUAGE_PATTERN);

/** Languages that the request asks for, best first: the one in its address before those of its header. */
export function languagesOf(request: FastifyRequest): Language[] {
  const { language } = (request.query ?? {}) as { language?: unknown };
  const accepted = new Negotiator(request)
    .languages()
    .filter((tag) => tag !== '*')
    .slice(0, 10);
  return typeof language === 'string' && IS_LANGUAGE.test(language) ? [language, ...accepted] : accepted;
}
