import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import {
  execute,
  getVariableValues,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { DataSource } from 'typeorm';
import type { Viewer } from '../access/viewer.js';
import { Clock } from '../clock.js';
import { DomainError, InvalidInput, type Violation } from '../errors/domain-error.js';
import { NotNow } from '../errors/not-now.js';
import { contextFor, type ContextParts } from '../graphql/context.js';
import { QuestionPlans } from '../graphql/execution/question-plans.js';
import { causeOf, fieldNamedIn } from '../graphql/graphql-errors.js';
import { currentRequest } from '../logging/request-context.js';

/** A refusal whose fields are named as they are called over REST. */
class Refused extends DomainError {
  readonly code;
  readonly key;
  override readonly status;

  constructor(private readonly original: DomainError) {
    super(original.args);
    this.code = original.code;
    this.key = original.key;
    this.status = original.status;
  }

  override get violations(): readonly Violation[] {
    return this.original.violations.map((violation) => ({ ...violation, field: restName(violation.field) }));
  }
}

const REST_NAMES: Readonly<Record<string, string>> = {
  first: 'limit',
  after: 'cursor',
  key: 'plan',
  checkIn: 'period',
};

/** What a field of a GraphQL input is called over REST, where nothing is wrapped in `input` and `filter`. */
export function restName(field: string): string {
  const name = field.replace(/^(input|filter)\./, '');
  return REST_NAMES[name] ?? name;
}

/**
 * Answers questions that stand in the code. REST asks them so that both doors lead through the same resolvers: the same
 * rows, permissions, checks of the input and words.
 */
@Injectable()
export class StoredQuestions {
  private readonly parts: ContextParts;

  constructor(
    private readonly modules: ModuleRef,
    db: DataSource,
    clock: Clock,
  ) {
    this.parts = { modules, db, clock };
  }

  /** Looked up late, as commands have none, and once: Nest goes through all its modules for it. */
  private readonly late: { schema?: GraphQLSchema; plans?: QuestionPlans } = {};

  get schema(): GraphQLSchema {
    return (this.late.schema ??= this.modules.get(GraphQLSchemaHost, { strict: false }).schema);
  }

  private get plans(): QuestionPlans {
    return (this.late.plans ??= this.modules.get(QuestionPlans, { strict: false }));
  }

  /**
   * @param before what the question comes before: a change must not rest on a replica that is a moment behind
   * @throws what the resolvers refuse, as a `DomainError` with the names of REST
   */
  async ask(
    question: DocumentNode,
    variables: Record<string, unknown>,
    viewer: Viewer,
    before: 'NOTHING' | 'CHANGE' = 'NOTHING',
  ): Promise<unknown> {
    const operation = operationIn(question);
    const request = currentRequest();
    if (request) request.onlyReads = operation.operation === OperationTypeNode.QUERY && before === 'NOTHING';
    const context = contextFor(viewer, this.parts);
    const { schema } = this;
    const planned = await this.plans.answer({ schema, document: question, variables }, context);
    if (planned) return planned.data;
    const { errors: unfit } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
    if (unfit) throw new InvalidInput(unfit.map(unfitValue));
    const { data, errors } = await execute({
      schema,
      document: question,
      variableValues: variables,
      contextValue: context,
    });
    const [error] = errors ?? [];
    if (!error) return data;
    const cause = causeOf(error);
    throw cause instanceof DomainError && !(cause instanceof NotNow) ? new Refused(cause) : cause;
  }
}

export function operationIn(question: DocumentNode): OperationDefinitionNode {
  const operation = question.definitions.find((part) => part.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('A stored question asks nothing.');
  return operation;
}

/** Whether it can be asked as of an instant. */
export const looksBack = (question: DocumentNode): boolean =>
  operationIn(question).variableDefinitions?.some(({ variable }) => variable.name.value === 'asOf') ?? false;

function unfitValue(error: GraphQLError): Violation {
  const { message } = error;
  const unknown = /Field "([^"]+)" is not defined/.exec(message)?.[1];
  const place = [fieldNamedIn(message), unknown].filter(Boolean).join('.');
  const field = restName(place.replace(/^input$/, 'body'));
  const cause = causeOf(error);
  if (cause instanceof DomainError) return { field, key: cause.key, args: cause.args };
  // Before the semicolon it repeats what was sent, however long that is.
  return { field, key: 'input.other', args: { reason: message.split('; ').slice(1).join('; ') || message } };
}
