import {
  GraphQLID,
  GraphQLString,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

import type { AskedColumns } from '../../database/columns.js';
import { CURSOR, MORE } from '../../database/pages.js';
import { propertyOf, readsOf } from './reads.js';

export interface LeafShape {
  readonly isRequired: boolean;
  readonly kind: 'LEAF';
  readonly type: GraphQLLeafType;
  /** A text stands in the answer as it is. */
  readonly isText: boolean;
}

/** What a value becomes in the answer. */
export type Shape =
  | LeafShape
  | ({ readonly isRequired: boolean } & (
      | { readonly kind: 'LIST'; readonly item: Shape }
      | { readonly kind: 'OBJECT'; readonly selection: Selection }
      | {
          readonly kind: 'ABSTRACT';
          readonly type: GraphQLAbstractType;
          readonly selectionOf: (type: string) => Selection;
        }
    ));

/** Where a field stands in the answer, without the numbers of rows. */
export interface Place {
  readonly prev: Place | undefined;
  readonly key: string;
  readonly typename: string;
}

export interface PlannedField {
  /** Its name in the answer. */
  readonly key: string;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly nodes: readonly [FieldNode, ...FieldNode[]];
  readonly parentType: GraphQLObjectType;
  readonly place: Place;
  readonly shape: Shape;
  readonly asked: () => AskedColumns;
  /** The property of its row that it shows as it is, where it does. */
  readonly property: string | undefined;
}

/** What is asked of every object of one type that stands at one place of the answer. */
export interface Selection {
  readonly type: GraphQLObjectType;
  readonly fields: readonly PlannedField[];
  /** An answer with all its fields, and nothing in them: copied, which is faster than to add one after the other. */
  readonly blank: Readonly<Record<string, null>>;
}

/** What a method is told of its field; by the usual execution nothing of what is asked below. */
export interface PlannedInfo extends GraphQLResolveInfo {
  /** What has to be read of the rows that it answers, or of those in its pages. */
  readonly asked?: () => AskedColumns;
}

/** One question, with everything found out that does not depend on who asks and with which variables. */
export interface QuestionPlan {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly root: Selection;
}

/** @param document that was found valid, and without conditions (`@include`, `@skip`) */
export function planOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): QuestionPlan | null {
  const type = schema.getQueryType();
  if (!type) return null;
  const fragments = Object.fromEntries(
    document.definitions.flatMap((part) =>
      part.kind === Kind.FRAGMENT_DEFINITION ? [[part.name.value, part] as const] : [],
    ),
  );
  const planner = new Planner(schema, fragments);
  return { schema, operation, fragments, root: planner.selection(type, [operation.selectionSet], undefined) };
}

class Planner {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: QuestionPlan['fragments'],
  ) {}

  selection(type: GraphQLObjectType, sets: readonly SelectionSetNode[], place: Place | undefined): Selection {
    const nodes = new Map<string, FieldNode[]>();
    const seen = new Set<string>();
    for (const set of sets) this.collect(type, set, nodes, seen);
    const fields = [...nodes].map(([key, [first, ...others]]) =>
      this.field(type, key, [first as FieldNode, ...others], place),
    );
    return { type, fields, blank: Object.fromEntries(fields.map(({ key: name }) => [name, null])) };
  }

  /** Fields that have one name in the answer are one field. */
  private collect(
    type: GraphQLObjectType,
    set: SelectionSetNode,
    into: Map<string, FieldNode[]>,
    seen: Set<string>,
  ): void {
    for (const part of set.selections) {
      if (part.kind === Kind.FIELD) {
        const key = (part.alias ?? part.name).value;
        const same = into.get(key);
        if (same) same.push(part);
        else into.set(key, [part]);
        continue;
      }
      const isSpread = part.kind === Kind.FRAGMENT_SPREAD;
      if (isSpread && seen.has(part.name.value)) continue;
      if (isSpread) seen.add(part.name.value);
      const fragment = isSpread ? this.fragments[part.name.value] : part;
      if (fragment && this.applies(fragment.typeCondition?.name.value, type))
        this.collect(type, fragment.selectionSet, into, seen);
    }
  }

  private applies(condition: string | undefined, type: GraphQLObjectType): boolean {
    if (condition === undefined || condition === type.name) return true;
    const wanted = this.schema.getType(condition);
    return isAbstractType(wanted) && this.schema.isSubType(wanted, type);
  }

  private field(
    parentType: GraphQLObjectType,
    key: string,
    nodes: PlannedField['nodes'],
    prev: Place | undefined,
  ): PlannedField {
    const definition = this.definitionOf(parentType, nodes[0].name.value);
    const place = { prev, key, typename: parentType.name };
    const below = nodes.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : []));
    const shape = this.shape(definition.type, below, place);
    return {
      key,
      definition,
      nodes,
      parentType,
      place,
      shape,
      asked: askedOf(shape),
      property: propertyOf(definition),
    };
  }

  private definitionOf(type: GraphQLObjectType, name: string): GraphQLField<unknown, unknown> {
    const meta = [
      TypeNameMetaFieldDef,
      ...(type === this.schema.getQueryType() ? [SchemaMetaFieldDef, TypeMetaFieldDef] : []),
    ];
    const found = type.getFields()[name] ?? meta.find((field) => field.name === name);
    if (!found) throw new Error(`${type.name} has no field ${name}.`);
    return found;
  }

  private shape(type: GraphQLOutputType, below: readonly SelectionSetNode[], place: Place): Shape {
    const isRequired = isNonNullType(type);
    const bare = isNonNullType(type) ? type.ofType : type;
    if (isListType(bare)) return { isRequired, kind: 'LIST', item: this.shape(bare.ofType, below, place) };
    if (isLeafType(bare))
      return { isRequired, kind: 'LEAF', type: bare, isText: bare === GraphQLString || bare === GraphQLID };
    if (!isAbstractType(bare)) return { isRequired, kind: 'OBJECT', selection: this.selection(bare, below, place) };
    const made = new Map<string, Selection>();
    const selectionOf = (name: string): Selection => {
      const possible = this.schema.getPossibleTypes(bare).find((one) => one.name === name);
      if (!possible) throw new Error(`${name} is no ${bare.name}.`);
      const selection = made.get(name) ?? this.selection(possible, below, place);
      made.set(name, selection);
      return selection;
    };
    return { isRequired, kind: 'ABSTRACT', type: bare, selectionOf };
  }
}

/** What is read of the rows of a field, or of the page that it answers, found out when somebody wants to know. */
function askedOf(shape: Shape): () => AskedColumns {
  let asked: { readonly columns: AskedColumns } | undefined;
  return () => (asked ??= { columns: columnsOf(itemOf(shape)) }).columns;
}

function columnsOf(answered: Shape): AskedColumns {
  const columns = columnsOfRows(rowsOf(answered));
  if (!columns) return undefined;
  const ofPlaces = [...below(answered, 'edges').flatMap(fieldsOf), ...below(answered, 'pageInfo').flatMap(fieldsOf)];
  if (ofPlaces.some((name) => /cursor$/i.test(name))) columns.add(CURSOR);
  if (ofPlaces.some((name) => name.startsWith('has'))) columns.add(MORE);
  return columns;
}

function columnsOfRows(rows: readonly Shape[]): Set<string> | undefined {
  const columns = new Set<string>();
  for (const row of rows) {
    if (row.kind !== 'OBJECT') return undefined;
    for (const { definition } of row.selection.fields) {
      const reads = readsOf(definition);
      if (!reads) return undefined;
      for (const column of reads) columns.add(column);
    }
  }
  return columns;
}

const itemOf = (shape: Shape): Shape => (shape.kind === 'LIST' ? itemOf(shape.item) : shape);
const below = (shape: Shape, name: string): Shape[] =>
  shape.kind === 'OBJECT'
    ? shape.selection.fields.filter(({ definition }) => definition.name === name).map((field) => itemOf(field.shape))
    : [];
const fieldsOf = (shape: Shape): string[] =>
  shape.kind === 'OBJECT' ? shape.selection.fields.map(({ definition }) => definition.name) : [];
const isConnection = (shape: Shape): boolean => shape.kind === 'OBJECT' && 'edges' in shape.selection.type.getFields();
const rowsOf = (shape: Shape): Shape[] =>
  isConnection(shape)
    ? [...below(shape, 'nodes'), ...below(shape, 'edges').flatMap((edge) => below(edge, 'node'))]
    : [shape];
