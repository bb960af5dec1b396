import { applyDecorators } from '@nestjs/common';
import {
  ArrayMaxSize,
  IsArray,
  IsISO8601,
  IsInt,
  IsOptional,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
  type ValidationError,
  type ValidationOptions,
} from 'class-validator';
import { LANGUAGE_PATTERN } from '../i18n/text.js';
import { InvalidInput, type MessageArguments, type Violation } from '../errors/domain-error.js';

/*
 * The rules that inputs are checked by. class-validator carries a finished sentence; ours are looked up later in the
 * caller's language, so what travels in its place is the message key with its arguments.
 */

interface RuleOptions {
  readonly optional?: boolean;
}

const says = (key: string, args: MessageArguments = {}): ValidationOptions => ({
  message: JSON.stringify({ key, args }),
});
const rule = (options: RuleOptions | undefined, ...rules: PropertyDecorator[]): PropertyDecorator =>
  applyDecorators(...rules, ...(options?.optional ? [IsOptional()] : []));

/** Text with something in it, in any language, marks and emoji included. */
export const Text = (largest: number, options?: RuleOptions): PropertyDecorator =>
  rule(
    options,
    MaxLength(largest, says('input.tooLong', { largest })),
    ...(options?.optional ? [] : [Matches(/\S/u, says('input.empty'))]),
  );

/** Text without a line break or any other control character, for what stands in one line of a mail or a calendar. */
export const OneLine = (largest: number, options?: RuleOptions): PropertyDecorator =>
  rule(options, Text(largest, options), Matches(/^[^\p{Cc}\u2028\u2029]*$/u, says('input.oneLine')));

export const TimeOfDay = (options?: RuleOptions): PropertyDecorator =>
  rule(options, Matches(/^([01]\d|2[0-3]):[0-5]\d$/, says('input.timeOfDay')));

export const Key = (options?: RuleOptions): PropertyDecorator =>
  rule(
    options,
    MaxLength(80, says('input.tooLong', { largest: 80 })),
    Matches(/^[a-z0-9]+(-[a-z0-9]+)*$/, says('input.key')),
  );

export const Id = (options?: RuleOptions): PropertyDecorator =>
  rule(options, Matches(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, says('input.id')));

export const Day = (options?: RuleOptions): PropertyDecorator =>
  rule(options, IsISO8601({ strict: true }, says('input.day')), Matches(/^\d{4}-\d{2}-\d{2}$/, says('input.day')));

export const WholeNumber = (smallest: number, largest: number, options?: RuleOptions): PropertyDecorator => {
  const said = says('input.wholeNumber', { smallest, largest });
  return rule(options, IsInt(said), Min(smallest, said), Max(largest, said));
};

export const ListOf = (largest: number, options?: RuleOptions): PropertyDecorator =>
  rule(options, IsArray(), ArrayMaxSize(largest, says('input.tooMany', { largest })), ValidateNested({ each: true }));

export const LanguageTag = (options?: RuleOptions): PropertyDecorator =>
  rule(options, MaxLength(35, says('input.language')), Matches(new RegExp(LANGUAGE_PATTERN), says('input.language')));

/** An input inside the input; name its class with `@Type`. */
export const Inner = (options?: RuleOptions): PropertyDecorator => rule(options, ValidateNested());

/** What class-validator found, as one refusal that names every field. */
export function refusedInput(errors: readonly ValidationError[]): InvalidInput {
  return new InvalidInput(errors.flatMap((error) => violations(error, '')));
}

function violations(error: ValidationError, path: string): Violation[] {
  const field = path ? `${path}.${error.property}` : error.property;
  const own = Object.values(error.constraints ?? {}).map((message) => ({ field, ...decoded(message) }));
  // One sentence a field is enough: an empty text breaks several rules at once.
  return [...own.slice(0, 1), ...(error.children ?? []).flatMap((child) => violations(child, field))];
}

function decoded(message: string): { key: string; args: MessageArguments } {
  try {
    return JSON.parse(message) as { key: string; args: MessageArguments };
  } catch {
    return { key: 'input.other', args: { reason: message } };
  }
}
