import { unwrapResolverError } from '@apollo/server/errors';
import { Catch, type ExceptionFilter } from '@nestjs/common';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { randomUUID } from 'node:crypto';
import type { Log } from '../logging/log.js';
import { DomainError, type ErrorCode } from '../errors/domain-error.js';
import type { Messages } from '../i18n/messages.js';
import { currentRequest } from '../logging/request-context.js';

/** Hands a refusal on as it is: `formatError` puts it into words, and it is no news for the error log. */
@Catch(DomainError)
export class DomainErrorsPass implements ExceptionFilter {
  catch(error: DomainError): DomainError {
    return error;
  }
}

/** Codes of Apollo Server and what they are called here; whatever is not named here is our own fault. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  GRAPHQL_PARSE_FAILED: 'BAD_USER_INPUT',
  GRAPHQL_VALIDATION_FAILED: 'BAD_USER_INPUT',
  BAD_USER_INPUT: 'BAD_USER_INPUT',
  BAD_REQUEST: 'BAD_USER_INPUT',
  OPERATION_RESOLUTION_FAILURE: 'BAD_USER_INPUT',
  PERSISTED_QUERY_NOT_FOUND: 'BAD_USER_INPUT',
  PERSISTED_QUERY_NOT_SUPPORTED: 'BAD_USER_INPUT',
  QUERY_TOO_COMPLEX: 'QUERY_TOO_COMPLEX',
};

/** Says in the caller's language what was refused and why; of our own faults only an id leaves the house. */
export function graphQLErrorFormat(messages: Messages, logger: Log) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const cause = unwrapResolverError(error);
    const place = { locations: formatted.locations, path: formatted.path };
    if (cause instanceof DomainError) return { ...place, ...refusal(messages, cause) };
    const code = CODES[String(formatted.extensions?.['code'])];
    if (code)
      return { ...place, message: formatted.message, extensions: { code, ...violationOf(formatted, error, code) } };
    const id = currentRequest()?.requestId ?? randomUUID();
    logger.error({ err: cause, id }, 'An answer failed');
    return {
      ...place,
      message: messages.say(languageOf(messages), 'error.internal', { id }),
      extensions: { code: 'INTERNAL', id },
    };
  };
}

const languageOf = (messages: Messages) => messages.languageFor(currentRequest()?.languages ?? []);

export function refusal(
  messages: Messages,
  error: DomainError,
): { message: string; extensions: Record<string, unknown> } {
  const language = languageOf(messages);
  const violations = error.violations.map(({ field, key, args }) => ({
    field,
    message: messages.say(language, key, args),
  }));
  return {
    message: messages.say(language, error.key, error.args),
    extensions: {
      code: error.code,
      ...(violations.length > 0 || error.code === 'BAD_USER_INPUT' ? { violations } : {}),
    },
  };
}

/** Where the question itself is wrong, the field is the variable or argument that the sentence names. */
function violationOf(formatted: GraphQLFormattedError, error: unknown, code: ErrorCode): object {
  if (code !== 'BAD_USER_INPUT') return {};
  const named = /at "([^"]+)"|"\$(\w+)"|argument "(\w+)|field "(\w+)"/i.exec(formatted.message);
  const field = named?.slice(1).find(Boolean) ?? (error instanceof GraphQLError && error.path?.join('.')) ?? 'query';
  return { violations: [{ field: field || 'query', message: formatted.message }] };
}
