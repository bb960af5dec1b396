import { HeaderMap, type ApolloServerPlugin, type GraphQLRequestContext, type GraphQLResponse } from '@apollo/server';
import type { GraphQLContext } from '../loaders.js';
import type { KnownQuestions } from './known-questions.js';
import { answerBy, type QuestionPlans } from './question-plans.js';

/** Takes the place of Apollo Server's execution where a plan has the answer, after all checks of the question. */
export const plannedExecution = (plans: QuestionPlans, known: KnownQuestions): ApolloServerPlugin<GraphQLContext> => ({
  requestDidStart: () =>
    Promise.resolve({
      responseForOperation: async (asked: GraphQLRequestContext<GraphQLContext>): Promise<GraphQLResponse | null> => {
        const { schema, document, operationName, request, contextValue } = asked;
        // An empty name is one that no operation has; Apollo itself takes it for none until it executes.
        if (request.operationName === '') return null;
        const plan = document && plans.planFor(schema, document, operationName);
        const singleResult = plan && (await answerBy(plan, request.variables ?? {}, contextValue));
        if (!plan || !singleResult) return null;
        if (request.query) known.learn(request.query, request.operationName, document, plan);
        return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult } };
      },
    }),
});
