import type { FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { LANGUAGE_PATTERN, type Language } from '../i18n/text.js';

const IS_LANGUAGE = new RegExp(LANGUAGE_PATTERN);

/** Languages that the header of a request names, best first. */
export const headerLanguages = (request: Pick<FastifyRequest, 'headers'>): Language[] =>
  request.headers['accept-language'] === undefined
    ? []
    : new Negotiator(request)
        .languages()
        .filter((tag) => tag !== '*')
        .slice(0, 10);

/** Languages that the request asks for, best first: the one in its address before those of its header. */
export function languagesOf(request: FastifyRequest): Language[] {
  const { language } = (request.query ?? {}) as { language?: unknown };
  const accepted = headerLanguages(request);
  return typeof language === 'string' && IS_LANGUAGE.test(language) ? [language, ...accepted] : accepted;
}
