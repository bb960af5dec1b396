import type { ErrorObject } from 'ajv';
import type { Messages } from '../platform/i18n/messages.js';
import type { MessageArguments } from '../platform/errors/domain-error.js';

/** One thing wrong with a plan file: where, as a JSON path, and the message that says what. */
export interface Problem {
  readonly path: string;
  readonly key: string;
  readonly args?: MessageArguments;
}

/** A sentence a line, for a person in front of a terminal. */
export const problemLine = (messages: Messages, language: string, { path, key, args }: Problem): string =>
  `${path}: ${messages.say(language, key, args)}`;

/** `/commitments/2/title` as `$.commitments[2].title`. */
export function jsonPath(pointer: string): string {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return [
    '$',
    ...steps.map((step) =>
      /^\d+$/.test(step) ? `[${step}]` : /^[\w$-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`,
    ),
  ].join('');
}

/** What the schema validator found, in words; one sentence a place. */
export function schemaProblems(errors: readonly ErrorObject[]): Problem[] {
  const inUnion = errors.filter(({ keyword }) => keyword === 'anyOf').map(({ instancePath }) => instancePath);
  const worthSaying = errors.filter(
    ({ keyword, instancePath }) =>
      keyword === 'anyOf' || !inUnion.some((path) => instancePath === path || instancePath.startsWith(`${path}/`)),
  );
  const problems = worthSaying.map(toProblem);
  return problems.filter(({ path }, at) => problems.findIndex((other) => other.path === path) === at);
}

type Says = (error: ErrorObject) => Omit<Problem, 'path'>;
const says =
  (key: string, ...names: string[]): Says =>
  ({ params }) => ({
    key: `planFile.${key}`,
    args: Object.fromEntries(names.map((name) => [name, String((params as Record<string, unknown>)[name])])),
  });

const SENTENCES: Readonly<Record<string, Says>> = {
  required: says('missing'),
  additionalProperties: says('unknown'),
  type: says('type', 'type'),
  const: ({ params }) => ({
    key: 'planFile.oneOf',
    args: { values: String((params as { allowedValue: unknown }).allowedValue) },
  }),
  enum: ({ params }) => ({
    key: 'planFile.oneOf',
    args: { values: (params as { allowedValues: unknown[] }).allowedValues.join(', ') },
  }),
  format: ({ params }) => ({ key: `planFile.format.${(params as { format: string }).format}` }),
  pattern: ({ params }) => ({ key: patternSentence((params as { pattern: string }).pattern) }),
  minLength: says('empty'),
  minProperties: says('empty'),
  maxLength: says('tooLong', 'limit'),
  minimum: says('atLeast', 'limit'),
  maximum: says('atMost', 'limit'),
  maxItems: says('tooMany', 'limit'),
  uniqueItems: says('twice'),
  anyOf: says('text'),
};

function patternSentence(pattern: string): string {
  if (pattern.includes('a-z0-9')) return 'planFile.key';
  if (pattern.includes('u001f')) return 'planFile.oneLine';
  if (pattern === '^[A-Z]{2}$') return 'planFile.country';
  return pattern === '\\S' ? 'planFile.empty' : 'planFile.language';
}

function toProblem(error: ErrorObject): Problem {
  const { missingProperty, additionalProperty } = error.params as {
    missingProperty?: string;
    additionalProperty?: string;
  };
  const inner = missingProperty ?? additionalProperty;
  const path = jsonPath(
    inner === undefined
      ? error.instancePath
      : `${error.instancePath}/${inner.replaceAll('~', '~0').replaceAll('/', '~1')}`,
  );
  const sentence = SENTENCES[error.keyword]?.(error) ?? {
    key: 'planFile.other',
    args: { reason: error.message ?? error.keyword },
  };
  return { path, ...sentence };
}
