import { wordsOf } from '../platform/i18n/pick.js';
import type { Language, LocalizedText } from '../platform/i18n/text.js';

/** What stands in a cell; null where nothing is known, which no writer may turn into a zero or a "no". */
export type Cell = string | number | boolean | null;
/** The cells of a row, in the order of the columns. */
export type Cells = readonly Cell[];

/** A Frictionless type. Days and instants are text as in ISO 8601. */
export type ColumnType = 'string' | 'integer' | 'boolean' | 'date' | 'datetime';

/** Whose word it is: columns of different sources stand side by side and never take one another's place. */
export const COLUMN_SOURCES = {
  PLAN: 'The action plan as it was published.',
  AGENCY: 'What the implementing agency claims.',
  MEL_OFFICER: 'What the monitoring, evaluation and learning officer verified.',
  MONITORING_BODY: 'What the independent monitoring body assessed.',
  SERVICE: 'Counted or derived by this service from the other columns.',
} as const;
export type ColumnSource = keyof typeof COLUMN_SOURCES;

/** Every code with what it means. */
export type CodeList = Readonly<Record<string, string>>;

/** One column, as every file, the data package and the codebook have it. */
export interface ColumnHead {
  readonly name: string;
  readonly type: ColumnType;
  readonly source: ColumnSource;
  readonly meaning: string;
  readonly unit?: string;
  readonly codes?: CodeList;
}

/** In which language texts are wanted. */
export interface InLanguage {
  readonly language: Language;
  /** The plan's own, which texts fall back to. */
  readonly own: Language;
  /** Under which address files of this service are found. */
  readonly publicUrl: string;
}

export interface Column<Row> extends ColumnHead {
  readonly value: (row: Row, wanted: InLanguage) => Cell;
}

type More = Pick<ColumnHead, 'unit' | 'codes'>;

/** Makes columns of one source: `fromPlan<Row>()('Commitment Number', 'integer', 'Number …', (row) => row.number)`. */
const from =
  (source: ColumnSource) =>
  <Row>() =>
  (name: string, type: ColumnType, meaning: string, value: Column<Row>['value'], more: More = {}): Column<Row> => ({
    name,
    type,
    source,
    meaning,
    value,
    ...more,
  });

export const fromPlan = from('PLAN');
export const fromAgency = from('AGENCY');
export const fromOfficer = from('MEL_OFFICER');
export const fromMonitor = from('MONITORING_BODY');
export const fromService = from('SERVICE');

export const LICENCE = {
  name: 'CC-BY-4.0',
  title: 'Creative Commons Attribution 4.0',
  path: 'https://creativecommons.org/licenses/by/4.0/',
} as const;

/** In every table, so that a file that was passed on still says how it may be used. */
export const licenceColumn: Column<object> = {
  name: 'Licence',
  type: 'string',
  source: 'SERVICE',
  meaning: `How the row may be used: ${LICENCE.title}, ${LICENCE.path}.`,
  value: () => LICENCE.name,
};

/** The text in the language wanted, else in the plan's own, else in any. */
export const inWords = (text: LocalizedText | null, { language, own }: InLanguage): string | null =>
  wordsOf(text, [language], own);

/** Several values in one cell; null where there is none. */
export const joined = (values: ReadonlyArray<string | null>, separator = '; '): string | null =>
  values.filter((value) => value !== null && value !== '').join(separator) || null;

/** What several agencies say, each after its name where there is more than one. */
export function saidBy(
  said: ReadonlyArray<{ readonly institution: LocalizedText; readonly text: string | null }>,
  wanted: InLanguage,
): string | null {
  const texts = said.filter(({ text }) => text !== null);
  return said.length < 2
    ? (texts[0]?.text ?? null)
    : joined(
        texts.map(({ institution, text }) => `${inWords(institution, wanted)}: ${text}`),
        '\n\n',
      );
}
