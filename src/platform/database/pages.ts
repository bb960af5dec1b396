import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import { DomainError } from '../errors/domain-error.js';
import { Columns, type AskedColumns } from './columns.js';
import { keysOf, rows } from './rows.js';

/** What a list is sorted by. `by` is never null, so that a place in the list is one value and an id. */
export interface Ordering {
  readonly name: string;
  readonly by: Sql;
  readonly type: 'integer' | 'text' | 'date' | 'timestamptz';
  readonly descending?: boolean;
}

/** A list of rows that can be read page by page, of one parent or on its own. */
export interface RowList<Row> {
  /** Names the list in its cursors, so that a cursor of another list is refused. */
  readonly name: string;
  /** Alias of the table whose `id` makes a place in the list unique. */
  readonly alias: string;
  readonly columns: Sql | Columns;
  readonly from: Sql;
  readonly where: readonly Sql[];
  readonly order: Ordering;
  /** The column that points to the parent, for lists inside other objects. */
  readonly parent?: Sql;
  readonly rowType?: Row;
}

/** Which part of a list is wanted, in the words of the Relay specification. */
export interface PageRequest {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

export interface Page<Row> {
  readonly nodes: readonly Row[];
  /** The same rows with their cursors. */
  readonly edges: ReadonlyArray<{ readonly cursor: string; readonly node: Row }>;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

export const DEFAULT_PAGE = 20;
export const LARGEST_PAGE = 100;

export class CursorNotOfThisList extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'page.cursor';
}
export class PageSizeRefused extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'page.size';
}
export class PageBothWays extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'page.bothWays';
}

type Place = readonly [value: string, id: string];
type PagedRow<Row> = Row & { $parent?: string; $cursor: string; id: string };

export function pageSize(request: PageRequest): number {
  if (request.first != null && request.last != null) throw new PageBothWays({}, 'last');
  const [field, size] = request.last != null ? ['last', request.last] : ['first', request.first ?? DEFAULT_PAGE];
  if (size < 0 || size > LARGEST_PAGE) throw new PageSizeRefused({ size, largest: LARGEST_PAGE }, String(field));
  return Number(size);
}

/** Among the columns that are asked for: the place of each row, of which a cursor is made. */
export const CURSOR = '$cursor';

/** Among the columns that are asked for: whether there are more rows than the page has. */
export const MORE = '$more';
const mayLeaveOutMore = (asked: AskedColumns): boolean => asked !== undefined && !asked.has(MORE);

/** What is read of each row of the list. */
export function columnsIn<Row>({ columns, order: { by } }: RowList<Row>, asked?: AskedColumns): Sql {
  const own = columns instanceof Columns ? columns.of(asked) : columns;
  return asked && !asked.has(CURSOR) ? own : sql`${own}, (${by})::text as ${raw(`"${CURSOR}"`)}`;
}

/**
 * One page of the list.
 *
 * @param asked what has to be read of its rows
 */
export async function pageOf<Row>(
  db: Queryable,
  list: RowList<Row>,
  request: PageRequest,
  asked?: AskedColumns,
): Promise<Page<Row>> {
  const found = await rows<PagedRow<Row>>(db, selectPage(list, columnsIn(list, asked), { request, asked }));
  return toPage(list, request, found);
}

/** The same page of the list for each of many parents, in one statement. */
export async function pagesOf<Row>(
  db: Queryable,
  list: RowList<Row>,
  request: PageRequest,
  parents: readonly string[],
  asked?: AskedColumns,
): Promise<Page<Row>[]> {
  const [only, ...others] = parents;
  if (only !== undefined && others.length === 0) {
    // PostgreSQL plans for ten parents unless it plans anew each time, which takes longer than to read the page.
    const ofParent = sql`${parentOf(list)} = ${only}::uuid`;
    return [await pageOf(db, { ...list, where: [...list.where, ofParent] }, request, asked)];
  }
  const direction = directionOf(list, request);
  const columns = sql`${columnsIn(list, asked)}, ${list.order.by} as "$by"`;
  const found = await rows<PagedRow<Row>>(
    db,
    sql`select parent.id as "$parent", ${handedOn(list, asked)} from unnest(${keysOf(parents)}) parent (id)
      cross join lateral (${selectPage(list, columns, { request, asked }, sql`${parentOf(list)} = parent.id`)}) page
      order by parent.id, page."$by" ${direction}, page.id ${direction}`,
  );
  const byParent = new Map<string, PagedRow<Row>[]>(parents.map((id) => [id, []]));
  for (const row of found) byParent.get(row.$parent ?? '')?.push(row);
  return parents.map((id) => toPage(list, request, byParent.get(id) ?? []));
}

/** How many rows the list has in all. */
export async function countOf<Row>(db: Queryable, list: RowList<Row>): Promise<number> {
  const [row] = await rows<{ count: number }>(
    db,
    sql`select count(*)::int as count from ${list.from} ${whereOf(list.where)}`,
  );
  return row?.count ?? 0;
}

export async function countsOf<Row>(db: Queryable, list: RowList<Row>, parents: readonly string[]): Promise<number[]> {
  const ofParent = sql`${parentOf(list)} = parent.id`;
  const found = await rows<{ parent: string; count: number }>(
    db,
    sql`select parent.id as parent, own.count from unnest(${keysOf(parents)}) parent (id)
      cross join lateral (select count(*)::int as count from ${list.from} ${whereOf([...list.where, ofParent])}) own`,
  );
  const counts = new Map(found.map((row) => [row.parent, row.count]));
  return parents.map((id) => counts.get(id) ?? 0);
}

/** Most readers want rows, and of their places no more than the last: edges and cursors are made when somebody asks. */
class ListPage<Row> implements Page<Row> {
  constructor(
    private readonly list: RowList<Row>,
    readonly nodes: readonly PagedRow<Row>[],
    readonly hasNextPage: boolean,
    readonly hasPreviousPage: boolean,
  ) {}

  get edges(): readonly Edge<Row>[] {
    return this.nodes.map((row) => new Edge(this.list, row));
  }
}

/** A row in its list. */
class Edge<Row> {
  constructor(
    private readonly list: RowList<Row>,
    readonly node: PagedRow<Row>,
  ) {}

  get cursor(): string {
    return cursorOf(this.list, [this.node[CURSOR], this.node.id]);
  }
}

type Queryable = Parameters<typeof rows>[0];

/** Without what the rows are sorted by, where it is known what else there is. */
function handedOn<Row>({ columns }: RowList<Row>, asked: AskedColumns): Sql {
  if (!(columns instanceof Columns)) return sql`page.*`;
  const own = columns.fromPage(asked);
  return asked && !asked.has(CURSOR) ? own : sql`${own}, ${raw(`page."${CURSOR}"`)}`;
}

interface Wanted {
  readonly request: PageRequest;
  readonly asked: AskedColumns;
}

function selectPage<Row>(list: RowList<Row>, columns: Sql, { request, asked }: Wanted, ofParent?: Sql): Sql {
  const { by, type } = list.order;
  const id = raw(`${list.alias}.id`);
  const direction = directionOf(list, request);
  const beyond = (cursor: string | null | undefined, field: string, comparison: Sql): Sql[] => {
    if (cursor == null) return [];
    const [value, lastId] = placeOf(list, cursor, field);
    return [sql`(${by}, ${id}) ${comparison} (${value}::${raw(type)}, ${lastId}::uuid)`];
  };
  const conditions = [
    ...list.where,
    ...(ofParent ? [ofParent] : []),
    ...beyond(request.after, 'after', raw(list.order.descending ? '<' : '>')),
    ...beyond(request.before, 'before', raw(list.order.descending ? '>' : '<')),
  ];
  return sql`select ${columns} from ${list.from} ${whereOf(conditions)}
    order by ${by} ${direction}, ${id} ${direction} limit ${pageSize(request) + (mayLeaveOutMore(asked) ? 0 : 1)}`;
}

function directionOf<Row>(list: RowList<Row>, request: PageRequest): Sql {
  const backwards = request.last != null;
  return raw((list.order.descending ?? false) !== backwards ? 'desc' : 'asc');
}

function toPage<Row>(list: RowList<Row>, request: PageRequest, found: PagedRow<Row>[]): Page<Row> {
  const size = pageSize(request);
  const more = found.length > size;
  const kept = more ? found.slice(0, size) : found;
  return request.last != null
    ? new ListPage(list, kept.reverse(), request.before != null, more)
    : new ListPage(list, kept, more, request.after != null);
}

const whereOf = (conditions: readonly Sql[]): Sql =>
  conditions.length > 0 ? sql`where ${join([...conditions], ' and ')}` : empty;

function parentOf<Row>(list: RowList<Row>): Sql {
  if (!list.parent) throw new Error(`The list "${list.name}" has no parent column.`);
  return list.parent;
}

function cursorOf<Row>(list: RowList<Row>, place: Place): string {
  return Buffer.from(JSON.stringify([`${list.name}.${list.order.name}`, ...place])).toString('base64url');
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function placeOf<Row>(list: RowList<Row>, cursor: string, field: string): Place {
  const [name, value, id] = decoded(cursor);
  const rightShape =
    name === `${list.name}.${list.order.name}` && typeof value === 'string' && typeof id === 'string' && UUID.test(id);
  if (!rightShape || !VALUE_CHECKS[list.order.type](value)) throw new CursorNotOfThisList({}, field);
  return [value, id];
}

function decoded(cursor: string): readonly unknown[] {
  try {
    const content: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(content) ? content : [];
  } catch {
    return [];
  }
}

/** A forged cursor is refused here, before PostgreSQL would stumble over its value. */
const VALUE_CHECKS: Record<Ordering['type'], (value: string) => boolean> = {
  integer: (value) => /^-?\d{1,10}$/.test(value) && Math.abs(Number(value)) < 2 ** 31,
  text: (value) => !/[\0\p{Surrogate}]/u.test(value),
  date: (value) => ENDLESS.test(value) || (/^\d{4}-\d\d-\d\d$/.test(value) && exists(value)),
  timestamptz: (value) =>
    ENDLESS.test(value) ||
    (/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?\+00$/.test(value) &&
      exists(value.slice(0, 19).replace(' ', 'T'), 'Z')),
};

const ENDLESS = /^-?infinity$/;

/** Whether the calendar has it: the 30th of February is read as another day. */
function exists(instant: string, zone = ''): boolean {
  const parsed = new Date(instant + zone);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(instant) && !instant.startsWith('0000');
}
