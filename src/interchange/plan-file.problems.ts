import type { ErrorObject } from 'ajv';
import type { MessageArguments } from '../platform/errors/domain-error.js';
import type { Messages } from '../platform/i18n/messages.js';
import { jsonPath } from './json-place.js';

/** One thing wrong with a plan file: where, as a JSON path, and the message that says what. */
export interface Problem {
  readonly path: string;
  readonly key: string;
  readonly args?: MessageArguments;
}

/** A sentence a line, for a person in front of a terminal. */
export const problemLine = (messages: Messages, language: string, { path, key, args }: Problem): string =>
  `${path}: ${messages.say(language, key, args)}`;

/** What the schema validator found, in words; one sentence a place. */
export const schemaProblems = (errors: readonly ErrorObject[]): Problem[] =>
  onePerPlace(worthSaying(errors).map(toProblem));

export function onePerPlace(problems: readonly Problem[]): Problem[] {
  const places = new Map<string, Problem>();
  for (const problem of problems) if (!places.has(problem.path)) places.set(problem.path, problem);
  return [...places.values()];
}

/**
 * A text may stand alone or with its origin. The validator complains about both ways; what is said is what is wrong with
 * the way that was chosen, and only of something that is neither that it is neither.
 */
function worthSaying(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const choices = new Set(errors.filter(({ keyword }) => keyword === 'anyOf').map(({ instancePath }) => instancePath));
  const choiceOf = ({ instancePath }: ErrorObject): string | undefined =>
    [instancePath, instancePath.slice(0, instancePath.lastIndexOf('/'))].find((path) => choices.has(path));
  const saysWhichWay = ({ keyword, instancePath }: ErrorObject): boolean =>
    keyword !== 'anyOf' && !(keyword === 'type' && choices.has(instancePath));
  const chosen = new Set(errors.filter(saysWhichWay).map(choiceOf));
  return errors.filter((error) => {
    const choice = choiceOf(error);
    return choice === undefined || (chosen.has(choice) ? saysWhichWay(error) : error.keyword === 'anyOf');
  });
}

type Says = (params: Record<string, unknown>) => Omit<Problem, 'path'>;
const says =
  (key: string, ...names: string[]): Says =>
  (params) => ({
    key: `planFile.${key}`,
    args: Object.fromEntries(names.map((name) => [name, String(params[name])])),
  });

const SENTENCES: Readonly<Record<string, Says>> = {
  required: says('missing'),
  additionalProperties: says('unknown'),
  propertyNames: says('format.language'),
  type: says('type', 'type'),
  const: ({ allowedValue }) => ({ key: 'planFile.oneOf', args: { values: String(allowedValue) } }),
  enum: ({ allowedValues }) => ({ key: 'planFile.oneOf', args: { values: (allowedValues as unknown[]).join(', ') } }),
  format: ({ format }) => ({ key: `planFile.format.${String(format)}` }),
  pattern: says('empty'),
  minLength: says('empty'),
  minProperties: says('empty'),
  maxLength: says('tooLong', 'limit'),
  minimum: says('atLeast', 'limit'),
  maximum: says('atMost', 'limit'),
  maxItems: says('tooMany', 'limit'),
  uniqueItems: says('twice'),
  anyOf: says('text'),
};

function toProblem({ keyword, params, instancePath, message, propertyName }: ErrorObject): Problem {
  const named = params as { missingProperty?: string; additionalProperty?: string; propertyName?: string };
  const inner = named.missingProperty ?? named.additionalProperty ?? named.propertyName ?? propertyName;
  const path = jsonPath(
    inner === undefined ? instancePath : `${instancePath}/${inner.replaceAll('~', '~0').replaceAll('/', '~1')}`,
  );
  const sentence = SENTENCES[keyword]?.(params as Record<string, unknown>) ?? {
    key: 'planFile.other',
    args: { reason: message ?? keyword },
  };
  return { path, ...sentence };
}
