import { Injectable, type Type } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { GqlParamtype } from '@nestjs/graphql/dist/enums/gql-paramtype.enum.js';
import {
  PARAM_ARGS_METADATA,
  RESOLVER_NAME_METADATA,
  RESOLVER_PROPERTY_METADATA,
  RESOLVER_TYPE_METADATA,
} from '@nestjs/graphql/dist/graphql.constants.js';
import { isObjectType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import { Settings } from '../config/settings.js';
import type { PlannedInfo } from './execution/question-plan.js';
import { InputPipe } from './input-pipe.js';
import { pickOf, type GraphQLContext } from './loaders.js';

type Method = (...values: unknown[]) => unknown;
type Args = Record<string, unknown>;
type Resolve = GraphQLFieldResolver<unknown, GraphQLContext, Args>;
/** A value, or what it is waited for with. */
interface Checked {
  readonly value: unknown;
}

const MOST_CHECKED = 2_000;
const LONGEST_CHECKED = 500;

type Take = (parent: unknown, args: Args, context: GraphQLContext, info: PlannedInfo) => unknown;

interface Parameter {
  readonly index: number;
  readonly data?: unknown;
  readonly factory?: unknown;
  readonly pipes?: readonly unknown[];
}

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
    for (const { instance } of this.discovery.getProviders()) {
      const owner: unknown = instance;
      if (
        typeof owner !== 'object' ||
        owner === null ||
        !Reflect.hasMetadata(RESOLVER_TYPE_METADATA, owner.constructor)
      )
        continue;
      const prototype = Object.getPrototypeOf(owner) as Record<string, Method>;
      for (const name of this.scanner.getAllMethodNames(prototype)) this.shorten(schema, owner, prototype, name);
    }
    return schema;
  }

  private shorten(schema: GraphQLSchema, owner: object, prototype: Record<string, Method>, name: string): void {
    const method = prototype[name];
    if (!method) return;
    const place = placeOf(owner.constructor, method, name);
    const type = place && schema.getType(place.type);
    const field = isObjectType(type) ? type.getFields()[place?.field ?? ''] : undefined;
    const takes = field && this.takesOf(owner.constructor, prototype, name, `${place?.type}.${place?.field}`);
    if (field && takes) field.resolve = direct(owner, method, takes);
  }

  /** How each parameter is come by; null where one is not known here. */
  private takesOf(type: unknown, prototype: object, name: string, place: string): Take[] | null {
    const parameters = Reflect.getMetadata(PARAM_ARGS_METADATA, type as Type, name) as
      Readonly<Record<string, Parameter>> | undefined;
    const classes = (Reflect.getMetadata('design:paramtypes', prototype, name) ?? []) as Type[];
    const takes: Take[] = [];
    for (const [key, parameter] of Object.entries(parameters ?? {})) {
      const take = this.takeOf(key, parameter, classes[parameter.index], place);
      if (!take) return null;
      takes[parameter.index] = take;
    }
    return takes.length === classes.length ? takes : null;
  }

  private takeOf(key: string, { index, data, factory, pipes }: Parameter, metatype: Type | undefined, place: string) {
    if (pipes && pipes.length > 0) return null;
    const pick = pickOf(factory);
    if (pick)
      return (_: unknown, __: Args, context: GraphQLContext, { asked }: PlannedInfo) => pick(context, data, asked?.());
    if (key === `${GqlParamtype.ROOT}:${index}`) return (parent: unknown) => parent;
    if (key !== `${GqlParamtype.ARGS}:${index}` || (data !== undefined && typeof data !== 'string')) return null;
    const check = (value: unknown): Promise<unknown> => this.pipe.transform(value, { type: 'body', metatype, data });
    return (_: unknown, args: Args) => {
      const value = data === undefined ? args : args[data];
      return this.once(`${place} ${index} ${JSON.stringify(value)}`, () => check(value));
    };
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

/** It is given to others who ask the same, and nobody may change it for them. */
function frozen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}

const direct = (owner: object, method: Method, takes: readonly Take[]): Resolve =>
  function resolve(parent, args, context, info) {
    const values = takes.map((take) => take(parent, args, context, info));
    return values.some((value) => value instanceof Promise)
      ? Promise.all(values).then((taken) => method.apply(owner, taken))
      : method.apply(owner, values);
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
