import type { GraphQLInputObjectType, GraphQLSchema } from 'graphql';
import { DEFAULT_PAGE, LARGEST_PAGE } from '../platform/database/pages.js';
import { parametersOf } from '../platform/rest/query-parameters.js';
import { looksBack } from '../platform/rest/stored-question.js';
import { QuestionShapes, type JsonSchema } from '../platform/rest/question-shape.js';
import { TABLE_NAMES } from '../publications/progress-tables.js';
import examples from './examples.json' with { type: 'json' };
import { TAGS, type Operation } from './operation.js';
import { OPERATIONS } from './operations.js';
import { REFUSALS } from './refusals.js';
import { QUESTIONS } from './questions.js';

const JSON_TYPE = 'application/json';
const PROBLEM = { $ref: '#/components/schemas/Problem' };
const header = (name: string): JsonSchema => ({ $ref: `#/components/headers/${name}` });
const parameter = (name: string): JsonSchema => ({ $ref: `#/components/parameters/${name}` });
const response = (name: string): JsonSchema => ({ $ref: `#/components/responses/${name}` });

/** The REST API as an OpenAPI 3.1 document, made from the table of operations and the GraphQL schema. */
export function openApi(schema: GraphQLSchema): object {
  const shapes = new QuestionShapes(schema);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of OPERATIONS)
    (paths[operation.path] ??= {})[operation.method] = described(operation, schema, shapes);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Mithaq',
      version: '1.0.0',
      summary: 'Commitments of open-government action plans, and what became of them.',
      description: INTRODUCTION,
      license: { name: 'EUPL-1.2', identifier: 'EUPL-1.2' },
    },
    servers: [{ url: '/api/v1', description: 'This service.' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    security: [{}, { token: [] }],
    paths,
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'A token of this service. Reading what is public needs none.',
        },
      },
      parameters: PARAMETERS,
      headers: HEADERS,
      responses: responses(),
      schemas: { ...sorted(shapes.components), Problem: problemSchema() },
    },
  };
}

const INTRODUCTION = `Every public fact of every plan can be read without an account. Reading answers what GraphQL answers at \`/graphql\`, under the same names.

**Texts in several languages** answer in the language of \`?language=\`, else of \`Accept-Language\`, else of the plan; the sibling field \`…Source\` says which language that is and whether it is the original. **Lists** are read page by page: follow the \`Link\` header with \`rel="next"\` until there is none. **Caching**: every answer has an \`ETag\`; send it as \`If-None-Match\` and an answer that has not changed is \`304\`. **Errors** are problems as in RFC 9457 with a stable \`code\`. Parameters that are not listed are refused.`;

const HEADERS: Readonly<Record<string, JsonSchema>> = {
  ETag: {
    description:
      'Names this very answer, in its language and encoding. For `If-None-Match` and, of a check-in, `If-Match`.',
    schema: { type: 'string' },
    example: '"Zt0qk3v1J2m9b8XyW7aQ4LrT5cE"',
  },
  Link: {
    description: 'RFC 8288: the address of the next page with `rel="next"`; left out on the last page.',
    schema: { type: 'string' },
    example: '<https://mithaq.example.org/api/v1/plans?limit=1&cursor=WyJwbGFucy5rZXkiXQ>; rel="next"',
  },
  'Last-Modified': {
    description:
      'When the newest change that it may show was made. For `If-Modified-Since`; left out for a minute after it.',
    schema: { type: 'string' },
    example: 'Wed, 10 Jul 2024 06:12:00 GMT',
  },
  'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' }, example: 12 },
};

const PARAMETERS: Readonly<Record<string, JsonSchema>> = {
  plan: {
    name: 'plan',
    in: 'path',
    required: true,
    description: 'Key of the plan.',
    schema: { type: 'string' },
    example: 'greater-salt-2024-2025',
  },
  number: {
    name: 'number',
    in: 'path',
    required: true,
    description: 'Number of the commitment within the plan.',
    schema: { type: 'integer', format: 'int32', minimum: 0 },
    example: 1,
  },
  period: {
    name: 'period',
    in: 'path',
    required: true,
    description: 'Key of the reporting period.',
    schema: { type: 'string' },
    example: '2024-Q2',
  },
  limit: {
    name: 'limit',
    in: 'query',
    description: `How many rows a page has at most.`,
    schema: { type: 'integer', minimum: 1, maximum: LARGEST_PAGE, default: DEFAULT_PAGE },
  },
  cursor: {
    name: 'cursor',
    in: 'query',
    description: '`nextCursor` of the page before. That of another list or another order is refused.',
    schema: { type: 'string' },
  },
  language: {
    name: 'language',
    in: 'query',
    description: 'BCP 47 language wanted; it goes before those of `Accept-Language`.',
    schema: { type: 'string' },
    example: 'ar',
  },
  asOf: {
    name: 'asOf',
    in: 'query',
    description:
      'An instant, RFC 3339: the answer as things stood then, for everybody. What was handed in, verified, moved or imported later is not there, and days are counted from it. BAD_USER_INPUT for the future and for an instant before the plan was first imported.',
    schema: { type: 'string', format: 'date-time' },
    example: '2024-09-30T23:59:59+03:00',
  },
  version: {
    name: 'version',
    in: 'path',
    required: true,
    description: 'Number of the version: 1 is the first that was published.',
    schema: { type: 'integer', minimum: 1 },
    example: 1,
  },
  table: {
    name: 'table',
    in: 'query',
    description: 'Which table the file holds.',
    schema: { type: 'string', enum: [...TABLE_NAMES], default: 'progress' },
  },
  bom: {
    name: 'bom',
    in: 'query',
    description:
      'Whether the file begins with a byte order mark: spreadsheets need it for other than English, some programs find it in the name of the first column.',
    schema: { type: 'string', enum: ['yes', 'no'], default: 'yes' },
  },
  ofPeriod: {
    name: 'period',
    in: 'query',
    description: 'Key of a period: only what is of it.',
    schema: { type: 'string' },
    example: '2024-Q2',
  },
  institution: {
    name: 'institution',
    in: 'query',
    description: 'Key of the institution that reports; needed where the address could mean several.',
    schema: { type: 'string' },
  },
  ofInstitution: {
    name: 'institution',
    in: 'query',
    description: 'Key of an institution: only what touches it.',
    schema: { type: 'string' },
    example: 'mayor',
  },
  'If-Modified-Since': {
    name: 'If-Modified-Since',
    in: 'header',
    description: '`Last-Modified` of the answer that the caller has; heeded only without `If-None-Match`.',
    schema: { type: 'string' },
  },
  givenTable: {
    name: 'table',
    in: 'query',
    description: 'Which table a CSV file holds, where its columns do not tell.',
    schema: { type: 'string', enum: [...TABLE_NAMES] },
  },
  givenLanguage: {
    name: 'language',
    in: 'query',
    description:
      'BCP 47 language of the texts in a CSV file: the one that it was exported in. A workbook says it itself.',
    schema: { type: 'string' },
    example: 'ar',
  },
  dryRun: {
    name: 'dryRun',
    in: 'query',
    description: 'True: say what would change and change nothing.',
    schema: { type: 'boolean', default: false },
  },
  reason: {
    name: 'reason',
    in: 'query',
    description: 'Why due dates move, for those without a reason of their own in the column `Due Date Reason`. Public.',
    schema: { type: 'string' },
    example: 'The tender was repeated.',
  },
  encoding: {
    name: 'encoding',
    in: 'query',
    description: 'Encoding of a CSV file that is not Unicode (WHATWG label).',
    schema: { type: 'string' },
    example: 'windows-1256',
  },
  'If-None-Match': {
    name: 'If-None-Match',
    in: 'header',
    description: 'Tags of answers that the caller has: 304 when it is one of them.',
    schema: { type: 'string' },
  },
  'If-Match': {
    name: 'If-Match',
    in: 'header',
    description: 'Tag of the check-in that was read, in the same language: 412 when it is another by now.',
    schema: { type: 'string' },
  },
};

function described(operation: Operation, schema: GraphQLSchema, shapes: QuestionShapes): JsonSchema {
  const {
    method,
    path,
    id,
    tag,
    summary,
    description,
    answers,
    asks = [],
    takes,
    refusals,
    isDated = false,
  } = operation;
  const isRead = method === 'get';
  const refused = Object.fromEntries(
    [...refusals, 429, 500, 503, 504].map((status) => [status, response(`Refused${status}`)]),
  );
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    ...(isRead ? {} : { security: [{ token: [] }] }),
    parameters: parametersFor(operation, path, schema, shapes),
    ...(takes ? { requestBody: takes === 'FILE' ? FORM : bodyOf(takes, schema, shapes) } : {}),
    responses: {
      200: {
        description: isRead ? 'What was asked for.' : isFile(answers) ? 'What was done.' : 'The check-in as it is now.',
        ...(isRead || !isFile(answers)
          ? {
              headers: {
                ETag: header('ETag'),
                ...(isList(answers) || asks.includes('cursor') ? { Link: header('Link') } : {}),
                ...(isDated ? { 'Last-Modified': header('Last-Modified') } : {}),
              },
            }
          : {}),
        content: contentOf(operation, shapes),
      },
      ...(isRead
        ? { 304: { description: 'What the caller has is what there is.', headers: { ETag: header('ETag') } } }
        : {}),
      ...refused,
    },
  };
}

function parametersFor(
  { method, answers, asks = [], isDated = false }: Operation,
  path: string,
  schema: GraphQLSchema,
  shapes: QuestionShapes,
): JsonSchema[] {
  const places = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => parameter(name));
  const language = answers === 'DOCUMENT' || isFile(answers) ? [] : [parameter('language')];
  const condition = [
    parameter(method === 'get' ? 'If-None-Match' : 'If-Match'),
    ...(isDated ? [parameter('If-Modified-Since')] : []),
  ];
  if (isFile(answers) && method !== 'get') return [...places, ...asks.map(parameter)];
  const own = [...(answers === 'CHECK_IN' ? ['institution'] : []), ...asks, ...(isPast(answers) ? ['asOf'] : [])].map(
    parameter,
  );
  if (!isList(answers)) return [...places, ...own, ...language, ...condition];
  const filters = parametersOf(schema, answers.list).map(({ name, type, description }) => {
    const shape = shapes.input(type);
    const isArray = shape['type'] === 'array';
    return {
      name,
      in: 'query',
      description: isArray ? `${description} Several are separated by commas.` : description,
      schema: shape,
      ...(isArray ? { style: 'form', explode: false } : {}),
    };
  });
  return [...places, ...filters, ...own, parameter('limit'), parameter('cursor'), ...language, ...condition];
}

function contentOf(operation: Operation, shapes: QuestionShapes): JsonSchema {
  const { answers, id } = operation;
  if (!isFile(answers)) return { [JSON_TYPE]: { schema: answerSchema(operation, shapes), ...exampleOf(id) } };
  const { type, schema, example } = answers.file;
  return { [type]: { schema, example } };
}

function answerSchema({ answers, id }: Operation, shapes: QuestionShapes): JsonSchema {
  if (answers === 'DOCUMENT') return { type: 'object', description: 'An OpenAPI document.' };
  if (answers === 'CHECK_IN') return shapes.answerOf(QUESTIONS.submit, ['saved', 'checkIn']);
  if (isFile(answers)) return {};
  if (!isList(answers)) return shapes.answerOf(answers.one.question, answers.one.path);
  const name = `${id.replace('list', '')}Page`;
  shapes.components[name] = {
    type: 'object',
    description: 'One page of a list.',
    required: ['items', 'totalCount', 'nextCursor', ...(answers.withChanges ? ['changesUntil'] : [])],
    properties: {
      items: {
        type: 'array',
        description: 'The rows of this page.',
        maxItems: LARGEST_PAGE,
        items: shapes.answerOf(answers.list.question, [...answers.list.path, 'nodes']),
      },
      totalCount: { type: 'integer', description: 'Number of rows in the whole list with these filters.' },
      nextCursor: { type: ['string', 'null'], description: 'Cursor of the next page; null on the last.' },
      ...(answers.withChanges
        ? {
            changesUntil: {
              type: ['string', 'null'],
              format: 'date-time',
              description: 'Give that of the first page as `updatedSince` the next time.',
            },
          }
        : {}),
    },
  };
  return { $ref: `#/components/schemas/${name}` };
}

const FORM: JsonSchema = {
  required: true,
  description: 'A form with one file.',
  content: {
    'multipart/form-data': {
      schema: {
        type: 'object',
        required: ['file'],
        properties: {
          file: {
            type: 'string',
            contentMediaType: 'application/octet-stream',
            description: 'A workbook (.xlsx) or a table (.csv, .tsv, .txt), at most 10 MB.',
          },
        },
      },
    },
  },
};

/** The same as the mutation takes, but for what the address says already. */
function bodyOf(name: string, schema: GraphQLSchema, shapes: QuestionShapes): JsonSchema {
  const input = schema.getType(name) as GraphQLInputObjectType;
  const body = shapes.inputObject(input, ['checkIn'], ['version']);
  const isDraft = name === 'CheckInSaveDraftInput';
  return {
    required: isDraft,
    description: 'What the agency says, and which version was read; with `If-Match` the version may be left out.',
    content: {
      [JSON_TYPE]: { schema: body, example: isDraft ? examples.draft : { version: 1 } },
    },
  };
}

function problemSchema(): JsonSchema {
  return {
    type: 'object',
    description: 'What was refused and why (RFC 9457), in the language of the caller.',
    required: ['title', 'status', 'code'],
    properties: {
      title: { type: 'string', description: 'What a person may be told.' },
      status: { type: 'integer', description: 'The HTTP status.' },
      code: {
        type: 'string',
        description: 'Stable, the same as over GraphQL.',
        enum: [
          'UNAUTHENTICATED',
          'FORBIDDEN',
          'NOT_FOUND',
          'BAD_USER_INPUT',
          'CONFLICT',
          'RATE_LIMITED',
          'INTERNAL',
          'OVERLOADED',
          'TIMEOUT',
          'UNAVAILABLE',
        ],
      },
      violations: {
        type: 'array',
        description: 'What is wrong with which parameter, header or field of the body.',
        items: {
          type: 'object',
          required: ['field', 'message'],
          properties: {
            field: {
              type: 'string',
              description: 'Its name; inside the body with dots, such as `report.obstacles`; of a cell `sheet!F12`.',
            },
            sheet: { type: 'string', description: 'Only of a table: the sheet, or the table of a CSV file.' },
            row: {
              type: 'integer',
              description: 'Only of a table: the row as a spreadsheet counts, the header is one.',
            },
            column: { type: 'string', description: 'Only of a table: the name of the column.' },
            message: { type: 'string', description: 'What is wrong with it.' },
          },
        },
      },
      id: { type: 'string', description: 'Only with INTERNAL: what the operator finds in the log.' },
    },
  };
}

function responses(): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(REFUSALS).map(([status, { description, example }]) => [
      `Refused${status}`,
      {
        description,
        ...(['429', '503', '504'].includes(status) ? { headers: { 'Retry-After': header('Retry-After') } } : {}),
        content: { 'application/problem+json': { schema: PROBLEM, example: { ...example, status: Number(status) } } },
      },
    ]),
  );
}

function exampleOf(id: string): { example?: unknown } {
  const found = (examples.answers as Readonly<Record<string, unknown>>)[id];
  return found === undefined ? {} : { example: found };
}

const isList = (answers: Operation['answers']): answers is Extract<Operation['answers'], { list: unknown }> =>
  typeof answers === 'object' && 'list' in answers;

/** Whether it can be asked for as of an instant. */
const isPast = (answers: Operation['answers']): boolean =>
  typeof answers === 'object' &&
  !isFile(answers) &&
  looksBack(isList(answers) ? answers.list.question : answers.one.question);

const isFile = (answers: Operation['answers']): answers is Extract<Operation['answers'], { file: unknown }> =>
  typeof answers === 'object' && 'file' in answers;

const sorted = <T>(parts: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(parts).sort(([one], [other]) => (one < other ? -1 : 1)));
