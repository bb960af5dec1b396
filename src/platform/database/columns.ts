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

/** The columns of a kind of row, of which a statement reads those that are asked for: to send and to read the others takes longer than the rest. */
export class Columns {
  readonly all: Sql;
  private readonly names: readonly string[];
  /** A question that is planned asks with the same set each time, for as long as its plan is kept. */
  private readonly selected = new WeakMap<NonNullable<AskedColumns>, Sql>();
  private readonly handedOn = new WeakMap<NonNullable<AskedColumns>, Sql>();

  /** @param always names of what is read in any case */
  constructor(
    private readonly byName: Readonly<Record<string, Sql>>,
    private readonly always: readonly string[] = ['id'],
  ) {
    this.names = Object.keys(byName);
    this.all = join(this.names.map((name) => named(name, byName[name] as Sql)));
  }

  of(asked: AskedColumns): Sql {
    if (!asked) return this.all;
    return once(this.selected, asked, () =>
      join(this.among(asked).map((name) => named(name, this.byName[name] as Sql))),
    );
  }

  /** The same columns where a statement around it, in which they stand in `page`, hands them on. */
  fromPage(asked: AskedColumns): Sql {
    const list = (names: readonly string[]): Sql => join(names.map((name) => raw(`page."${name}"`)));
    return asked ? once(this.handedOn, asked, () => list(this.among(asked))) : list(this.names);
  }

  private among(asked: NonNullable<AskedColumns>): string[] {
    return this.names.filter((name) => asked.has(name) || this.always.includes(name));
  }
}

function once<Key extends object>(made: WeakMap<Key, Sql>, key: Key, make: () => Sql): Sql {
  const known = made.get(key) ?? make();
  made.set(key, known);
  return known;
}
