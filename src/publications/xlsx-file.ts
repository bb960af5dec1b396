import { zipped, type ZipPart } from '../platform/files/zip-stream.js';
import { directionOf } from '../platform/i18n/pick.js';
import type { Language } from '../platform/i18n/text.js';
import type { JsonTable } from './json-file.js';
import { COLUMN_SOURCES, LICENCE, type Cells, type ColumnHead, type ColumnType } from './progress-column.js';
import { cellsXml, escaped, headXml, MOST_ROWS, SHEET_END, sheetStart, STYLES, XML } from './sheet-xml.js';
import { CODEBOOK_SHEET, STAMP_MEANING } from './workbook-stamp.js';

const WIDTHS: Readonly<Record<ColumnType, number>> = { string: 32, integer: 14, boolean: 12, date: 14, datetime: 20 };

interface Sheet {
  readonly name: string;
  readonly columns: ReadonlyArray<Pick<ColumnHead, 'name' | 'type'>>;
  readonly widths: readonly number[];
  readonly rightToLeft: boolean;
}

/**
 * A sheet of each table, then one that says what every column means, written while they are read. Read from right to left
 * in languages that are. A table of more rows than a sheet takes goes on in further ones: `check-ins (2)`.
 *
 * @param stamp says which state of the plan the workbook shows, for those that come back edited
 */
export const xlsxFile = (
  tables: readonly JsonTable[],
  language: Language,
  stamp?: string,
  mostRows = MOST_ROWS,
): AsyncGenerator<Uint8Array, void> => zipped(partsOf(tables, language, stamp, mostRows));

async function* partsOf(
  tables: readonly JsonTable[],
  language: Language,
  stamp: string | undefined,
  mostRows: number,
): AsyncGenerator<ZipPart, void> {
  yield { name: '[Content_Types].xml', content: [CONTENT_TYPES] };
  yield { name: '_rels/.rels', content: [relationships([['officeDocument', 'xl/workbook.xml']])] };
  yield { name: 'xl/styles.xml', content: [STYLES] };
  const names: string[] = [];
  for (const { name, columns, rows } of tables) {
    const widths = columns.map(({ type }) => WIDTHS[type]);
    const sheet = { name, columns, widths, rightToLeft: directionOf(language) === 'rtl' };
    yield* sheetsOf(sheet, rows, names, mostRows);
  }
  yield* sheetsOf(CODEBOOK, codebook(tables, stamp), names, mostRows);
  yield { name: 'xl/workbook.xml', content: [workbook(names)] };
  const sheets = names.map((_, at) => ['worksheet', sheetPath(at)] as const);
  yield { name: 'xl/_rels/workbook.xml.rels', content: [relationships([...sheets, ['styles', 'styles.xml']])] };
}

/** As many sheets as the rows need; `names` is told what they are called. */
async function* sheetsOf(
  sheet: Sheet,
  rows: AsyncIterable<Cells> | Iterable<Cells>,
  names: string[],
  mostRows: number,
): AsyncGenerator<ZipPart, void> {
  const source = Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]();
  try {
    let next = await source.next();
    const taken = async function* (): AsyncGenerator<Cells, void> {
      for (let left = mostRows - 1; left > 0 && next.done !== true; left--, next = await source.next())
        yield next.value;
    };
    for (let part = 1; part === 1 || next.done !== true; part++) {
      const [path, isOpen] = [`xl/${sheetPath(names.length)}`, names.length === 0];
      names.push(part === 1 ? sheet.name : `${sheet.name} (${part})`);
      // Whoever takes the part takes all of it before the next, or none any more.
      yield { name: path, content: sheetXml({ ...sheet, isOpen }, taken()) };
    }
  } finally {
    await source.return?.();
  }
}

async function* sheetXml(
  sheet: Sheet & { readonly isOpen: boolean },
  rows: AsyncIterable<Cells>,
): AsyncGenerator<string, void> {
  const types = sheet.columns.map(({ type }) => type);
  yield sheetStart(sheet) + headXml(sheet.columns.map(({ name }) => name));
  let number = 1;
  for await (const cells of rows) yield cellsXml((number += 1), types, cells);
  yield SHEET_END;
}

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const MEDIA_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** Whatever it does not name is a sheet, so that it can stand first, where programs look for it. */
const CONTENT_TYPES = `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="${MEDIA_TYPE}.worksheet+xml"/><Override PartName="/xl/workbook.xml" ContentType="${MEDIA_TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${MEDIA_TYPE}.styles+xml"/></Types>`;

const sheetPath = (at: number): string => `worksheets/sheet${at + 1}.xml`;

function workbook(names: readonly string[]): string {
  const sheets = names.map((name, at) => `<sheet name="${escaped(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`);
  return `${XML}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${OFFICE}"><workbookPr/><bookViews><workbookView/></bookViews><sheets>${sheets.join('')}</sheets></workbook>`;
}

function relationships(of: ReadonlyArray<readonly [kind: string, target: string]>): string {
  const each = of.map(
    ([kind, target], at) => `<Relationship Id="rId${at + 1}" Type="${OFFICE}/${kind}" Target="${target}"/>`,
  );
  return `${XML}<Relationships xmlns="${PACKAGE}/relationships">${each.join('')}</Relationships>`;
}

/** In English, as the names of columns are, and so from left to right. */
const CODEBOOK: Sheet = {
  name: CODEBOOK_SHEET,
  columns: ['Table', 'Column', 'Type', 'Unit', 'Whose Word', 'Meaning', 'Codes'].map((name) => ({
    name,
    type: 'string',
  })),
  widths: [16, 36, 10, 12, 40, 80, 60],
  rightToLeft: false,
};

function* codebook(tables: readonly JsonTable[], stamp: string | undefined): Generator<Cells, void> {
  for (const { name: table, columns } of tables)
    for (const { name, type, unit = null, source, meaning, codes } of columns)
      yield [table, name, type, unit, COLUMN_SOURCES[source], meaning, codes ? listed(codes) : null];
  yield [null, null, null, null, null, `${LICENCE.title}: ${LICENCE.path}`, null];
  if (stamp !== undefined) yield [null, null, null, null, null, STAMP_MEANING, stamp];
}

const listed = (codes: Readonly<Record<string, string>>): string =>
  Object.entries(codes)
    .map(([code, meaning]) => (code === meaning ? code : `${code}: ${meaning}`))
    .join('\n');
