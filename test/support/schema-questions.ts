import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

/** A list with pages, and the arguments that it can be asked with. */
export interface AskableList {
  readonly owner: string;
  readonly field: string;
  readonly node: GraphQLObjectType;
  /** Without those of the page; the first has none that could be left out. */
  readonly variants: readonly string[];
}

const PAGE = ['first', 'after', 'last', 'before'];

/** Makes questions out of a schema: whatever it gains is asked, or the walk says what it has no example for. */
export class SchemaQuestions {
  /** @param examples values for `Type.field.argument` or `Input.field`, as GraphQL writes them */
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly examples: Readonly<Record<string, string>>,
  ) {}

  /** Types that `node(id)` answers. */
  get nodeTypes(): string[] {
    const node = this.schema.getType('Node');
    return this.schema
      .getPossibleTypes(node as never)
      .map(({ name }) => name)
      .sort();
  }

  /** The lists with pages that a type has, and `Query` itself. */
  listsOf(owner: string): AskableList[] {
    return Object.values(this.type(owner).getFields()).flatMap((field) => {
      const node = nodeOf(field);
      return node ? [{ owner, field: field.name, node, variants: this.variantsOf(owner, field) }] : [];
    });
  }

  /** The fields of a type that lead to other objects. */
  branchesOf(owner: string): string[] {
    return Object.values(this.type(owner).getFields())
      .filter(({ type }) => isObjectType(getNamedType(type)))
      .map(({ name }) => name);
  }

  /**
   * What is asked of an object of the type: its own fields, and of each of the branches the same.
   *
   * @param branches what is asked of each, in turn
   */
  selection(owner: string, branches: Readonly<Record<string, string>> = {}): string {
    const fields = Object.values(this.type(owner).getFields());
    const own = fields.filter(({ type, args }) => isLeafType(getNamedType(type)) && !args.some(isRequiredArgument));
    const asked = Object.entries(branches).map(([name, of]) => this.branch(owner, name, of));
    return [...own.map(({ name }) => name), '__typename', ...asked].join(' ');
  }

  /** Each field of a type as it is asked alone, with all that an object below it has of its own. */
  eachOf(owner: string): string[] {
    const fields = Object.values(this.type(owner).getFields()).filter(({ args }) => !args.some(isRequiredArgument));
    return fields.map(({ name, type }) =>
      isObjectType(getNamedType(type)) ? this.branch(owner, name, this.selection(this.targetOf(owner, name))) : name,
    );
  }

  /** The type that a field leads to: of a list with pages, that of its rows. */
  targetOf(owner: string, name: string): string {
    const field = this.field(owner, name);
    return (nodeOf(field) ?? (getNamedType(field.type) as GraphQLObjectType)).name;
  }

  branch(owner: string, name: string, of: string): string {
    const field = this.field(owner, name);
    const required = this.required(owner, field);
    if (!nodeOf(field)) return `${name}${required ? `(${required})` : ''} { ${of} }`;
    return `${name}(${[required, 'first: 2'].filter(Boolean).join(', ')}) { nodes { ${of} } }`;
  }

  private variantsOf(owner: string, field: GraphQLField<unknown, unknown>): string[] {
    const required = this.required(owner, field);
    const optional = field.args.filter((arg) => !isRequiredArgument(arg) && !PAGE.includes(arg.name));
    const plain = optional.filter(
      ({ name, type }) => name !== 'orderBy' && name !== 'asOf' && !isInputObjectType(type),
    );
    const bases = ['', ...plain.flatMap((arg) => this.argument(`${owner}.${field.name}`, arg))];
    const further = optional.filter((arg) => !plain.includes(arg) && arg.name !== 'asOf');
    const more = further.flatMap((arg) => this.argument(`${owner}.${field.name}`, arg));
    return bases.flatMap((base) => ['', ...more].map((one) => [required, base, one].filter(Boolean).join(', ')));
  }

  private required(owner: string, field: GraphQLField<unknown, unknown>): string {
    return field.args
      .filter((arg) => isRequiredArgument(arg))
      .map((arg) => this.argument(`${owner}.${field.name}`, arg)[0])
      .join(', ');
  }

  /** The argument with each value that may lead to another statement. */
  private argument(of: string, { name, type }: GraphQLArgument): string[] {
    return this.valuesOf(`${of}.${name}`, type).map((value) => `${name}: ${value}`);
  }

  private valuesOf(place: string, given: GraphQLInputType): string[] {
    const type = getNullableType(given);
    const example = this.examples[place];
    if (example !== undefined) return [example];
    if (isInputObjectType(type)) {
      const fields: GraphQLInputField[] = Object.values(type.getFields());
      return fields.flatMap((field) =>
        this.valuesOf(`${type.name}.${field.name}`, field.type).map((value) => `{ ${field.name}: ${value} }`),
      );
    }
    if (isListType(type)) return this.valuesOf(place, type.ofType).map((value) => `[${value}]`);
    if (isEnumType(type)) {
      const names = type.getValues().map(({ name }) => name);
      return place.endsWith('.orderBy') ? names : names.slice(0, 1);
    }
    if (type.toString() === 'Boolean') return ['true', 'false'];
    throw new Error(`There is no example for ${place}.`);
  }

  private field(owner: string, name: string): GraphQLField<unknown, unknown> {
    const field = this.type(owner).getFields()[name];
    if (!field) throw new Error(`${owner} has no field ${name}.`);
    return field;
  }

  private type(name: string): GraphQLObjectType {
    const type = this.schema.getType(name);
    if (!isObjectType(type)) throw new Error(`There is no type ${name}.`);
    return type;
  }
}

/** The type of the rows, where the field is a list with pages. */
function nodeOf({ type }: GraphQLField<unknown, unknown>): GraphQLObjectType | null {
  const connection = getNamedType(type);
  const nodes = isObjectType(connection) && connection.name.endsWith('Connection') && connection.getFields()['nodes'];
  return nodes ? (getNamedType(nodes.type) as GraphQLObjectType) : null;
}
