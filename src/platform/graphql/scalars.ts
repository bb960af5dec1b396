import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { GraphQLDateTime, GraphQLEmailAddress, GraphQLLocalDate } from 'graphql-scalars';

/** A calendar day as text; which zone it is counted in is a fact of the plan. */
export const DateScalar = new GraphQLScalarType({
  ...GraphQLLocalDate.toConfig(),
  name: 'Date',
  description: 'A calendar day, `YYYY-MM-DD`, in the time zone of the plan that it belongs to.',
});

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

function webAddress(value: unknown): string {
  const parsed = typeof value === 'string' && value.length <= 2000 && URL.canParse(value) ? new URL(value) : null;
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) {
    throw new GraphQLError('Not an absolute http or https address.', { extensions: { code: 'BAD_USER_INPUT' } });
  }
  return parsed.href;
}

export const EmailAddressScalar = GraphQLEmailAddress;
