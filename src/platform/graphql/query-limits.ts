import type { ApolloServerPlugin } from '@apollo/server';
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import {
  getVariableValues,
  GraphQLError,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { fieldExtensionsEstimator, getComplexity, simpleEstimator } from 'graphql-query-complexity';
import type { Role, Viewer } from '../access/viewer.js';
import { DomainError } from '../errors/domain-error.js';
import { badRequest, refusedWith } from './graphql-errors.js';
import type { GraphQLContext } from './loaders.js';

/** What one question may ask for. Generous for a front end, short of what would hurt others. */
export const LIMITS = { tokens: 5_000, depth: 16, aliases: 60, bodyBytes: 1_048_576 } as const;

/** What the answer of one question may cost, by who asks: whoever answers for a question may ask for more. */
const LARGEST_COST = { public: 25_000, signedIn: 50_000, acrossPlans: 100_000 } as const;
const ACROSS_PLANS: readonly Role[] = ['OGP_STAFF', 'PARTNER', 'ADMIN'];

export function largestCostFor({ grants, isPublic }: Pick<Viewer, 'grants' | 'isPublic'>): number {
  if (isPublic) return LARGEST_COST.public;
  const seesAllPlans = grants.some(({ role }) => ACROSS_PLANS.includes(role));
  return seesAllPlans ? LARGEST_COST.acrossPlans : LARGEST_COST.signedIn;
}

abstract class QueryRefused extends DomainError {
  readonly code = 'QUERY_TOO_COMPLEX';
}
export class QueryTooDeep extends QueryRefused {
  readonly key = 'query.tooDeep';
}
export class QueryTooLong extends QueryRefused {
  readonly key = 'query.tooLong';
}
class QueryHasTooManyAliases extends QueryRefused {
  readonly key = 'query.tooManyAliases';
}
class QueryTooCostly extends QueryRefused {
  readonly key = 'query.tooCostly';
}

const report = (refusal: DomainError) => ({
  onReject: [(context: ValidationContext | null) => context?.reportError(refusedWith(refusal))],
  propagateOnRejection: false,
});

/** Refuse before anything is run: questions that nest too deep or repeat themselves under too many names. */
export const limitRules: ValidationRule[] = [
  maxDepthRule({
    n: LIMITS.depth,
    flattenFragments: true,
    ...report(new QueryTooDeep({ largest: LIMITS.depth })),
  }),
  maxAliasesRule({ n: LIMITS.aliases, ...report(new QueryHasTooManyAliases({ largest: LIMITS.aliases })) }),
].map((rule) => rule as unknown as ValidationRule);

export interface Asked {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Record<string, unknown>;
}

/** Refuses questions whose answer would be too large, lists counted with the number of rows asked for. */
export const complexityLimit: ApolloServerPlugin<GraphQLContext> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation: ({ schema, document, operation, request, contextValue }) => {
        if (operation)
          assertAffordable(
            { schema, document, operation, variables: request.variables ?? {} },
            largestCostFor(contextValue.viewer),
          );
        return Promise.resolve();
      },
    }),
};

/** @throws a refusal with QUERY_TOO_COMPLEX */
export function assertAffordable(asked: Asked, largest: number): void {
  const { errors } = getVariableValues(asked.schema, asked.operation.variableDefinitions ?? [], asked.variables);
  // Nothing of it will be run, and the sentence that says which variable is wrong comes then.
  if (errors) return;
  const cost = costOf(asked);
  if (cost > largest) throw refusedWith(new QueryTooCostly({ cost, largest }));
}

/** What the answer costs at most, in fields. */
export function costOf({ schema, document, operation, variables }: Asked): number {
  try {
    return getComplexity({
      schema,
      query: document,
      variables,
      ...(operation.name ? { operationName: operation.name.value } : {}),
      estimators: [fieldExtensionsEstimator(), simpleEstimator({ defaultComplexity: 1 })],
    });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    // Fragments in fragments make a short question long.
    if (error.message.includes('number of nodes')) throw refusedWith(new QueryTooLong({ largest: LIMITS.tokens }));
    throw badRequest(error);
  }
}

/** The parser gives up on a question that is too long or nests too deep with errors of its own. */
export function parseRefusal(error: GraphQLError): DomainError | null {
  if (error.extensions['code'] !== 'GRAPHQL_PARSE_FAILED') return null;
  if (error.message.includes('tokens. Parsing aborted')) return new QueryTooLong({ largest: LIMITS.tokens });
  const overflown = error.message.includes('call stack');
  return overflown ? new QueryTooDeep({ largest: LIMITS.depth }) : null;
}
