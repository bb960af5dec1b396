import {
  isEnumType,
  isListType,
  isNonNullType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import { CursorNotOfThisList, DEFAULT_PAGE, LARGEST_PAGE } from '../database/pages.js';
import { DomainError, InvalidInput, type MessageArguments, type Violation } from '../errors/domain-error.js';
import { LANGUAGE_PATTERN } from '../i18n/text.js';
import { instantIn } from './instant.js';

/** A parameter in the query string of an address, with the GraphQL type that checks and describes it. */
export interface Parameter {
  readonly name: string;
  readonly type: GraphQLInputType;
  readonly description: string;
  /** Where it goes in the variables of the question. */
  readonly goesTo: 'filter' | 'variable';
  readonly default?: unknown;
}

/** The parameters that the filter and the order of a list become. */
export function parametersOf(schema: GraphQLSchema, list: { filter?: string; order?: string }): Parameter[] {
  const filter = list.filter ? (schema.getType(list.filter) as GraphQLInputObjectType) : undefined;
  const ofFilter = Object.values(filter?.getFields() ?? {}).map(({ name, type, description }): Parameter => ({
    name,
    type,
    description: description ?? '',
    goesTo: 'filter',
  }));
  const order = list.order ? schema.getType(list.order) : undefined;
  if (!isEnumType(order)) return ofFilter;
  return [...ofFilter, { name: 'orderBy', type: order, description: order.description ?? '', goesTo: 'variable' }];
}

export type Query = Readonly<Record<string, unknown>>;

/** Reads one parameter after the other and notes what is wrong with each, so that everything is told at once. */
export class QueryReader {
  private readonly violations: Violation[] = [];
  private readonly known = new Set<string>();

  constructor(private readonly query: Query) {}

  parameter({ name, type }: Parameter): unknown {
    const value = this.text(name, isListType(bare(type)));
    return value === undefined ? undefined : this.valueOf(name, value, bare(type));
  }

  limit(): number {
    const value = this.text('limit');
    return value === undefined ? DEFAULT_PAGE : (this.wholeNumber('limit', value, 1, LARGEST_PAGE) ?? DEFAULT_PAGE);
  }

  language(): void {
    const value = this.text('language');
    if (value !== undefined && !new RegExp(LANGUAGE_PATTERN).test(value)) this.refuse('language', 'input.language');
  }

  instant(name: string): Date | undefined {
    const value = this.text(name);
    const found = value === undefined ? undefined : instantIn(value);
    if (found === null) this.refuse(name, 'input.instant');
    return found ?? undefined;
  }

  text(name: string, repeats = false): string | undefined {
    this.known.add(name);
    const value = this.query[name];
    if (Array.isArray(value)) {
      if (repeats) return value.join(',');
      this.refuse(name, 'rest.twice');
      return undefined;
    }
    return typeof value === 'string' ? value : undefined;
  }

  /** One of the values; one that is left empty counts as left out. */
  oneOf(name: string, values: readonly string[]): string | undefined {
    const value = this.text(name) || undefined;
    if (value === undefined || values.includes(value)) return value;
    this.refuse(name, 'rest.oneOf', { values: values.join(', ') });
    return undefined;
  }

  wholeNumber(name: string, value: string, smallest: number, largest: number): number | undefined {
    const number = /^-?\d{1,10}$/.test(value) ? Number(value) : NaN;
    if (number >= smallest && number <= largest) return number;
    this.refuse(name, 'input.wholeNumber', { smallest, largest });
    return undefined;
  }

  /** @throws InvalidInput that names everything that is wrong, parameters that there are not included */
  done(): void {
    for (const name of Object.keys(this.query)) if (!this.known.has(name)) this.refuse(name, 'rest.unknownParameter');
    if (this.violations.length > 0) throw new InvalidInput(this.violations);
  }

  private valueOf(name: string, value: string, type: GraphQLInputType): unknown {
    if (isListType(type)) {
      const inner: GraphQLInputType = bare(type.ofType);
      return value.split(',').map((part) => this.valueOf(name, part, inner));
    }
    if (isEnumType(type)) {
      const values = type.getValues().map((known) => known.name);
      if (!values.includes(value)) this.refuse(name, 'rest.oneOf', { values: values.join(', ') });
      return value;
    }
    const kind = String(type);
    if (kind === 'Int') return this.wholeNumber(name, value, 0, 2_147_483_647);
    if (kind !== 'Boolean') return value;
    if (value !== 'true' && value !== 'false') this.refuse(name, 'rest.oneOf', { values: 'true, false' });
    return value === 'true';
  }

  private refuse(field: string, key: string, args: MessageArguments = {}): void {
    this.violations.push({ field, key, args });
  }
}

export const bare = (type: GraphQLInputType): GraphQLInputType => (isNonNullType(type) ? type.ofType : type);

class WholeNumberWanted extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'input.wholeNumber';
}

const LARGEST = 2_147_483_647;

/** A number that stands in the path of an address. @throws WholeNumberWanted that names the field */
export function wholeNumberIn(text: string, field: string): number {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (number <= LARGEST) return number;
  throw new WholeNumberWanted({ smallest: 0, largest: LARGEST }, field);
}

/** The cursor is called so in an address, and `after` in a list. */
export function cursorRefused(error: unknown): never {
  throw error instanceof CursorNotOfThisList ? new CursorNotOfThisList({}, 'cursor') : error;
}
