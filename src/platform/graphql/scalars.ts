import { GraphQLScalarType, Kind } from 'graphql';
import { GraphQLDateTime, GraphQLEmailAddress } from 'graphql-scalars';
import { DomainError } from '../errors/domain-error.js';

export class NotADay extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'input.day';
}
export class NotAWebAddress extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'input.webAddress';
}

/** A calendar day as text; which zone it is counted in is a fact of the plan. */
export const DateScalar = new GraphQLScalarType<string, string>({
  name: 'Date',
  description: 'A calendar day, `YYYY-MM-DD`, in the time zone of the plan that it belongs to.',
  serialize: String,
  parseValue: day,
  parseLiteral: (node) => day(node.kind === Kind.STRING ? node.value : undefined),
});

const DAY = /^(19|20|21)\d\d-\d\d-\d\d$/;

function day(value: unknown): string {
  const parsed = typeof value === 'string' && DAY.test(value) ? new Date(value) : null;
  // The 30th of February is read as the 1st of March.
  const exists = parsed && !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(String(value));
  if (!exists) throw new NotADay();
  return String(value);
}

export const DateTimeScalar = new GraphQLScalarType({
  ...GraphQLDateTime.toConfig(),
  name: 'DateTime',
  description: 'An instant, RFC 3339, given in UTC.',
});

/** Addresses stay text inside the service; the scalar only checks their shape. */
export const UrlScalar = new GraphQLScalarType<string, string>({
  name: 'URL',
  description: 'An absolute http or https address.',
  specifiedByURL: 'https://url.spec.whatwg.org/',
  serialize: String,
  parseValue: webAddress,
  parseLiteral: (node) => webAddress(node.kind === Kind.STRING ? node.value : undefined),
});

const LONGEST_ADDRESS = 2000;

function webAddress(value: unknown): string {
  const parsed =
    typeof value === 'string' && value.length <= LONGEST_ADDRESS && URL.canParse(value) ? new URL(value) : null;
  // Letters that are not ASCII take up to nine characters once they are escaped.
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol) || parsed.href.length > LONGEST_ADDRESS) {
    throw new NotAWebAddress();
  }
  return parsed.href;
}

export const EmailAddressScalar = GraphQLEmailAddress;
