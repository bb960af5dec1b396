import { Injectable, type Type } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { GqlParamtype } from '@nestjs/graphql/dist/enums/gql-paramtype.enum.js';
import {
  PARAM_ARGS_METADATA,
  RESOLVER_NAME_METADATA,
  RESOLVER_PROPERTY_METADATA,
  RESOLVER_TYPE_METADATA,
} from '@nestjs/graphql/dist/graphql.constants.js';
import { isObjectType, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import { Settings } from '../config/settings.js';
import type { PlannedInfo } from './execution/question-plan.js';
import { noteProperties, noteReads } from './execution/reads.js';
import { answerRows, type RowsResolve } from './execution/rows-resolve.js';
import { InputPipe } from './input-pipe.js';
import { isIts, pickOf, type GraphQLContext } from './loaders.js';

type Method = (...values: unknown[]) => unknown;
type Args = Record<string, unknown>;
type Row = Record<string, unknown>;
/** A value, or what it is waited for with. */
interface Checked {
  readonly value: unknown;
}

const MOST_CHECKED = 2_000;
const LONGEST_CHECKED = 500;

/** Where a parameter comes from. */
type Take =
  | { readonly ofRow: (row: unknown) => unknown }
  | { readonly ofQuestion: (args: Args, context: GraphQLContext, info: PlannedInfo) => unknown };

interface Parameter {
  readonly index: number;
  readonly data?: unknown;
  readonly factory?: unknown;
  readonly pipes?: readonly unknown[];
}
type Given = readonly [key: string, parameter: Parameter];

/**
 * Calls the methods that answer fields straight away. Nest's own way to them makes several promises and objects for
 * every parameter of every row; no guard, filter or interceptor stands there (the one guard is for mutations, which
 * stay as they are). Arguments are checked by the same pipe.
 */
@Injectable()
export class DirectResolvers {
  private readonly pipe = new InputPipe();
  /** Arguments that were found right, by their field and what they say: they come again in most questions. */
  private readonly checked = new LRUCache<string, Checked>({ max: MOST_CHECKED });

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly settings: Settings,
  ) {}

  putInto(schema: GraphQLSchema): GraphQLSchema {
    if (this.settings.FAST_ANSWERS === 'off') return schema;
    const answered = new Set<string>();
    for (const { instance } of this.discovery.getProviders()) {
      const owner: unknown = instance;
      if (
        typeof owner !== 'object' ||
        owner === null ||
        !Reflect.hasMetadata(RESOLVER_TYPE_METADATA, owner.constructor)
      )
        continue;
      const prototype = Object.getPrototypeOf(owner) as Record<string, Method>;
      for (const name of this.scanner.getAllMethodNames(prototype)) {
        const place = this.shorten(schema, owner, prototype, name);
        if (place !== null) answered.add(place);
      }
    }
    noteProperties(schema, (place) => answered.has(place));
    return schema;
  }

  /** The field that the method answers, shortened or not. */
  private shorten(
    schema: GraphQLSchema,
    owner: object,
    prototype: Record<string, Method>,
    name: string,
  ): string | null {
    const method = prototype[name];
    const place = method ? placeOf(owner.constructor, method, name) : null;
    if (!method || !place) return null;
    const type = schema.getType(place.type);
    const field = isObjectType(type) ? type.getFields()[place.field] : undefined;
    const answers = `${place.type}.${place.field}`;
    const parameters = parametersOf(owner.constructor, name);
    const takes = field && this.takesOf(parameters, prototype, name, answers);
    if (!field || !takes) return answers;
    answerRows(field, direct(owner, method, takes));
    if (!parameters.some(isWholeRow))
      noteReads(
        field,
        parameters.flatMap(([, { data, factory }]) => (isIts(factory) ? [String(data)] : [])),
      );
    return answers;
  }

  /** How each parameter is come by; null where one is not known here. */
  private takesOf(parameters: readonly Given[], prototype: object, name: string, place: string): Take[] | null {
    const classes = (Reflect.getMetadata('design:paramtypes', prototype, name) ?? []) as Type[];
    const takes: Take[] = [];
    for (const [key, parameter] of parameters) {
      const take = this.takeOf(key, parameter, classes[parameter.index], place);
      if (!take) return null;
      takes[parameter.index] = take;
    }
    return takes.length === classes.length ? takes : null;
  }

  private takeOf(
    key: string,
    { index, data, factory, pipes }: Parameter,
    metatype: Type | undefined,
    place: string,
  ): Take | null {
    if (pipes && pipes.length > 0) return null;
    if (isIts(factory)) return { ofRow: (row) => (row as Row)[String(data)] };
    const pick = pickOf(factory);
    if (pick) return { ofQuestion: (_, context, { asked }) => pick(context, data, asked?.()) };
    if (isWholeRow([key])) return { ofRow: (row) => row };
    if (key !== `${GqlParamtype.ARGS}:${index}` || (data !== undefined && typeof data !== 'string')) return null;
    const check = (value: unknown): Promise<unknown> => this.pipe.transform(value, { type: 'body', metatype, data });
    const ofQuestion = (args: Args): unknown => {
      const value = data === undefined ? args : args[data];
      return this.once(`${place} ${index} ${JSON.stringify(value)}`, () => check(value));
    };
    return { ofQuestion };
  }

  private once(key: string, check: () => Promise<unknown>): unknown {
    const known = this.checked.get(key);
    if (known) return known.value;
    const value = check();
    if (key.length > LONGEST_CHECKED) return value;
    this.checked.set(key, { value });
    value.then(
      (good) => this.checked.set(key, { value: frozen(good) }),
      () => this.checked.delete(key),
    );
    return value;
  }
}

/** The parameters of a method, with what says where each comes from. */
function parametersOf(type: unknown, name: string): readonly Given[] {
  const parameters = Reflect.getMetadata(PARAM_ARGS_METADATA, type as Type, name) as
    Readonly<Record<string, Parameter>> | undefined;
  return Object.entries(parameters ?? {});
}

const isWholeRow = ([key]: readonly [key: string, ...unknown[]]): boolean => key.startsWith(`${GqlParamtype.ROOT}:`);

/** It is given to others who ask the same, and nobody may change it for them. */
function frozen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}

/** What does not depend on the row is found once for all rows that stand at one place of the answer. */
const direct =
  (owner: object, method: Method, takes: readonly Take[]): RowsResolve =>
  (args, context, info) => {
    const shared = takes.map((take) => ('ofRow' in take ? undefined : take.ofQuestion(args, context, info)));
    const ofRow = takes.flatMap((take, at) => ('ofRow' in take ? [[at, take.ofRow] as const] : []));
    const isLater = shared.some((value) => value instanceof Promise);
    return (row) => {
      const values = [...shared];
      for (const [at, take] of ofRow) values[at] = take(row);
      return isLater ? Promise.all(values).then((taken) => method.apply(owner, taken)) : method.apply(owner, values);
    };
  };

/** Which field of which type a method answers; null for a mutation or subscription, and for what is no field. */
function placeOf(owner: unknown, method: Method, name: string): { type: string; field: string } | null {
  const root = Reflect.getMetadata(RESOLVER_TYPE_METADATA, method) as unknown;
  const field = (Reflect.getMetadata(RESOLVER_NAME_METADATA, method) as string | undefined) ?? name;
  if (root === 'Query') return { type: 'Query', field };
  if (Reflect.getMetadata(RESOLVER_PROPERTY_METADATA, method) !== true) return null;
  const type: unknown = Reflect.getMetadata(RESOLVER_TYPE_METADATA, owner as Type);
  return typeof type === 'string' ? { type, field } : null;
}
