import type { FileAnswer, Operation } from './operation.js';

/** One of the files that progress is given as. */
interface ProgressFile {
  readonly name: string;
  readonly id: string;
  readonly what: string;
  /** Names of parameters beside those of the place. */
  readonly asks?: readonly string[];
  readonly answer: FileAnswer;
}

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const text = (description: string) => ({ type: 'string', description });
const json = (description: string) => ({ type: 'object', description });

const PROGRESS_FILES: readonly ProgressFile[] = [
  {
    name: 'progress.csv',
    id: 'Csv',
    what: 'as CSV (RFC 4180, UTF-8 with a byte order mark, which `bom=no` leaves out); a text that a spreadsheet would take for a formula has an apostrophe before it',
    asks: ['table', 'bom'],
    answer: {
      type: 'text/csv',
      schema: text('One table, the names of its columns first.'),
      example: 'Commitment Unique Identifier,Country/Locality\r\n,"Greater Salt, Jordan"\r\n',
    },
  },
  {
    name: 'progress.ndjson',
    id: 'Ndjson',
    what: 'as one JSON object a line',
    asks: ['table'],
    answer: {
      type: 'application/x-ndjson',
      schema: text('One table, a row a line.'),
      example: '{"Country/Locality":"Greater Salt, Jordan"}\n',
    },
  },
  {
    name: 'progress.json',
    id: 'Json',
    what: 'as one JSON document of all tables',
    answer: {
      type: 'application/json',
      schema: json('All tables; `datapackage.json` describes their columns.'),
      example: { plan: 'greater-salt-2024-2025', licence: 'CC-BY-4.0' },
    },
  },
  {
    name: 'progress.xlsx',
    id: 'Xlsx',
    what: 'as a workbook with a sheet a table and a codebook; a table of more than 1,048,575 rows goes on in further sheets, `check-ins (2)`',
    answer: {
      type: XLSX,
      schema: { type: 'string', contentMediaType: XLSX, description: 'The workbook.' },
      example: '(binary)',
    },
  },
  {
    name: 'datapackage.json',
    id: 'DataPackage',
    what: 'described column by column, as a Frictionless Data Package; the CSV files that it names have no byte order mark',
    answer: {
      type: 'application/json',
      schema: json('A Data Package (https://specs.frictionlessdata.io/tabular-data-package/).'),
      example: { profile: 'tabular-data-package', name: 'greater-salt-2024-2025-progress', resources: [] },
    },
  },
];

const PERIOD = '/plans/{plan}/publications/{period}';
/** Where progress is kept, and how it is spoken of. */
const PLACES = [
  {
    path: '/plans/{plan}',
    id: 'Live',
    what: 'Progress as it stands now, or as it stood',
    asks: ['ofPeriod', 'language', 'asOf'],
  },
  { path: PERIOD, id: 'Latest', what: 'The newest publication of a period', asks: ['language'] },
  {
    path: `${PERIOD}/v/{version}`,
    id: 'Version',
    what: 'One version of a publication, which never changes',
    asks: ['language'],
  },
] as const;

const publication = {
  type: 'object',
  description: 'A publication of a period: frozen content under an address that stays.',
  required: ['period', 'version', 'sha256', 'publishedAt', 'url'],
  properties: {
    period: { type: 'string', description: 'Key of the period.' },
    version: { type: 'integer', description: '1 for the first; a correction makes the next.' },
    sha256: { type: 'string', description: 'Of the bytes at `url`, in hexadecimal.' },
    publishedAt: { type: 'string', format: 'date-time', description: 'When it was published.' },
    reason: { type: ['string', 'null'], description: 'Why there is a version after the first.' },
    url: { type: 'string', format: 'uri', description: 'Its permanent address.' },
  },
};
const content = {
  type: 'application/json',
  schema: json('The canonical JSON (RFC 8785) of all tables of the period: its SHA-256 is that of the bytes.'),
  example: { format: 'mithaq-publication/1', plan: { key: 'greater-salt-2024-2025' } },
};

const contentOf = (path: string, id: string, what: string): Operation => ({
  method: 'get',
  path,
  id,
  tag: 'Files',
  summary: what,
  description: `${what}, byte for byte; the entity tag is the SHA-256 of the bytes.`,
  answers: { file: content },
  refusals: [400, 404],
});

/** Everything that answers with a file, which GraphQL does not. */
export const FILE_OPERATIONS: readonly Operation[] = [
  ...PLACES.flatMap(({ path, id, what, asks }) =>
    PROGRESS_FILES.map((file): Operation => ({
      method: 'get',
      path: `${path}/${file.name}`,
      id: `get${id}${file.id}`,
      tag: 'Files',
      summary: `${what}, ${file.name}`,
      description: `${what}, ${file.what}.`,
      answers: { file: file.answer },
      asks: [...(file.asks ?? []), ...asks],
      refusals: [400, 404],
    })),
  ),
  {
    method: 'get',
    path: '/plans/{plan}/publications',
    id: 'listPublications',
    tag: 'Files',
    summary: 'Publications of a plan',
    description: 'What was published, newest first, page by page.',
    answers: {
      file: {
        type: 'application/json',
        schema: {
          type: 'object',
          description: 'One page of the list.',
          required: ['items', 'nextCursor'],
          properties: {
            items: { type: 'array', description: 'The publications of this page.', items: publication },
            nextCursor: { type: ['string', 'null'], description: 'Cursor of the next page; null on the last.' },
          },
        },
        example: { items: [], nextCursor: null },
      },
    },
    asks: ['cursor'],
    refusals: [400, 404],
  },
  contentOf(PERIOD, 'getPublication', 'The newest publication of a period'),
  contentOf(`${PERIOD}/v/{version}`, 'getPublicationVersion', 'One version of a publication'),
];
