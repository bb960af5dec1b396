import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLEnumType,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLType,
  type SelectionSetNode,
} from 'graphql';

export type JsonSchema = Readonly<Record<string, unknown>>;

const SCALARS: Readonly<Record<string, JsonSchema>> = {
  ID: { type: 'string', format: 'uuid' },
  String: { type: 'string' },
  Int: { type: 'integer', format: 'int32' },
  Boolean: { type: 'boolean' },
  Date: { type: 'string', format: 'date' },
  DateTime: { type: 'string', format: 'date-time' },
  URL: { type: 'string', format: 'uri' },
  EmailAddress: { type: 'string', format: 'email' },
};

const reference = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/**
 * Describes in JSON Schema what a question is answered with and what an input takes. Named fragments, enums and inputs
 * become components of their own; what a field means is told in the words of the GraphQL schema.
 */
export class QuestionShapes {
  readonly components: Record<string, JsonSchema> = {};
  private readonly fragments = new Map<string, FragmentDefinitionNode>();

  constructor(private readonly schema: GraphQLSchema) {}

  /** @param path the fields that lead to the part that is answered */
  answerOf(question: DocumentNode, path: readonly string[]): JsonSchema {
    for (const part of question.definitions)
      if (part.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(part.name.value, part);
    const operation = question.definitions.find((part) => part.kind === Kind.OPERATION_DEFINITION);
    const root = operation && this.schema.getRootType(operation.operation);
    if (!operation || !root) throw new Error('A stored question asks nothing.');
    const start: Place = { set: operation.selectionSet, type: root };
    const { set, type } = path.reduce((place, name) => this.step(place, name), start);
    return this.object(set, type);
  }

  /** A type of an argument or of a field of an input. */
  input(type: GraphQLType): JsonSchema {
    if (isNonNullType(type)) return this.input(type.ofType as GraphQLType);
    if (isListType(type)) return { type: 'array', items: this.input(type.ofType) };
    const named = getNamedType(type);
    if (isEnumType(named)) return this.enumeration(named);
    return isInputObjectType(named) ? this.inputObject(named) : scalar(named.name);
  }

  inputObject(
    type: GraphQLInputObjectType,
    leaveOut: readonly string[] = [],
    optional: readonly string[] = [],
  ): JsonSchema {
    if (this.components[type.name]) return reference(type.name);
    this.components[type.name] = {};
    const fields = Object.values(type.getFields()).filter(({ name }) => !leaveOut.includes(name));
    this.components[type.name] = {
      type: 'object',
      description: type.description,
      additionalProperties: false,
      required: fields
        .filter(
          (field) => isNonNullType(field.type) && field.defaultValue === undefined && !optional.includes(field.name),
        )
        .map(({ name }) => name),
      properties: Object.fromEntries(
        fields.map((field) => [
          field.name,
          {
            ...(isNonNullType(field.type) ? this.input(field.type) : orNull(this.input(field.type))),
            description: withDefault(field),
          },
        ]),
      ),
    };
    return reference(type.name);
  }

  object(set: SelectionSetNode, type: GraphQLObjectType): JsonSchema {
    const [only, ...more] = set.selections;
    if (only?.kind === Kind.FRAGMENT_SPREAD && more.length === 0) return this.named(only.name.value);
    const fields = this.fieldsOf(set);
    return {
      type: 'object',
      description: type.description,
      required: fields.map(nameOf),
      properties: Object.fromEntries(fields.map((field) => [nameOf(field), this.field(field, type)])),
    };
  }

  private step({ set, type }: Place, name: string): Place {
    const field = this.fieldsOf(set).find((found) => nameOf(found) === name);
    const next = field && getNamedType(type.getFields()[field.name.value]?.type);
    if (!field?.selectionSet || !isObjectType(next)) throw new Error(`The question has no "${name}".`);
    return { set: field.selectionSet, type: next };
  }

  private named(name: string): JsonSchema {
    const fragment = this.fragments.get(name);
    const type = this.schema.getType(fragment?.typeCondition.name.value ?? '');
    if (!fragment || !isObjectType(type)) throw new Error(`There is no fragment "${name}".`);
    if (!this.components[name]) {
      this.components[name] = {};
      this.components[name] = this.object(fragment.selectionSet, type);
    }
    return reference(name);
  }

  private fieldsOf(set: SelectionSetNode): FieldNode[] {
    return set.selections.flatMap((part) => {
      if (part.kind === Kind.FIELD) return [part];
      if (part.kind === Kind.INLINE_FRAGMENT) return this.fieldsOf(part.selectionSet);
      const fragment = this.fragments.get(part.name.value);
      return fragment ? this.fieldsOf(fragment.selectionSet) : [];
    });
  }

  private field(field: FieldNode, parent: GraphQLObjectType): JsonSchema {
    const definition = parent.getFields()[field.name.value];
    if (!definition) throw new Error(`${parent.name} has no ${field.name.value}.`);
    const described = this.output(definition.type, field.selectionSet);
    return { ...described, description: definition.description };
  }

  private output(type: GraphQLType, set: SelectionSetNode | undefined): JsonSchema {
    if (!isNonNullType(type)) return orNull(this.certain(type, set));
    return this.certain(type.ofType as GraphQLType, set);
  }

  private certain(type: GraphQLType, set: SelectionSetNode | undefined): JsonSchema {
    if (isListType(type)) return { type: 'array', items: this.output(type.ofType as GraphQLType, set) };
    const named = getNamedType(type);
    if (isEnumType(named)) return this.enumeration(named);
    if (!isObjectType(named) || !set) return scalar(named.name);
    const rows = onlyRows(set);
    if (!rows?.selectionSet) return this.object(set, named);
    const row = getNamedType(named.getFields()['nodes']?.type) as GraphQLObjectType;
    return { type: 'array', maxItems: 100, items: this.object(rows.selectionSet, row) };
  }

  private enumeration(type: GraphQLEnumType): JsonSchema {
    const values = type.getValues();
    this.components[type.name] ??= {
      type: 'string',
      description: [type.description, ...values.map(({ name, description }) => `- \`${name}\`: ${description}`)].join(
        '\n',
      ),
      enum: values.map(({ name }) => name),
    };
    return reference(type.name);
  }
}

/** A place in a question. */
interface Place {
  readonly set: SelectionSetNode;
  readonly type: GraphQLObjectType;
}

/** A list inside an answer has no pages: its rows take the place of the connection. The answer itself is changed. */
export function withoutConnections(answer: unknown): unknown {
  if (answer === null || typeof answer !== 'object' || answer instanceof Date) return answer;
  if (Array.isArray(answer)) {
    const items = answer as unknown[];
    for (let n = 0; n < items.length; n += 1) items[n] = withoutConnections(items[n]);
    return items;
  }
  const fields = answer as Record<string, unknown>;
  const names = Object.keys(fields);
  if (names.length === 1 && names[0] === 'nodes') return withoutConnections(fields['nodes']);
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'object') fields[name] = withoutConnections(value);
  }
  return fields;
}

/** In words: generators of clients take a field with a `default` for one that must be sent. */
const withDefault = ({ description, defaultValue }: GraphQLInputField): string =>
  [description, defaultValue === undefined ? null : `\`${JSON.stringify(defaultValue)}\` when left out.`]
    .filter(Boolean)
    .join(' ');

const nameOf = (field: FieldNode): string => field.alias?.value ?? field.name.value;

function onlyRows(set: SelectionSetNode): FieldNode | undefined {
  const [only, ...more] = set.selections;
  return only?.kind === Kind.FIELD && only.name.value === 'nodes' && more.length === 0 ? only : undefined;
}

function scalar(name: string): JsonSchema {
  const known = SCALARS[name];
  if (!known) throw new Error(`The scalar "${name}" has no JSON Schema.`);
  return known;
}

const orNull = (schema: JsonSchema): JsonSchema =>
  typeof schema['type'] === 'string' && !schema['enum']
    ? { ...schema, type: [schema['type'], 'null'] }
    : { anyOf: [schema, { type: 'null' }] };
