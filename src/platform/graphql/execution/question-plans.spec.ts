import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { canBePlanned } from './question-plans.js';

const judged = (question: string): boolean => canBePlanned(parse(question));

describe('a question', () => {
  it('is planned when it is plain', () => {
    expect(judged('query ($p: String!) { plan(key: $p) { ...F } } fragment F on Plan { id title }')).toBe(true);
  });

  it.each([
    ['mutation { move }', 'changes something'],
    ['subscription { news }', 'goes on'],
    ['query ($a: Boolean!) { plan { id @include(if: $a) } }', 'has a condition'],
    ['query ($a: Boolean!) { plan { ...F @skip(if: $a) ...F } } fragment F on Plan { id }', 'has one on a fragment'],
    ['{ plan { __proto__: title } }', 'names a field as no object can'],
    ['{ a: plan { ...F } } ', 'has a fragment that there is not'],
  ])('is not planned when it is %s, because it %s', (question) => {
    expect(judged(question)).toBe(false);
  });

  it('is not planned when it is short and yet very many fields', () => {
    const spread = (name: string, of: string) =>
      `fragment ${name} on Plan { ${Array.from({ length: 10 }, (_, n) => `p${n}: plan { ...${of} }`).join(' ')} }`;
    expect(judged(`{ plan { ...A } } ${spread('A', 'B')} ${spread('B', 'C')} fragment C on Plan { id }`)).toBe(true);
    expect(
      judged(`{ plan { ...A } } ${spread('A', 'B')} ${spread('B', 'C')} ${spread('C', 'D')} fragment D on Plan { id }`),
    ).toBe(false);
  });
});
