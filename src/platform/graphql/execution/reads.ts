import { TypeMetadataStorage } from '@nestjs/graphql';
import { isObjectType, TypeNameMetaFieldDef, type GraphQLField, type GraphQLSchema } from 'graphql';

import { LAZY } from '../connection.js';

type AnyField = GraphQLField<unknown, unknown>;

const READS = 'reads';

/** The properties that a field reads of the row it belongs to; undefined where nobody knows, as with a method that takes the whole row. */
export function readsOf(field: AnyField): readonly string[] | undefined {
  return field === TypeNameMetaFieldDef ? [] : (field.extensions[READS] as readonly string[] | undefined);
}

const PROPERTY = 'property';

/** The property of its row that a field shows as it is; undefined where something is made of it, or a method answers. */
export const propertyOf = ({ extensions }: Pick<AnyField, 'extensions'>): string | undefined =>
  extensions[PROPERTY] as string | undefined;

export function noteReads(field: AnyField, properties: readonly string[]): void {
  field.extensions = { ...field.extensions, [READS]: properties };
}

/**
 * Notes of every field that shows a property of its row which one that is. Texts in several languages fall back to the
 * language of their plan.
 *
 * @param isAnswered whether a method answers the field, as `Type.field`
 */
export function noteProperties(schema: GraphQLSchema, isAnswered: (place: string) => boolean): void {
  const metadata = [
    ...TypeMetadataStorage.getObjectTypesMetadata(),
    ...TypeMetadataStorage.getInterfacesMetadata().flatMap((shared) =>
      implementing(schema, shared.name ?? '').map((name) => ({ name, properties: shared.properties })),
    ),
  ];
  for (const { name: typename = '', properties = [] } of metadata) {
    const type = schema.getType(typename);
    if (!isObjectType(type)) continue;
    const fields = type.getFields();
    for (const { name, schemaName } of properties) {
      const [field, source] = [fields[schemaName], fields[`${schemaName}Source`]];
      if (!field || isAnswered(`${typename}.${schemaName}`)) continue;
      noteReads(field, source ? [name, 'ownLanguage'] : [name]);
      if (source) noteReads(source, [name, 'ownLanguage']);
      else if (!field.extensions[LAZY]) field.extensions = { ...field.extensions, [PROPERTY]: name };
    }
  }
}

function implementing(schema: GraphQLSchema, shared: string): string[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && type.getInterfaces().some(({ name }) => name === shared))
    .map(({ name }) => name);
}
