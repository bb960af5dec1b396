import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { getNamedType, isScalarType, typeFromAST, type DocumentNode, type GraphQLSchema, type TypeNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
import { Authentication } from '../../access/viewer.js';
import { Clock } from '../../clock.js';
import { viewerOf } from '../../http/viewers.js';
import { currentRequest } from '../../logging/request-context.js';
import { contextFor, type ContextParts } from '../context.js';
import { costOf, largestCostFor } from '../query-limits.js';
import type { QuestionPlan } from './question-plan.js';
import { answerBy } from './question-plans.js';

/** A question in the words of whoever asks it. */
interface Asked {
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: Record<string, unknown>;
}

interface Known {
  readonly document: DocumentNode;
  readonly plan: QuestionPlan;
  /** What it costs, by the numbers among its variables: nothing else makes an answer larger. */
  readonly costs: LRUCache<string, number>;
  readonly numbers: readonly string[];
}

/** Of texts: together some megabytes at most, as they are no longer than a question may be. */
const MOST_KNOWN = 500;
const LONGEST_KNOWN = 20_000;
const MOST_COSTS = 20;
const LONGEST_KEPT = 200;
const MOST_FORMS = 100;
const JSON_BODY = /^application\/json(; ?charset=utf-8)?$/i;

/**
 * Questions that Apollo Server has read, found valid and had answered once, by their very words. Asked again, they are
 * answered before anything of Apollo is done, but never without the checks that depend on who asks and with which
 * variables. What is new, changes something, or goes wrong is left to Apollo.
 */
@Injectable()
export class KnownQuestions {
  private readonly known = new LRUCache<string, Known>({ max: MOST_KNOWN });
  private readonly parts: ContextParts;
  /** In which form who accepts what was answered. */
  private readonly forms = new LRUCache<string, string>({ max: MOST_FORMS });

  constructor(
    modules: ModuleRef,
    db: DataSource,
    clock: Clock,
    private readonly authentication: Authentication,
  ) {
    this.parts = { modules, db, clock };
  }

  learn(query: string, operationName: string | null | undefined, document: DocumentNode, plan: QuestionPlan): void {
    const key = keyOf(query, operationName);
    if (query.length > LONGEST_KNOWN || this.known.has(key)) return;
    const numbers = (plan.operation.variableDefinitions ?? [])
      .filter(({ type }) => mayBeNumber(plan.schema, type))
      .map(({ variable }) => variable.name.value);
    this.known.set(key, { document, plan, numbers, costs: new LRUCache({ max: MOST_COSTS }) });
  }

  /** After the rates are limited and before Apollo. */
  serve(http: FastifyInstance): void {
    http.addHook('preHandler', async (request, reply) => {
      const asked = askedBy(request);
      const known = asked && this.known.get(keyOf(asked.query, asked.operationName));
      const form = this.forms.get(request.headers.accept ?? '');
      if (!asked || !known || form === undefined) return;
      const answer = await this.answer(request, known, asked.variables);
      if (answer !== null) return reply.header('content-type', form).send(answer);
      return;
    });
    http.addHook('onSend', (request, reply, payload, done) => {
      this.noteForm(request, reply);
      done(null, payload);
    });
  }

  private async answer(
    request: FastifyRequest,
    known: Known,
    variables: Record<string, unknown>,
  ): Promise<string | Buffer | null> {
    const viewer = await viewerOf(request, this.authentication).catch(() => null);
    if (!viewer || this.costOf(known, variables) > largestCostFor(viewer)) return null;
    const current = currentRequest();
    if (current) current.onlyReads = true;
    const result = await answerBy(known.plan, variables, contextFor(viewer, this.parts));
    if (!result) return null;
    if (current) current.isForEverybody = viewer.isPublic;
    return toSend(JSON.stringify(result));
  }

  private costOf({ plan, document, numbers, costs }: Known, variables: Record<string, unknown>): number {
    const key = JSON.stringify(numbers.map((name) => variables[name]));
    const known = costs.get(key);
    if (known !== undefined) return known;
    try {
      const cost = costOf({ ...plan, document, variables });
      if (key.length < LONGEST_KEPT) costs.set(key, cost);
      return cost;
    } catch {
      return Infinity;
    }
  }

  private noteForm(request: FastifyRequest, reply: FastifyReply): void {
    const accept = request.headers.accept ?? '';
    if (reply.statusCode !== 200 || accept.length > LONGEST_KEPT || this.forms.has(accept) || !askedBy(request)) return;
    this.forms.set(accept, String(reply.getHeader('content-type')));
  }
}

/** Up to so many characters a text is sent with the headers, in one piece; a longer one would be copied for that. */
const SHORT = 8_000;

/** With the end of line that Apollo Server gives to answers. */
function toSend(answer: string): string | Buffer {
  if (answer.length <= SHORT) return `${answer}\n`;
  const length = Buffer.byteLength(answer);
  const bytes = Buffer.allocUnsafe(length + 1);
  bytes.write(answer);
  bytes[length] = 0x0a;
  return bytes;
}

/** No name has a line break in it. */
const keyOf = (query: string, operationName: string | null | undefined): string => `${operationName ?? ''}\n${query}`;

/** Null for what Apollo has to look at: another method, form or protocol, or a member of the body that is none. */
function askedBy({ method, headers, routeOptions, body }: FastifyRequest): Asked | null {
  if (method !== 'POST' || routeOptions.url !== '/graphql' || !JSON_BODY.test(headers['content-type'] ?? ''))
    return null;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const { query, operationName = null, variables = null, extensions = null } = body as Record<string, unknown>;
  if (typeof query !== 'string' || extensions !== null) return null;
  if (operationName !== null && !isName(operationName)) return null;
  if (typeof variables !== 'object' || Array.isArray(variables)) return null;
  return { query, operationName, variables: (variables ?? {}) as Record<string, unknown> };
}

/** Any other text names no operation, and is refused. */
const isName = (given: unknown): given is string => typeof given === 'string' && /^\w+$/.test(given);

/** A scalar of another name is none, and neither is an enum; an input object may have one within. */
function mayBeNumber(schema: GraphQLSchema, node: TypeNode): boolean {
  const type = getNamedType(typeFromAST(schema, node as never));
  return !isScalarType(type) || type.name === 'Int';
}
