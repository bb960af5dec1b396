import type { ApolloServerPlugin } from '@apollo/server';
import { OperationTypeNode } from 'graphql';
import { DomainError } from '../errors/domain-error.js';
import { currentRequest } from '../logging/request-context.js';
import { refusedWith } from './graphql-errors.js';

class SubscriptionNeedsSocket extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'query.subscriptionNeedsSocket';
}

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

/** What is told as it happens does not fit into one answer. */
export const subscriptionsElsewhere: ApolloServerPlugin = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation: ({ operation }) => {
        if (operation?.operation === OperationTypeNode.SUBSCRIPTION) throw refusedWith(new SubscriptionNeedsSocket());
        return Promise.resolve();
      },
    }),
};
