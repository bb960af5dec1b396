import type { Type } from '@nestjs/common';
import { ArgsType, Extensions, Field, Int, ObjectType, type FieldOptions } from '@nestjs/graphql';
import { DEFAULT_PAGE, LARGEST_PAGE, type PageRequest } from '../database/pages.js';

/** Marks a field whose value is a function that is called only when somebody asks. */
export const LAZY = 'lazy';

@ObjectType({ description: 'Where a page stands in its list (Relay cursor connections).' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether more follows after `endCursor`.' }) hasNextPage!: boolean;
  @Field(() => Boolean, { description: 'Whether more stands before `startCursor`.' }) hasPreviousPage!: boolean;
  @Field(() => String, { nullable: true, description: 'Cursor of the first row of this page.' }) startCursor!:
    string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last row of this page; give it as `after` for the next.',
  })
  endCursor!: string | null;
}

export interface Connection<Row> {
  readonly edges: ReadonlyArray<{ readonly cursor: string; readonly node: Row }>;
  readonly nodes: readonly Row[];
  readonly pageInfo: PageInfo;
  /** Counted only when somebody asks. */
  readonly totalCount: () => PromiseLike<number>;
}

/** The Relay connection type of a node type, named `<Node>Connection`. */
export function ConnectionOf<Node extends object>(node: Type<Node>, name: string): Type<Connection<Node>> {
  @ObjectType(`${name}Edge`, { description: `One ${name} in a list, with its place.` })
  class Edge {
    @Field(() => String, { description: 'Place of this row in the list; opaque.' }) cursor!: string;
    @Field(() => node, { description: 'The row itself.' }) node!: Node;
  }
  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name}.` })
  class NodeConnection {
    @Field(() => [Edge], { description: 'The rows with their places.' }) edges!: Edge[];
    @Field(() => [node], { description: 'The rows alone, for those who need no cursor per row.' }) nodes!: Node[];
    @Field(() => PageInfo, { description: 'Where this page stands in the list.' }) pageInfo!: PageInfo;
    @Field(() => Int, { description: 'Number of rows in the whole list with these filters.' })
    @Extensions({ [LAZY]: true })
    totalCount!: () => PromiseLike<number>;
  }
  return NodeConnection;
}

@ArgsType()
export class PageArgs implements PageRequest {
  @Field(() => Int, {
    nullable: true,
    description: `How many rows from the start; ${DEFAULT_PAGE} when neither is given, at most ${LARGEST_PAGE}.`,
  })
  first?: number | null;
  @Field(() => String, { nullable: true, description: 'Rows after this cursor.' })
  after?: string | null;
  @Field(() => Int, {
    nullable: true,
    description: `How many rows from the end; at most ${LARGEST_PAGE}. Not together with \`first\`.`,
  })
  last?: number | null;
  @Field(() => String, { nullable: true, description: 'Rows before this cursor.' })
  before?: string | null;
}

/** Price of a list field: its rows times what is asked of each. Put it on every field that answers a connection. */
export const listComplexity: NonNullable<FieldOptions['complexity']> = ({ args, childComplexity }) => {
  const wanted = Number(args['first'] ?? args['last'] ?? DEFAULT_PAGE);
  return 1 + Math.min(Math.max(wanted, 1), LARGEST_PAGE) * childComplexity;
};

/** Price of a short list that has no pages: a handful of rows, as a rule. */
export const shortListComplexity: NonNullable<FieldOptions['complexity']> = ({ childComplexity }) =>
  1 + 10 * childComplexity;
