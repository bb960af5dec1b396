import { createParamDecorator, type ExecutionContext, type Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { GqlExecutionContext } from '@nestjs/graphql';
import { LRUCache } from 'lru-cache';
import type { Sql } from 'sql-template-tag';
import type { DataSource } from 'typeorm';
import { Viewer } from '../access/viewer.js';
import type { AskedColumns } from '../database/columns.js';
import {
  columnsIn,
  countOf,
  countsOf,
  MORE,
  pageOf,
  pagesOf,
  type Page,
  type PageRequest,
  type RowList,
} from '../database/pages.js';
import type { Language } from '../i18n/text.js';
import { askedAsOf } from '../logging/request-context.js';
import type { Connection } from './connection.js';
import { KeyLoader } from './key-loader.js';

/** One SQL statement for many keys; answers in the order of the keys. A provider of the feature that owns the rows. */
export interface Batch<K, V> {
  /** @param asked what has to be read of the rows, where it is for `@RowLoader` */
  loadMany(keys: readonly K[], viewer: Viewer, asked?: AskedColumns): Promise<V[]>;
}
export type LoaderOf<B> = B extends Batch<string, infer V> ? KeyLoader<V> : never;

/** The loaders of one request, made when first asked for, so that a field of a hundred rows costs one statement. */
export class RequestLoaders {
  constructor(
    private readonly modules: Modules,
    private readonly db: DataSource,
    private readonly viewer: Viewer,
    private readonly made = new Map<string, Map<unknown, KeyLoader<unknown>>>(),
    private readonly asked?: AskedColumns,
  ) {}

  /** The same loaders, for rows of which these columns are asked for. */
  asking(asked: AskedColumns): RequestLoaders {
    return asked ? new RequestLoaders(this.modules, this.db, this.viewer, this.made, asked) : this;
  }

  /** @param asked columns that are enough; whoever asks for the same ones shares the loader */
  get<B extends Batch<never, unknown>>(type: Type<B>, asked?: AskedColumns): LoaderOf<B> {
    const key = asked ? `${type.name} ${[...asked].join(' ')}` : type;
    return this.once(key, (keys) => {
      const batch = batchOf(this.modules, type);
      return batch.loadMany(keys, asSeenBy(this.viewer), asked);
    }) as unknown as LoaderOf<B>;
  }

  /** A page of a list, as a Relay connection; for a list inside another object, of the parent with this id. */
  connection<Row>(list: RowList<Row>, request: PageRequest, parentId?: string): PromiseLike<Connection<Row>> {
    const { asked } = this;
    if (parentId === undefined)
      return pageOf(this.db, list, request, asked).then(
        (page) => new PageConnection(page, () => countOf(this.db, list)),
      );
    const question = questionOf(list);
    const page = `${markOf(columnsIn(list, asked))} ${asked?.has(MORE) ?? true} ${wordsOfRequest(request)}`;
    const counts = this.once(`count ${question}`, (ids) => countsOf(this.db, list, ids)) as KeyLoader<number>;
    const pages = this.once(`page ${question} ${page}`, async (ids) => {
      const found = await pagesOf(this.db, list, request, ids, asked);
      return found.map((page, n) => new PageConnection(page, () => counts.load(ids[n] as string)));
    }) as KeyLoader<Connection<Row>>;
    return pages.load(parentId);
  }

  /** What was loaded as of one instant is not what stands at another. */
  private madeAsOf(asOf: Date | undefined): Map<unknown, KeyLoader<unknown>> {
    const instant = asOf?.toISOString() ?? 'now';
    const made = this.made.get(instant) ?? new Map<unknown, KeyLoader<unknown>>();
    this.made.set(instant, made);
    return made;
  }

  private once(key: unknown, loadMany: (keys: readonly string[]) => Promise<unknown[]>): KeyLoader<unknown> {
    const made = this.madeAsOf(askedAsOf());
    const existing = made.get(key);
    if (existing) return existing;
    const loader = new KeyLoader<unknown>(loadMany);
    made.set(key, loader);
    return loader;
  }
}

type Modules = Pick<ModuleRef, 'get'>;
const batches = new WeakMap<Modules, Map<unknown, Batch<string, unknown>>>();

/** Nest goes through all its modules for one that is not told which: it is found once. */
function batchOf(modules: Modules, type: Type<Batch<string, unknown>>): Batch<string, unknown> {
  const known = batches.get(modules) ?? new Map<unknown, Batch<string, unknown>>();
  batches.set(modules, known);
  const batch = known.get(type) ?? modules.get<Batch<string, unknown>>(type, { strict: false });
  known.set(type, batch);
  return batch;
}

/** Two fields that ask the same of different parents share a loader; what they ask is the statement itself. */
function questionOf<Row>({ name, order, from, where }: RowList<Row>): string {
  return `${name} ${order.name} ${markOf(from)} ${where.map(markOf).join(' ')}`;
}

const marks = new WeakMap<object, string>();
/** Short marks for long texts, which would be put together and compared for every row of a list. */
const marksOfTexts = new LRUCache<string, string>({ max: 2_000 });
let marked = 0;

/** Parts of statements have the same mark when they say the same, with the same values. */
function markOf(part: Sql): string {
  const known = marks.get(part);
  if (known !== undefined) return known;
  const text = marksOfTexts.get(part.text) ?? `#${(marked += 1)}`;
  marksOfTexts.set(part.text, text);
  const mark = part.values.length === 0 ? text : text + JSON.stringify(part.values);
  marks.set(part, mark);
  return mark;
}

/** Those that are given again to others are frozen, and say the same for ever. */
function wordsOfRequest(request: PageRequest): string {
  let found = marks.get(request);
  if (found === undefined) found = JSON.stringify(request);
  if (Object.isFrozen(request)) marks.set(request, found);
  return found;
}

/** A page for whoever asks it: few want more than its rows. */
class PageConnection<Row> implements Connection<Row> {
  constructor(
    private readonly page: Page<Row>,
    readonly totalCount: () => PromiseLike<number>,
  ) {}

  get nodes(): readonly Row[] {
    return this.page.nodes;
  }
  get edges(): Connection<Row>['edges'] {
    return this.page.edges;
  }
  get pageInfo(): PlaceInList {
    return new PlaceInList(this.page);
  }
}

class PlaceInList {
  constructor(private readonly page: Page<unknown>) {}

  get hasNextPage(): boolean {
    return this.page.hasNextPage;
  }
  get hasPreviousPage(): boolean {
    return this.page.hasPreviousPage;
  }
  get startCursor(): string | null {
    return this.page.edges.at(0)?.cursor ?? null;
  }
  get endCursor(): string | null {
    return this.page.edges.at(-1)?.cursor ?? null;
  }
}

/** What every resolver of one request shares. */
export interface GraphQLContext {
  readonly viewer: Viewer;
  /** One instant for the whole answer, so that its parts agree and share their statements. */
  readonly now: Date;
  /** What the fields of the query are asked as of, by their names in the answer. */
  readonly asOf: Map<string, Date>;
  /** Languages of the caller, best first. */
  readonly languages: readonly Language[];
  readonly loaders: RequestLoaders;
}

const contextOf = (context: ExecutionContext): GraphQLContext => GqlExecutionContext.create(context).getContext();

type Taken<Data> = (context: GraphQLContext, data: Data, asked?: AskedColumns) => unknown;
const PICKS = new WeakMap<object, Taken<unknown>>();

/** A decorator of parameters that takes its value from the context and from nothing else. */
function fromContext<Data = unknown>(pick: Taken<Data>) {
  const factory = (data: Data, context: ExecutionContext): unknown => pick(contextOf(context), data);
  PICKS.set(factory, pick as Taken<unknown>);
  return createParamDecorator(factory);
}

/** How a parameter with such a decorator is come by without Nest. */
export const pickOf = (factory: unknown): Taken<unknown> | undefined =>
  typeof factory === 'function' ? PICKS.get(factory) : undefined;

/** `@Loader(InstitutionById) institutions: LoaderOf<InstitutionById>` in a field resolver. */
export const Loader = fromContext((context, batch: Type<Batch<never, unknown>>) => context.loaders.get(batch));

/** The same for a field that answers the very rows that are loaded: of them no more is read than the question asks for. */
export const RowLoader = fromContext((context, batch: Type<Batch<never, unknown>>, asked) =>
  context.loaders.get(batch, asked),
);

/** `@Asked() asked: AskedColumns`: what has to be read of the very rows that the field answers. */
export const Asked = fromContext((_context, _data, asked) => asked);

/** `@Loaders() loaders: RequestLoaders`, for fields that answer a connection. */
export const Loaders = fromContext((context, _data, asked) => context.loaders.asking(asked));

/** What is past is answered to everybody as everybody saw it. */
const asSeenBy = (viewer: Viewer): Viewer => (askedAsOf() ? Viewer.public : viewer);

/** `@CurrentViewer() viewer: Viewer`: who asks. */
export const CurrentViewer = fromContext((context) => asSeenBy(context.viewer));

/** `@Languages() languages: readonly Language[]`: the languages of the caller, best first. */
export const Languages = fromContext((context) => context.languages);

/** `@Now() now: Date`: the instant that the answer is true for. */
export const Now = fromContext((context) => askedAsOf() ?? context.now);

const itsProperty = (property: string, context: ExecutionContext): unknown =>
  GqlExecutionContext.create(context).getRoot<Record<string, unknown>>()[property];

const decorateIts = createParamDecorator(itsProperty);

/**
 * `@Its<CommitmentRow>('planId') planId: string`: one property of the row that the field belongs to. A method that takes
 * nothing else of the row tells by that which columns it needs; one that takes the whole row (`@Parent()`) has all of them read.
 */
export const Its = <Row>(property: keyof Row & string): ParameterDecorator => decorateIts(property);

export const isIts = (factory: unknown): boolean => factory === itsProperty;
