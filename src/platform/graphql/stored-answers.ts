import type { ApolloServerPlugin } from '@apollo/server';
import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { OperationTypeNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { RecordFollowers } from '../audit/record-followers.js';
import { Clock } from '../clock.js';
import { Settings } from '../config/settings.js';
import { languagesOf } from '../http/languages.js';
import { currentRequest } from '../logging/request-context.js';
import type { GraphQLContext } from './loaders.js';

/**
 * How long an answer may be given again, in milliseconds: for so long it misses what other processes have written. One that
 * came from a copy of the database may have been half a second old when it was made.
 */
const GOOD_FOR = 1_000;
const GOOD_FOR_BESIDE_COPIES = 500;
const MOST_BYTES = 32 * 1024 * 1024;
const LARGEST_ANSWER = 1024 * 1024;
const KEPT_HEADERS = ['content-type', 'content-encoding', 'vary', 'cache-control'];

interface Stored {
  /** In bytes once it is given again: a text would be encoded each time that it is sent. */
  body: Buffer | string;
  readonly headers: Readonly<Record<string, string>>;
  readonly at: number;
}

/** A question of the public that is being answered, and how many writes there had been when it came. */
interface Asked {
  readonly key: string;
  readonly changes: number;
  readonly at: number;
  /** Tells those who wait for the answer that they have it, or that they have to ask. */
  readonly settle: (stored: Stored | null) => void;
}

/**
 * Answers to the public that are given again to whoever asks exactly the same within a second, before anything of
 * GraphQL is done. A write by this process ends them all before the writer hears that it is done.
 */
@Injectable()
export class StoredAnswers {
  private readonly answers = new LRUCache<string, Stored>({
    maxSize: MOST_BYTES,
    maxEntrySize: LARGEST_ANSWER,
    sizeCalculation: ({ body }, key) => body.length + key.length,
  });
  private readonly asked = new WeakMap<FastifyRequest, Asked>();
  private readonly underWay = new Map<string, Promise<Stored | null>>();
  private changes = 0;
  private readonly goodFor: number;

  constructor(
    private readonly clock: Clock,
    private readonly settings: Settings,
    records: RecordFollowers,
  ) {
    this.goodFor = settings.DATABASE_REPLICA_URLS.length > 0 ? GOOD_FOR_BESIDE_COPIES : GOOD_FOR;
    records.registerForEnd(() => this.forget());
  }

  /** After the rates are limited and before GraphQL. */
  serve(http: FastifyInstance): void {
    if (this.settings.FAST_ANSWERS !== 'on') return;
    http.addHook('preHandler', async (request, reply) => {
      const key = keyOf(request);
      if (key === null) return;
      const stored = this.storedBy(key) ?? (await this.underWay.get(key));
      if (stored) return reply.headers(stored.headers).send(bytesOf(stored));
      this.begin(key, request);
      return;
    });
    // Behind the compression, so that its work is done once too.
    http.addHook('onSend', (request, reply, payload, done) => {
      this.keep(request, reply, payload);
      done(null, payload);
    });
    http.addHook('onResponse', (request, _reply, done) => {
      this.asked.get(request)?.settle(null);
      done();
    });
    http.addHook('onRequestAbort', (request, done) => {
      this.asked.get(request)?.settle(null);
      done();
    });
  }

  private storedBy(key: string): Stored | undefined {
    const stored = this.answers.get(key);
    const age = stored ? this.clock.now().getTime() - stored.at : -1;
    return age >= 0 && age < this.goodFor ? stored : undefined;
  }

  /** Whoever asks the same meanwhile waits for this answer; if it cannot be given to others, all of them ask on their own. */
  private begin(key: string, request: FastifyRequest): void {
    const asked = { key, changes: this.changes, at: this.clock.now().getTime() };
    if (this.underWay.has(key)) {
      this.asked.set(request, { ...asked, settle: () => undefined });
      return;
    }
    const { promise, resolve } = deferred<Stored | null>();
    this.underWay.set(key, promise);
    const settle = (stored: Stored | null): void => {
      if (this.underWay.get(key) === promise) this.underWay.delete(key);
      resolve(stored);
    };
    this.asked.set(request, { ...asked, settle });
  }

  private keep(request: FastifyRequest, reply: FastifyReply, payload: unknown): void {
    const asked = this.asked.get(request);
    const { isForEverybody = false } = currentRequest() ?? {};
    if (!asked || !isForEverybody || asked.changes !== this.changes || reply.statusCode !== 200) return;
    if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return;
    const headers = KEPT_HEADERS.flatMap((name) => {
      const value = reply.getHeader(name);
      return value === undefined ? [] : [[name, String(value)]];
    });
    const stored = { body: payload, headers: Object.fromEntries(headers) as Stored['headers'], at: asked.at };
    this.answers.set(asked.key, stored);
    asked.settle(stored);
  }

  /** Something was written: what was answered before may be wrong now, and what is being answered as well. */
  private forget(): void {
    this.changes += 1;
    this.answers.clear();
    // What was begun before is of no use to whoever asks from now on.
    this.underWay.clear();
  }
}

/** Notes of the request that its answer is the same for everybody: a question, by the public, that nothing went wrong with. */
export const noteAnswersForEverybody: ApolloServerPlugin<GraphQLContext> = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse: ({ operation, contextValue, response: { body } }) => {
        const request = currentRequest();
        const isWhole = body.kind === 'single' && !body.singleResult.errors;
        if (request && isWhole && operation?.operation === OperationTypeNode.QUERY && contextValue.viewer.isPublic)
          request.isForEverybody = true;
        return Promise.resolve();
      },
    }),
};

function bytesOf(stored: Stored): Buffer {
  if (typeof stored.body === 'string') stored.body = Buffer.from(stored.body);
  return stored.body;
}

/** Everything that an answer depends on; null for what is always answered anew. */
function keyOf(request: FastifyRequest): string | null {
  const { body, headers, method, routeOptions } = request;
  if (method !== 'POST' || routeOptions.url !== '/graphql' || typeof body !== 'object' || body === null) return null;
  if (headers.authorization !== undefined || headers.cookie !== undefined || Array.isArray(body)) return null;
  const wanted = [headers.accept, headers['accept-encoding'], headers['content-type'], headers.origin];
  return JSON.stringify([body, wanted, languagesOf(request)]);
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
