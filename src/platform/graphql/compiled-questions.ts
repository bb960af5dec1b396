import { Injectable } from '@nestjs/common';
import {
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { Settings } from '../config/settings.js';
import type { GraphQLContext } from './loaders.js';

export interface Question {
  readonly schema: GraphQLSchema;
  /** As it was parsed; it is known by being the same object. */
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables: Record<string, unknown>;
}

type Compiled = (
  context: GraphQLContext,
  variables: Record<string, unknown>,
) => Promise<ExecutionResult> | ExecutionResult;

/** Compiled functions are large: this many are kept, those that were not asked for longest are let go. */
const MOST_KEPT = 200;
/** Fields of a question, its fragments written out: a short one may be thousands, and take a second to compile. */
const MOST_FIELDS = 300;
/** To compile takes longer than to answer: who asks once would pay for nothing. */
const COMES_AGAIN = 2;

/** Functions that are made for one question each, and answer it in half the time of the usual execution. */
@Injectable()
export class CompiledQuestions {
  private readonly compiled = new LRUCache<DocumentNode, Map<string, Compiled>>({ max: MOST_KEPT });
  private readonly seen = new WeakMap<DocumentNode, number>();

  constructor(private readonly settings: Settings) {}

  /**
   * The answer, or null where the usual execution has to give it: to changes, to what is asked for the first time, to
   * what cannot be compiled faithfully, and to everything that goes wrong, so that errors have one form. Asked again, it
   * changes nothing, and finds loaded what was.
   */
  async answer(question: Question, context: GraphQLContext): Promise<ExecutionResult | null> {
    if (this.settings.FAST_ANSWERS === 'off') return null;
    const compiled = this.made(question) ?? (await this.make(question));
    const result = await compiled?.(context, question.variables);
    return !result || result.errors ? null : result;
  }

  private made({ document, operationName }: Question): Compiled | undefined {
    return this.compiled.get(document)?.get(operationName ?? '');
  }

  private async make(question: Question): Promise<Compiled | undefined> {
    const { schema, document, operationName } = question;
    if (!this.isWorthIt(document)) return undefined;
    // Loaded when first needed: most processes answer no question twice.
    const jit = await import('graphql-jit');
    // Meanwhile somebody else who asked the same may have made it.
    const known = this.made(question);
    if (known) return known;
    const name = operationName ?? '';
    const compiled = compile(jit, schema, document, name);
    if (!compiled) this.seen.set(document, NEVER);
    else this.compiled.set(document, (this.compiled.get(document) ?? new Map<string, Compiled>()).set(name, compiled));
    return compiled ?? undefined;
  }

  private isWorthIt(document: DocumentNode): boolean {
    const times = (this.seen.get(document) ?? (canBeCompiled(document) ? 0 : NEVER)) + 1;
    this.seen.set(document, times);
    return times >= (this.settings.FAST_ANSWERS === 'always' ? 1 : COMES_AGAIN);
  }
}

const NEVER = -Infinity;

/**
 * Whether a compiled function answers the same. graphql-jit mixes up conditions (`@include`, `@skip`) where a fragment
 * is reached in two ways, and loses a field that is called `__proto__`.
 */
export function canBeCompiled({ definitions }: DocumentNode): boolean {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const part of definitions) if (part.kind === Kind.FRAGMENT_DEFINITION) fragments.set(part.name.value, part);
  let fields = 0;
  const isPlain = (part: FragmentDefinitionNode | SelectionNode | OperationDefinitionNode): boolean => {
    if (part.directives && part.directives.length > 0) return false;
    if (part.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = fragments.get(part.name.value);
      return fragment !== undefined && isPlain(fragment);
    }
    if (part.kind === Kind.FIELD && ((fields += 1) > MOST_FIELDS || part.alias?.value === '__proto__')) return false;
    return part.selectionSet?.selections.every(isPlain) ?? true;
  };
  return definitions.every(
    (part) =>
      part.kind === Kind.FRAGMENT_DEFINITION ||
      (part.kind === Kind.OPERATION_DEFINITION && part.operation === OperationTypeNode.QUERY && isPlain(part)),
  );
}

function compile(
  { compileQuery, isCompiledQuery }: typeof import('graphql-jit'),
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string,
): Compiled | null {
  const compiled = compileQuery(schema, document, operationName, { disablingCapturingStackErrors: true });
  if (!isCompiledQuery(compiled)) return null;
  return (context, variables) => compiled.query({}, context, variables);
}
