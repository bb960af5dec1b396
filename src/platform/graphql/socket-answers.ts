import {
  createSourceEventStream,
  execute,
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import type { Context, ServerOptions, SubscribePayload } from 'graphql-ws';
import type { Extra } from 'graphql-ws/use/ws';
import type { IncomingMessage } from 'node:http';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Authentication } from '../access/viewer.js';
import { DomainError } from '../errors/domain-error.js';
import { headerLanguages } from '../http/languages.js';
import { actAs } from '../http/viewers.js';
import type { Messages } from '../i18n/messages.js';
import { inRequest } from '../logging/request-context.js';
import type { Log } from '../logging/log.js';
import { contextFor, type ContextParts } from './context.js';
import { eachAnswered } from './each-answered.js';
import { graphQLErrorFormat, refusedWith } from './graphql-errors.js';
import type { GraphQLContext } from './loaders.js';
import { assertAffordable, LIMITS, limitRules, parseRefusal } from './query-limits.js';

class OnlySubscriptions extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'query.onlySubscriptions';
}
class TooManySubscriptions extends DomainError {
  readonly code = 'RATE_LIMITED';
  readonly key = 'query.tooManySubscriptions';
}
class AskedTooOften extends DomainError {
  readonly code = 'RATE_LIMITED';
  readonly key = 'http.rateLimited';
}

/** What one connection may listen to at once. */
export const MOST_SUBSCRIPTIONS = 20;

/** What may be asked of one event, which is put together anew for everybody who listens. */
const LARGEST_COST_OF_EVENT = 1_000;
const WAITS = 1_000;
/** As the WebSocket standard numbers it. */
const OPEN = 1;

/** Whether whoever sent the request may do one more thing now. */
export interface AnswerLimits {
  readonly mayAsk: (request: IncomingMessage) => boolean;
  readonly mayBeTold: (request: IncomingMessage) => boolean;
}

type Params = Record<string, unknown> | undefined;
type Socket = Context<Params, Extra>;
type Hooks = ServerOptions<Params, Extra>;

export interface AnswerParts extends ContextParts {
  /** Known once everything has started. */
  readonly schema: () => GraphQLSchema;
  readonly authentication: Authentication;
}

/** How an answer after the first is begun. */
interface RenewableContext extends GraphQLContext {
  readonly renewed: <T>(work: (context: GraphQLContext) => T | Promise<T>) => Promise<T>;
}

/**
 * How a socket is answered: by the limits and rules that hold over HTTP, and to whoever its token names. The token is
 * looked at before every answer, so that one that was revoked hears nothing more. Cookies are not looked at: a page of
 * another site could open a socket with those of its visitors.
 */
export class SocketAnswers {
  private readonly format: ReturnType<typeof graphQLErrorFormat>;
  /** Events are told one after the other, so that the database answers others meanwhile. */
  private turns: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly parts: AnswerParts,
    { messages, log }: { readonly messages: Messages; readonly log: Log },
    private readonly limits: AnswerLimits,
  ) {
    this.format = graphQLErrorFormat(messages, log, parseRefusal);
  }

  readonly hooks: Pick<Hooks, 'onConnect' | 'onSubscribe' | 'onNext' | 'onError' | 'subscribe'> = {
    onConnect: (socket) => this.greet(socket),
    onSubscribe: (socket, _id, payload) => this.ask(socket, payload),
    subscribe: (args) => subscribeAnew(args),
    onNext: (socket, _id, _payload, _args, result) => this.within(socket, () => this.formatted(result)),
    onError: (socket, _id, _payload, errors) =>
      this.within(socket, () => errors.map((error) => this.format(error.toJSON(), error))),
  };

  /** False ends the connection: a token that is not good is refused and never taken for nobody’s. */
  private async greet(socket: Socket): Promise<boolean> {
    if (!this.limits.mayAsk(socket.extra.request)) return false;
    try {
      await this.answer(socket, () => undefined);
      return true;
    } catch (error) {
      if (error instanceof DomainError) return false;
      throw error;
    }
  }

  private async ask(socket: Socket, payload: SubscribePayload): Promise<ExecutionArgs | readonly GraphQLError[]> {
    try {
      if (!this.limits.mayAsk(socket.extra.request)) throw new AskedTooOften({ seconds: 60 });
      if (Object.keys(socket.subscriptions).length > MOST_SUBSCRIPTIONS)
        throw new TooManySubscriptions({ most: MOST_SUBSCRIPTIONS });
      return await this.answer(socket, (context) => this.argumentsFor(socket, payload, context));
    } catch (error) {
      return [
        error instanceof GraphQLError ? error : error instanceof DomainError ? refusedWith(error) : internal(error),
      ];
    }
  }

  private argumentsFor(
    socket: Socket,
    payload: SubscribePayload,
    context: GraphQLContext,
  ): ExecutionArgs | readonly GraphQLError[] {
    const schema = this.parts.schema();
    const document = parsed(payload.query);
    const operation = getOperationAST(document, payload.operationName);
    if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) throw new OnlySubscriptions();
    const invalid = validate(schema, document, [...specifiedRules, ...limitRules]);
    if (invalid.length > 0) return invalid.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED'));
    const variables = payload.variables ?? {};
    assertAffordable({ schema, document, operation, variables }, LARGEST_COST_OF_EVENT);
    const contextValue: RenewableContext = { ...context, renewed: (work) => this.tell(socket, work) };
    return {
      schema,
      document,
      variableValues: variables,
      contextValue,
      ...(payload.operationName ? { operationName: payload.operationName } : {}),
    };
  }

  /** An answer about an event, when its turn comes: one event may concern every socket there is. */
  private async tell<T>(socket: Socket, work: (context: GraphQLContext) => T | Promise<T>): Promise<T> {
    while (!this.limits.mayBeTold(socket.extra.request)) {
      if (socket.extra.socket.readyState !== OPEN) throw new Error('Nobody listens any more.');
      await delay(WAITS);
    }
    const turn = this.turns.then(() => this.answer(socket, work));
    this.turns = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }

  /** Begins an answer, as a request of its own. */
  private answer<T>(socket: Socket, work: (context: GraphQLContext) => T | Promise<T>): Promise<T> {
    return this.within(socket, async () => {
      const { authentication } = this.parts;
      const viewer = actAs(await authentication.viewerOf({ headers: { authorization: authorizationOf(socket) } }));
      return work(contextFor(viewer, this.parts));
    });
  }

  private within<T>({ extra }: Socket, work: () => T): T {
    return inRequest({ requestId: randomUUID(), languages: headerLanguages(extra.request) }, work);
  }

  private formatted({ errors, ...result }: ExecutionResult) {
    return { ...result, ...(errors ? { errors: errors.map((error) => this.format(error.toJSON(), error)) } : {}) };
  }
}

/** As `subscribe` of the GraphQL library, but with a context of its own for every event: what loaders have read grows old. */
async function subscribeAnew(args: ExecutionArgs): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const events = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in events)) return events;
  const { renewed } = args.contextValue as RenewableContext;
  return eachAnswered(events, (event) =>
    renewed((contextValue) => execute({ ...args, rootValue: event, contextValue })),
  );
}

function parsed(question: string) {
  try {
    return parse(question, { maxTokens: LIMITS.tokens });
  } catch (error) {
    throw error instanceof GraphQLError ? coded(error, 'GRAPHQL_PARSE_FAILED') : error;
  }
}

/** With the code that Apollo Server gives it over HTTP; a refusal of ours has its own. */
const coded = (error: GraphQLError, code: string): GraphQLError =>
  error.originalError ? error : new GraphQLError(error.message, { nodes: error.nodes ?? null, extensions: { code } });

const internal = (error: unknown): GraphQLError =>
  new GraphQLError('internal', { originalError: error instanceof Error ? error : new Error(String(error)) });

/** Browsers cannot send a header with a socket: there the first message carries it. */
function authorizationOf({ connectionParams, extra }: Socket): string | undefined {
  const { authorization, Authorization = authorization } = connectionParams ?? {};
  return typeof Authorization === 'string' ? Authorization : extra.request.headers.authorization;
}
