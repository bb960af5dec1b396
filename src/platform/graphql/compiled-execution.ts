import { HeaderMap, type ApolloServerPlugin, type GraphQLRequestContext, type GraphQLResponse } from '@apollo/server';
import type { CompiledQuestions } from './compiled-questions.js';
import type { GraphQLContext } from './loaders.js';

/** Takes the place of Apollo Server's execution where a compiled function has the answer, after all checks of the question. */
export const compiledExecution = (questions: CompiledQuestions): ApolloServerPlugin<GraphQLContext> => ({
  requestDidStart: () =>
    Promise.resolve({
      responseForOperation: async (asked: GraphQLRequestContext<GraphQLContext>): Promise<GraphQLResponse | null> => {
        const { schema, document, operationName, request, contextValue } = asked;
        if (!document) return null;
        const question = { schema, document, operationName, variables: request.variables ?? {} };
        const singleResult = await questions.answer(question, contextValue);
        if (!singleResult) return null;
        return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult } };
      },
    }),
});
