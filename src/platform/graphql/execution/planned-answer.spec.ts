import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  buildSchema,
  execute,
  getOperationAST,
  isObjectType,
  parse,
  validate,
  type GraphQLFieldResolver,
} from 'graphql';
import type { AskedColumns } from '../../database/columns.js';
import { KeyLoader } from '../key-loader.js';
import type { GraphQLContext } from '../loaders.js';
import { planOf, type PlannedInfo, type QuestionPlan } from './question-plan.js';
import { answerBy } from './question-plans.js';
import { noteReads } from './reads.js';

const schema = buildSchema(`
  interface Thing { id: ID! }
  enum Size { SMALL LARGE }
  type Shelf implements Thing { id: ID! name(upper: Boolean = false): String! books(first: Int = 2, skip: [Int!]): Books! mostRead: Book mixed: [Thing]! grid: [[Int]] size: Size }
  type Books { nodes: [Book!]! edges: [Edge!]! pageInfo: PageInfo! }
  type PageInfo { hasNextPage: Boolean endCursor: String }
  type Edge { cursor: String node: Book! }
  type Book implements Thing { id: ID! title: String titleSource: String shelf: Shelf! next: Book fails: String must: String! pages: Int late: String }
  type Query { shelf(id: ID!): Shelf shelves: [Shelf!]! thing(id: ID!): Thing odd: [Book] }
`);

interface Context {
  readonly asOf: Map<string, Date>;
  readonly shelves: KeyLoader<unknown>;
  readonly books: KeyLoader<unknown>;
}
const asked: string[][] = [];
let columnsAsked: AskedColumns;
const book = (id: string) => ({
  __typename: 'Book',
  id,
  title: id === 'b-3' ? null : `Book ${id}`,
  titleSource: 'printed',
  pages: 7,
});
const shelf = (id: string) => ({ __typename: 'Shelf', id, grid: [[1, null], null, []], size: 'LARGE' });
const numbers = (most: number) => Array.from({ length: most }, (_, n) => n + 1);
const number = (row: unknown) => Number((row as { id: string }).id.split('-')[1]);

type Resolvers = Record<string, Record<string, GraphQLFieldResolver<never, Context, never>>>;
const resolvers: Resolvers = {
  Query: {
    shelf: (_, { id }: { id: string }, { shelves }) => shelves.load(id),
    shelves: () => Promise.resolve(['s-1', 's-2', 's-3'].map(shelf)),
    thing: (_, { id }: { id: string }) => (id.startsWith('b') ? book(id) : shelf(id)),
    odd: () => new Set([book('b-1')]),
  },
  Shelf: {
    name: (row, { upper }: { upper: boolean }) => `${upper ? 'SHELF' : 'Shelf'} ${number(row)}`,
    books: (row, { first, skip }: { first: number; skip?: number[] }, _, info) => {
      columnsAsked = (info as PlannedInfo).asked?.();
      const nodes = numbers(first)
        .filter((n) => !skip?.includes(n))
        .map((n) => book(`b-${10 * number(row) + n}`));
      return { nodes, edges: nodes.map((node) => ({ node })), pageInfo: {} };
    },
    mostRead: (row, _, __, info) => {
      columnsAsked = (info as PlannedInfo).asked?.();
      return book(`b-${number(row)}`);
    },
    mixed: (row, _, __, info) => {
      columnsAsked = (info as PlannedInfo).asked?.();
      return [book(`b-${number(row)}`), null, shelf('s-9')];
    },
  },
  Book: {
    shelf: (row, _, { shelves }) => shelves.load(`s-${Math.floor(number(row) / 10)}`),
    next: async (row, _, { books }) => (number(row) > 30 ? null : await books.load(`b-${number(row) + 10}`)),
    fails: () => Promise.reject(new Error('Torn.')),
    must: (row) => (number(row) % 2 ? 'odd' : null),
    late: (row) => {
      if (number(row) % 2) return Promise.reject(new Error('Late.'));
      throw new Error('At once.');
    },
  },
};
for (const [type, fields] of Object.entries(resolvers)) {
  const found = schema.getType(type);
  if (!isObjectType(found)) throw new Error(type);
  for (const [name, resolve] of Object.entries(fields)) found.getFields()[name]!.resolve = resolve as never;
}

/** What fields of a book read of it, as Nest's types and methods would say. */
const READS: Record<string, readonly string[]> = {
  id: ['id'],
  title: ['name'],
  titleSource: ['name'],
  next: ['id', 'sequel'],
  pages: ['pages', 'price'],
};
const bookType = schema.getType('Book');
if (!isObjectType(bookType)) throw new Error('Book');
for (const [name, reads] of Object.entries(READS)) noteReads(bookType.getFields()[name]!, reads);

const contextOf = (): Context => {
  const loader = (make: (id: string) => unknown) =>
    new KeyLoader<unknown>((ids) => {
      asked.push([...ids]);
      return Promise.resolve(ids.map(make));
    });
  return { asOf: new Map(), shelves: loader(shelf), books: loader(book) };
};

/** The answer by a plan, and that of the usual execution. */
async function both(question: string, variables: Record<string, unknown> = {}, operationName?: string) {
  const document = parse(question);
  expect(validate(schema, document)).toEqual([]);
  const operation = getOperationAST(document, operationName);
  const plan = planOf(schema, document, operation!) as QuestionPlan;
  const usual = await execute({
    schema,
    document,
    variableValues: variables,
    contextValue: contextOf(),
    ...(operationName ? { operationName } : {}),
  });
  asked.length = 0;
  return { usual, planned: await answerBy(plan, variables, contextOf() as unknown as GraphQLContext) };
}

describe('an answer by plan', () => {
  const lost: unknown[] = [];
  const note = (error: unknown): void => void lost.push(error);
  beforeAll(() => void process.on('unhandledRejection', note));
  afterAll(() => void process.off('unhandledRejection', note));

  it.each<[string, string, Record<string, unknown>?, string?]>([
    ['values, lists in lists and enums', '{ shelf(id: "s-1") { id grid size } }'],
    ['nothing at all', '{ thing(id: "s-1") { ... on Book { id } } }'],
    ['no such operation but this', 'query A { shelves { id } } query B { odd: shelf(id: "s-1") { id } }', {}, 'B'],
    ['names of types and aliases', '{ __typename a: shelf(id: "s-1") { t: __typename } b: shelf(id: "s-2") { id } }'],
    [
      'rows below rows below rows',
      '{ shelves { books { nodes { title shelf { name books { nodes { id next { title } } } } } } } }',
    ],
    [
      'fields in their order, whichever comes first',
      '{ shelves { books { nodes { next { title } id pages shelf { name id } } } id } }',
    ],
    [
      'fields that are asked twice',
      '{ shelves { books { nodes { id } } ...F } } fragment F on Shelf { books { edges { node { pages } } nodes { title } } name }',
    ],
    [
      'fragments within fragments, on interfaces too',
      '{ shelves { ...T mixed { ...T } } } fragment T on Thing { ...U } fragment U on Thing { id ... on Book { title } ... on Shelf { name } }',
    ],
    [
      'arguments of a variable',
      'query ($n: Int!, $u: Boolean) { shelves { name(upper: $u) books(first: $n, skip: [1, 2]) { nodes { id } } } }',
      { n: 4, u: true },
    ],
    [
      'arguments that a variable leaves out',
      'query ($n: Int = 1, $u: Boolean) { shelves { name(upper: $u) books(first: $n) { nodes { id } } } }',
    ],
    [
      'the schema',
      '{ __schema { queryType { name fields { name type { kind ofType { name } } } } } __type(name: "Size") { enumValues { name } } }',
    ],
  ])('is that of the usual execution, to the letter: %s', async (...[, question, variables, operation]) => {
    const { usual, planned } = await both(question, variables, operation);
    expect(usual.errors).toBeUndefined();
    expect(JSON.stringify(planned)).toBe(JSON.stringify(usual));
  });

  it.each([
    ['a field that fails later', '{ shelves { books { nodes { fails } } } }'],
    ['fields that fail at once while others fail later', '{ shelves { books { nodes { fails late } } } }'],
    ['nothing where there must be something', '{ shelves { books { nodes { must } } } }'],
    ['a list that is no array', '{ odd { id } }'],
    ['a variable that is none', 'query ($n: Int!) { shelves { books(first: $n) { nodes { id } } } }'],
  ])('is left to the usual execution, and leaves nothing behind, for %s', async (_, question) => {
    expect((await both(question)).planned).toBeNull();
    await new Promise(setImmediate);
    expect(lost).toEqual([]);
  });

  it('loads what rows of one level need together, and each thing once', async () => {
    await both('{ shelves { books(first: 3) { nodes { shelf { id } next { id } } } } }');
    expect(asked.map((ids) => ids.length)).toEqual([3, 6]);
  });

  it.each([
    ['', 'id pages price'],
    ['titleSource', 'id name pages price'],
    ['__typename', 'id pages price'],
    ['next { must }', 'id pages price sequel'],
    ['must', undefined],
    ['shelf { id }', undefined],
  ])('tells a list what has to be read of its rows: with `%s` it is %s', async (field, columns) => {
    await both(
      `{ shelves { books { nodes { ...F } edges { node { id ${field} } } } name } } fragment F on Book { i: id pages }`,
    );
    expect(columnsAsked && [...columnsAsked].sort().join(' ')).toBe(columns);
  });

  it.each([
    ['edges { cursor }', '$cursor'],
    ['nodes { id } pageInfo { endCursor }', '$cursor id'],
    ['nodes { id } pageInfo { hasNextPage }', '$more id'],
  ])('tells a list whether places of its rows are asked for: with %s it is %s', async (fields, columns) => {
    await both(`{ shelves { books { ${fields} } } }`);
    expect([...(columnsAsked ?? [])].sort().join(' ')).toBe(columns);
  });

  it('tells a field that answers rows what has to be read of them', async () => {
    await both('{ shelves { mostRead { title } } }');
    expect([...(columnsAsked ?? [])]).toEqual(['name']);
  });

  it('does not know it where rows may be of several types', async () => {
    await both('{ shelves { mixed { id } } }');
    expect(columnsAsked).toBeUndefined();
  });
});

describe('a loader', () => {
  it('fails those who wait for what failed, and nobody else', async () => {
    const loader = new KeyLoader<string>((ids) =>
      ids.includes('bad') ? Promise.reject(new Error('No.')) : Promise.resolve(ids.map((id) => id.toUpperCase())),
    );
    await expect(Promise.all([loader.load('a'), loader.load('bad')])).rejects.toThrow('No.');
    expect(await loader.load('b')).toBe('B');
    expect(loader.load('b').value).toBe('B');
  });
});
