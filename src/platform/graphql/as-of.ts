import { MapperKind, mapSchema } from '@graphql-tools/utils';
import { Args } from '@nestjs/graphql';
import { defaultFieldResolver, type GraphQLFieldConfig, type GraphQLResolveInfo, type GraphQLSchema } from 'graphql';
import { AsOfInFuture, storable } from '../database/as-of.js';
import { asThingsStood } from '../logging/request-context.js';
import { rowByRow } from './execution/rows-resolve.js';
import type { GraphQLContext } from './loaders.js';
import { DateTimeScalar } from './scalars.js';

/**
 * `@AsOf() _asOf: Date | null` on a field of the query: it and everything below it are answered as things stood at that
 * instant. The method itself need not look at it.
 */
export const AsOf = (): ParameterDecorator =>
  Args('asOf', {
    type: () => DateTimeScalar,
    nullable: true,
    description:
      'Answers this field and everything below it as things stood at the instant, for everybody: what was handed in, verified, moved or imported later is not there, and days are counted from it. Null: as they stand now. BAD_USER_INPUT for the future, for an instant before the plan was first imported, and for what is not kept as it stood: contacts, comments, meetings, reminders, feedback. Drafts are never of the past.',
  });

type AnyField = GraphQLFieldConfig<unknown, GraphQLContext, { asOf?: Date | null }>;

/** Lets every field below one that is asked as of an instant be answered as of it. */
export const withAsOf = (schema: GraphQLSchema): GraphQLSchema =>
  mapSchema(schema, {
    [MapperKind.QUERY_ROOT_FIELD]: (field) => {
      const { resolve = defaultFieldResolver, args } = field as AnyField;
      if (!args?.['asOf']) return field;
      const asked: AnyField['resolve'] = (source, given, context, info) => {
        if (!given.asOf) return resolve(source, given, context, info);
        const asOf = storable(given.asOf);
        if (asOf > context.now) throw new AsOfInFuture({}, 'asOf');
        context.asOf.set(String(info.path.key), asOf);
        return asThingsStood(asOf, () => resolve(source, given, context, info));
      };
      return { ...field, resolve: asked, extensions: rowByRow(field.extensions) };
    },
    [MapperKind.OBJECT_FIELD]: (field) => {
      const { resolve } = field as AnyField;
      if (!resolve) return field;
      const below: AnyField['resolve'] = (source, args, context, info) =>
        context.asOf.size === 0
          ? resolve(source, args, context, info)
          : asThingsStood(context.asOf.get(rootOf(info)), () => resolve(source, args, context, info));
      return { ...field, resolve: below };
    },
  });

/** The field of the query that an answer belongs to, by its name in the answer. */
function rootOf({ path }: GraphQLResolveInfo): string {
  let place = path;
  while (place.prev) place = place.prev;
  return String(place.key);
}
