import { raw, type Sql } from 'sql-template-tag';
import { getMetadataArgsStorage, type ObjectType } from 'typeorm';
import { snakeCase } from './naming.js';

/** The select list of an entity's columns, named as in code, so that a query answers plain rows of that shape. */
export function columnsOf<E>(
  entity: ObjectType<E>,
  alias: string,
  leaveOut: ReadonlyArray<keyof E & string> = [],
): Sql {
  const names = getMetadataArgsStorage()
    .filterColumns(entity as never)
    .map((column) => column.propertyName)
    .filter((name) => !leaveOut.some((left) => left === name));
  return raw(names.map((name) => `${alias}.${snakeCase(name)} as "${name}"`).join(', '));
}
