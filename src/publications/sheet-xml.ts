import type { Cell, ColumnType } from './progress-column.js';

/* SpreadsheetML, row by row. Texts stand in their cells: a table of texts would have to be held to the end. */

export const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
/** What Excel takes in one sheet, the row of names among them. */
export const MOST_ROWS = 1_048_576;
/** What a spreadsheet takes in one cell. */
const LONGEST = 32_767;

/** Places in the list of `STYLES`. */
const HEAD_STYLE = 1;
const TEXT_STYLE = 2;
const TIME_STYLES = { date: 3, datetime: 4 } as const;

export const STYLES = `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><color theme="1"/><name val="Calibri"/><family val="2"/><scheme val="minor"/></font><font><b/><sz val="11"/><color theme="1"/><name val="Calibri"/><family val="2"/><scheme val="minor"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="top"/></xf><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;

export interface SheetLook {
  /** Of the columns, in characters. */
  readonly widths: readonly number[];
  readonly rightToLeft: boolean;
  /** Whether it is the one that shows when the workbook is opened. */
  readonly isOpen: boolean;
}

/** All that stands before the rows; the first of them stays when the others are scrolled. */
export function sheetStart({ widths, rightToLeft, isOpen }: SheetLook): string {
  const view = `${isOpen ? ' tabSelected="1"' : ''}${rightToLeft ? ' rightToLeft="1"' : ''}`;
  const columns = widths.map((width, at) => `<col min="${at + 1}" max="${at + 1}" width="${width}" customWidth="1"/>`);
  return `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView${view} workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${columns.join('')}</cols><sheetData>`;
}

export const SHEET_END = '</sheetData></worksheet>';

export const headXml = (names: readonly string[]): string =>
  rowXml(1, names, (place, name) => textXml(place, HEAD_STYLE, name));

/** @param number counts from 1 */
export const cellsXml = (number: number, types: readonly ColumnType[], cells: readonly Cell[]): string =>
  rowXml(number, types, (place, type, at) => cellXml(place, type, cells[at] ?? null));

function rowXml<Of>(number: number, all: readonly Of[], xml: (place: string, one: Of, at: number) => string): string {
  return `<row r="${number}">${all.map((one, at) => xml(`${letters(at)}${number}`, one, at)).join('')}</row>`;
}

function cellXml(place: string, type: ColumnType, cell: Cell): string {
  if (cell === null || cell === '') return '';
  if (typeof cell === 'number') return `<c r="${place}"><v>${cell}</v></c>`;
  if (typeof cell === 'boolean') return `<c r="${place}" t="b"><v>${cell ? 1 : 0}</v></c>`;
  if (type === 'date' || type === 'datetime') {
    const days = daysIn(cell);
    if (days !== null) return `<c r="${place}" s="${TIME_STYLES[type]}"><v>${days}</v></c>`;
  }
  return textXml(place, TEXT_STYLE, cell);
}

/** As text, never as a formula. */
const textXml = (place: string, style: number, text: string): string =>
  `<c r="${place}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escaped(textInWorkbook(text))}</t></is></c>`;

const DAY = 86_400_000;
const DAYS_BEFORE_1970 = 25_569;
/** The first of March 1900: spreadsheets do not agree on the days before. */
const FIRST_SURE = 61;

/** A day or an instant as spreadsheets count it; null for what stays text. */
function daysIn(text: string): number | null {
  const days = Date.parse(text) / DAY + DAYS_BEFORE_1970;
  return days >= FIRST_SURE ? days : null;
}

/** Without characters that no workbook may hold, and no longer than a cell. */
export function textInWorkbook(text: string): string {
  const clean = text.replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
  return clean.length > LONGEST ? `${clean.slice(0, LONGEST - 1).replace(/[\ud800-\udbff]$/, '')}…` : clean;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Spreadsheets read `_x0041_` as an A: what people write so has to be told from it. */
export const escaped = (text: string): string =>
  text.replaceAll(/_(?=x[\dA-Fa-f]{4}_)/g, '_x005F_').replaceAll(/[&<>"]/g, (character) => ESCAPES[character] ?? '');

/** `A`, `Z`, `AA`, as a spreadsheet calls its columns. */
function letters(column: number): string {
  const rest = Math.floor(column / 26);
  return `${rest > 0 ? letters(rest - 1) : ''}${String.fromCharCode(65 + (column % 26))}`;
}
