import type { ApolloServerPlugin } from '@apollo/server';
import { OperationTypeNode } from 'graphql';
import { currentRequest } from '../logging/request-context.js';

/** Lets questions, as opposed to changes, be answered by a replica. A change reads back what it wrote from the primary. */
export const questionsOnlyRead: ApolloServerPlugin = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation: ({ operation }) => {
        const request = currentRequest();
        if (request) request.onlyReads = operation?.operation === OperationTypeNode.QUERY;
        return Promise.resolve();
      },
    }),
};
