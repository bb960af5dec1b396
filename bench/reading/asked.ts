import type { Asked } from '../serving/asking.js';
import type { Size } from './fill.js';
import { QUESTIONS, type QuestionName } from './questions.js';

/** Steps through all plans, and comes to none a second time before the others. */
const STRIDE = 7919;

/** Each time another plan, so that nobody answers from memory. */
export const planOf = (n: number, { plans }: Size): string => `plan-${1 + ((n * STRIDE) % plans)}`;
export const numberOf = (n: number, { commitmentsOfPlan }: Size): number => 1 + (n % commitmentsOfPlan);

export function asked(url: string, name: QuestionName, n: number, size: Size, query: string = QUESTIONS[name]): Asked {
  const variables = { plan: planOf(n, size), ...(name === 'Q3' ? { number: numberOf(n, size) } : {}) };
  return { url, body: JSON.stringify({ name, query, variables }) };
}
