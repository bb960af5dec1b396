import { createParamDecorator, type ExecutionContext, type Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { Sql } from 'sql-template-tag';
import type { DataSource } from 'typeorm';
import { Viewer } from '../access/viewer.js';
import {
  countOf,
  countsOf,
  pageOf,
  pagesOf,
  readFor,
  type Page,
  type PageRequest,
  type RowList,
} from '../database/pages.js';
import type { Language } from '../i18n/text.js';
import { askedAsOf } from '../logging/request-context.js';
import type { Connection } from './connection.js';
import { KeyLoader, type Later } from './key-loader.js';

/** One SQL statement for many keys; answers in the order of the keys. A provider of the feature that owns the rows. */
export interface Batch<K, V> {
  loadMany(keys: readonly K[], viewer: Viewer): Promise<V[]>;
}
export type LoaderOf<B> = B extends Batch<string, infer V> ? KeyLoader<V> : never;

/** The loaders of one request, made when first asked for, so that a field of a hundred rows costs one statement. */
export class RequestLoaders {
  constructor(
    private readonly modules: Pick<ModuleRef, 'get'>,
    private readonly db: DataSource,
    private readonly viewer: Viewer,
    private readonly made = new Map<string, Map<unknown, KeyLoader<unknown>>>(),
    private readonly asked?: ReadonlySet<string>,
  ) {}

  /** The same loaders, for a list whose rows are asked for these fields. */
  asking(asked: ReadonlySet<string> | undefined): RequestLoaders {
    return asked ? new RequestLoaders(this.modules, this.db, this.viewer, this.made, asked) : this;
  }

  get<B extends Batch<never, unknown>>(type: Type<B>): LoaderOf<B> {
    return this.once(type, (keys) => {
      const batch = this.modules.get<Batch<string, unknown>>(type, { strict: false });
      return batch.loadMany(keys, asSeenBy(this.viewer));
    }) as unknown as LoaderOf<B>;
  }

  /** A page of a list, as a Relay connection; for a list inside another object, of the parent with this id. */
  async connection<Row>(whole: RowList<Row>, request: PageRequest, parentId?: string): Promise<Connection<Row>> {
    const list = readFor(whole, this.asked);
    if (parentId === undefined) {
      return toConnection(await pageOf(this.db, list, request), () => countOf(this.db, list));
    }
    const question = questionOf(list);
    const pages = this.once(`page ${question} ${wordsOfRequest(request)}`, (ids) =>
      pagesOf(this.db, list, request, ids),
    );
    const counts = this.once(`count ${question}`, (ids) => countsOf(this.db, list, ids));
    return toConnection((await pages.load(parentId)) as Page<Row>, () => counts.load(parentId) as Later<number>);
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

/** Two fields that ask the same of different parents share a loader; what they ask is the statement itself. */
function questionOf<Row>(list: RowList<Row>): string {
  return [list.name, list.order.name, ...[list.columns, list.from, ...list.where].map(wordsOf)].join(' ');
}

const words = new WeakMap<object, string>();

/** A part of a statement with its values; most parts are the same object for every row of a list. */
function wordsOf(part: Sql): string {
  let found = words.get(part);
  if (found === undefined) words.set(part, (found = JSON.stringify([part.text, part.values])));
  return found;
}

/** Those that are given again to others are frozen, and say the same for ever. */
function wordsOfRequest(request: PageRequest): string {
  let found = words.get(request);
  if (found === undefined) found = JSON.stringify(request);
  if (Object.isFrozen(request)) words.set(request, found);
  return found;
}

const toConnection = <Row>(page: Page<Row>, totalCount: () => PromiseLike<number>): Connection<Row> => ({
  edges: page.edges,
  nodes: page.edges.map((edge) => edge.node),
  pageInfo: new PlaceInList(page),
  totalCount,
});

/** Few ask for it; cursors are made when somebody does. */
class PlaceInList {
  constructor(private readonly page: Page<unknown>) {}

  get hasNextPage(): boolean {
    return this.page.hasNextPage;
  }
  get hasPreviousPage(): boolean {
    return this.page.hasPreviousPage;
  }
  get startCursor(): string | null {
    return this.page.edges[0]?.cursor ?? null;
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

/** Fields that are asked of the rows of a list, where that is known. */
type AskedFields = ReadonlySet<string> | undefined;
type Taken<Data> = (context: GraphQLContext, data: Data, asked?: AskedFields) => unknown;
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
