import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule, ModuleRef } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { AccessCheck } from '../access/access-check.js';
import { Authentication, type Viewer } from '../access/viewer.js';
import { viewerOf } from '../http/viewers.js';
import { Clock } from '../clock.js';
import { DomainError } from '../errors/domain-error.js';
import { Messages } from '../i18n/messages.js';
import { Log } from '../logging/log.js';
import { withAsOf } from './as-of.js';
import { contextFor } from './context.js';
import { plannedExecution } from './execution/planned-execution.js';
import { KnownQuestions } from './execution/known-questions.js';
import { QuestionPlans } from './execution/question-plans.js';
import { DirectResolvers } from './direct-resolvers.js';
import { explorer, type ExampleQuery } from './explorer.js';
import { graphQLErrorFormat, refusedWith } from './graphql-errors.js';
import type { GraphQLContext } from './loaders.js';
import { noteAnswersForEverybody, StoredAnswers } from './stored-answers.js';
import { TextSource, withMarkedFields } from './marked-fields.js';
import { NodeRegistry } from './node-registry.js';
import { NodeResolver } from './node.resolver.js';
import { questionsOnlyRead, subscriptionsElsewhere } from './operation-kinds.js';
import { complexityLimit, LIMITS, limitRules, parseRefusal } from './query-limits.js';
import { DateScalar, DateTimeScalar, EmailAddressScalar, UrlScalar } from './scalars.js';

@Module({
  imports: [DiscoveryModule],
  providers: [QuestionPlans, KnownQuestions, DirectResolvers, StoredAnswers],
  exports: [QuestionPlans, KnownQuestions, DirectResolvers, StoredAnswers],
})
class FastAnswersModule {}

@Module({})
export class GraphQLApiModule {
  /** For commands, which answer nobody: to build the schema would take longer than most of their work. */
  static unserved(): DynamicModule {
    return { module: GraphQLApiModule, global: true, providers: [NodeRegistry], exports: [NodeRegistry] };
  }

  /** @param examples what the explorer opens with */
  static with(examples: readonly ExampleQuery[]): DynamicModule {
    return {
      module: GraphQLApiModule,
      global: true,
      imports: [
        FastAnswersModule,
        GraphQLModule.forRootAsync<ApolloDriverConfig>({
          driver: ApolloDriver,
          imports: [FastAnswersModule],
          inject: [
            ModuleRef,
            DataSource,
            Authentication,
            Messages,
            Clock,
            Log,
            QuestionPlans,
            KnownQuestions,
            DirectResolvers,
          ],
          useFactory: (
            modules: ModuleRef,
            db: DataSource,
            authentication: Authentication,
            messages: Messages,
            clock: Clock,
            log: Log,
            plans: QuestionPlans,
            known: KnownQuestions,
            resolvers: DirectResolvers,
          ) => ({
            path: '/graphql',
            autoSchemaFile: true,
            sortSchema: true,
            transformAutoSchemaFile: true,
            transformSchema: (schema) => withAsOf(resolvers.putInto(withMarkedFields(schema))),
            buildSchemaOptions: { orphanedTypes: [TextSource] },
            resolvers: { Date: DateScalar, DateTime: DateTimeScalar, URL: UrlScalar, EmailAddress: EmailAddressScalar },
            playground: false,
            introspection: true,
            includeStacktraceInErrorResponses: false,
            stopOnTerminationSignals: false,
            parseOptions: { maxTokens: LIMITS.tokens },
            validationRules: limitRules,
            plugins: [
              ApolloServerPluginCacheControlDisabled(),
              // For subgraphs alone, and holds a megabyte of Protocol Buffers.
              ApolloServerPluginInlineTraceDisabled(),
              subscriptionsElsewhere,
              complexityLimit,
              questionsOnlyRead,
              explorer(examples),
              plannedExecution(plans, known),
              noteAnswersForEverybody,
            ],
            formatError: graphQLErrorFormat(messages, log, parseRefusal),
            context: async (request: FastifyRequest): Promise<GraphQLContext> => {
              const viewer = await signedIn(authentication, request);
              return contextFor(viewer, { modules, db, clock });
            },
          }),
        }),
      ],
      providers: [NodeRegistry, NodeResolver, AccessCheck],
      exports: [NodeRegistry, FastAnswersModule],
    };
  }
}

/** The viewer; a bad token refuses the whole question. */
async function signedIn(authentication: Authentication, request: FastifyRequest): Promise<Viewer> {
  try {
    return await viewerOf(request, authentication);
  } catch (error) {
    throw error instanceof DomainError ? refusedWith(error) : error;
  }
}
