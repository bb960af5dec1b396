import { LRUCache } from 'lru-cache';
import sql, { join, raw, type Sql } from 'sql-template-tag';
import { getMetadataArgsStorage, type ObjectType } from 'typeorm';
import { snakeCase } from './naming.js';

/** The select list of an entity's columns, named as in code, so that a query answers plain rows of that shape. */
export const columnsOf = <E>(
  entity: ObjectType<E>,
  alias: string,
  leaveOut: ReadonlyArray<keyof E & string> = [],
): Sql =>
  join(
    Object.entries(columnsByName(entity, alias))
      .filter(([name]) => !leaveOut.some((left) => left === name))
      .map(([name, column]) => named(name, column)),
  );

/** Each column of an entity by its name in code. */
export function columnsByName<E>(entity: ObjectType<E>, alias: string): Record<string, Sql> {
  const names = getMetadataArgsStorage()
    .filterColumns(entity as never)
    .map((column) => column.propertyName);
  return Object.fromEntries(names.map((name) => [name, raw(`${alias}.${snakeCase(name)}`)]));
}

const named = (name: string, column: Sql): Sql => sql`${column} as ${raw(`"${name}"`)}`;

/** Names of columns that somebody asks for; undefined where nobody knows, and the whole row is read. */
export type AskedColumns = ReadonlySet<string> | undefined;

/** As many ways of asking are remembered for one kind of row, so that their statements are the same every time. */
const MOST_WAYS = 200;

/** The columns of a kind of row, of which a statement reads those that are asked for: to send and to read the others takes longer than the rest. */
export class Columns {
  readonly all: Sql;
  private readonly names: readonly string[];
  private readonly ways = new LRUCache<string, Sql>({ max: MOST_WAYS });

  /** @param always names of what is read in any case */
  constructor(
    private readonly byName: Readonly<Record<string, Sql>>,
    private readonly always: readonly string[] = ['id'],
  ) {
    this.names = Object.keys(byName);
    this.all = join(this.names.map((name) => named(name, byName[name] as Sql)));
  }

  of(asked: AskedColumns): Sql {
    return asked ? this.inOneWay(asked, '', (name) => named(name, this.byName[name] as Sql)) : this.all;
  }

  /** The same columns where a statement around it, in which they are called `alias`, hands them on. */
  from(alias: string, asked: AskedColumns): Sql {
    return this.inOneWay(asked, alias, (name) => raw(`${alias}."${name}"`));
  }

  private inOneWay(asked: AskedColumns, alias: string, columnOf: (name: string) => Sql): Sql {
    const names = asked ? this.names.filter((name) => asked.has(name) || this.always.includes(name)) : this.names;
    const way = `${alias} ${names.join(' ')}`;
    const known = this.ways.get(way) ?? join(names.map(columnOf));
    this.ways.set(way, known);
    return known;
  }
}
