import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { randomUUID } from 'node:crypto';
import { DomainError, type ErrorCode } from '../errors/domain-error.js';
import { Unavailable, unavailableFor } from '../errors/not-now.js';
import type { Messages } from '../i18n/messages.js';
import type { Language } from '../i18n/text.js';
import type { Log } from '../logging/log.js';
import { currentRequest } from '../logging/request-context.js';

/** Codes of Apollo Server and what they are called here; whatever is not named here is our own fault. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  GRAPHQL_PARSE_FAILED: 'BAD_USER_INPUT',
  GRAPHQL_VALIDATION_FAILED: 'BAD_USER_INPUT',
  BAD_USER_INPUT: 'BAD_USER_INPUT',
  BAD_REQUEST: 'BAD_USER_INPUT',
  OPERATION_RESOLUTION_FAILURE: 'BAD_USER_INPUT',
  PERSISTED_QUERY_NOT_FOUND: 'BAD_USER_INPUT',
  PERSISTED_QUERY_NOT_SUPPORTED: 'BAD_USER_INPUT',
};

/** A refusal of the whole question, for places where only a GraphQL error gets through. */
export const refusedWith = (refusal: DomainError): GraphQLError =>
  new GraphQLError(refusal.key, {
    originalError: refusal,
    extensions: { http: refusal.code === 'UNAUTHENTICATED' ? UNAUTHENTICATED : { status: 400 } },
  });

const UNAUTHENTICATED = { status: 401, headers: new Map([['www-authenticate', 'Bearer']]) };

/** An error of the GraphQL library that the question itself is to blame for. */
export const badRequest = ({ message, nodes }: GraphQLError): GraphQLError =>
  new GraphQLError(message, {
    nodes: nodes ?? null,
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  });

/**
 * Says in the caller's language what was refused and why; of our own faults only an id leaves the house.
 *
 * @param parseRefusal what a question that could not be parsed because of its size is refused with
 */
export function graphQLErrorFormat(
  messages: Messages,
  logger: Log,
  parseRefusal: (error: GraphQLError) => DomainError | null,
) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const { languages, requestId = randomUUID() } = currentRequest() ?? { languages: [] };
    const language = messages.languageFor(languages);
    const place = { locations: formatted.locations, path: formatted.path };
    const code = CODES[String(formatted.extensions?.['code'])] ?? (isBadRequest(error) ? 'BAD_USER_INPUT' : undefined);
    const cause = unavailableFor(causeOf(error));
    if (cause instanceof Unavailable) logger.warn({ err: causeOf(error), id: requestId }, 'The database is away');
    const refused =
      (cause instanceof DomainError ? cause : null) ?? (error instanceof GraphQLError ? parseRefusal(error) : null);
    if (refused) return { ...place, ...refusal(messages, language, refused, fieldNamedIn(formatted.message)) };
    if (code) {
      const violations = [{ field: fieldNamedIn(formatted.message) ?? 'query', message: formatted.message }];
      return { ...place, message: formatted.message, extensions: { code, violations } };
    }
    logger.error({ err: causeOf(error), id: requestId }, 'An answer failed');
    return {
      ...place,
      message: messages.say(language, 'error.internal', { id: requestId }),
      extensions: { code: 'INTERNAL', id: requestId },
    };
  };
}

/** Apollo Server refuses some requests by their status alone, such as a query that is not the one that its hash names. */
const isBadRequest = (error: unknown): boolean =>
  error instanceof GraphQLError &&
  error.originalError === undefined &&
  (error.extensions['http'] as { status?: number } | undefined)?.status === 400;

/** @param place the field at fault where the error itself does not name one */
export function refusal(
  messages: Messages,
  language: Language,
  error: DomainError,
  place = 'query',
): { message: string; extensions: Record<string, unknown> } {
  const message = messages.say(language, error.key, error.args);
  const violations = error.violations.map(({ field, key, args, place: inTable }) => ({
    field,
    ...inTable,
    message: messages.say(language, key, args),
  }));
  if (violations.length === 0 && error.code === 'BAD_USER_INPUT') violations.push({ field: place, message });
  return { message, extensions: { code: error.code, ...(violations.length > 0 ? { violations } : {}) } };
}

/** What went wrong, without the wrappings of the GraphQL library: it wraps what scalars, limits and resolvers refuse with once or more. */
export function causeOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? causeOf(error.originalError) : error;
}

const NAMES = [/ at "([^"]+)";/, /"\$(\w+)"/, /argument "(\w+)/i, /field "(\w+)/i];

/** Where the question itself is wrong, the field is the variable or argument that the sentence names. */
export function fieldNamedIn(sentence: string): string | undefined {
  const named = NAMES.map((pattern) => pattern.exec(sentence)?.[1]).find((found) => found !== undefined);
  return named?.replaceAll(/\[(\d+)\]/g, '.$1');
}
