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
  getOperationAST,
  getVariableValues,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { Settings } from '../../config/settings.js';
import type { GraphQLContext } from '../loaders.js';
import { PlannedAnswer } from './planned-answer.js';
import { planOf, type QuestionPlan } from './question-plan.js';

export interface Question {
  readonly schema: GraphQLSchema;
  /** As it was parsed; it is known by being the same object. */
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables: Record<string, unknown>;
}

/** As many questions are remembered; those that were not asked for longest are let go. */
const MOST_KEPT = 500;
/** Fields of a question, its fragments written out: a short one may be thousands. */
const MOST_FIELDS = 300;

/** What is known of the questions that were asked, and answers them in a fraction of the time of the usual execution. */
@Injectable()
export class QuestionPlans {
  private readonly plans = new LRUCache<DocumentNode, Map<string, QuestionPlan>>({ max: MOST_KEPT });
  private readonly unplanned = new WeakSet<DocumentNode>();

  constructor(private readonly settings: Settings) {}

  /** The plan of a question that was found valid; null where the usual execution has to answer: changes, above all. */
  planFor(schema: GraphQLSchema, document: DocumentNode, operationName?: string | null): QuestionPlan | null {
    if (this.settings.FAST_ANSWERS === 'off' || this.unplanned.has(document)) return null;
    const known = this.plans.get(document) ?? new Map<string, QuestionPlan>();
    const made = known.get(operationName ?? '');
    if (made) return made;
    const operation = canBePlanned(document) ? getOperationAST(document, operationName) : null;
    const plan = operation && planOf(schema, document, operation);
    if (!plan) {
      this.unplanned.add(document);
      return null;
    }
    this.plans.set(document, known.set(operationName ?? '', plan));
    return plan;
  }

  /** As below, by the plan of the question. */
  async answer(question: Question, context: GraphQLContext): Promise<ExecutionResult | null> {
    const plan = this.planFor(question.schema, question.document, question.operationName);
    return plan && answerBy(plan, question.variables, context);
  }
}

/**
 * The answer, or null where something is wrong: the usual execution, asked again, says what. A question changes nothing,
 * and loaders that were filled for it are not filled twice.
 */
export async function answerBy(
  plan: QuestionPlan,
  variables: Record<string, unknown>,
  context: GraphQLContext,
): Promise<ExecutionResult | null> {
  const { coerced } = getVariableValues(plan.schema, plan.operation.variableDefinitions ?? [], variables);
  if (!coerced) return null;
  try {
    return { data: await new PlannedAnswer(plan, context, coerced).data() };
  } catch {
    return null;
  }
}

/**
 * Whether a plan answers the same: conditions (`@include`, `@skip`) are left to the usual execution, and so is a field
 * that is called `__proto__`, as no plain object can be.
 */
export function canBePlanned({ definitions }: DocumentNode): boolean {
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
