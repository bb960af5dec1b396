import { MapperKind, mapSchema } from '@graphql-tools/utils';
import { Extensions, Field, ObjectType } from '@nestjs/graphql';
import { GraphQLNonNull, GraphQLObjectType, GraphQLString, type GraphQLFieldConfig, type GraphQLSchema } from 'graphql';
import { directionOf, pick, wordsOf, type PickedText } from '../i18n/pick.js';
import { TextOrigin, type Language, type LocalizedText } from '../i18n/text.js';
import { LAZY } from './connection.js';
import { enumOf } from './enum-of.js';
import { answerRows } from './execution/rows-resolve.js';
import type { GraphQLContext } from './loaders.js';

export const TextDirection = enumOf('TextDirection', 'Which way a text runs.', {
  LTR: 'Left to right.',
  RTL: 'Right to left, as Arabic.',
});

@ObjectType({ description: 'In which language a text is answered, and where that text came from.' })
export class TextSource {
  @Field(() => String, { description: 'BCP 47 language of the text that is answered.' }) language!: Language;
  @Field(() => TextOrigin, { description: 'Where that text came from.' }) origin!: TextOrigin;
  @Field(() => TextDirection, { description: 'Which way that text runs.' }) direction!: keyof typeof TextDirection;
  @Field(() => [String], { description: 'Every language that the text exists in.' }) availableLanguages!: Language[];
}

const MARK = 'localized';

/**
 * A text that exists in several languages. The public field answers in the language asked for, and a sibling
 * named `<field>Source` says which language that is and where the text came from. The row holds all languages.
 */
export function LocalizedField(description: string, options: { nullable?: boolean } = {}): PropertyDecorator {
  return (type, property) => {
    Field(() => String, { description, nullable: options.nullable ?? false })(type, property);
    Extensions({ [MARK]: true })(type, property);
  };
}

const languageArgument = {
  language: {
    type: GraphQLString,
    description:
      'BCP 47 language wanted. Without it: `Accept-Language`, then the plan’s own language. A language that the text does not exist in is answered in the next of these.',
  },
};

type Row = Record<string, unknown>;
interface LanguageArgument {
  language?: string;
}
type RowField = GraphQLFieldConfig<Row, GraphQLContext, LanguageArgument>;

/**
 * Gives every field that is marked as localized its `language` argument, its answer and its sibling, and every field
 * that is marked as lazy its call.
 */
export function withMarkedFields(schema: GraphQLSchema): GraphQLSchema {
  const sourceType = schema.getType('TextSource');
  if (!(sourceType instanceof GraphQLObjectType)) return schema;
  return mapSchema(schema, {
    [MapperKind.OBJECT_TYPE]: (type) => {
      const config = type.toConfig();
      const fields = Object.entries(config.fields as Record<string, RowField>).flatMap(([name, field]) =>
        field.extensions?.[MARK]
          ? localized(name, field, sourceType)
          : [[name, field.extensions?.[LAZY] ? lazy(name, field) : field] as const],
      );
      return new GraphQLObjectType({ ...config, fields: Object.fromEntries(fields) });
    },
  });
}

const lazy = (name: string, field: RowField): RowField => ({
  ...field,
  resolve: (row) => (row[name] as () => unknown)(),
});

function localized(name: string, field: RowField, sourceType: GraphQLObjectType): Array<readonly [string, RowField]> {
  const textOf = (row: Row): LocalizedText | null => (row[name] as LocalizedText | null | undefined) ?? null;
  const wantedBy = ({ language }: LanguageArgument, { languages }: GraphQLContext): readonly Language[] =>
    language ? [language, ...languages] : languages;
  const ownOf = (row: Row): Language | null | undefined => row['ownLanguage'] as Language | null | undefined;
  const answer: RowField = { ...field, args: languageArgument };
  answerRows(answer, (args, context) => {
    const wanted = wantedBy(args, context);
    return (row) => wordsOf(textOf(row as Row), wanted, ownOf(row as Row));
  });
  const source: RowField = {
    type: field.type instanceof GraphQLNonNull ? new GraphQLNonNull(sourceType) : sourceType,
    description: `In which language \`${name}\` is answered, and where that text came from.`,
    args: languageArgument,
  };
  answerRows(source, (args, context) => {
    const wanted = wantedBy(args, context);
    return (row) => toSource(pick(textOf(row as Row), wanted, ownOf(row as Row)), textOf(row as Row));
  });
  return [
    [name, answer],
    [`${name}Source`, source],
  ];
}

function toSource(found: PickedText | null, text: LocalizedText | null): TextSource | null {
  if (!found) return null;
  return {
    language: found.language,
    origin: found.origin,
    direction: directionOf(found.language) === 'rtl' ? 'RTL' : 'LTR',
    availableLanguages: Object.keys(text ?? {}),
  };
}
