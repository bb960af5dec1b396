import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  lexicographicSortSchema,
  printSchema,
  type GraphQLSchema,
} from 'graphql';
import { readFileSync, writeFileSync } from 'node:fs';
import { TestApp } from '../support/app.js';

const FILE = 'src/schema.graphql';

describe('the GraphQL schema', () => {
  let app: TestApp;
  let schema: GraphQLSchema;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-07-01T08:00+03:00' });
    schema = lexicographicSortSchema(app.app.get(GraphQLSchemaHost).schema);
  });
  afterAll(() => app.close());

  it('is the committed one; a change is written with UPDATE=1 and reviewed as a diff', () => {
    const printed = `${printSchema(schema)}\n`;
    if (process.env['UPDATE']) writeFileSync(FILE, printed);
    expect(printed).toBe(readFileSync(FILE, 'utf8'));
  });

  it('describes every type, field, argument and value to the person who uses it', () => {
    expect(undescribed(schema)).toEqual([]);
  });
});

interface Described {
  readonly description?: string | null;
}

function undescribed(schema: GraphQLSchema): string[] {
  const own = Object.values(schema.getTypeMap()).filter(
    ({ name }) =>
      !name.startsWith('__') &&
      !['Query', 'Mutation', 'Subscription', 'Boolean', 'String', 'Int', 'Float', 'ID'].includes(name),
  );
  const places = own.flatMap((type): Array<[string, Described]> => [[type.name, type], ...partsOf(type)]);
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
    type ? partsOf(type) : [],
  );
  return [...places, ...roots].filter(([, { description }]) => !description?.trim()).map(([name]) => name);
}

function partsOf(type: ReturnType<GraphQLSchema['getTypeMap']>[string]): Array<[string, Described]> {
  if (isEnumType(type)) return type.getValues().map((value) => [`${type.name}.${value.name}`, value]);
  if (isInputObjectType(type))
    return Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, field]);
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap((field): Array<[string, Described]> => [
    [`${type.name}.${field.name}`, field],
    ...field.args.map((arg): [string, Described] => [`${type.name}.${field.name}(${arg.name})`, arg]),
  ]);
}
