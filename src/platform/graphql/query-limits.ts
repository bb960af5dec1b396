import type { ApolloServerPlugin } from '@apollo/server';
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { GraphQLError, type ValidationContext, type ValidationRule } from 'graphql';
import { fieldExtensionsEstimator, getComplexity, simpleEstimator } from 'graphql-query-complexity';

/** What one question may ask for. Generous for a front end, short of what would hurt others. */
export const LIMITS = { tokens: 5_000, depth: 16, aliases: 60, complexity: 50_000, bodyBytes: 1_048_576 } as const;

const tooComplex = (message: string) => new GraphQLError(message, { extensions: { code: 'QUERY_TOO_COMPLEX' } });

const report = (message: string) => ({
  onReject: [(context: ValidationContext | null) => context?.reportError(tooComplex(message))],
  propagateOnRejection: false,
});

/** Refuse before anything is run: questions that nest too deep or repeat themselves under too many names. */
export const limitRules: ValidationRule[] = [
  maxDepthRule({
    n: LIMITS.depth,
    flattenFragments: true,
    ...report(`The query nests deeper than ${LIMITS.depth} levels.`),
  }),
  maxAliasesRule({ n: LIMITS.aliases, ...report(`The query uses more than ${LIMITS.aliases} aliases.`) }),
].map((rule) => rule as unknown as ValidationRule);

/** Refuses questions whose answer would be too large, lists counted with the number of rows asked for. */
export const complexityLimit: ApolloServerPlugin = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation: ({ schema, document, request }) => {
        const complexity = getComplexity({
          schema,
          query: document,
          variables: request.variables ?? {},
          ...(request.operationName ? { operationName: request.operationName } : {}),
          estimators: [fieldExtensionsEstimator(), simpleEstimator({ defaultComplexity: 1 })],
        });
        if (complexity > LIMITS.complexity) {
          throw tooComplex(
            `The query would cost ${complexity} points; at most ${LIMITS.complexity} are allowed. Ask for fewer rows (first, last) or fewer nested lists.`,
          );
        }
        return Promise.resolve();
      },
    }),
};
